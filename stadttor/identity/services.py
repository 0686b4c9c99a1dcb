"""Verbs of staff: sign in and out, accounts, members, units, tokens."""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from django.conf import settings
from django.db.models import F

from stadttor.core.network import neighbourhood
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit, authorities
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.work import common, in_turn, work
from stadttor.identity import sessions
from stadttor.identity.helping import allow_helper as allow_helper
from stadttor.identity.helping import dismiss_helper as dismiss_helper
from stadttor.identity.helping import let_go
from stadttor.identity.helping import name_helper as name_helper
from stadttor.identity.helps import works_elsewhere, works_here
from stadttor.identity.models import (
    ApiToken,
    Membership,
    PasskeyChallenge,
    SignInTries,
    StaffAccount,
    StaffSession,
    Unit,
    UnitMember,
)
from stadttor.identity.queries import hashed
from stadttor.identity.rules import (
    CHALLENGE_LASTS,
    FORGOTTEN_AFTER,
    FREE_TRIES,
    FREE_TRIES_ADDRESS,
    SESSION_LASTS,
    Tries,
    does_casework,
    must_all_hold,
    must_be_another_password,
    must_be_email,
    must_be_good_password,
    must_be_name,
    must_be_roles,
    must_be_tryable,
)

# RFC 9106 §4, second recommendation, with less memory per try so that many tries at once cannot fill a small machine.
PASSES, MEMORY_KIB = 3, 19_456
HASHER = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
NOBODY = HASHER.hash(secrets.token_hex())
NO_ID = UUID(int=0)
NOT_SIGNED_IN = Actor("staff")


def sign_in(*, authority_id: UUID, email: str, password: str, address: str, now: datetime, device: str = "") -> str:
    """Check the password and start a session; gives its token. Refused when wrong, locked out or not a member here."""
    guessed, place = _account_subject(email), _subject("address", neighbourhood(address))
    _count_try({guessed: FREE_TRIES, place: FREE_TRIES_ADDRESS}, now)
    account = account_by(email)
    # Whoever works elsewhere costs the same statements here as nobody does: not even the time may tell them apart.
    works = _works_for(account.id if account else NO_ID, authority_id, now)
    if not _matches(account, password) or account is None or not works:
        _note_wrong_try(authority_id, account if works else None, now)
        raise Refused("wrong_password", "E-mail address or password is wrong.", field="password")
    with work(authority_id):
        if not _is_still(account):
            raise Refused("wrong_password", "E-mail address or password is wrong.", field="password")
        SignInTries.objects.filter(subject=guessed).delete()
        # A right password gives its try back: a whole town hall may sign in from one address.
        SignInTries.objects.filter(subject=place, wrong__gt=0).update(wrong=F("wrong") - 1)
        token = sessions.begin(account, device=device, now=now, proved=now)
        _note_session("staff.signed_in", authority_id, account, now)
    return token


def prove(*, authority_id: UUID, account_id: UUID, token: str, password: str, now: datetime) -> str:
    """By her password, once more; gives the token under which her session goes on. Refused when wrong (counted)."""
    account = who_tries(authority_id, account_id, password, "password", now)
    with work(authority_id):
        must_be_still(account)
        return sessions.note_proof(account, token, authority_id=authority_id, now=now)


def must_be_still(account: StaffAccount) -> None:
    """Inside the open work, after `who_tries`: her tries count no more. Refused when her password is another one by now."""
    if not _is_still(account):
        raise Refused("wrong_password", "This is not your present password.", field="password")
    SignInTries.objects.filter(subject=_account_subject(account.email)).delete()


def who_tries(authority_id: UUID, account_id: UUID, password: str, field: str, now: datetime) -> StaffAccount:
    """Her account, if this is her password. A wrong one counts like a try to sign in."""
    with common():
        account = StaffAccount.objects.get(id=account_id)
    _count_try({_account_subject(account.email): FREE_TRIES}, now)
    if not _matches(account, password):
        _note_wrong_try(authority_id, account if _works_for(account.id, authority_id, now) else None, now)
        raise Refused("wrong_password", "This is not your present password.", field=field)
    return account


def sign_out(*, authority_id: UUID, token: str, now: datetime) -> None:
    """End the session; an unknown one is ended already."""
    with work(authority_id):
        session = StaffSession.objects.select_related("account").filter(token_hash=hashed(token)).first()
        if session is None or not session.delete()[0]:
            return
        if _works_for(session.account_id, authority_id, now):
            _note_session("staff.signed_out", authority_id, session.account, now)


def forget_ended(*, now: datetime) -> None:
    """Delete sessions that ended, tries that count no more and questions nobody can answer."""
    with common(write=True):
        StaffSession.objects.filter(started__lt=now - SESSION_LASTS).delete()
        SignInTries.objects.filter(last__lt=now - FORGOTTEN_AFTER).delete()
        PasskeyChallenge.objects.filter(asked__lt=now - CHALLENGE_LASTS).delete()


