"""Credentials as SD-JWT VC (draft 19, profile HAIP 1.0 §6.1): from a presentation to claims that are proven."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from adapters.eudi_wallet.credential import SD_JWT_VC, Credential, status_entry
from adapters.eudi_wallet.jwk import public_key
from adapters.eudi_wallet.jws import must_be_signed_by, read_jws
from adapters.eudi_wallet.sd_jwt import CLOCKS_DIFFER, Binding, is_time, must_be_bound, open_claims, split
from adapters.eudi_wallet.x509_path import Anchors, read_x5c, signing_key
from stadttor.identity.ports import NotProven

# SD-JWT VC §2.2.2.3: what decides whether the credential holds is never left to the holder's choice.
NEVER_HIDDEN = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"})
PRESENTATION_MAX = 256 * 1024


def proven_sd_jwt_vc(
    presentation: str, types: Collection[str], anchors: Anchors, binding: Binding, now: datetime
) -> Credential:
    """The credential, shown by its holder for this request; its status is still to be asked. Refuses anything else."""
    if len(presentation) > PRESENTATION_MAX:
        raise NotProven("presentation_size")
    parts = split(presentation)
    jws = read_jws(parts.issuer_jwt, typ=SD_JWT_VC)
    payload = jws.claims()
    type_ = _asked_type(payload, types)
    issuer = anchors.leaf(type_, read_x5c(jws.header.get("x5c")), now)
    must_be_signed_by(jws, signing_key(issuer))
    opened = open_claims(payload, parts.disclosures)
    if opened.hidden & NEVER_HIDDEN:
        raise NotProven("claim_must_not_be_hidden")
    claims = opened.claims
    _must_hold_now(claims, now)
    holder = claims.get("cnf")
    if not isinstance(holder, dict):
        raise NotProven("holder_key_missing")
    must_be_bound(parts, public_key(holder.get("jwk")), binding, now, payload.get("_sd_alg", "sha-256"))
    expires = int(claims["exp"]) if "exp" in claims else None
    return Credential(SD_JWT_VC, type_, claims, issuer, status_entry(claims.get("status")), expires)


def _asked_type(payload: dict[str, Any], types: Collection[str]) -> str:
    """The type by which it was asked for: its own, or one that it also is (`aka_vcts`)."""
    also = payload.get("aka_vcts", [])
    if not isinstance(also, list):
        raise NotProven("credential_type")
    for one in (payload.get("vct"), *also):
        if isinstance(one, str) and one in types:
            return one
    raise NotProven("credential_type")


def _must_hold_now(claims: dict[str, Any], now: datetime) -> None:
    seconds = now.timestamp()
    times = {name: claims[name] for name in ("iat", "nbf", "exp") if name in claims}
    if not all(is_time(value) for value in times.values()):
        raise NotProven("credential_time_form")
    if max(times.get("nbf", 0), times.get("iat", 0)) > seconds + CLOCKS_DIFFER:
        raise NotProven("credential_not_yet_valid")
    if times.get("exp", seconds) <= seconds - CLOCKS_DIFFER:
        raise NotProven("credential_expired")
