"""Registration certificates of relying parties (ETSI TS 119 475 v1.2.1 cl. 5.2): what an authority may ask for.

The wallet checks them against its registrar; here they are read only, so that nothing is asked that was not registered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.eudi_wallet.dcql import Asked
from adapters.eudi_wallet.jws import read_jws
from stadttor.identity.ports import NotProven


@dataclass(frozen=True)
class Registration:
    """What may be asked: format and path. `ends` is None where it does not say; it lasts twelve months at most then."""

    allowed: frozenset[tuple[str, tuple[Any, ...]]]
    ends: datetime | None

    def beyond(self, asked: Sequence[Asked]) -> list[str]:
        """Our words for what is asked although it was not registered; a registered container covers its members."""
        return [
            name
            for one in asked
            for name, path in one.paths.items()
            if not any((one.format, path[:length]) in self.allowed for length in range(1, len(path) + 1))
        ]


def read_registration(token: str) -> Registration:
    """Raises NotProven where it cannot be read."""
    claims = read_jws(token, typ="rc-wrp+jwt").claims()
    credentials = claims.get("credentials")
    if not isinstance(credentials, list) or not all(isinstance(one, dict) for one in credentials):
        raise NotProven("registration_form")
    ends = claims.get("exp")
    allowed = frozenset((one.get("format"), path) for one in credentials for path in _paths(one))
    return Registration(allowed, datetime.fromtimestamp(ends, UTC) if isinstance(ends, int) else None)


def _paths(credential: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The member is called `claim`; some registrars write `claims`."""
    listed = credential.get("claim", credential.get("claims", []))
    if not isinstance(listed, list):
        raise NotProven("registration_form")
    return [tuple(one["path"]) for one in listed if isinstance(one, dict) and isinstance(one.get("path"), list)]