def create_member(
    *,
    authority_id: UUID,
    email: str,
    name: str,
    roles: Sequence[str],
    unit_ids: Sequence[UUID],
    password: str,
    actor: Actor,
    now: datetime,
    must_change: bool = False,
) -> UUID:
    """Give a colleague access to this authority; an existing account keeps its own password. Gives the membership.

    With `must_change` a new account's password only serves to choose another one. Colleagues are refused an account that
    another authority made: whoever made it knows its password, so that she must accept an invitation with it herself.
    """
    email = email.strip().lower()
    known = account_by(email)
    if known and known.home_id != authority_id and actor.kind == "staff":
        raise Refused(
            "account_elsewhere",
            "Another authority made an account for this address. Please invite this person by e-mail.",
            field="email",
        )
    must_all_hold(
        lambda: must_be_name(name),
        lambda: must_be_email(email),
        lambda: None if known else must_be_good_password(password, names_in(email, name, authority_id)),
        lambda: must_be_roles(list(roles)),
    )
    with work(authority_id):
        account = known or create_account(authority_id, email, name.strip(), password, must_change)
        return employ(authority_id, account, roles, unit_ids, actor, now)


def employ(
    authority_id: UUID,
    account: StaffAccount,
    roles: Sequence[str],
    unit_ids: Sequence[UUID],
    actor: Actor,
    now: datetime,
) -> UUID:
    """Let an account work here, inside the open work; gives the membership. Refused for who works here already."""
    if Membership.objects.filter(authority_id=authority_id, account=account).exists():
        raise Refused("member_exists", "This person already works here.", field="email")
    membership = Membership.objects.create(authority_id=authority_id, account=account, roles=list(roles))
    _place(authority_id, membership.id, unit_ids)
    _note(authority_id, "staff.member_created", actor, membership.id, now, roles=list(roles))
    return membership.id


def change_member(
    *,
    authority_id: UUID,
    membership_id: UUID,
    roles: Sequence[str],
    unit_ids: Sequence[UUID],
    active: bool,
    actor: Actor,
    now: datetime,
    name: str | None = None,
) -> None:
    """Set roles, units, whether she may sign in here, and her name where her account was made (None keeps it).

    The last organiser cannot be removed. What she did before stands under the name she had.
    """
    must_be_roles(list(roles))
    with work(authority_id):
        _lock_organisers(authority_id)
        member = Membership.objects.select_for_update().filter(authority_id=authority_id, id=membership_id).first()
        if member is None:
            raise not_found()
        if "organiser" in member.roles and not (active and "organiser" in roles):
            _must_leave_an_organiser(authority_id, membership_id)
        if name is not None:
            _rename(authority_id, member.account_id, name)
        member.roles, member.active = list(roles), active
        member.save(update_fields=["roles", "active"])
        if not (active and does_casework(roles)):
            let_go(authority_id, member.account_id)
        _place(authority_id, membership_id, unit_ids)
        _note(authority_id, "staff.member_changed", actor, membership_id, now, roles=list(roles), active=active)


def _rename(authority_id: UUID, account_id: UUID, name: str) -> None:
    """Refused where her account was not made: other authorities know her by her name."""
    must_be_name(name)
    account = StaffAccount.objects.filter(id=account_id).exclude(name=name.strip())
    if account.exists() and not account.filter(home_id=authority_id).update(name=name.strip()):
        raise Refused(
            "name_elsewhere",
            "This colleague's account belongs to another authority. Only an organiser there can change the name.",
            field="name",
        )


def set_password(*, authority_id: UUID, membership_id: UUID, password: str, actor: Actor, now: datetime) -> None:
    """Set a new password for a member, with which she chooses her own, and end her sessions.

    Only where her account was made, and while it opens no other authority's desk: whoever sets a password could sign in
    there in her name (decision 0043). It is the other side that takes her access away before, and gives it back after.
    """
    with in_turn() as turns:
        with turns.of(authority_id):
            member = (
                Membership.objects.select_related("account").filter(authority_id=authority_id, id=membership_id).first()
            )
            if member is None:
                raise not_found()
            known = member.account
            must_be_good_password(password, names_in(known.email, known.name, authority_id))
        # Locked before it is looked where she works: who takes up an invitation elsewhere at this moment comes after.
        account = StaffAccount.objects.select_for_update().filter(id=known.id, home_id=authority_id).first()
        if account is None:
            raise Refused(
                "password_elsewhere",
                "This colleague's account belongs to another authority. Only an organiser there can set a new password.",
                field="password",
            )
        if works_elsewhere(turns, authority_id, account.id, german_day(now)):
            raise Refused(
                "works_elsewhere",
                "This colleague also works for another authority, whose desk the new password would open. Your colleague can change it"
                " with the old one. If it is forgotten, an organiser there takes the access away first and gives it back afterwards.",
                field="password",
            )
        with turns.of(authority_id):
            account.password_hash, account.must_change = HASHER.hash(password), True
            account.save(update_fields=["password_hash", "must_change"])
            StaffSession.objects.filter(account_id=account.id).delete()
            # Whoever forgot her password is locked out by now, and comes in with the new one.
            SignInTries.objects.filter(subject=_account_subject(account.email)).delete()
            _note(authority_id, "staff.password_set", actor, membership_id, now)


