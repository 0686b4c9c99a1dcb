"""Verbs of the citizen's account: sign in, open, keep something in it, sign out, delete it."""

import hmac
import secrets
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from stadttor.citizens.models import CitizenAccount, CitizenSession, KeptThing
from stadttor.citizens.queries import PURPOSE, Citizen, hashed
from stadttor.citizens.rules import SESSION_IDLE, SESSION_LASTS, UNUSED, Kind
from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import CITIZEN, SYSTEM, Actor
from stadttor.ground.erasing import Erased, erase
from stadttor.ground.keys import derived
from stadttor.ground.rows import change, first, insert, insert_unless_taken, rows
from stadttor.ground.sealed import seal
from stadttor.ground.web.language import N_
from stadttor.ground.work import work
from stadttor.identity.ports import IdentityAssertion

NOBODY_AGAIN = N_(
    "You signed in once, without an account there. So we cannot recognise you the next time, and cannot keep an account for"
    " you. You can go on with your secret link."
)
AT_ONCE = 500


def sign_in(*, authority_id: UUID, assertion: IdentityAssertion, now: datetime) -> str | None:
    """A new session in her account; gives its token, of which only the hash is kept. None when she has no account here."""
    with work(authority_id):
        account = first(CitizenAccount, authority_id=authority_id, person_hash=_person(authority_id, assertion))
        return _begin(account, assertion, now) if account else None


def open_account(*, authority_id: UUID, assertion: IdentityAssertion, now: datetime) -> str:
    """She wants one: from now on there is an account, and she is signed in to it. Safe to repeat.

    Refused for a sign-in without a pseudonym, which nobody would recognise again.
    """
    row = CitizenAccount(
        authority_id=authority_id,
        person_hash=_person(authority_id, assertion),
        source=assertion.source,
        level=assertion.level,
        created=now,
        used=now,
    )
    with work(authority_id):
        if insert_unless_taken(row):
            _note(row.authority_id, "account.opened", row.id, now, source=assertion.source)
        token = sign_in(authority_id=authority_id, assertion=assertion, now=now)
    if token is None:  # deleted in the same moment by herself
        raise _signed_out()
    return token


def _signed_out() -> Refused:
    return Refused("signed_out", "You are signed out. Please sign in again.", status=401)


def _person(authority_id: UUID, assertion: IdentityAssertion) -> bytes:
    """A pseudonym means something only together with who gave it."""
    if not assertion.subject:
        raise Refused("nobody_again", NOBODY_AGAIN, status=403)
    text = f"{len(assertion.issuer)}:{assertion.issuer}{assertion.subject}"
    return hmac.digest(derived(authority_id, PURPOSE), text.encode(), "sha256")


def _begin(account: CitizenAccount, assertion: IdentityAssertion, now: datetime) -> str | None:
    """None when another window deletes the account in this moment."""
    token = secrets.token_urlsafe(32)
    authority_id = account.authority_id
    said = {"level": assertion.level, "source": assertion.source, "used": now}
    if not change(CitizenAccount, said, authority_id=authority_id, id=account.id):
        return None
    insert(
        CitizenSession(
            authority_id=authority_id, token_hash=hashed(token), account_id=account.id, started=now, seen=now
        )
    )
    _note(authority_id, "account.signed_in", account.id, now, source=assertion.source, level=assertion.level)
    return token


def keep(*, citizen: Citizen, kind: Kind, thing_id: UUID, token: str, now: datetime) -> None:
    """Take a draft, an application or an appointment into her account. The caller has seen that the token opens it. Safe to repeat.

    Refused when another window has deleted the account.
    """
    row = _kept(citizen.authority_id, citizen.account_id, kind, thing_id, token, now)
    with work(citizen.authority_id):
        if not _is_there(citizen.authority_id, citizen.account_id):
            raise _signed_out()
        if insert_unless_taken(row):
            _note(citizen.authority_id, "account.kept", citizen.account_id, now, kind=kind, thing_id=str(thing_id))


