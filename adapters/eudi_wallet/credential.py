"""A credential that proved to be genuine, whatever its format."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography import x509

from stadttor.identity.ports import NotProven

SD_JWT_VC = "dc+sd-jwt"
MDOC = "mso_mdoc"


@dataclass(frozen=True)
class StatusEntry:
    """Where the issuer says whether it still holds (Token Status List §6)."""

    uri: str
    index: int


@dataclass(frozen=True)
class Credential:
    """`type`: the asked type it was accepted as. `claims`: nested as the format has it. `expires`: seconds since 1970."""

    format: str
    type: str
    claims: Mapping[str, Any]
    issuer: x509.Certificate
    status: StatusEntry | None
    expires: int | None


def status_entry(status: Any) -> StatusEntry | None:
    """The place in a status list. None without a status; a mechanism that is not understood is refused."""
    if status is None:
        return None
    entry = status.get("status_list") if isinstance(status, dict) and set(status) == {"status_list"} else None
    if not isinstance(entry, dict):
        raise NotProven("status_mechanism")
    uri, index = entry.get("uri"), entry.get("idx")
    if not isinstance(uri, str) or not isinstance(index, int) or isinstance(index, bool) or index < 0:
        raise NotProven("status_form")
    return StatusEntry(uri, index)
