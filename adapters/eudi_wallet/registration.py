"""Registration certificates of relying parties (ETSI TS 119 475 v1.2.1 cl. 5.2): what an authority may ask for.

The wallet checks them against its registrar; here they are read only, so that nothing is asked that was not registered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID

from adapters.eudi_wallet.dcql import Asked
from adapters.eudi_wallet.jws import read_jws
from stadttor.identity.ports import NotProven

LONGEST = timedelta(days=365)
"""How long one lasts that does not say when it ends (cl. 5.2)."""


@dataclass(frozen=True)
class Allowed:
    """What may be asked of one credential; of any type where `types` is empty."""

    format: str
    types: frozenset[str]
    paths: frozenset[tuple[Any, ...]]

    def covers(self, one: Asked, path: tuple[Any, ...]) -> bool:
        """A registered container covers its members."""
        is_of_it = one.format == self.format and (not self.types or one.type in self.types)
        return is_of_it and any(path[:length] in self.paths for length in range(1, len(path) + 1))


@dataclass(frozen=True)
class Registration:
    """What may be asked, and by whom: `owner` is empty, `ends` None where it does not say."""

    allowed: tuple[Allowed, ...]
    ends: datetime | None
    owner: str = ""

    def beyond(self, asked: Sequence[Asked]) -> list[str]:
        """Our words for what is asked although it was not registered."""
        return [
            name
            for one in asked
            for name, path in one.paths.items()
            if not any(allowed.covers(one, path) for allowed in self.allowed)
        ]

    def must_be_of(self, leaf: x509.Certificate) -> None:
        """Raises ValueError where it is for somebody else than the access certificate (TS 119 475 cl. 5.2.4, `sub`)."""
        named = [str(one.value) for one in leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)]
        if self.owner and named and self.owner not in named:
            raise ValueError("The registration certificate is for somebody else.")


def read_registration(token: str) -> Registration:
    """Raises NotProven where it cannot be read."""
    claims = read_jws(token, typ="rc-wrp+jwt").claims()
    credentials = claims.get("credentials")
    if not isinstance(credentials, list) or not all(isinstance(one, dict) for one in credentials):
        raise NotProven("registration_form")
    owner = claims.get("sub")
    allowed = tuple(Allowed(str(one.get("format")), _types(one), frozenset(_paths(one))) for one in credentials)
    return Registration(allowed, _ends(claims), owner if isinstance(owner, str) else "")


def _ends(claims: Mapping[str, Any]) -> datetime | None:
    end, begin = claims.get("exp"), claims.get("iat")
    if isinstance(end, int):
        return datetime.fromtimestamp(end, UTC)
    return datetime.fromtimestamp(begin, UTC) + LONGEST if isinstance(begin, int) else None


def _types(credential: dict[str, Any]) -> frozenset[str]:
    """As a query names them (OpenID4VP 1.0 §B)."""
    meta = credential.get("meta")
    if not isinstance(meta, dict):
        return frozenset()
    named = [meta.get("doctype_value"), *(values if isinstance(values := meta.get("vct_values"), list) else [])]
    return frozenset(one for one in named if isinstance(one, str))


def _paths(credential: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The member is called `claim`; some registrars write `claims`."""
    listed = credential.get("claim", credential.get("claims", []))
    if not isinstance(listed, list):
        raise NotProven("registration_form")
    return [tuple(one["path"]) for one in listed if isinstance(one, dict) and isinstance(one.get("path"), list)]
