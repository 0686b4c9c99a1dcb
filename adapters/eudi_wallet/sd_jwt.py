"""SD-JWT (RFC 9901): what the issuer signed, joined with what the holder chose to disclose of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeGuard

from cryptography.hazmat.primitives.asymmetric import ec

from adapters.eudi_wallet.encoding import b64url, from_b64url, read_json
from adapters.eudi_wallet.jws import must_be_signed_by, read_jws
from stadttor.core.comparing import same_text
from stadttor.identity.ports import NotProven

DISCLOSURES_MAX = 200
DISCLOSURE_MAX = 16 * 1024
DEPTH_MAX = 16
HASHES = {"sha-256": hashlib.sha256, "sha-384": hashlib.sha384, "sha-512": hashlib.sha512}
RESERVED = frozenset({"_sd", "..."})
# How old a binding may be, and how far a wallet's clock may be ahead, in seconds.
BINDING_LASTS = 300
CLOCKS_DIFFER = 60
LATEST = 253402300800
"""The year 10000, in seconds since 1970: larger numbers cannot be compared with every other."""


@dataclass(frozen=True)
class Parts:
    """A presentation: the issuer's text, the disclosures, the binding to the holder's key (empty where there is none)."""

    issuer_jwt: str
    disclosures: tuple[str, ...]
    binding: str

    @property
    def bound(self) -> str:
        """What the binding's hash is over (RFC 9901 §4.3.1)."""
        return "~".join((self.issuer_jwt, *self.disclosures, ""))


def split(presentation: str) -> Parts:
    """The parts between the tildes."""
    issuer_jwt, *disclosures = presentation.split("~")
    if not disclosures or len(disclosures) > DISCLOSURES_MAX:
        raise NotProven("sd_jwt_form")
    return Parts(issuer_jwt, tuple(disclosures[:-1]), disclosures[-1])


@dataclass(frozen=True)
class Opened:
    """The claims as they are now read; `hidden` names those of the first level that came by a disclosure."""

    claims: dict[str, Any]
    hidden: frozenset[str]


def open_claims(payload: dict[str, Any], disclosures: Sequence[str]) -> Opened:
    """Join them (RFC 9901 §7.1). Refuses a disclosure that is malformed, doubled, or nowhere referred to."""
    name = payload.get("_sd_alg", "sha-256")
    if not isinstance(name, str) or name not in HASHES:
        raise NotProven("sd_alg")
    opening = _Opening({digest_of(one, name): _read_disclosure(one) for one in disclosures})
    if len(opening.waiting) != len(disclosures):
        raise NotProven("disclosure_twice")
    claims = opening.object({key: value for key, value in payload.items() if key != "_sd_alg"}, DEPTH_MAX)
    if opening.waiting:
        raise NotProven("disclosure_not_referred_to")
    plain = payload.keys()
    return Opened(claims, frozenset(key for key in claims if key not in plain))


def digest_of(text: str, name: str) -> str:
    """Of a disclosure, or of what is bound, by the hash of this name."""
    return b64url(HASHES[name](text.encode()).digest())


def _read_disclosure(text: str) -> list[Any]:
    if len(text) > DISCLOSURE_MAX:
        raise NotProven("disclosure_size")
    value = read_json(from_b64url(text))
    if not isinstance(value, list) or len(value) not in (2, 3) or not isinstance(value[0], str):
        raise NotProven("disclosure_form")
    if len(value) == 3 and (not isinstance(value[1], str) or value[1] in RESERVED):
        raise NotProven("disclosure_name")
    return value


@dataclass
class _Opening:
    """One walk through the payload; `waiting` are disclosures by digest that no place was found for yet."""

    waiting: dict[str, list[Any]]
    _seen: set[str] = field(default_factory=set)

    def object(self, value: dict[str, Any], left: int) -> dict[str, Any]:
        if "..." in value:
            raise NotProven("disclosure_place")
        opened = {key: self.any(one, left) for key, one in value.items() if key != "_sd"}
        for digest in self._digests(value.get("_sd", [])):
            disclosure = self._take(digest, 3)
            if disclosure is None:
                continue
            _salt, name, one = disclosure
            if name in opened:
                raise NotProven("disclosure_overwrites")
            opened[name] = self.any(one, left)
        return opened

    def array(self, value: list[Any], left: int) -> list[Any]:
        opened = []
        for one in value:
            if not isinstance(one, dict) or "..." not in one:
                opened.append(self.any(one, left))
                continue
            if len(one) != 1:
                raise NotProven("disclosure_place")
            disclosure = self._take(self._new(one["..."]), 2)
            if disclosure is not None:
                opened.append(self.any(disclosure[1], left))
        return opened

    def any(self, value: Any, left: int) -> Any:
        if left <= 0:
            raise NotProven("sd_jwt_depth")
        if isinstance(value, dict):
            return self.object(value, left - 1)
        return self.array(value, left - 1) if isinstance(value, list) else value

    def _digests(self, value: Any) -> list[str]:
        if not isinstance(value, list):
            raise NotProven("sd_form")
        return [self._new(one) for one in value]

    def _new(self, digest: Any) -> str:
        """A digest stands in one place only."""
        if not isinstance(digest, str) or digest in self._seen:
            raise NotProven("digest_twice")
        self._seen.add(digest)
        return digest

    def _take(self, digest: str, length: int) -> list[Any] | None:
        disclosure = self.waiting.pop(digest, None)
        if disclosure is not None and len(disclosure) != length:
            raise NotProven("disclosure_place")
        return disclosure


@dataclass(frozen=True)
class Binding:
    """What the holder's signature has to name: us, this request, and what was to be agreed to, as it was sent."""

    audience: str
    nonce: str
    transaction_data: tuple[str, ...] = ()


def must_be_bound(parts: Parts, key: ec.EllipticCurvePublicKey, wanted: Binding, now: datetime, sd_alg: str) -> None:
    """Refuses a presentation that the holder of the key did not make for this very request (RFC 9901 §7.3)."""
    if not parts.binding:
        raise NotProven("binding_missing")
    jws = read_jws(parts.binding, typ="kb+jwt")
    must_be_signed_by(jws, key)
    claims = jws.claims()
    if not same_text(claims.get("aud"), wanted.audience):
        raise NotProven("binding_audience")
    if not same_text(claims.get("nonce"), wanted.nonce):
        raise NotProven("binding_nonce")
    if not same_text(claims.get("sd_hash"), digest_of(parts.bound, sd_alg)):
        raise NotProven("binding_sd_hash")
    issued = claims.get("iat")
    if not is_time(issued) or not -CLOCKS_DIFFER <= now.timestamp() - issued <= BINDING_LASTS:
        raise NotProven("binding_time")
    _must_agree(claims, wanted.transaction_data)


def _must_agree(claims: dict[str, Any], transaction_data: tuple[str, ...]) -> None:
    """The hashes are over the text as it was sent (OpenID4VP 1.0 App. B.3.3.1)."""
    if claims.get("transaction_data_hashes_alg", "sha-256") != "sha-256":
        raise NotProven("transaction_data_alg")
    wanted = [digest_of(one, "sha-256") for one in transaction_data]
    if claims.get("transaction_data_hashes", []) != wanted:
        raise NotProven("transaction_data")


def is_time(value: Any) -> TypeGuard[float]:
    """A NumericDate (RFC 7519 §2) with which one can reckon; `True` is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LATEST
