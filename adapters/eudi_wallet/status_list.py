"""Token Status List (draft 21): does the issuer still stand by a credential?"""

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.eudi_wallet.credential import StatusEntry
from adapters.eudi_wallet.encoding import from_b64url
from adapters.eudi_wallet.jws import must_be_signed_by, read_jws
from adapters.eudi_wallet.sd_jwt import CLOCKS_DIFFER, LATEST, is_time
from adapters.eudi_wallet.x509_path import Anchors, read_x5c, signing_key
from stadttor.identity.ports import NotProven

VALID = 0
# Eight million credentials with eight bits each; a small text that inflates beyond is an attack.
INFLATED_MAX = 8 * 1024 * 1024
BITS = frozenset({1, 2, 4, 8})


@dataclass(frozen=True)
class StatusList:
    """A list that was verified. `fresh_until`: seconds since 1970 after which it is to be fetched anew."""

    bits: int
    packed: bytes
    fresh_until: float

    def at(self, index: int) -> int:
        """The status of this entry (§4.1: lowest bits first). Refuses a place outside of the list."""
        per_byte = 8 // self.bits
        if not 0 <= index < len(self.packed) * per_byte:
            raise NotProven("status_index")
        return (self.packed[index // per_byte] >> (index % per_byte) * self.bits) & ((1 << self.bits) - 1)


def must_be_valid(list_: StatusList, entry: StatusEntry) -> None:
    """Refuses what is revoked, suspended, or of a status nobody knows."""
    if list_.at(entry.index) != VALID:
        raise NotProven("status_revoked")


def read_status_token(token: str, uri: str, type_: str, anchors: Anchors, now: datetime, ttl_max: int) -> StatusList:
    """The list at this address, signed below an anchor of the credential's own type (§8.3). Refuses anything else."""
    jws = read_jws(token, typ="statuslist+jwt")
    signer = anchors.leaf(type_, read_x5c(jws.header.get("x5c")), now)
    must_be_signed_by(jws, signing_key(signer))
    claims = jws.claims()
    if claims.get("sub") != uri:
        raise NotProven("status_list_subject")
    ends = _must_be_current(claims, now.timestamp())
    bits, packed = read_packed(claims.get("status_list"))
    ttl = claims.get("ttl", ttl_max)
    if not is_time(ttl) or ttl < 0:
        raise NotProven("status_list_time")
    return StatusList(bits, packed, min(ends, now.timestamp() + min(ttl, ttl_max)))


def _must_be_current(claims: dict[str, Any], seconds: float) -> float:
    """Gives when it ends."""
    issued, ends = claims.get("iat"), claims.get("exp", LATEST)
    if not is_time(issued) or not is_time(ends):
        raise NotProven("status_list_time")
    if issued > seconds + CLOCKS_DIFFER or ends <= seconds:
        raise NotProven("status_list_expired")
    return float(ends)


def read_packed(value: Any) -> tuple[int, bytes]:
    """Bits for each entry, and the entries one behind the other (§4.2)."""
    bits, text = (value.get("bits"), value.get("lst")) if isinstance(value, dict) else (None, None)
    if type(bits) is not int or bits not in BITS or not isinstance(text, str):
        raise NotProven("status_list_form")
    return bits, _inflate(from_b64url(text))


def _inflate(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        packed = inflater.decompress(data, INFLATED_MAX)
    except zlib.error as error:
        raise NotProven("status_list_form") from error
    if not inflater.eof or inflater.unconsumed_tail or inflater.unused_data:
        raise NotProven("status_list_size")
    return packed
