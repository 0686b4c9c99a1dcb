"""Jobs of cases."""

from uuid import UUID

from stadttor.cases import services
from stadttor.ground.clock import now
from stadttor.ground.jobs import enqueue, job
from stadttor.processes.events import EffectReached, listen


@job("cases.open")
def open_case(*, authority_id: UUID, submission_id: UUID) -> None:
    """Open the case of a submission."""
    services.open_case(authority_id=authority_id, submission_id=submission_id, now=now())


@job("cases.send_decision")
@services.ends_with_case
def send_decision(*, authority_id: UUID, case_id: UUID, decision_id: UUID) -> None:
    """Let a decision leave the house if it was not taken back."""
    services.send_due_decision(authority_id=authority_id, case_id=case_id, decision_id=decision_id, now=now())


@job("cases.remind")
@services.ends_with_case
def remind(*, authority_id: UUID, case_id: UUID) -> None:
    """Remind the applicant of an open question."""
    services.remind_of_question(authority_id=authority_id, case_id=case_id, now=now())


def follow_processes() -> None:
    """Act on what a process reached by its timer."""
    listen(_reached)


def _reached(event: EffectReached) -> None:
    # Only enqueued: the process row is locked here, and the case is always locked before it.
    if event.effect == "remind":
        enqueue(remind, authority_id=event.authority_id, case_id=event.subject_id)
