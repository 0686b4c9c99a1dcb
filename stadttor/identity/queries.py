"""Reads: who is signed in, who works here, in which unit."""

import hashlib
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.rows import read, rows
from stadttor.ground.web.language import N_
from stadttor.ground.work import common, reading, work
from stadttor.identity.helps import SESSION_SQL as HELPS_SQL
from stadttor.identity.helps import Help as Help
from stadttor.identity.helps import helping as helping
from stadttor.identity.helps import helps_of
from stadttor.identity.helps import named_for as named_for
from stadttor.identity.models import ApiToken, Invitation, Unit
from stadttor.identity.rules import CASEWORK as CASEWORK
from stadttor.identity.rules import SESSION_IDLE, SESSION_LASTS

STAFF_COOKIE = "stadttor_staff"
INVITATION_OVER = N_("This invitation counts no more. Please ask your colleague for a new one.")


@dataclass(frozen=True)
class Staff:
    """A signed-in member of this authority's staff.

    `must_change`: somebody else knows her password. `passkey_missing`: her authority asks for a passkey, and she came
    without. `proof_for_decisions`: before each decision she proves who she is. `helps`: she is a neighbour's, without role
    or unit here, and works on these cases alone; her name says whose she is.
    """

    id: UUID
    name: str
    email: str
    authority_id: UUID
    roles: frozenset[str]
    unit_ids: frozenset[UUID]
    must_change: bool = False
    passkey_missing: bool = False
    proof_for_decisions: bool = False
    helps: frozenset[Help] = frozenset()

    def may(self, role: str) -> bool:
        """Whether this role, or one that includes it, is hers: a lead is a clerk too.

        None is before she has chosen a password that nobody else knows, and shown the passkey her authority asks for.
        """
        if self.must_change or self.passkey_missing:
            return False
        if role == CASEWORK:
            return bool(self.helps) or self.may("clerk")
        return role in self.roles or (role == "clerk" and "lead" in self.roles)

    def actor(self) -> Actor:
        """How she stands in history and audit."""
        return Actor("staff", self.id, self.name, tuple(sorted(one.agreement_id for one in self.helps)))


@dataclass(frozen=True)
class MemberRow:
    """A member as the administration page lists her."""

    membership_id: UUID
    account_id: UUID
    name: str
    email: str
    roles: tuple[str, ...]
    units: tuple[str, ...]
    unit_ids: frozenset[UUID]
    active: bool


@dataclass(frozen=True)
class UnitRow:
    id: UUID
    name: str
    services: tuple[str, ...]


STAFF_SQL = """
SELECT s.token_hash, s.id, s.seen, a.id, a.name, a.email, a.must_change,
 coalesce(r.passkey_needed AND s.way IN ('password', 'openid'), false), coalesce(r.proof_for_decisions, false),
 m.roles, coalesce(array_agg(u.unit_id) FILTER (WHERE u.unit_id IS NOT NULL), '{}')
FROM identity_staffsession s JOIN identity_staffaccount a ON a.id = s.account_id
JOIN identity_membership m ON m.authority_id = %s AND m.account_id = a.id AND m.active
LEFT JOIN identity_signinrules r ON r.authority_id = m.authority_id
LEFT JOIN identity_unitmember u ON u.authority_id = m.authority_id AND u.membership_id = m.id
WHERE s.token_hash = %s AND a.active AND s.started > %s AND s.seen > %s
 AND (s.only_at IS NULL OR s.only_at = m.authority_id) GROUP BY s.id, a.id, m.id, r.id
"""
SEVERAL_STAFF_SQL = STAFF_SQL.replace("s.token_hash = %s", "s.token_hash = ANY(%s)")
MEMBERS_SQL = """
SELECT m.id, a.id, a.name, a.email, m.roles, m.active AND a.active,
 coalesce(array_agg(n.id) FILTER (WHERE n.id IS NOT NULL), '{}'),
 coalesce(array_agg(n.name) FILTER (WHERE n.id IS NOT NULL), '{}')
FROM identity_membership m JOIN identity_staffaccount a ON a.id = m.account_id
LEFT JOIN identity_unitmember u ON u.authority_id = m.authority_id AND u.membership_id = m.id
LEFT JOIN identity_unit n ON n.authority_id = m.authority_id AND n.id = u.unit_id
WHERE m.authority_id = %s GROUP BY m.id, a.id
"""
SEEN_SQL = "UPDATE identity_staffsession SET seen = %s WHERE id = %s"
SEEN_EVERY_S = 60


def hashed(token: str) -> bytes:
    """How tokens are stored and found: SHA-256 of 256 random bits needs no salt."""
    return hashlib.sha256(token.encode()).digest()


def staff_of(token: str, authority_id: UUID, now: datetime) -> Staff | None:
    """The member this session belongs to, none when it ended or she does not work for this authority."""
    return staff_by_session(hashed(token), authority_id, now, in_use=True)


def staff_by_session(session: bytes, authority_id: UUID, now: datetime, *, in_use: bool = False) -> Staff | None:
    """The same by the hash of the token. A session not `in_use` by the person herself ends when it is idle."""
    with reading(authority_id):
        found = read(STAFF_SQL, authority_id, session, now - SESSION_LASTS, now - SESSION_IDLE)
    if not found:
        return _neighbour(session, authority_id, now, in_use)
    _session, session_id, seen, *about = found[0]
    if in_use:
        _note_seen(session_id, seen, now)
    return _staff(authority_id, *about)


