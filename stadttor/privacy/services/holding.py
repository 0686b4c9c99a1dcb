"""Holding: somebody needs a case for a claim or a procedure, so it stays beyond its time."""

from datetime import date, datetime
from uuid import UUID

from stadttor.cases.queries import case_for, ended_case
from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.clock import german_day
from stadttor.ground.rows import insert_unless_taken
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.privacy.models import Hold

LONGEST_REASON = 500


def hold(*, staff: Staff, case_id: UUID, reason: str, until: date | None, now: datetime) -> None:
    """Keep a case from being deleted, until a day or until it is lifted. Only for leads; the reason stays with the case.

    Refused without a reason, and when somebody holds it already.
    """
    must_lead(staff)
    if not reason.strip():
        raise Refused("hold_reason", "Please write why this case must stay.", field="reason")
    if until is not None and until < german_day(now):
        raise Refused("hold_until", "This day has passed. Please choose a later one.", field="until")
    with work(staff.authority_id):
        case_for(staff, case_id, now)
        ended_case(staff.authority_id, case_id, lock=True)
        row = Hold(
            authority_id=staff.authority_id,
            case_id=case_id,
            reason=reason.strip()[:LONGEST_REASON],
            since=now,
            until=until,
            by_name=staff.name,
        )
        if not insert_unless_taken(row):
            raise Refused("held_already", "This case is held already.", status=409)
        _note(staff, "privacy.held", case_id, now, {"until": str(until) if until else ""})


def lift(*, staff: Staff, case_id: UUID, now: datetime) -> None:
    """The case may go again when its time is over. Only for leads; lifting twice is lifting."""
    must_lead(staff)
    with work(staff.authority_id):
        case_for(staff, case_id, now)
        deleted, _by_table = Hold.objects.filter(authority_id=staff.authority_id, case_id=case_id).delete()
        if deleted:
            _note(staff, "privacy.hold_lifted", case_id, now, {})


def must_lead(staff: Staff) -> None:
    """Refused for everybody but leads."""
    if not staff.may("lead"):
        raise Refused("lead_only", "Only the lead of your unit can do this. Please ask her.", status=403)


def _note(staff: Staff, act: str, case_id: UUID, now: datetime, details: dict[str, str]) -> None:
    audit.record(staff.authority_id, act=act, actor=staff.actor(), subject=("case", case_id), at=now, details=details)