def change_own_password(
    *, authority_id: UUID, account_id: UUID, token: str, old: str, new: str, again: str, now: datetime
) -> None:
    """A colleague's new password; her other sessions end, that of `token` goes on.

    Refused when the old one is wrong (counted like a try to sign in) or the new one is not good.
    """
    account = who_tries(authority_id, account_id, old, "old", now)
    must_be_another_password(old, new, again, names_in(account.email, account.name, authority_id))
    with work(authority_id):
        session = StaffSession.objects.filter(token_hash=hashed(token), account_id=account_id)
        if not (_is_still(account) and session.exists()):
            raise Refused("wrong_password", "This is not your present password.", field="old")
        StaffAccount.objects.filter(id=account_id).update(password_hash=HASHER.hash(new), must_change=False)
        StaffSession.objects.filter(account_id=account_id).exclude(token_hash=hashed(token)).delete()
        SignInTries.objects.filter(subject=_account_subject(account.email)).delete()
        _note_session("staff.own_password_changed", authority_id, account, now)


def save_unit(
    *, authority_id: UUID, unit_id: UUID | None, name: str, services: Sequence[str], actor: Actor, now: datetime
) -> UUID:
    """Create or rename a unit and set which services it handles.

    Refused when another unit has the name, or handles one of them already: a new case has one place to go.
    """
    must_be_name(name)
    with work(authority_id):
        _must_be_its_own(authority_id, unit_id, name, services)
        unit = Unit.objects.filter(authority_id=authority_id, id=unit_id).first() if unit_id else Unit()
        if unit is None:
            raise not_found()
        unit.authority_id, unit.name, unit.services = authority_id, name.strip(), list(services)
        unit.save()
        _note(authority_id, "staff.unit_saved", actor, unit.id, now)
        return unit.id


def assign_services(*, authority_id: UUID, unit_of: Mapping[str, UUID], actor: Actor, now: datetime) -> None:
    """Let these services (addresses) be handled by these units from now on; what a unit handles besides stays with it.

    Refused for a unit that does not exist here.
    """
    with work(authority_id):
        units = list(Unit.objects.select_for_update().filter(authority_id=authority_id).order_by("id"))
        if not set(unit_of.values()) <= {unit.id for unit in units}:
            raise not_found()
        for unit in units:
            kept = [slug for slug in unit.services if unit_of.get(slug, unit.id) == unit.id]
            added = [slug for slug, unit_id in unit_of.items() if unit_id == unit.id and slug not in kept]
            if kept + added != list(unit.services):
                unit.services = kept + added
                unit.save()
                _note(authority_id, "staff.unit_saved", actor, unit.id, now)


def _must_be_its_own(authority_id: UUID, unit_id: UUID | None, name: str, services: Sequence[str]) -> None:
    for other in Unit.objects.select_for_update().filter(authority_id=authority_id).order_by("id"):
        if other.id == unit_id:
            continue
        if other.name.casefold() == name.strip().casefold():
            raise Refused("unit_exists", "There is a unit of this name already.", field="name")
        if taken := set(services) & set(other.services):
            raise Refused(
                "service_taken",
                "The unit {unit} handles this service already: {services}.",
                field="services",
                unit=other.name,
                services=", ".join(sorted(taken)),
            )


def create_token(
    *, authority_id: UUID, name: str, scopes: Sequence[str], lasts: timedelta, actor: Actor, now: datetime
) -> str:
    """A token for another system of this authority; it is shown once, here."""
    secret = secrets.token_urlsafe(32)
    with work(authority_id):
        row = ApiToken.objects.create(
            authority_id=authority_id,
            token_hash=hashed(secret),
            name=name,
            scopes=list(scopes),
            created=now,
            expires=now + lasts,
        )
        _note(authority_id, "api.token_created", actor, row.id, now, scopes=list(scopes))
    return secret


def revoke_token(*, authority_id: UUID, token_id: UUID, actor: Actor, now: datetime) -> None:
    """End a token at once."""
    with work(authority_id):
        ApiToken.objects.filter(authority_id=authority_id, id=token_id, revoked=None).update(revoked=now)
        _note(authority_id, "api.token_revoked", actor, token_id, now)


