"""Reads: whom a helping authority named for an agreement, and who is signed in by one. None of them is a member.

Whether an agreement counts is asked of it in the statement itself, so that its end takes the access away at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from stadttor.ground import authorities
from stadttor.ground.rows import read
from stadttor.ground.work import Turns, common
from stadttor.tenancy.queries import AgreementRow, running_among


@dataclass(frozen=True, order=True)
class Help:
    """What somebody of a helping authority may work on here: the cases of one service in one unit."""

    agreement_id: UUID
    unit_id: UUID
    service: str


RUNNING = "g.accepted IS NOT NULL AND g.starts <= %s AND (g.ends IS NULL OR g.ends > %s)"
# A colleague whom this authority shut out comes in by no other door either.
SESSION_SQL = f"""
SELECT s.token_hash, s.id, s.seen, a.id, a.name || ' (' || string_agg(DISTINCT o.name, ', ') || ')', a.email, a.must_change,
 coalesce(bool_or(r.passkey_needed AND s.way IN ('password', 'openid')), false),
 coalesce(bool_or(r.proof_for_decisions), false),
 array_agg(g.id ORDER BY g.id), array_agg(g.unit_id ORDER BY g.id), array_agg(g.service ORDER BY g.id)
FROM identity_staffsession s JOIN identity_staffaccount a ON a.id = s.account_id
JOIN identity_helper h ON h.account_id = a.id AND NOT h.dismissed
JOIN tenancy_agreement g ON g.id = h.agreement_id AND g.authority_id = %s AND {RUNNING}
JOIN ground_authority o ON o.id = g.helper_id
LEFT JOIN identity_signinrules r ON r.authority_id = g.authority_id
WHERE s.token_hash = %s AND a.active AND s.started > %s AND s.seen > %s
 AND (s.only_at IS NULL OR s.only_at = g.authority_id)
 AND NOT EXISTS (SELECT 1 FROM identity_membership m WHERE m.authority_id = g.authority_id AND m.account_id = a.id)
GROUP BY s.id, a.id
"""  # noqa: S608  # constants of this module
# One statement whoever asks: not even the time may tell a stranger who works here.
WORKS_SQL = f"""
SELECT EXISTS (SELECT 1 FROM identity_membership m WHERE m.authority_id = %s AND m.account_id = %s AND m.active)
 OR EXISTS (SELECT 1 FROM identity_helper h JOIN tenancy_agreement g ON g.id = h.agreement_id AND {RUNNING}
  WHERE h.account_id = %s AND NOT h.dismissed AND g.authority_id = %s AND NOT EXISTS
  (SELECT 1 FROM identity_membership m WHERE m.authority_id = g.authority_id AND m.account_id = h.account_id))
"""  # noqa: S608  # constants of this module
MEMBER_SQL = "SELECT EXISTS (SELECT 1 FROM identity_membership WHERE authority_id = %s AND account_id = %s AND active)"
HELPS_SQL = """
SELECT EXISTS (SELECT 1 FROM identity_helper h JOIN tenancy_agreement g ON g.id = h.agreement_id
 WHERE h.account_id = %s AND NOT h.dismissed AND g.authority_id <> %s AND (g.ends IS NULL OR g.ends > %s))
"""
NAMED_SQL = """
SELECT a.id, a.name FROM identity_helper h JOIN identity_staffaccount a ON a.id = h.account_id
WHERE h.agreement_id = %s AND h.dismissed = %s ORDER BY a.name, a.id
"""
MINE_SQL = """
SELECT g.id FROM identity_helper h JOIN tenancy_agreement g ON g.id = h.agreement_id
WHERE h.account_id = %s AND NOT h.dismissed AND g.helper_id = %s
"""


def works_here(authority_id: UUID, account_id: UUID, today: date) -> bool:
    """Whether she is a member, or helps here by an agreement that counts. Inside the open work."""
    ((works,),) = read(WORKS_SQL, authority_id, account_id, today, today, account_id, authority_id)
    return bool(works)


def works_elsewhere(turns: Turns, authority_id: UUID, account_id: UUID, today: date) -> bool:
    """Whether she may sign in at another authority than this one: as a member there, or by an agreement that counts or will.

    Asked of one after the other, for nobody sees the members of all; inside the open turns.
    """
    ((helps,),) = read(HELPS_SQL, account_id, authority_id, today)
    if helps:
        return True
    for other in authorities.all_ids():
        if other == authority_id:
            continue
        with turns.of(other):
            ((works,),) = read(MEMBER_SQL, other, account_id)
        if works:
            return True
    return False


def helps_of(ids: Sequence[UUID], units: Sequence[UUID], services: Sequence[str]) -> frozenset[Help]:
    """From the columns of SESSION_SQL."""
    return frozenset(map(Help, ids, units, services))


def named_for(agreement_id: UUID, *, dismissed: bool = False) -> list[tuple[UUID, str]]:
    """(account, name) of those who work on an agreement's cases, or whom the responsible side dismissed; the caller knows
    that it is hers to see.
    """
    with common():
        return [(account_id, name) for account_id, name in read(NAMED_SQL, agreement_id, dismissed)]


def helping(authority_id: UUID, account_id: UUID, today: date) -> list[AgreementRow]:
    """The running agreements by which a colleague of this authority helps others, by service."""
    with common():
        ids = [agreement_id for (agreement_id,) in read(MINE_SQL, account_id, authority_id)]
    return running_among(ids, today) if ids else []
