"""What the archive says to an offer, and handing over what it takes."""

from datetime import datetime
from uuid import UUID

from stadttor.cases.queries import withheld
from stadttor.cases.services import open_for_archive
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.privacy.models import Retention
from stadttor.privacy.queries.ended import end_of, has_moved_on
from stadttor.privacy.queries.lists import offer
from stadttor.privacy.rules import ACCEPTED, FREE, OFFERED, Answer


def answer_offer(*, staff: Staff, retention_id: UUID, answer: Answer, now: datetime) -> None:
    """Note what the archive answered: what it does not want is deleted the next night. Only for organisers."""
    with work(staff.authority_id):
        row = _locked(staff, retention_id, OFFERED, now)
        row.archive, row.state, row.moved = answer, ACCEPTED if answer == "accepted" else FREE, now
        row.save(update_fields=["archive", "state", "moved"])
        _note(staff, row, f"privacy.archive_{answer}", now)


def hand_over(*, staff: Staff, retention_id: UUID, now: datetime) -> None:
    """The archive has the case: it is deleted here the next night. Only for organisers."""
    with work(staff.authority_id):
        row = _locked(staff, retention_id, ACCEPTED, now)
        row.state, row.moved = FREE, now
        row.save(update_fields=["state", "moved"])
        _note(staff, row, "privacy.handed_over", now)


def open_offer(*, staff: Staff, retention_id: UUID, reason: str, now: datetime) -> None:
    """Open the file of a protected person for one sitting, to hand it to the archive; why stays with the case. Only for
    organisers; refused without a reason, and as not found when it is not offered or not hers to know.
    """
    row = offer(staff, retention_id, now)
    open_for_archive(staff=staff, case_id=row.case_id, reason=reason, now=now)


def must_organise(staff: Staff) -> None:
    """Refused for everybody but organisers."""
    if not staff.may("organiser"):
        raise Refused("organiser_only", "Only a colleague with the role organiser can do this.", status=403)


def _locked(staff: Staff, retention_id: UUID, state: str, now: datetime) -> Retention:
    must_organise(staff)
    found = first(Retention, authority_id=staff.authority_id, id=retention_id)
    if found is None or found.case_id in withheld(staff, {found.case_id}, now).unknown:
        raise not_found()
    end = end_of(staff.authority_id, found.case_id, lock=True)
    row = first(Retention, lock=True, authority_id=staff.authority_id, id=retention_id)
    if row is None:
        raise not_found()
    # One that is in work again loses its offer in the next night.
    if not end.ended.active and has_moved_on(row, end.case):
        raise Refused(
            "offer_ended", "This case was opened again. When its time is over, it is offered once more.", status=409
        )
    if row.state != state:
        raise Refused(
            "offer_moved_on", "Somebody has answered this offer already. Please look at the list.", status=409
        )
    return row


def _note(staff: Staff, row: Retention, act: str, now: datetime) -> None:
    audit.record(staff.authority_id, act=act, actor=staff.actor(), subject=("case", row.case_id), at=now)