def account_by(email: str) -> StaffAccount | None:
    """The open account with this address."""
    with common():
        return StaffAccount.objects.filter(email=email.strip().lower(), active=True).first()


def create_account(home_id: UUID, email: str, name: str, password: str, must_change: bool) -> StaffAccount:
    """Inside the open work, so that no account stays without the membership it was made for."""
    given = {"home_id": home_id, "name": name, "password_hash": HASHER.hash(password), "must_change": must_change}
    account, _made = StaffAccount.objects.get_or_create(email=email, defaults=given)
    if not account.active:
        raise Refused("account_ended", "This account was ended. Please use another e-mail address.", field="email")
    return account


def names_in(email: str, name: str, authority_id: UUID) -> list[str]:
    """What a password must not consist of (OWASP ASVS 5.0, 6.1.2)."""
    town = authorities.by_id(authority_id)
    return [email, name, *((town.name, town.slug) if town else ())]


def _matches(account: StaffAccount | None, password: str) -> bool:
    """Takes the same time whether or not the account exists, and has a password."""
    known = account.password_hash if account else ""
    try:
        return HASHER.verify(known or NOBODY, password) and bool(known)
    except (VerificationError, InvalidHashError):
        return False


def _is_still(account: StaffAccount) -> bool:
    """Inside the open work: nobody replaced the password or closed the account since it was read, or will before the end.

    An organiser who locks a thief out must not be overtaken by him.
    """
    same = StaffAccount.objects.filter(id=account.id, password_hash=account.password_hash, active=True)
    return same.select_for_update().first() is not None


def _works_for(account_id: UUID, authority_id: UUID, now: datetime) -> bool:
    with work(authority_id):
        return works_here(authority_id, account_id, german_day(now))


def _account_subject(email: str) -> str:
    return _subject("account", email.strip().lower())


def _subject(kind: str, value: str) -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), f"{kind}:{value}".encode(), "sha256").hex()


def _count_try(subjects: Mapping[str, int], now: datetime) -> None:
    """Refused while locked out. Counted before the password is looked at: many tries at once must not slip through."""
    with common(write=True):
        for subject, free in sorted(subjects.items()):
            SignInTries.objects.get_or_create(subject=subject, defaults={"last": now})
            row = SignInTries.objects.select_for_update().get(subject=subject)
            tries = Tries(row.wrong, row.last, free)
            must_be_tryable(tries, now)
            more = tries.after_one_more(now)
            SignInTries.objects.filter(id=row.id).update(wrong=more.wrong, last=more.last)


def _place(authority_id: UUID, membership_id: UUID, unit_ids: Sequence[UUID]) -> None:
    UnitMember.objects.filter(authority_id=authority_id, membership_id=membership_id).delete()
    known = Unit.objects.filter(authority_id=authority_id, id__in=unit_ids).values_list("id", flat=True)
    for unit_id in known:
        UnitMember.objects.create(authority_id=authority_id, membership_id=membership_id, unit_id=unit_id)


def _lock_organisers(authority_id: UUID) -> None:
    """Two organisers who take each other's role at the same moment wait for each other."""
    rows = Membership.objects.select_for_update().filter(authority_id=authority_id, roles__contains=["organiser"])
    list(rows.order_by("id").values_list("id"))


def _must_leave_an_organiser(authority_id: UUID, membership_id: UUID) -> None:
    others = Membership.objects.filter(
        authority_id=authority_id, active=True, account__active=True, roles__contains=["organiser"]
    )
    if not others.exclude(id=membership_id).exists():
        raise Refused(
            "last_organiser",
            "Somebody must keep the role organiser. Give it to a colleague first, then take it from this person.",
            field="roles",
        )


def _note_wrong_try(authority_id: UUID, account: StaffAccount | None, now: datetime) -> None:
    """Of an account of this authority, or of none. Without what was typed: it may be anything.

    Tries while locked are not counted, and so not noted: this is bounded.
    """
    with work(authority_id):
        subject = ("account", account.id if account else None)
        audit.record(authority_id, act="staff.sign_in_failed", actor=NOT_SIGNED_IN, subject=subject, at=now)


def _note_session(act: str, authority_id: UUID, account: StaffAccount, now: datetime) -> None:
    actor = Actor("staff", account.id, account.name)
    audit.record(authority_id, act=act, actor=actor, subject=("account", account.id), at=now)


def _note(authority_id: UUID, act: str, actor: Actor, subject_id: UUID, now: datetime, **details: object) -> None:
    audit.record(authority_id, act=act, actor=actor, subject=("identity", subject_id), at=now, details=details)
