"""Holding: somebody needs a case for a claim or a procedure, so it stays beyond its time. The reason may change."""

from datetime import date, datetime
from uuid import UUID

from stadttor.cases.queries import case_for, ended_case
from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.clock import german_day
from stadttor.ground.rows import change, first, insert_unless_taken
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.privacy.models import Hold, Retention

LONGEST_REASON = 500
# So much of what a hold said before stays; every change stands in the audit chain.
MOST_FORMER = 50


def hold(*, staff: Staff, case_id: UUID, reason: str, until: date | None, now: datetime) -> None:
    """Keep a case from being deleted, until a day or until it is lifted. Only for leads; the reason stays with the case.

    Refused without a reason, and when somebody holds it already.
    """
    must_lead(staff)
    row = Hold(
        authority_id=staff.authority_id,
        case_id=case_id,
        reason=_reason(reason),
        since=now,
        until=_day_to_come(until, now),
        by_name=staff.name,
    )
    with work(staff.authority_id):
        _locked(staff, case_id, now)
        if not insert_unless_taken(row):
            raise Refused("held_already", "This case is held already.", status=409)
        _note(staff, "privacy.held", case_id, now, _days(until=until))


def change_hold(*, staff: Staff, case_id: UUID, reason: str, until: date | None, now: datetime) -> None:
    """Give a hold another reason or another day; what it said before stays beside it. Only for leads.

    Refused without a reason, and when nobody holds the case (any more).
    """
    must_lead(staff)
    reason, until = _reason(reason), _day_to_come(until, now)
    with work(staff.authority_id):
        _locked(staff, case_id, now)
        row = first(Hold, lock=True, authority_id=staff.authority_id, case_id=case_id)
        if row is None:
            raise Refused("not_held", "Nobody holds this case any more.", status=409)
        if (reason, until) == (row.reason, row.until):
            return
        before = {"reason": row.reason, "until": str(row.until or ""), "changed": now.isoformat()}
        _note(staff, "privacy.hold_changed", case_id, now, _days(until=until, before=row.until))
        row.former = [*row.former, before][-MOST_FORMER:]
        row.reason, row.until, row.by_name = reason, until, staff.name
        row.save(update_fields=["reason", "until", "by_name", "former"])


def lift(*, staff: Staff, case_id: UUID, now: datetime) -> None:
    """The case may go again when its time is over. Only for leads; lifting twice is lifting."""
    must_lead(staff)
    with work(staff.authority_id):
        case_for(staff, case_id, now)
        deleted, _by_table = Hold.objects.filter(authority_id=staff.authority_id, case_id=case_id).delete()
        if deleted:
            begin_to_wait(staff.authority_id, case_id, now)
            _note(staff, "privacy.hold_lifted", case_id, now, {})


def begin_to_wait(authority_id: UUID, case_id: UUID, now: datetime) -> None:
    """A hold is over: the case is late only when it stands still from now on. Inside the open work."""
    change(Retention, {"moved": now}, authority_id=authority_id, case_id=case_id)


def must_lead(staff: Staff) -> None:
    """Refused for everybody but leads."""
    if not staff.may("lead"):
        raise Refused("lead_only", "Only the lead of your unit can do this. Please ask her.", status=403)


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused("hold_reason", "Please write why this case must stay.", field="reason")
    return text.strip()[:LONGEST_REASON]


def _day_to_come(until: date | None, now: datetime) -> date | None:
    if until is not None and until < german_day(now):
        raise Refused("hold_until", "This day has passed. Please choose a later one.", field="until")
    return until


def _locked(staff: Staff, case_id: UUID, now: datetime) -> None:
    case_for(staff, case_id, now)
    ended_case(staff.authority_id, case_id, lock=True)


def _days(**days: date | None) -> dict[str, str]:
    return {name: str(day or "") for name, day in days.items()}


def _note(staff: Staff, act: str, case_id: UUID, now: datetime, details: dict[str, str]) -> None:
    audit.record(staff.authority_id, act=act, actor=staff.actor(), subject=("case", case_id), at=now, details=details)
