"""Sessions of staff: begun, listed, ended; and that the person at the keyboard proved once more who she is.

They are rows of the server, so ending one ends it at once. What opens or closes access wants a proof that is not older
than `PROOF_LASTS` (OWASP ASVS 5.0, 7.5): a screen left open is no place to take over an account.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.work import common, work
from stadttor.identity.models import Membership, StaffAccount, StaffSession
from stadttor.identity.queries import hashed
from stadttor.identity.rules import PASSWORD_ONLY, PROOF_LASTS, SESSION_IDLE, SESSION_LASTS


@dataclass(frozen=True)
class SessionRow:
    """A signed-in browser as its owner sees it; `here` is the one she looks with."""

    id: UUID
    device: str
    way: str
    started: datetime
    seen: datetime
    here: bool


@dataclass(frozen=True)
class Provider:
    """Where a session of an OpenID provider counts, and the provider's names for person and session."""

    authority_id: UUID
    subject: str
    sid: str


def begin(
    account: StaffAccount,
    *,
    device: str,
    now: datetime,
    proved: datetime | None,
    way: str = PASSWORD_ONLY,
    provider: Provider | None = None,
) -> str:
    """A new session inside the open work; gives its token, of which only the hash is kept.

    `proved` is when she showed that it is she, None where nobody knows.
    """
    token = secrets.token_urlsafe(32)
    named = {"only_at": provider.authority_id, "subject": provider.subject, "sid": provider.sid} if provider else {}
    StaffSession.objects.create(
        **named, token_hash=hashed(token), account=account, device=device, way=way, started=now, seen=now, proved=proved
    )
    return token


def own_sessions(account_id: UUID, token: str, now: datetime) -> list[SessionRow]:
    """Her living sessions, the present one first, then those last seen."""
    alive = {"account_id": account_id, "started__gt": now - SESSION_LASTS, "seen__gt": now - SESSION_IDLE}
    with common():
        found = list(StaffSession.objects.filter(**alive).order_by("-seen", "id"))
    mine = hashed(token)
    listed = [_row(one, mine) for one in found]
    return sorted(listed, key=lambda row: not row.here)


def _row(one: StaffSession, mine: bytes) -> SessionRow:
    return SessionRow(one.id, one.device, one.way, one.started, one.seen, bytes(one.token_hash) == mine)


def way_of(token: str) -> str:
    """How this session began, or what strengthened it; empty when there is none."""
    with common():
        return StaffSession.objects.filter(token_hash=hashed(token)).values_list("way", flat=True).first() or ""


def is_proved(token: str, now: datetime) -> bool:
    """Whether whoever holds this session proved a moment ago who she is."""
    with common():
        return StaffSession.objects.filter(token_hash=hashed(token), proved__gt=now - PROOF_LASTS).exists()


def must_be_proved(token: str, now: datetime) -> None:
    """Refused when the last proof is too old."""
    if not is_proved(token, now):
        raise Refused("proof_needed", "Please confirm first that it is you.", status=403)


def note_proof(account: StaffAccount, token: str, *, authority_id: UUID, now: datetime, way: str = "") -> str:
    """Inside the open work: the session goes on under a new token, which is given, as one of this `way`.

    Without a `way` it stays what it was. Refused when it has ended.
    """
    renewed = secrets.token_urlsafe(32)
    stronger = {"way": way} if way else {}
    mine = StaffSession.objects.filter(token_hash=hashed(token), account_id=account.id)
    if not mine.update(token_hash=hashed(renewed), proved=now, **stronger):
        raise Refused("session_ended", "Your session has ended. Please sign in again.", status=403)
    _note("staff.proved", authority_id, _actor(account), account.id, now)
    return renewed


def end_session(*, authority_id: UUID, account_id: UUID, token: str, session_id: UUID, now: datetime) -> None:
    """End one of her own sessions. Not found for somebody else's; refused without a fresh proof."""
    with work(authority_id):
        found = StaffSession.objects.select_related("account").filter(account_id=account_id, id=session_id).first()
        if found is None:
            raise not_found()
        must_be_proved(token, now)
        found.delete()
        _note("staff.session_ended", authority_id, _actor(found.account), account_id, now)


def end_other_sessions(*, authority_id: UUID, account_id: UUID, token: str, now: datetime) -> int:
    """End all her sessions but that of `token`; gives how many. Refused without a fresh proof."""
    must_be_proved(token, now)
    with work(authority_id):
        account = StaffAccount.objects.get(id=account_id)
        others = StaffSession.objects.filter(account_id=account_id).exclude(token_hash=hashed(token))
        ended = others.delete()[0]
        _note("staff.sessions_ended", authority_id, _actor(account), account_id, now, count=ended)
    return ended


def end_sessions_of(*, authority_id: UUID, membership_id: UUID, actor: Actor, now: datetime) -> int:
    """An organiser ends all sessions of a colleague; gives how many.

    She learns neither where nor when her colleague is signed in: that would be watching (§ 26 BDSG).
    """
    with work(authority_id):
        member = Membership.objects.filter(authority_id=authority_id, id=membership_id).first()
        if member is None:
            raise not_found()
        ended = StaffSession.objects.filter(account_id=member.account_id).delete()[0]
        _note("staff.sessions_ended", authority_id, actor, member.account_id, now, count=ended)
    return ended


def _actor(account: StaffAccount) -> Actor:
    return Actor("staff", account.id, account.name)


def _note(act: str, authority_id: UUID, actor: Actor, account_id: UUID, now: datetime, **details: object) -> None:
    audit.record(authority_id, act=act, actor=actor, subject=("account", account_id), at=now, details=details)
