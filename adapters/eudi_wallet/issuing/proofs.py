"""How a wallet proves the keys that credentials are bound to (OpenID4VCI 1.0 §8.2, App. F.1 and F.4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.eudi_wallet.encoding import read_object
from adapters.eudi_wallet.jwk import public_jwk, public_key
from adapters.eudi_wallet.jws import must_be_signed_by, read_jws
from adapters.eudi_wallet.sd_jwt import CLOCKS_DIFFER, is_time
from stadttor.identity.ports import BATCH_MOST, CredentialRequest, NotIssued, NotProven

TYPE = "openid4vci-proof+jwt"
LASTS = 300
# A key has to come itself: neither a name nor a certificate tells whose it is here.
OTHER_KEYS = frozenset({"kid", "x5c", "trust_chain"})


def read_request(body: bytes) -> CredentialRequest:
    """A credential request as far as it can be read. Raises NotIssued with the code of §8.3.1.2."""
    try:
        asked = read_object(body)
    except NotProven as error:
        raise NotIssued("invalid_credential_request", error.reason) from error
    if "credential_response_encryption" in asked:
        raise NotIssued("invalid_encryption_parameters", "not_supported")
    if "credential_identifier" in asked:
        raise NotIssued("unknown_credential_identifier", "none_given")
    kind = asked.get("credential_configuration_id")
    if not isinstance(kind, str):
        raise NotIssued("invalid_credential_request", "configuration_missing")
    return CredentialRequest(kind, _jwts(asked.get("proofs")))


def _jwts(proofs: Any) -> tuple[str, ...]:
    listed = proofs.get("jwt") if isinstance(proofs, dict) and set(proofs) == {"jwt"} else None
    if not isinstance(listed, list) or not listed or not all(isinstance(one, str) for one in listed):
        raise NotIssued("invalid_proof", "proof_missing")
    if len(listed) > BATCH_MOST:
        raise NotIssued("invalid_credential_request", "batch_too_large")
    return tuple(listed)


@dataclass(frozen=True)
class Proof:
    """A key that the wallet holds, and the nonce it was proven with."""

    jwk: dict[str, str]
    nonce: str


def proven_keys(
    jwts: Sequence[str], issuer: str, is_fresh: Callable[[str], bool], now: datetime
) -> tuple[list[dict[str, str]], str]:
    """The public keys in their order, each once, and their one nonce. `is_fresh`: whether we gave a nonce out, lately.

    Raises NotIssued: `invalid_nonce` where a new nonce helps, else `invalid_proof`.
    """
    try:
        proofs = [_proven(one, issuer, now) for one in jwts]
    except NotProven as error:
        raise NotIssued("invalid_proof", error.reason) from error
    nonces = {one.nonce for one in proofs}
    if len(nonces) != 1 or not is_fresh(proofs[0].nonce):
        raise NotIssued("invalid_nonce", "nonce_not_fresh")
    keys = [one.jwk for one in proofs]
    if len({(key["x"], key["y"]) for key in keys}) != len(keys):
        raise NotIssued("invalid_proof", "key_twice")
    return keys, proofs[0].nonce


def _proven(jwt: str, issuer: str, now: datetime) -> Proof:
    jws = read_jws(jwt, typ=TYPE)
    if OTHER_KEYS & jws.header.keys():
        raise NotProven("proof_key_named")
    key = public_key(jws.header.get("jwk"))
    must_be_signed_by(jws, key)
    claims = jws.claims()
    if claims.get("aud") != issuer:
        raise NotProven("proof_audience")
    issued, nonce = claims.get("iat"), claims.get("nonce")
    if not is_time(issued) or not -CLOCKS_DIFFER <= now.timestamp() - issued <= LASTS:
        raise NotProven("proof_time")
    if not isinstance(nonce, str) or not nonce:
        raise NotProven("proof_nonce")
    return Proof(public_jwk(key), nonce)
