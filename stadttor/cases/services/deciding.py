"""Deciding, the second pair of eyes, taking back within a minute, and the moment the decision leaves the house."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from stadttor.cases import events, ports
from stadttor.cases.models import Case, Decision
from stadttor.cases.queries.access import must_see, viewer_of
from stadttor.cases.queries.detail import may_take_back, reference_of
from stadttor.cases.rules import Choice, Validity, Vocabulary, in_print, may, must, must_be_decidable, must_have_seen
from stadttor.cases.rules.decisions import FREE
from stadttor.cases.services.changing import changed, locked, locked_for, take_if_free
from stadttor.cases.services.pricing import chosen_fee
from stadttor.cases.services.stepping import begin_anew, finish, instance_of
from stadttor.cases.services.tagging import free_numbers, reserve_numbers
from stadttor.cases.services.ways import chosen_way
from stadttor.core.refused import Refused, not_found
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.jobs import enqueue
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.processes.ports import CONFIRM, DECIDE, SEND, STEPS
from stadttor.processes.services import Progress

UNDO_FOR = timedelta(minutes=1)


class NotYet(RuntimeError):
    """The decision is not due by this machine's clock; the queue, which goes by the database's, tries again."""


@dataclass(frozen=True)
class Said:
    """A decision in words: `reasons` and `conditions` as they will stand in the letter, `validity` of its permit.

    `tags` are the numbers of what it enters, empty where it gives none.
    """

    outcome: str
    reasons: tuple[Choice, ...]
    conditions: tuple[Choice, ...]
    validity: Validity | None = None
    tags: tuple[str, ...] = ()


@step
def decide(
    *,
    staff: Staff,
    case_id: UUID,
    version: int,
    outcome: str,
    reasons: Sequence[str] = (),
    free_reason: str = "",
    conditions: Sequence[str] = (),
    free_condition: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    tags: Sequence[str] | None = None,
    cautions_seen: Sequence[str] = (),
    caution_reason: str = "",
    channel: str = "",
    channel_reason: str = "",
    fee: str = "",
    fee_reason: str = "",
    in_one_contact: bool | None = None,
    now: datetime,
) -> UUID:
    """Decide the case; gives the decision's id. It is sent after a minute, or waits for a second person.

    `valid_from` and `valid_until` are of the permit it brings along; left out, they are those of the application.
    `tags` are the numbers of what it enters (dogs), in the order of the application; left out, those they have already.
    `channel` is its lawful way, left out that of the rule; another one needs a reason.
    `fee` is what it asks for where that is paid after it (such as `25,50`), left out what the fees come to; another one needs
    a reason.
    `in_one_contact` is whether she declares that nobody had to be asked or to come a second time; it stays with the event.
    Refused until `cautions_seen` names every caution of the outcome, with a `caution_reason` where one is asked for, and for
    whoever is no person where the package wants a fresh proof of who decides.
    """
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        vocabulary = ports.applications().vocabulary(reference_of(case))
        if case.state == "decided":
            vocabulary = _go_on(case, vocabulary, now)
        must("decide", case.state)
        if vocabulary.fresh_proof:
            _must_be_able_to_prove(staff)
        for condition in ports.wired.before_decision:
            condition(reference_of(case), outcome)
        said = put_in_words(
            vocabulary,
            outcome,
            reasons,
            free_reason,
            conditions,
            free_condition,
            valid_from,
            valid_until,
            tags,
            now=now,
        )
        why = in_print(caution_reason, "caution_reason")
        passed = must_have_seen(vocabulary, outcome, cautions_seen, why)
        way = chosen_way(reference_of(case), outcome, channel, channel_reason)
        asked = chosen_fee(reference_of(case), outcome, fee, fee_reason)
        decision = _keep(case, staff, said, way, asked, now)
        reserve_numbers(case, said.tags, now)
        if passed:
            _note_passed(case, staff, passed, why, now)
        progress = finish(case, DECIDE, outcome, now, {"decision": outcome})
        take_if_free(case, staff)
        _settle(case, decision, progress, now, first="propose")
        if case.state == "awaiting_second":
            _must_be_a_person(staff)
        act = "decided" if case.state == "decided" else "proposed"
        declared = {} if in_one_contact is None else {"in_one_contact": in_one_contact}
        details = {"decision_id": str(decision.id), "outcome": outcome, **declared}
        changed(case, act=act, actor=staff.actor(), at=now, details=details)
        return decision.id


def _note_passed(case: Case, staff: Staff, passed: Sequence[Choice], why: str, now: datetime) -> None:
    """Why somebody decided against a caution stays with the case."""
    from stadttor.cases.services.noting import keep_note

    keep_note(case, staff.actor(), "\n".join((*(one.text for one in passed), why)), now)


def _go_on(case: Case, vocabulary: Vocabulary, now: datetime) -> Vocabulary:
    """What was prepared takes place, or nobody came: the same case goes on with a new run of its process, where something may
    follow what the applicant was told. Left as it is where nothing may, or the letter has not left yet.
    """
    told = Decision.objects.filter(authority_id=case.authority_id, case_id=case.id, taken_back_at__isnull=True)
    last = told.order_by("-decided_at").first()
    words = vocabulary.after(last.outcome if last and last.sent_at else "")
    if words.outcomes:
        begin_anew(case, now)
        case.state = "in_review"
    return words


def stands_already(*, staff: Staff, case_id: UUID, now: datetime, **chosen: Any) -> bool:
    """Whether this person has decided the case in these words (as for `decide`) and the decision stands: she pressed twice."""
    with work(staff.authority_id):
        case = must_see(viewer_of(staff, now), locked(staff.authority_id, case_id))
        mine = {"authority_id": case.authority_id, "case_id": case.id, "taken_back_at": None}
        last = Decision.objects.filter(**mine).order_by("-decided_at").first()
        if case.state not in ("decided", "awaiting_second") or last is None or last.decided_by != staff.id:
            return False
        said = put_in_words(ports.applications().vocabulary(reference_of(case)), **chosen, now=now)
        return all(getattr(last, name) == value for name, value in _columns(said).items())


def put_in_words(
    vocabulary: Vocabulary,
    outcome: str,
    reasons: Sequence[str],
    free_reason: str,
    conditions: Sequence[str],
    free_condition: str,
    valid_from: date | None = None,
    valid_until: date | None = None,
    tags: Sequence[str] | None = None,
    *,
    now: datetime,
) -> Said:
    """The decision as it will be written, checked. Refused as `must_be_decidable` and `Tags.numbered` say."""
    must_be_decidable(vocabulary, outcome=outcome, reasons=reasons, free_reason=free_reason, conditions=conditions)
    permit, entered = vocabulary.permit_of(outcome), vocabulary.tags_of(outcome)
    return Said(
        outcome,
        _chosen(vocabulary.reasons, reasons, in_print(free_reason, "free_reason")),
        _chosen(vocabulary.conditions, conditions, in_print(free_condition, "free_condition")),
        permit.validity(valid_from, valid_until, german_day(now)) if permit else None,
        entered.numbered(tags) if entered else (),
    )


def confirm_second(*, staff: Staff, case_id: UUID, version: int, now: datetime) -> None:
    """The second person agrees; the decision is sent after a minute. Refused for the one who decided."""
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        must("confirm", case.state)
        _must_be_a_person(staff)
        decision = _pending(case)
        if decision.decided_by == staff.id:
            raise Refused(
                "same_person", "A second person must confirm this decision. Please ask a colleague.", status=403
            )
        decision.confirmed_by, decision.confirmed_by_name, decision.confirmed_at = staff.id, staff.name, now
        decision.save(update_fields=["confirmed_by", "confirmed_by_name", "confirmed_at"])
        progress = finish(case, CONFIRM, "confirmed", now)
        _settle(case, decision, progress, now, first="propose")
        changed(case, act="confirmed", actor=staff.actor(), at=now, details={"decision_id": str(decision.id)})


def send_back(*, staff: Staff, case_id: UUID, version: int, reason: str, now: datetime) -> None:
    """The second person does not agree; the case goes back to review with her reason as a note."""
    from stadttor.cases.services.noting import keep_note

    said = in_print(reason, "reason")
    if not said:
        raise Refused("reason_missing", "Please say what should be changed.", field="reason")
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        case.state = must("send_back", case.state)
        decision = _take_back(case, now)
        finish(case, CONFIRM, "sent_back", now)
        keep_note(case, staff.actor(), said, now)
        changed(case, act="sent_back", actor=staff.actor(), at=now, details={"decision_id": str(decision.id)})


def undo(*, staff: Staff, case_id: UUID, version: int, now: datetime) -> None:
    """Take a decision back before it is sent. Refused afterwards: then only a new decision helps."""
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        case.state = must("undo", case.state)
        if not may_take_back(_pending(case), staff):
            raise Refused(
                "not_your_decision", "Only who made or confirmed a decision, or the lead, can take it back.", status=403
            )
        decision = _take_back(case, now)
        confirming = instance_of(case).is_open(CONFIRM)
        finish(case, CONFIRM if confirming else SEND, "sent_back" if confirming else "taken_back", now)
        case.outcome, case.decided_at = "", None
        changed(case, act="taken_back", actor=staff.actor(), at=now, details={"decision_id": str(decision.id)})
        events.publish(events.DecisionTakenBack(case.authority_id, case.id, now, decision.id))


def complete_step(*, staff: Staff, case_id: UUID, version: int, step: str, outcome: str, now: datetime) -> None:
    """Finish a step that only the package's own process knows, such as a visit on site."""
    if step in STEPS:
        raise not_found()
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        if not may("complete_step", case.state) and case.state != "awaiting_second":
            must("complete_step", case.state)
        progress = finish(case, step, outcome or "done", now)
        pending = Decision.objects.filter(**_pending_of(case)).first()
        if pending is not None:
            _settle(case, pending, progress, now, first="propose")
        elif case.state == "received":
            case.state = "in_review"
        changed(case, act="step_done", actor=staff.actor(), at=now, details={"step": step, "outcome": outcome})


