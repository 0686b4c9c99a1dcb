"""Inviting colleagues by e-mail: a link that counts once, for three days, with which she chooses her own password.

What the mail says is kept as its SHA-256 alone; sent again it is another one, and the earlier counts no more. Nobody works
here before she took it up: roles and units are given then, as they were when she was invited.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit, authorities
from stadttor.ground.actor import Actor
from stadttor.ground.web.addresses import portal_of, url
from stadttor.ground.work import work
from stadttor.identity import ports, services
from stadttor.identity.models import Invitation, Membership, StaffAccount
from stadttor.identity.queries import INVITATION_OVER, InvitationRow, hashed, invitation_by
from stadttor.identity.rules import (
    must_all_hold,
    must_be_email,
    must_be_good_password,
    must_be_name,
    must_be_roles,
    must_be_same,
)

LASTS = timedelta(hours=72)
FORGOTTEN_AFTER = timedelta(days=30)
MOST_OPEN = 200


def invite(
    *,
    authority_id: UUID,
    email: str,
    name: str,
    roles: Sequence[str],
    unit_ids: Sequence[UUID],
    actor: Actor,
    now: datetime,
) -> UUID:
    """Ask somebody to work here; the mail leaves with it. Refused for who works here or is invited already."""
    email = email.strip().lower()
    must_all_hold(lambda: must_be_name(name), lambda: must_be_email(email), lambda: must_be_roles(list(roles)))
    with work(authority_id):
        if Membership.objects.filter(authority_id=authority_id, account__email=email).exists():
            raise Refused("member_exists", "This person already works here.", field="email")
        known = Invitation.objects.filter(authority_id=authority_id)
        if known.filter(email=email).exists():
            raise Refused("invited_already", "This person is invited already.", field="email")
        if known.count() >= MOST_OPEN:
            raise Refused("many_invitations", "Too many invitations are open. Please withdraw some.", field="email")
        row = Invitation(
            authority_id=authority_id, email=email, name=name.strip(), roles=list(roles), unit_ids=list(unit_ids)
        )
        _send(row, actor, now)
        _note("staff.invited", row, actor, now)
    return row.id


def send_again(*, authority_id: UUID, invitation_id: UUID, actor: Actor, now: datetime) -> None:
    """A new link, for three days from now; the earlier one counts no more."""
    with work(authority_id):
        row = _locked(authority_id, id=invitation_id)
        if row is None:
            raise not_found()
        ports.forget_invitation(authority_id, row.id)
        _send(row, actor, now)
        _note("staff.invited_again", row, actor, now)


def withdraw(*, authority_id: UUID, invitation_id: UUID, actor: Actor, now: datetime) -> None:
    """The link counts no more, and nothing is kept of the invitation. One that is gone already was withdrawn."""
    with work(authority_id):
        row = _locked(authority_id, id=invitation_id)
        if row is not None:
            _note("staff.invitation_withdrawn", row, actor, now)
            _forget(row)


def accept(*, authority_id: UUID, token: str, password: str, again: str, now: datetime) -> None:
    """She comes to work here, with a password that she alone knows; the invitation is used up.

    An account that is known keeps its password, and she must know it (counted like a try to sign in): another authority
    may have made it for her address without her, and could sign in with it. Refused (404) for a link that counts no more,
    and for a password that is wrong or not good.
    """
    email = invitation_by(authority_id, token, now).email
    known = services.account_by(email)
    if known:
        services.who_tries(authority_id, known.id, password, "password", now)
    with work(authority_id):
        row = _locked(authority_id, token_hash=hashed(token), expires__gt=now)
        if row is None:
            raise Refused("invitation_over", INVITATION_OVER, status=404)
        if known:
            services.must_be_still(known)
        account = known or _new_account(row, password, again)
        herself = Actor("staff", account.id, account.name)
        services.employ(authority_id, account, row.roles, row.unit_ids, herself, now)
        _note("staff.invitation_accepted", row, herself, now)
        _forget(row)


def has_account(row: InvitationRow) -> bool:
    """Whether her address has an account already, whose password stays."""
    return services.account_by(row.email) is not None


def forget_old(*, authority_id: UUID, now: datetime) -> None:
    """Delete what nobody took up a month after it ended, with its mails."""
    with work(authority_id):
        for row in Invitation.objects.filter(authority_id=authority_id, expires__lt=now - FORGOTTEN_AFTER):
            _forget(row)


def _new_account(row: Invitation, password: str, again: str) -> StaffAccount:
    must_be_good_password(password, services.names_in(row.email, row.name, row.authority_id))
    must_be_same(password, again)
    account = services.create_account(row.authority_id, row.email, row.name, password, must_change=False)
    if account.home_id != row.authority_id:
        # Another authority made one at this very moment: its password is not hers.
        raise Refused("wrong_password", "This is not your present password.", field="password")
    return account


def _locked(authority_id: UUID, **which: object) -> Invitation | None:
    """For this work alone: two who follow the same link at once do not both get in."""
    return Invitation.objects.select_for_update().filter(authority_id=authority_id, **which).first()


def _send(row: Invitation, actor: Actor, now: datetime) -> None:
    token = secrets.token_urlsafe(32)
    row.token_hash, row.expires = hashed(token), now + LASTS
    row.save()
    town = authorities.by_id(row.authority_id)
    link = portal_of(town.slug if town else "") + url("identity:invitation", invitation=token)
    ports.mail_invitation(
        ports.InvitationMail(
            row.authority_id, row.id, row.email, town.name if town else "", actor.name, link, row.expires
        ),
        now,
    )


def _forget(row: Invitation) -> None:
    ports.forget_invitation(row.authority_id, row.id)
    row.delete()


def _note(act: str, row: Invitation, actor: Actor, now: datetime) -> None:
    audit.record(
        row.authority_id, act=act, actor=actor, subject=("identity", row.id), at=now, details={"roles": list(row.roles)}
    )
