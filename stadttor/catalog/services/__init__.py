"""Verbs of the catalogue: trust a publisher, publish, adopt, change, upgrade, go live, withdraw."""

from stadttor.catalog.services.adopting import (
    ParametersRefused,
    adopt,
    change_parameters,
    go_live,
    to_test,
    upgrade,
    withdraw,
)
from stadttor.catalog.services.publishing import Published, publish
from stadttor.catalog.services.trusting import revoke_key, trust_key

__all__ = [
    "ParametersRefused",
    "Published",
    "adopt",
    "change_parameters",
    "go_live",
    "publish",
    "revoke_key",
    "to_test",
    "trust_key",
    "upgrade",
    "withdraw",
]