@step
def send_due_decision(*, authority_id: UUID, case_id: UUID, decision_id: UUID, now: datetime) -> None:
    """Have the letter of a due decision written, unless it was taken back or sent already. Safe to repeat.

    Raises NotYet before it is due.
    """
    with work(authority_id):
        case = locked(authority_id, case_id)
        decision = Decision.objects.filter(**_pending_of(case), id=decision_id).first()
        if decision is None or decision.send_at is None:
            return
        if now < decision.send_at:
            raise NotYet
        events.publish(events.DecisionDue(authority_id, case_id, now, decision.id, decision.outcome))


@step
def deliver_decision(
    *, authority_id: UUID, case_id: UUID, decision_id: UUID, deliver: Callable[[], UUID], now: datetime
) -> bool:
    """The decision leaves the house together with its letter, or not at all; gives whether it has left.

    `deliver` files and posts the letter, once, in the same work, and gives the filed document. A decision that was
    taken back stays here. Safe to repeat.
    """
    with work(authority_id):
        case = locked(authority_id, case_id)
        mine = {"authority_id": authority_id, "case_id": case_id, "id": decision_id}
        decision = Decision.objects.get(**mine)
        if decision.taken_back_at is None and decision.sent_at is None:
            decision.letter_document_id, decision.sent_at = deliver(), now
            decision.save(update_fields=["letter_document_id", "sent_at"])
            _has_left(case, decision, now)
        return decision.sent_at is not None


