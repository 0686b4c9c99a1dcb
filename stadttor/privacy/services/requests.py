"""Somebody asks to be forgotten (Art. 17 GDPR): the case goes, or the refusal says why not and until when."""

from datetime import datetime
from uuid import UUID

from stadttor.cases.queries import case_for
from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.privacy.queries.ended import end_of
from stadttor.privacy.rules import FREE, Ground, must_be_deletable
from stadttor.privacy.services.erasing import Why, erase_all
from stadttor.privacy.services.holding import must_lead


def delete_on_request(*, staff: Staff, case_id: UUID, ground: Ground, now: datetime) -> UUID:
    """Delete a case at once where law allows it; gives the id of the proof. Only for leads.

    `withdrawn`: nothing was decided, the purpose fell away; `unlawful`: there was no right to keep it. A refusal is
    noted in the audit chain too.
    """
    must_lead(staff)
    try:
        return _delete(staff, case_id, ground, now)
    except Refused as refused:
        if refused.status == 409:
            _note_refusal(staff, case_id, ground, refused.code, now)
        raise


def _delete(staff: Staff, case_id: UUID, ground: Ground, now: datetime) -> UUID:
    with work(staff.authority_id):
        case_for(staff, case_id, now)
        end = end_of(staff.authority_id, case_id, lock=True)
        must_be_deletable(end.ended, ground, german_day(now))
        cause = "retention" if end.ended.stage == FREE and ground == "withdrawn" else ground
        return erase_all(staff.authority_id, end.case, Why(cause, end.archive, staff.actor(), now))


def _note_refusal(staff: Staff, case_id: UUID, ground: Ground, why: str, now: datetime) -> None:
    with work(staff.authority_id):
        audit.record(
            staff.authority_id,
            act="privacy.deletion_refused",
            actor=staff.actor(),
            subject=("case", case_id),
            at=now,
            details={"ground": ground, "why": why},
        )
