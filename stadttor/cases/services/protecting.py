"""The person of a case is protected (§ 51 BMG): her data is masked, opened for a sitting with a reason, by a lead let go."""

from datetime import datetime, timedelta
from uuid import UUID

from stadttor.cases.models import Case, ProtectedLook
from stadttor.cases.queries.access import must_find, viewer_of
from stadttor.cases.queries.masked import withheld
from stadttor.cases.services.changing import changed, locked, locked_for
from stadttor.cases.services.naming import cover, reason_mark, uncover
from stadttor.cases.services.noting import typed_reason
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.work import work
from stadttor.identity.queries import Staff

SITTING = timedelta(hours=1)


def protect(*, staff: Staff, case_id: UUID, version: int, reason: str, now: datetime) -> None:
    """Mask the person of a case from now on. Refused without a reason, and when she is protected already."""
    said = typed_reason(reason)
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        if case.is_protected:
            raise Refused("protected_already", "This person is protected already.", status=409)
        cover(case, origin="clerk", by_name=staff.name, reason=said, now=now)
        details = {"origin": "clerk", "reason": reason_mark(case, said)}
        changed(case, act="protected", actor=staff.actor(), at=now, details=details)


def lift_protection(*, staff: Staff, case_id: UUID, version: int, reason: str, now: datetime) -> None:
    """Show the person like any other again. Only for leads; refused without a reason, and when she is not protected."""
    if not staff.may("lead"):
        raise Refused("lead_only", "Only the lead of your unit can do this. Please ask her.", status=403)
    said = typed_reason(reason)
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        if not case.is_protected:
            raise Refused("not_protected", "This person is not protected any more.", status=409)
        uncover(case, by_name=staff.name, reason=said, now=now)
        changed(case, act="protection_lifted", actor=staff.actor(), at=now, details={"reason": reason_mark(case, said)})


def open_protected(*, staff: Staff, case_id: UUID, reason: str, now: datetime) -> None:
    """See what is in the case of a protected person, for one sitting; who did when and why stays with the case.

    Refused as not found when it is not hers to see, and without a reason.
    """
    with work(staff.authority_id):
        _sit_down(staff, must_find(viewer_of(staff, now), locked(staff.authority_id, case_id)), reason, now)


def open_for_archive(*, staff: Staff, case_id: UUID, reason: str, now: datetime) -> None:
    """The same for an organiser who hands the file of a protected person to the archive, though the case is not hers to
    work on; the caller knows that it is offered.

    Refused for everybody else, without a reason, and as not found under tax secrecy of a unit she is not in.
    """
    if not staff.may("organiser"):
        raise Refused("organiser_only", "Only a colleague with the role organiser can do this.", status=403)
    with work(staff.authority_id):
        case = locked(staff.authority_id, case_id)
        if case_id in withheld(staff, {case_id}, now).unknown:
            raise not_found()
        _sit_down(staff, case, reason, now)


def _sit_down(staff: Staff, case: Case, reason: str, now: datetime) -> None:
    """Note why, inside the open work: from then on she may see what is in the case for an hour."""
    said = typed_reason(reason)
    row = ProtectedLook.objects.create(
        authority_id=staff.authority_id,
        case_id=case.id,
        staff_id=staff.id,
        staff_name=staff.name,
        reason=said,
        at=now,
        until=now + SITTING,
    )
    audit.record(
        staff.authority_id,
        act="case.protected_opened",
        actor=staff.actor(),
        subject=("case", case.id),
        at=now,
        details={"look": str(row.id), "reason": reason_mark(case, said)},
    )
