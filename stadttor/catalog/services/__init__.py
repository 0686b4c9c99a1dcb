"""Verbs of the catalogue: trust a publisher, publish, adopt, change, upgrade, go live, withdraw."""

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
from stadttor.catalog.services.publishing import Published, publish
from stadttor.catalog.services.rolling import NotDone, adopt_in_turn, take_back_in_turn, upgrade_in_turn
from stadttor.catalog.services.trusting import revoke_key, trust_key

__all__ = [
    "NotDone",
    "ParametersRefused",
    "Published",
    "adopt",
    "adopt_in_turn",
    "change_member_parameters",
    "change_parameters",
    "go_live",
    "publish",
    "revoke_key",
    "take_back_in_turn",
    "to_test",
    "trust_key",
    "upgrade",
    "upgrade_in_turn",
    "withdraw",
]