def _neighbour(session: bytes, authority_id: UUID, now: datetime, in_use: bool) -> Staff | None:
    """Whoever is no member here and helps by an agreement: without role and unit, so that nothing else opens to her."""
    today = german_day(now)
    with reading(authority_id):
        found = read(HELPS_SQL, authority_id, today, today, session, now - SESSION_LASTS, now - SESSION_IDLE)
    if not found:
        return None
    _session, session_id, seen, id, name, email, must_change, passkey_missing, proof, *helps = found[0]
    if in_use:
        _note_seen(session_id, seen, now)
    rights = (frozenset[str](), frozenset[UUID]())
    return Staff(id, name, email, authority_id, *rights, must_change, passkey_missing, proof, helps_of(*helps))


def _note_seen(session_id: UUID, seen: datetime, now: datetime) -> None:
    if (now - seen).total_seconds() > SEEN_EVERY_S:
        with common():
            read(SEEN_SQL, now, session_id)


def staff_by_sessions(sessions: Set[bytes], authority_id: UUID, now: datetime) -> dict[bytes, Staff]:
    """The same for many sessions at once, none of them in use; those that ended are left out."""
    with reading(authority_id):
        found = read(SEVERAL_STAFF_SQL, authority_id, list(sessions), now - SESSION_LASTS, now - SESSION_IDLE)
    return {bytes(session): _staff(authority_id, *about) for session, _id, _seen, *about in found}


def _staff(
    authority_id: UUID,
    id: UUID,
    name: str,
    email: str,
    must_change: bool,
    passkey_missing: bool,
    proof_for_decisions: bool,
    roles: list[str],
    unit_ids: list[UUID],
) -> Staff:
    rights = (frozenset(roles), frozenset(unit_ids))
    return Staff(id, name, email, authority_id, *rights, must_change, passkey_missing, proof_for_decisions)


def members(authority_id: UUID) -> list[MemberRow]:
    """All members of this authority by name."""
    with work(authority_id):
        found = [_member(*row) for row in read(MEMBERS_SQL, authority_id)]
    return sorted(found, key=lambda row: row.name)


def organisers(authority_id: UUID) -> list[str]:
    """The names of those who can change what a colleague may do."""
    return [row.name for row in members(authority_id) if row.active and "organiser" in row.roles]


def member(authority_id: UUID, membership_id: UUID) -> MemberRow:
    """One member; not found for somebody else's."""
    found = [row for row in members(authority_id) if row.membership_id == membership_id]
    if not found:
        raise not_found()
    return found[0]


def _member(
    membership_id: UUID,
    account_id: UUID,
    name: str,
    email: str,
    roles: list[str],
    active: bool,
    unit_ids: list[UUID],
    unit_names: list[str],
) -> MemberRow:
    units = tuple(sorted(unit_names))
    return MemberRow(membership_id, account_id, name, email, tuple(roles), units, frozenset(unit_ids), active)


@dataclass(frozen=True)
class InvitationRow:
    """Somebody who was asked to come to work here."""

    id: UUID
    email: str
    name: str
    roles: tuple[str, ...]
    expires: datetime

    def is_over(self, at: datetime) -> bool:
        """Whether its link counts no more."""
        return self.expires <= at


def invitation_by(authority_id: UUID, token: str, now: datetime) -> InvitationRow:
    """What a link invites to. Refused (404) where it counts no more."""
    with work(authority_id):
        found = rows(Invitation, authority_id=authority_id, token_hash=hashed(token))
    if not found or _invited(found[0]).is_over(now):
        raise Refused("invitation_over", INVITATION_OVER, status=404)
    return _invited(found[0])


def invitations(authority_id: UUID) -> list[InvitationRow]:
    """Who was invited and did not come yet, by name."""
    with work(authority_id):
        return [_invited(one) for one in rows(Invitation, authority_id=authority_id, order=("name", "id"))]


def _invited(row: Invitation) -> InvitationRow:
    return InvitationRow(row.id, row.email, row.name, tuple(row.roles), row.expires)


def units(authority_id: UUID) -> list[UnitRow]:
    """The authority's units by name."""
    with work(authority_id):
        found = rows(Unit, order=("name",), authority_id=authority_id)
    return [UnitRow(unit.id, unit.name, tuple(unit.services)) for unit in found]


def unit_for_service(authority_id: UUID, slug: str) -> UUID | None:
    """The unit that handles this service, inside the open work; none leaves the case to the leads."""
    found = rows(Unit, order=("name",), authority_id=authority_id)
    return next((unit.id for unit in found if slug in unit.services), None)


def scopes_of(authority_id: UUID, token: str, now: datetime) -> tuple[UUID, str, frozenset[str]] | None:
    """(id, name, scopes) of a living API token of this authority, none otherwise."""
    with work(authority_id):
        found = ApiToken.objects.filter(
            authority_id=authority_id, token_hash=hashed(token), revoked__isnull=True, expires__gt=now
        ).first()
    return (found.id, found.name, frozenset(found.scopes)) if found else None


@dataclass(frozen=True)
class TokenRow:
    """A token as the page lists it; the secret itself is not kept."""

    id: UUID
    name: str
    scopes: tuple[str, ...]
    expires: datetime
    revoked: datetime | None


def tokens(authority_id: UUID) -> list[TokenRow]:
    """The authority's tokens, newest first."""
    with work(authority_id):
        found = rows(ApiToken, order=("-created",), authority_id=authority_id)
    return [TokenRow(row.id, row.name, tuple(row.scopes), row.expires, row.revoked) for row in found]
