"""Who works on a case: take, assign, move to another unit, deputise."""

from datetime import date, datetime
from uuid import UUID

from stadttor.cases import events
from stadttor.cases.models import Case, Deputy
from stadttor.cases.queries.access import viewer_of
from stadttor.cases.rules import must
from stadttor.cases.services.changing import changed, locked_for
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.clock import german_day
from stadttor.ground.steps import step
from stadttor.ground.web.formats import day
from stadttor.ground.work import work
from stadttor.identity import queries as identity
from stadttor.identity.queries import MemberRow, Staff

LONGEST_DEPUTY_DAYS = 366


def take(*, staff: Staff, case_id: UUID, version: int, now: datetime) -> None:
    """Make the case hers, also from a colleague, who sees it in the history."""
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        _give(case, staff.id, staff.name, staff, "taken", now)


def assign(*, staff: Staff, case_id: UUID, version: int, assignee_id: UUID, now: datetime) -> None:
    """Give the case to a clerk who works here: a lead to anybody, a clerk to a colleague of her own units."""
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        member = _clerk(staff.authority_id, assignee_id)
        if not may_hand_to(staff, member):
            raise Refused("not_of_unit", "You can give a case to colleagues of your own units.", field="assignee_id")
        if case.secrecy and case.unit_id not in member.unit_ids:
            raise Refused(
                "secret_from_her",
                "This case is under tax secrecy. You can give it to colleagues of its unit only.",
                field="assignee_id",
            )
        _give(case, member.account_id, member.name, staff, "assigned", now)


@step
def give_back(*, staff: Staff, case_id: UUID, version: int, now: datetime) -> None:
    """Leave the case to the colleagues of its unit: nobody has it then. Only for whoever has it, or covers her."""
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        case.state = must("give_back", case.state)
        if case.assignee_id not in viewer_of(staff, now).assignees:
            raise Refused("not_yours", "Only who has a case can give it back.", status=409)
        before, case.assignee_id, case.assignee_name = case.assignee_id, None, ""
        changed(case, act="given_back", actor=staff.actor(), at=now, details={"from": str(before)})


def may_hand_to(staff: Staff, member: MemberRow) -> bool:
    """Whether she may give a case to this colleague."""
    return staff.may("lead") or bool(member.unit_ids & staff.unit_ids)


def move(*, staff: Staff, case_id: UUID, version: int, unit_id: UUID, now: datetime) -> None:
    """Give the case to another unit; nobody there has it yet. Only for leads."""
    _must_lead(staff)
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        must("assign", case.state)
        if unit_id not in {unit.id for unit in identity.units(staff.authority_id)}:
            raise not_found()
        case.unit_id, case.assignee_id, case.assignee_name = unit_id, None, ""
        changed(case, act="moved", actor=staff.actor(), at=now, details={"unit_id": str(unit_id)})


def deputise(*, staff: Staff, for_id: UUID, deputy_id: UUID, first_day: date, last_day: date, now: datetime) -> UUID:
    """Let a colleague see and take somebody's cases for a period: one's own, as a lead anybody's."""
    if for_id != staff.id:
        _must_lead(staff)
    if deputy_id == for_id:
        raise Refused("deputy_self", "Please choose a colleague, not the person herself.", field="deputy_id")
    if not 0 <= (last_day - first_day).days <= LONGEST_DEPUTY_DAYS:
        raise Refused(
            "deputy_days",
            "The last day must not lie before the first, and not more than a year after it.",
            field="last_day",
        )
    if last_day < german_day(now):
        raise Refused("deputy_over", "This time is over already. Please enter a day from today on.", field="last_day")
    with work(staff.authority_id):
        _must_be_new(staff.authority_id, for_id, deputy_id, first_day, last_day)
        person, deputy = _clerk(staff.authority_id, for_id), _clerk(staff.authority_id, deputy_id)
        row = Deputy.objects.create(
            authority_id=staff.authority_id,
            staff_id=for_id,
            staff_name=person.name,
            deputy_id=deputy_id,
            deputy_name=deputy.name,
            first_day=first_day,
            last_day=last_day,
        )
        details = {"for": str(for_id), "deputy": str(deputy_id), "from": str(first_day), "until": str(last_day)}
        audit.record(
            staff.authority_id,
            act="case.deputised",
            actor=staff.actor(),
            subject=("deputy", row.id),
            details=details,
            at=now,
        )
        return row.id


def _must_be_new(authority_id: UUID, for_id: UUID, deputy_id: UUID, first_day: date, last_day: date) -> None:
    """Refused when the same colleague stands in for the same one on one of these days already."""
    same = Deputy.objects.filter(authority_id=authority_id, staff_id=for_id, deputy_id=deputy_id)
    if one := same.filter(first_day__lte=last_day, last_day__gte=first_day).order_by("first_day").first():
        raise Refused(
            "deputy_twice",
            "{name} stands in at that time already: {first} to {last}.",
            field="deputy_id",
            name=one.deputy_name,
            first=day(one.first_day, "short"),
            last=day(one.last_day, "short"),
        )


def end_deputy(*, staff: Staff, deputy_row_id: UUID, now: datetime) -> None:
    """End a deputy's period at once: one's own, as a lead anybody's."""
    with work(staff.authority_id):
        row = Deputy.objects.filter(authority_id=staff.authority_id, id=deputy_row_id).first()
        if row is None or (row.staff_id != staff.id and not staff.may("lead")):
            raise not_found()
        row.delete()
        audit.record(
            staff.authority_id, act="case.deputy_ended", actor=staff.actor(), subject=("deputy", deputy_row_id), at=now
        )


def _give(case: Case, person_id: UUID, name: str, staff: Staff, act: str, now: datetime) -> None:
    before = case.assignee_id
    case.state = must("take" if act == "taken" else "assign", case.state)
    case.assignee_id, case.assignee_name = person_id, name
    details = {"to": str(person_id), "from": str(before) if before else ""}
    changed(case, act=act, actor=staff.actor(), at=now, details=details)
    events.publish(events.Assigned(case.authority_id, case.id, now, person_id))


def _must_lead(staff: Staff) -> None:
    if not staff.may("lead"):
        raise Refused("lead_only", "Only the lead of your unit can do this. Please ask her.", status=403)


def _clerk(authority_id: UUID, account_id: UUID) -> MemberRow:
    for member in identity.members(authority_id):
        if member.account_id == account_id and member.active and {"clerk", "lead"} & set(member.roles):
            return member
    raise Refused("not_a_clerk", "This person does not work on cases here.", field="assignee_id")