def _has_left(case: Case, decision: Decision, now: datetime) -> None:
    finish(case, SEND, "sent", now)
    details = {"decision_id": str(decision.id), "outcome": decision.outcome}
    changed(case, act="sent", actor=SYSTEM, at=now, public=True, details=details)
    events.publish(events.DecisionSent(case.authority_id, case.id, now, decision.id, decision.outcome))


def _must_be_able_to_prove(staff: Staff) -> None:
    """The pages ask a person for her proof; who holds a token cannot give one, and would decide without."""
    if staff.actor().kind != "staff":
        raise Refused(
            "proof_by_people",
            "Whoever decides here must prove who she is. Please decide on the case page.",
            status=403,
        )


def _must_be_a_person(staff: Staff) -> None:
    """Two pairs of eyes are those of two people: who holds a token is not known, it may be the second one."""
    if staff.actor().kind != "staff":
        raise Refused(
            "people_decide",
            "Two people must agree on this decision. Please let them do it on the case page.",
            status=403,
        )


def _settle(case: Case, decision: Decision, progress: Progress, now: datetime, *, first: str) -> None:
    """The process says whether the decision stands now (it came to `notify`) or waits for somebody."""
    if "notify" not in progress.effects:
        case.state = "awaiting_second"
        return
    case.state, case.outcome, case.decided_at = "decided", decision.outcome, now
    decision.send_at = now + UNDO_FOR
    decision.save(update_fields=["send_at"])
    from stadttor.cases.jobs import send_decision  # here, because the job calls this module

    enqueue(
        send_decision,
        authority_id=case.authority_id,
        key=f"decision:{decision.id}",
        run_at=decision.send_at,
        case_id=case.id,
        decision_id=decision.id,
    )
    events.publish(events.Decided(case.authority_id, case.id, now, decision.id, decision.outcome))


def _keep(
    case: Case, staff: Staff, said: Said, way: tuple[str, str], fee: tuple[int | None, str], now: datetime
) -> Decision:
    return Decision.objects.create(
        authority_id=case.authority_id,
        case_id=case.id,
        decided_at=now,
        decided_by=staff.id,
        decided_by_name=staff.name,
        channel=way[0],
        channel_reason=way[1],
        fee_cents=fee[0],
        fee_reason=fee[1],
        **_columns(said),
    )


def _columns(said: Said) -> dict[str, Any]:
    """The words of a decision as its row holds them."""
    return {
        "outcome": said.outcome,
        "reasons": [{"key": choice.key, "text": choice.text} for choice in said.reasons],
        "conditions": [{"key": choice.key, "text": choice.text} for choice in said.conditions],
        "valid_from": said.validity.begins if said.validity else None,
        "valid_until": said.validity.ends if said.validity else None,
        "tags": list(said.tags),
    }


def _chosen(known: Sequence[Choice], keys: Sequence[str], free: str) -> tuple[Choice, ...]:
    """The chosen blocks in the package's order, the clerk's own words last."""
    chosen = [choice for choice in known if choice.key in keys]
    return (*chosen, Choice(FREE, free)) if free else tuple(chosen)


def _pending_of(case: Case) -> dict[str, object]:
    return {
        "authority_id": case.authority_id,
        "case_id": case.id,
        "sent_at__isnull": True,
        "taken_back_at__isnull": True,
    }


def _pending(case: Case) -> Decision:
    decision = Decision.objects.filter(**_pending_of(case)).first()
    if decision is None:
        raise Refused("sent_already", "The decision has been sent. It cannot be taken back any more.", status=409)
    return decision


def _take_back(case: Case, now: datetime) -> Decision:
    decision = _pending(case)
    decision.taken_back_at = now
    decision.save(update_fields=["taken_back_at"])
    free_numbers(case, now)
    return decision
