"""What a wallet is answered: an offer, a token for its code, credentials for its token.

    open → (code and transaction code) → redeemed → (token, nonce, proven keys) → done; void after too many wrong codes

Each arrow is one compare-and-set under a lock: whoever comes second finds nothing. Refusals are `NotIssued` with the code of
the protocol; why stands in the audit chain.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from stadttor.core.refused import not_found
from stadttor.ground.actor import CITIZEN
from stadttor.ground.rows import change, first
from stadttor.ground.work import reading, work
from stadttor.identity.issuing.limits import TRIES_MOST
from stadttor.identity.issuing.models import CredentialOffer, IssuedCredential
from stadttor.identity.issuing.nonces import is_fresh
from stadttor.identity.issuing.services import note, opened, revoke
from stadttor.identity.issuing.signing import signer_of
from stadttor.identity.issuing.status import give_place
from stadttor.identity.ports import (
    CredentialKind,
    CredentialRequest,
    Issuable,
    IssuerAddresses,
    NotIssued,
    StatusPlace,
    issuables,
    issuer,
)
from stadttor.identity.queries import hashed

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
TOKEN_LASTS = timedelta(minutes=5)


@dataclass(frozen=True)
class Place:
    """Where this authority is asked: its id, what wallets call us, and how the address of a status list begins."""

    authority_id: UUID
    at: IssuerAddresses
    status: str


def offer_for(place: Place, secret: str, says: Mapping[bool, str], now: datetime) -> Mapping[str, Any]:
    """The offer at its address, as often as a wallet likes while it is open. `says` by whether the code was mailed."""
    with reading(place.authority_id):
        row = first(CredentialOffer, authority_id=place.authority_id, offer_hash=hashed(secret), status="open")
    if row is None or row.expires <= now:
        raise not_found()
    return issuer().offer(place.at, row.kind, opened(row)["code"], says[row.mailed])


def token_for(place: Place, form: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """An access token for a code, once (OpenID4VCI 1.0 §6). Three wrong transaction codes void the offer."""
    if form.get("grant_type") != GRANT:
        raise NotIssued("unsupported_grant_type" if form.get("grant_type") else "invalid_request")
    code, tx_code = form.get("pre-authorized_code", ""), form.get("tx_code", "")
    if not code or not tx_code:
        raise NotIssued("invalid_request", "code_missing")
    token = secrets.token_urlsafe(32)
    # The count of wrong ones has to stay, so the work ends before the refusal.
    with work(place.authority_id):
        row = first(CredentialOffer, authority_id=place.authority_id, code_hash=hashed(code), lock=True)
        redeemed = row is not None and _redeem(row, tx_code, token, now)
    if not redeemed:
        raise NotIssued("invalid_grant")
    return {"access_token": token, "token_type": "Bearer", "expires_in": int(TOKEN_LASTS.total_seconds())}


def _redeem(row: CredentialOffer, tx_code: str, token: str, now: datetime) -> bool:
    """Inside the open work, with the row locked."""
    if row.status != "open" or row.expires <= now:
        return False
    which = {"authority_id": row.authority_id, "id": row.id}
    if not hmac.compare_digest(opened(row)["tx_code"].encode(), tx_code.encode()):
        row.tries += 1
        over = {"status": "void", "secrets_sealed": None} if row.tries >= TRIES_MOST else {}
        change(CredentialOffer, {"tries": row.tries, **over}, **which)
        note(row.authority_id, row.about, "wallet.code_wrong", CITIZEN, now, tries=row.tries)
        return False
    values = {"status": "redeemed", "secrets_sealed": None, "token_hash": hashed(token), "expires": now + TOKEN_LASTS}
    change(CredentialOffer, values, **which)
    return True


def credentials_for(place: Place, token: str, body: bytes, now: datetime) -> dict[str, Any]:
    """The credentials for a token, once, each bound to a key that the wallet proved (OpenID4VCI 1.0 §8)."""
    row = _by_token(place, token, now)
    request = issuer().read_request(body)
    kind = _offered_kind(place, row, request)
    keys, nonce = issuer().proven_keys(request, place.at, lambda nonce: is_fresh(place.authority_id, nonce, now), now)
    try:
        with work(place.authority_id):
            _spend(row, nonce)
            given = _issue(place, row, kind, keys, now)
    except IntegrityError as error:
        raise NotIssued("invalid_nonce", "nonce_used") from error
    return {"credentials": [{"credential": one} for one in given]}


def _by_token(place: Place, token: str, now: datetime) -> CredentialOffer:
    with reading(place.authority_id):
        row = first(CredentialOffer, authority_id=place.authority_id, token_hash=hashed(token), status="redeemed")
    if row is None or row.expires <= now:
        raise NotIssued("invalid_token", status=401)
    return row


def _offered_kind(place: Place, row: CredentialOffer, request: CredentialRequest) -> CredentialKind:
    kinds = {one.id: one for one in issuables().kinds(place.authority_id)}
    if request.kind not in kinds:
        raise NotIssued("unknown_credential_configuration")
    if request.kind != row.kind:
        raise NotIssued("invalid_credential_request", "not_offered")
    return kinds[row.kind]


def _spend(row: CredentialOffer, nonce: str) -> None:
    """Token and nonce count once, whoever comes first."""
    used = first(CredentialOffer, authority_id=row.authority_id, nonce_hash=hashed(nonce))
    if used is not None:
        raise NotIssued("invalid_nonce", "nonce_used")
    which = {"authority_id": row.authority_id, "id": row.id, "status": "redeemed"}
    if not change(CredentialOffer, {"status": "done", "nonce_hash": hashed(nonce)}, **which):
        raise NotIssued("invalid_token", status=401)


def _issue(
    place: Place, row: CredentialOffer, kind: CredentialKind, keys: Sequence[Mapping[str, str]], now: datetime
) -> list[str]:
    """What there is to say at this moment, in one wallet: what was taken into another one before ends."""
    signer = signer_of(place.authority_id)
    issuable = issuables().issuable(place.authority_id, row.kind, row.about, now)
    if signer is None or issuer().ends(signer) <= now or issuable is None:
        raise NotIssued("credential_request_denied", "nothing_to_issue")
    revoke(authority_id=row.authority_id, about=row.about, why="taken_again", begins=now, actor=CITIZEN, now=now)
    given = []
    for key in keys:
        where = _kept(place, row, issuable, now)
        given.append(issuer().credential(signer, kind, issuable, key, where, now))
    note(row.authority_id, row.about, "wallet.issued", CITIZEN, now, kind=row.kind, count=len(given))
    return given


def _kept(place: Place, row: CredentialOffer, issuable: Issuable, now: datetime) -> StatusPlace:
    issued = IssuedCredential(
        authority_id=row.authority_id, about=row.about, kind=row.kind, offer_id=row.id, issued=now, ends=issuable.ends
    )
    give_place(issued)
    return StatusPlace(f"{place.status}{issued.list_number}", issued.place)