def let_go(*, citizen: Citizen, thing_id: UUID, now: datetime, made_of: UUID | None = None) -> None:
    """Take it out again, with the draft it was `made_of`: the same secret opens both. Its link opens it as before."""
    with work(citizen.authority_id):
        things = [one for one in (thing_id, made_of) if one]
        mine = {"authority_id": citizen.authority_id, "account_id": citizen.account_id, "thing_id__in": things}
        if KeptThing.objects.filter(**mine).delete()[0]:
            _note(citizen.authority_id, "account.let_go", citizen.account_id, now, thing_id=str(thing_id))


def follow(*, authority_id: UUID, draft_id: UUID, submission_id: UUID, token: str, now: datetime) -> None:
    """A draft was sent: the application made of it lies in the accounts that held the draft. Inside the work that sends."""
    with work(authority_id):
        for one in rows(KeptThing, authority_id=authority_id, thing_id=draft_id, kind="draft", order=("account_id",)):
            if not _is_there(authority_id, one.account_id):
                continue
            row = _kept(authority_id, one.account_id, "application", submission_id, token, now)
            insert_unless_taken(row)


def _is_there(authority_id: UUID, account_id: UUID) -> bool:
    """Whether the account is not deleted; nor will it be before the open work ends."""
    return first(CitizenAccount, authority_id=authority_id, id=account_id, lock=True) is not None


def _kept(authority_id: UUID, account_id: UUID, kind: Kind, thing_id: UUID, token: str, now: datetime) -> KeptThing:
    row = KeptThing(authority_id=authority_id, account_id=account_id, kind=kind, thing_id=thing_id, since=now)
    row.token_sealed = seal(derived(authority_id, PURPOSE), row.id, token.encode())
    return row


def agree_to_delivery(*, citizen: Citizen, agrees: bool, now: datetime) -> None:
    """She wants decisions in her account from now on, or not any more (§ 41 Abs. 2a VwVfG). Safe to repeat.

    What lies there already stays on its way.
    """
    with work(citizen.authority_id):
        since = now if agrees else None
        change(CitizenAccount, {"delivery_since": since}, authority_id=citizen.authority_id, id=citizen.account_id)
        act = "account.delivery_agreed" if agrees else "account.delivery_ended"
        _note(citizen.authority_id, act, citizen.account_id, now)


def sign_out(*, authority_id: UUID, token: str) -> None:
    """The session of this browser ends; whoever copied its token has nothing."""
    with work(authority_id):
        CitizenSession.objects.filter(authority_id=authority_id, token_hash=hashed(token)).delete()


def close_account(*, citizen: Citizen, now: datetime) -> Erased:
    """Delete her account with all its sessions and keys. What they opened stays as the law says."""
    with work(citizen.authority_id):
        return _close(citizen.authority_id, citizen.account_id, CITIZEN, now)


def _close(authority_id: UUID, account_id: UUID, actor: Actor, now: datetime) -> Erased:
    _is_there(authority_id, account_id)  # locked first, as by whoever puts something into it
    gone = erase(KeptThing, authority_id, account_id=account_id)
    gone += erase(CitizenSession, authority_id, account_id=account_id)
    gone += erase(CitizenAccount, authority_id, id=account_id)
    _note(authority_id, "account.closed", account_id, now, actor=actor)
    return gone


def forget_thing(*, authority_id: UUID, thing_id: UUID) -> Erased:
    """A draft, an application or an appointment is gone for good, and every key to it. Inside the open work."""
    return erase(KeptThing, authority_id, thing_id=thing_id)


def forget_ended(*, authority_id: UUID, now: datetime) -> None:
    """Delete sessions that ended, and accounts that nobody has signed in to for two years."""
    over = Q(seen__lte=now - SESSION_IDLE) | Q(started__lte=now - SESSION_LASTS)
    with work(authority_id):
        CitizenSession.objects.filter(over, authority_id=authority_id).delete()
        unused = CitizenAccount.objects.filter(authority_id=authority_id, used__lte=now - UNUSED)
        for account_id in list(unused.values_list("id", flat=True)[:AT_ONCE]):
            _close(authority_id, account_id, SYSTEM, now)


def _note(
    authority_id: UUID, act: str, account_id: UUID, now: datetime, *, actor: Actor = CITIZEN, **details: object
) -> None:
    audit.record(authority_id, act=act, actor=actor, subject=("account", account_id), at=now, details=details)
