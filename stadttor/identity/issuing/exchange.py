"""What a wallet is answered: an offer, a token for its code, credentials for its token.

    open → (code and transaction code) → redeemed → (token, nonce, proven keys) → done; void after too many wrong codes

Each arrow is one compare-and-set under a lock: whoever comes second finds nothing. Refusals are `NotIssued` with the code of
the protocol; why stands in the audit chain as `wallet.not_issued`, of each offer up to `NOTED_MOST` times. What nobody was ever
offered is about nothing, so it stands in the log alone.
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
from stadttor.ground.models import AuditEntry
from stadttor.ground.rows import change, first
from stadttor.ground.steps import step
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
REFUSED, NOTED_MOST = "wallet.not_issued", 10


@dataclass(frozen=True)
class Place:
    """Where this authority is asked: its id, what wallets call us, and how the address of a status list begins."""

    authority_id: UUID
    at: IssuerAddresses
    status: str


def offer_for(place: Place, secret: str, says: Mapping[bool, str], now: datetime) -> Mapping[str, Any]:
    """The offer at its address, as often as a wallet likes while it is open. `says` by whether the code was mailed."""
    with reading(place.authority_id):
        row = first(CredentialOffer, authority_id=place.authority_id, offer_hash=hashed(secret))
    problem = _over(row, "open", now) if row else "unknown"
    if row and problem:
        _note_refused(row, problem, now)
    if row is None or problem:
        raise not_found()
    return issuer().offer(place.at, row.kind, opened(row)["code"], says[row.mailed])


@step
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
        problem = _redeem(row, tx_code, token, now) if row else "unknown"
    if problem:
        raise NotIssued("invalid_grant", problem)
    return {"access_token": token, "token_type": "Bearer", "expires_in": int(TOKEN_LASTS.total_seconds())}


def _redeem(row: CredentialOffer, tx_code: str, token: str, now: datetime) -> str:
    """Inside the open work, with the row locked; gives why not, empty where a token may be given out."""
    if problem := _over(row, "open", now):
        _note_refused(row, problem, now)
        return problem
    which = {"authority_id": row.authority_id, "id": row.id}
    if not hmac.compare_digest(opened(row)["tx_code"].encode(), tx_code.encode()):
        row.tries += 1
        over = {"status": "void", "secrets_sealed": None} if row.tries >= TRIES_MOST else {}
        change(CredentialOffer, {"tries": row.tries, **over}, **which)
        note(row.authority_id, row.about, "wallet.code_wrong", CITIZEN, now, tries=row.tries)
        return "code_wrong"
    values = {"status": "redeemed", "secrets_sealed": None, "token_hash": hashed(token), "expires": now + TOKEN_LASTS}
    change(CredentialOffer, values, **which)
    return ""


def _over(row: CredentialOffer, status: str, now: datetime) -> str:
    """Why an offer is not (any more) in this status: `used`, `void` or `late`; empty where it is."""
    if row.status != status:
        return "void" if row.status == "void" else "used"
    return "late" if row.expires <= now else ""


def _note_refused(row: CredentialOffer, reason: str, now: datetime) -> None:
    """That a wallet got nothing of an offer, and why. Whoever holds a code may try for ever: the chain does not grow with it."""
    with work(row.authority_id):
        noted = AuditEntry.objects.filter(
            authority_id=row.authority_id, subject_id=row.about, act=REFUSED, at__gte=row.started
        )
        if noted.count() < NOTED_MOST:
            note(row.authority_id, row.about, REFUSED, CITIZEN, now, kind=row.kind, reason=reason)


@step
def credentials_for(place: Place, token: str, body: bytes, now: datetime) -> dict[str, Any]:
    """The credentials for a token, once, each bound to a key that the wallet proved (OpenID4VCI 1.0 §8)."""
    row = _by_token(place, token)
    try:
        return {"credentials": [{"credential": one} for one in _given(place, row, body, now)]}
    except NotIssued as refused:
        _note_refused(row, refused.reason or refused.code, now)
        raise


def _by_token(place: Place, token: str) -> CredentialOffer:
    with reading(place.authority_id):
        row = first(CredentialOffer, authority_id=place.authority_id, token_hash=hashed(token))
    if row is None:
        raise NotIssued("invalid_token", "unknown", status=401)
    return row


def _given(place: Place, row: CredentialOffer, body: bytes, now: datetime) -> list[str]:
    if problem := _over(row, "redeemed", now):
        raise NotIssued("invalid_token", problem, status=401)
    request = issuer().read_request(body)
    kind = _offered_kind(place, row, request)
    keys, nonce = issuer().proven_keys(request, place.at, lambda nonce: is_fresh(place.authority_id, nonce, now), now)
    try:
        with work(place.authority_id):
            _spend(row, nonce)
            given = _issue(place, row, kind, keys, now)
    except IntegrityError as error:
        raise NotIssued("invalid_nonce", "nonce_used") from error
    return given


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
        raise NotIssued("invalid_token", "used", status=401)


def _issue(
    place: Place, row: CredentialOffer, kind: CredentialKind, keys: Sequence[Mapping[str, str]], now: datetime
) -> list[str]:
    """What there is to say at this moment, in one wallet: what was taken into another one before ends."""
    signer = signer_of(place.authority_id)
    issuable = issuables().issuable(place.authority_id, row.kind, row.about, now)
    if signer is None or not issuer().may_sign(signer, now) or issuable is None:
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
        authority_id=row.authority_id,
        about=row.about,
        kind=row.kind,
        offer_id=row.id,
        issued=now,
        ends=issuable.ends,
        revoked_from=issuable.ends,
        why="ended",
    )
    give_place(issued)
    return StatusPlace(f"{place.status}{issued.list_number}", issued.place)
