"""A submission becomes a case, once."""

from datetime import datetime
from uuid import UUID

from stadttor.cases import events, ports
from stadttor.cases.models import Case
from stadttor.cases.ports import Opening
from stadttor.cases.rules import due_on
from stadttor.cases.services.changing import happened
from stadttor.cases.services.naming import cover, index
from stadttor.core.german_sort import sort_key
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.rows import change, first, insert_unless_taken
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.identity.queries import unit_for_service
from stadttor.processes.services import start


@step
def open_case(*, authority_id: UUID, submission_id: UUID, now: datetime) -> UUID:
    """Open the case of a submission and start its process; a second call gives the same case."""
    with work(authority_id):
        opening = ports.applications().opening(authority_id, submission_id)
        case = _fresh(authority_id, submission_id, opening)
        if not insert_unless_taken(case):
            return _opened(authority_id, submission_id)
        _name(case, opening, now)
        _begin(case, opening, now)
        happened(case, act="opened", actor=SYSTEM, at=now, public=True, details={"channel": case.channel})
        if case.is_protected:
            happened(case, act="protected", actor=SYSTEM, at=now, details={"origin": "statement"})
        events.publish(events.CaseOpened(authority_id, case.id, now, submission_id, case.service))
        return case.id


def _fresh(authority_id: UUID, submission_id: UUID, opening: Opening) -> Case:
    return Case(
        authority_id=authority_id,
        submission_id=submission_id,
        number=opening.number,
        adoption_id=opening.adoption_id,
        adoption_revision=opening.adoption_revision,
        service=opening.service,
        title=opening.title,
        applicant=opening.applicant,
        applicant_key=sort_key(opening.applicant),
        language=opening.language,
        channel=opening.channel,
        trust=opening.trust,
        land=opening.land,
        is_test=opening.is_test,
        secrecy=opening.secrecy,
        received=opening.received,
        period=opening.due,
        due=due_on(german_day(opening.received), opening.due, opening.land),
        four_eyes=opening.four_eyes,
        retention=opening.retention,
        unit_id=unit_for_service(authority_id, opening.service),
    )


def _opened(authority_id: UUID, submission_id: UUID) -> UUID:
    case = first(Case, authority_id=authority_id, submission_id=submission_id)
    assert case, "another application has this number"
    return case.id


def _name(case: Case, opening: Opening, now: datetime) -> None:
    """The words it is found by; none of the name where the person said that she is protected."""
    if not opening.protects:
        index(case)
        return
    cover(case, origin="statement", by_name="", reason="", now=now)
    case.save(update_fields=["is_protected", "applicant", "applicant_key"])


def _begin(case: Case, opening: Opening, now: datetime) -> None:
    progress = start(
        authority_id=case.authority_id,
        definition_hash=opening.process_hash,
        subject_id=case.id,
        flags={"four_eyes": case.four_eyes, "channel": case.channel, "trust": case.trust},
        now=now,
    )
    change(Case, {"instance_id": progress.instance.id}, authority_id=case.authority_id, id=case.id)
