"""Offer a credential, take it back, forget it."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import CITIZEN, Actor
from stadttor.ground.erasing import Erased, erase
from stadttor.ground.keys import derived
from stadttor.ground.rows import insert, read, rows
from stadttor.ground.sealed import seal, unseal
from stadttor.ground.steps import step
from stadttor.ground.web.language import N_
from stadttor.ground.work import work
from stadttor.identity.issuing.limits import DAY, free_from
from stadttor.identity.issuing.models import CredentialOffer, IssuedCredential
from stadttor.identity.issuing.nonces import LASTS as NONCE_LASTS
from stadttor.identity.issuing.signing import issues
from stadttor.identity.ports import TX_CODE_DIGITS, issuables
from stadttor.identity.queries import hashed

PURPOSE = "credential offer"
ROOT = "/wallet-issuer/"
"""Below it wallets find us (urls.py); written out, since addresses of it are made where its pages are not loaded."""
LASTS = timedelta(minutes=15)
"""Long enough for a mail to arrive."""
KEPT_AFTER_END = timedelta(days=30)
"""A credential that has ended is refused by its own date; so long its place is not given out anew."""

NO_OFFER = UUID(int=0)
"""Of what stays of an erased case."""
TOO_OFTEN = N_("This was begun too often. Please try it again tomorrow, or ask the town hall.")
_ALONE_SQL = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))::text"


@dataclass(frozen=True)
class Offered:
    """An offer that waits for a wallet. `secret` is that of its address, `tx_code` what the person types there."""

    id: UUID
    kind: str
    secret: str
    tx_code: str
    mailed: bool
    expires: datetime


@step
def offer(*, authority_id: UUID, about: UUID, kind: str, mailed: bool, now: datetime) -> Offered:
    """Offer a credential about this case to one wallet. The caller has seen that it is hers, and mails the code if he says so.

    Earlier offers of it count no more. Refused as not found where there is nothing to issue, and where it was offered, or the
    number of an offer was wrong, too often.
    """
    if not issues(authority_id, now) or issuables().issuable(authority_id, kind, about, now) is None:
        raise not_found()
    said = {
        "secret": secrets.token_urlsafe(32),
        "code": secrets.token_urlsafe(32),
        "tx_code": str(secrets.randbelow(10**TX_CODE_DIGITS)).zfill(TX_CODE_DIGITS),
    }
    row = CredentialOffer(
        authority_id=authority_id,
        about=about,
        kind=kind,
        offer_hash=hashed(said["secret"]),
        code_hash=hashed(said["code"]),
        mailed=mailed,
        started=now,
        expires=now + LASTS,
    )
    row.secrets_sealed = seal(derived(authority_id, PURPOSE), row.id, json.dumps(said).encode())
    with work(authority_id):
        _must_be_free(authority_id, about, now)
        _void_offers(authority_id, about, kind)
        insert(row)
        note(authority_id, about, "wallet.offered", CITIZEN, now, kind=kind)
    return Offered(row.id, kind, said["secret"], said["tx_code"], mailed, row.expires)


def _must_be_free(authority_id: UUID, about: UUID, now: datetime) -> None:
    """One after the other, inside the open work: two at once would both count too few."""
    read(_ALONE_SQL, f"credential offer:{about}")
    if free_from(authority_id, about, now) is not None:
        raise Refused("wallet_too_often", TOO_OFTEN, status=429)


def opened(row: CredentialOffer) -> dict[str, str]:
    """`secret`, `code` and `tx_code` of an offer. Refused as not found when they were wiped."""
    if row.secrets_sealed is None:
        raise not_found()
    key = derived(row.authority_id, PURPOSE)
    said: dict[str, str] = json.loads(unseal(key, row.id, bytes(row.secrets_sealed)))
    return said


@step
def revoke(*, authority_id: UUID, about: UUID, why: str, begins: datetime, actor: Actor, now: datetime) -> int:
    """What was issued about this case does not count any more from a moment on; gives how many credentials that ends.

    Open offers of it go at once. One that ends earlier already stays so.
    """
    later = Q(revoked_from__isnull=True) | Q(revoked_from__gt=begins)
    return _revoke(authority_id, Q(about=about) & later, why, begins, actor, now, about)


def revoke_place(*, authority_id: UUID, number: int, place: int, actor: Actor, now: datetime) -> bool:
    """All that came into a wallet together with one of which only its place in a status list is known.

    Gives whether it counted until now, if only for some days more.
    """
    counts = Q(revoked_from__isnull=True) | Q(revoked_from__gt=now)
    with work(authority_id):
        found = IssuedCredential.objects.filter(counts, authority_id=authority_id, list_number=number, place=place)
        row = found.first()
        if row is None:
            return False
        which = Q(id=row.id) if row.offer_id == NO_OFFER else Q(offer_id=row.offer_id)
        return bool(_revoke(authority_id, which & counts, "reported", now, actor, now, row.about))


def _revoke(
    authority_id: UUID, which: Q, why: str, begins: datetime, actor: Actor, now: datetime, about: UUID | None
) -> int:
    with work(authority_id):
        if about is not None and why != "reported":
            _void_offers(authority_id, about)
        found = IssuedCredential.objects.filter(which, authority_id=authority_id)
        changed = found.update(revoked_from=begins, why=why)
        if changed:
            note(authority_id, about, "wallet.revoked", actor, now, count=changed, why=why, begins=begins.isoformat())
    return changed


def _void_offers(authority_id: UUID, about: UUID, kind: str | None = None) -> None:
    """Codes and tokens that are on their way count no more."""
    found = CredentialOffer.objects.filter(authority_id=authority_id, about=about, status__in=("open", "redeemed"))
    found = found.filter(kind=kind) if kind else found
    found.update(status="void", secrets_sealed=None)


def forget_ended(*, authority_id: UUID, now: datetime) -> None:
    """Wipe the secrets of offers that are over, delete what counts for no limit any more, and places that ended long ago.

    By then the nonces with which offers were fetched have ended, too.
    """
    with work(authority_id):
        offers = CredentialOffer.objects.filter(authority_id=authority_id)
        offers.filter(expires__lte=now, secrets_sealed__isnull=False).update(secrets_sealed=None)
        offers.filter(started__lte=now - DAY, expires__lte=now - NONCE_LASTS).delete()
        IssuedCredential.objects.filter(authority_id=authority_id, ends__lte=now - KEPT_AFTER_END).delete()


def erase_issued(*, authority_id: UUID, about: UUID, now: datetime) -> Erased:
    """The case goes for good: what was issued about it is revoked, and nothing of it says any more what it was about."""
    with work(authority_id):
        found = rows(IssuedCredential, authority_id=authority_id, about=about)
        gone = erase(CredentialOffer, authority_id, about=about) + erase(IssuedCredential, authority_id, about=about)
        for row in found:
            insert(_bare(row, now))
    return gone


def _bare(row: IssuedCredential, now: datetime) -> IssuedCredential:
    """A place that stays taken and revoked, of nothing: its moments are months, in which much else ended."""
    until = _month(row.ends + timedelta(days=31))
    return IssuedCredential(
        authority_id=row.authority_id,
        kind=row.kind,
        offer_id=NO_OFFER,
        list_number=row.list_number,
        place=row.place,
        issued=until,
        ends=until,
        revoked_from=_month(min(row.revoked_from or now, now)),
        why="erased",
    )


def _month(at: datetime) -> datetime:
    """Its beginning."""
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def note(authority_id: UUID, about: UUID | None, act: str, actor: Actor, now: datetime, **details: Any) -> None:
    """A line of the audit chain: kinds and numbers, never what a credential says."""
    said: Mapping[str, object] = details
    audit.record(authority_id, act=act, actor=actor, subject=("case", about), at=now, details=said)
