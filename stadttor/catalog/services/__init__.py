"""Verbs of the catalogue: trust a publisher, publish, adopt, change, upgrade, go live, withdraw."""

from stadttor.catalog.federation.refusals import CatalogueRefused
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.services.adopting import (
    ParametersRefused,
    adopt,
    change_member_parameters,
    change_parameters,
    go_live,
    to_test,
    upgrade,
    withdraw,
)
from stadttor.catalog.services.correcting import LONGEST_REASON, correct_values
from stadttor.catalog.services.dating import begin_planned, change_planned, plan_parameters, undo_planned
from stadttor.catalog.services.following import refresh, refresh_all, subscribe, trust_publisher, unsubscribe
from stadttor.catalog.services.importing import import_version
from stadttor.catalog.services.issuing import Issued, issue, offer_version, shared_versions, withdraw_version
from stadttor.catalog.services.publishing import Published, publish
from stadttor.catalog.services.rolling import NotDone, adopt_in_turn, take_back_in_turn, upgrade_in_turn
from stadttor.catalog.services.together import adopt_together, change_together
from stadttor.catalog.services.trusting import revoke_key, trust_key

REFUSED = (CatalogueRefused, PackageRefused)
"""What refuses a package or a catalogue: its text says why, and how to mend it."""

__all__ = [
    "LONGEST_REASON",
    "REFUSED",
    "CatalogueRefused",
    "Issued",
    "NotDone",
    "PackageRefused",
    "ParametersRefused",
    "Published",
    "adopt",
    "adopt_in_turn",
    "adopt_together",
    "begin_planned",
    "change_member_parameters",
    "change_parameters",
    "change_planned",
    "change_together",
    "correct_values",
    "go_live",
    "import_version",
    "issue",
    "offer_version",
    "plan_parameters",
    "publish",
    "refresh",
    "refresh_all",
    "revoke_key",
    "shared_versions",
    "subscribe",
    "take_back_in_turn",
    "to_test",
    "trust_key",
    "trust_publisher",
    "undo_planned",
    "unsubscribe",
    "upgrade",
    "upgrade_in_turn",
    "withdraw",
    "withdraw_version",
]
