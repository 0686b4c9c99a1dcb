"""The end of a case: withdrawn by the applicant, closed by the clerk, opened again."""

from datetime import datetime
from uuid import UUID

from stadttor.cases import events, ports
from stadttor.cases.models import Case, Decision, Question
from stadttor.cases.queries.detail import reference_of
from stadttor.cases.queries.tags import has_standing_tags
from stadttor.cases.rules import due_on, must
from stadttor.cases.services.changing import changed, locked, locked_for
from stadttor.cases.services.noting import keep_note, typed_reason
from stadttor.cases.services.permitting import give_up
from stadttor.cases.services.stepping import finish, instance_of
from stadttor.cases.services.tagging import free_numbers, let_tags_go
from stadttor.core.refused import Refused
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.processes.ports import CLOSE, WITHDRAW
from stadttor.processes.services import send, start


def withdraw(*, authority_id: UUID, case_id: UUID, actor: Actor, now: datetime) -> None:
    """The applicant takes the application back; a decision that waits for a second person falls away.

    Was the case opened again, the permit of the earlier decision ends with it, in wallets too. Refused where an earlier decision
    entered something that is still there (a dog): what was assessed for it stands, so it is ended by an application of its own.
    """
    with work(authority_id):
        case = locked(authority_id, case_id)
        case.state = must("withdraw", case.state)
        if has_standing_tags(authority_id, case_id):
            raise Refused(
                "tags_stand",
                "What was registered with it is registered still, and its notice counts. Please deregister it instead.",
                status=409,
            )
        send(authority_id=authority_id, instance_id=instance_of(case).id, message=WITHDRAW, now=now)
        _drop_pending(case, now)
        give_up(case, actor, now)
        let_tags_go(case, now)
        _end(case, "withdrawn", now)
        changed(case, act="withdrawn", actor=actor, at=now, public=True)
        events.publish(events.Withdrawn(authority_id, case_id, now))


def close(*, staff: Staff, case_id: UUID, version: int, now: datetime) -> None:
    """End the work on a case whose decision was sent; its retention begins."""
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        case.state = must("close", case.state)
        mine = {"authority_id": case.authority_id, "case_id": case.id}
        if Decision.objects.filter(**mine, sent_at__isnull=True, taken_back_at__isnull=True).exists():
            raise Refused("not_sent_yet", "The decision has not been sent yet. Please wait a minute.", status=409)
        for condition in ports.wired.before_closing:
            condition(reference_of(case))
        if instance_of(case).is_open(CLOSE):
            finish(case, CLOSE, "closed", now)
        _end(case, case.outcome, now)
        changed(case, act="closed", actor=staff.actor(), at=now, public=True, details={"outcome": case.outcome})
        events.publish(events.Closed(case.authority_id, case.id, now, case.outcome))


def reopen(*, staff: Staff, case_id: UUID, version: int, reason: str, now: datetime) -> None:
    """Work on a closed or withdrawn case again, with a new deadline and a new run of its process; `reason` is a note."""
    why = typed_reason(reason)
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        case.state = must("reopen", case.state)
        before = instance_of(case)
        progress = start(
            authority_id=case.authority_id,
            definition_hash=before.definition_hash,
            subject_id=case.id,
            flags={"four_eyes": case.four_eyes, "channel": case.channel, "trust": case.trust},
            now=now,
        )
        case.instance_id, case.active, case.closed_at = progress.instance.id, True, None
        case.outcome, case.decided_at = "", None
        case.due = due_on(german_day(now), case.period, case.land)
        keep_note(case, staff.actor(), why, now)
        changed(case, act="reopened", actor=staff.actor(), at=now, public=True)
        events.publish(events.Reopened(case.authority_id, case.id, now))


def bring_back(*, authority_id: UUID, case_id: UUID, actor: Actor, now: datetime) -> None:
    """A closed case whose letter came back or is to be handed over is in the list again; what was decided stays decided.

    Safe to repeat.
    """
    with work(authority_id):
        case = locked(authority_id, case_id)
        if case.state == "closed":
            case.state, case.active, case.closed_at = "decided", True, None
            changed(case, act="brought_back", actor=actor, at=now)


def _end(case: Case, outcome: str, now: datetime) -> None:
    case.active, case.closed_at, case.outcome, case.clock_stopped = False, now, outcome, None


def _drop_pending(case: Case, now: datetime) -> None:
    mine = {"authority_id": case.authority_id, "case_id": case.id}
    Decision.objects.filter(**mine, sent_at__isnull=True, taken_back_at__isnull=True).update(taken_back_at=now)
    free_numbers(case, now)
    Question.objects.filter(**mine, answered_at__isnull=True).update(answered_at=now)
