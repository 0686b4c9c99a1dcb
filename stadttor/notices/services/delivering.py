"""A decision on its one lawful way: begin, hand over, open, come back, go another way. Days come from `notices.law`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import CITIZEN, SYSTEM, Actor
from stadttor.ground.clock import german_day
from stadttor.ground.rows import change, first, insert_unless_taken, rows
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.notices import law
from stadttor.notices.models import LegalDelivery

BEGINS = {"post": "waiting", "counter": "to_hand", "account": "provided"}
"""The state in which a delivery begins, by channel."""
NO_DECISION = ""
"""The area of law of a letter that decides nothing: it goes the same way, and no time begins with it."""
YEAR_MONTHS = 12
"""Without instructions on the remedy it is open for a year (§ 58 Abs. 2 VwGO)."""
UNINFORMED = {"tax_objection": "§ 356 Abs. 2 AO"}
"""By which law it is, where not by § 58 Abs. 2 VwGO."""


PROOFS = ("advice", "confirmation", "answer")
"""What proves that a letter arrived: the post's advice of receipt, her own confirmation, her answer to it."""


@dataclass(frozen=True)
class Way:
    """How a decision goes: `why` is the rule's (consent, post, no_address) or `chosen` by a colleague, with her `reason`.

    `area` is the area of law, `calendar` that of the authority's Land, `informed` whether the letter says the remedy,
    `account_id` the citizen's account it is put into.
    """

    channel: str
    why: str
    area: str
    calendar: str
    recipient: Mapping[str, Any]
    reason: str = ""
    informed: bool = True
    account_id: UUID | None = None


@step
def begin_delivery(
    *,
    authority_id: UUID,
    case_id: UUID,
    subject_id: UUID,
    decision_id: UUID,
    way: Way,
    documents: Sequence[UUID],
    now: datetime,
    actor: Actor = SYSTEM,
    number: int = 1,
) -> UUID:
    """Send a decision on its way, once per decision and `number`. Inside the open work with its letters."""
    row = LegalDelivery(
        authority_id=authority_id,
        case_id=case_id,
        subject_id=subject_id,
        decision_id=decision_id,
        number=number,
        channel=way.channel,
        why=way.why,
        reason=way.reason,
        state=BEGINS[way.channel],
        area=way.area,
        calendar=way.calendar,
        informed=way.informed,
        account_id=way.account_id,
        recipient=dict(way.recipient),
        documents=[str(one) for one in documents],
        created=now,
    )
    with work(authority_id):
        if insert_unless_taken(row):
            _note(row, "delivery.begun", actor, now, channel=way.channel, why=way.why, number=number)
            return row.id
        known = first(LegalDelivery, authority_id=authority_id, decision_id=decision_id, number=number)
        if known is None:
            raise changed_meanwhile()
        return known.id


@step
def hand_over(*, authority_id: UUID, delivery_id: UUID, actor: Actor, now: datetime) -> bool:
    """It was given to whom it is for at the counter, today. Safe to repeat on the same day: then it gives False."""
    with work(authority_id):
        row = locked(authority_id, delivery_id)
        today = german_day(now)
        if row.state == "handed" and row.event_on == today:
            return False
        must_be(row, "to_hand")
        becomes_known(row, "handed", today, actor, now)
        return True


@step
def note_opened(*, authority_id: UUID, decision_id: UUID, account_id: UUID, now: datetime) -> bool:
    """She opened it, signed in to her account; gives whether it is made known by that.

    It is not when she opened it before, in another account, or after its time there was over: then it goes by post.
    """
    with work(authority_id):
        row = first(LegalDelivery, lock=True, authority_id=authority_id, decision_id=decision_id, ended_at=None)
        if row is None or row.state != "provided" or row.account_id != account_id:
            return False
        today = german_day(now)
        last = law.last_day_unopened(row.area, row.calendar, german_day(row.created))
        if last is None or today > last:
            return False
        becomes_known(row, "opened", today, CITIZEN, now)
        return True


@step
def note_returned(*, authority_id: UUID, delivery_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """The letter came back: it was not made known. `reason` is what stands on the envelope."""
    with work(authority_id):
        row = locked(authority_id, delivery_id)
        must_be(row, "posted")
        end_way(row, "returned", reason, actor, now)


@step
def take_another_way(
    *,
    authority_id: UUID,
    delivery_id: UUID,
    way: Way,
    documents: Sequence[UUID],
    actor: Actor,
    now: datetime,
    ended_as: str = "replaced",
) -> UUID:
    """Deliver the same decision anew: another try, with days of its own. What was under way by then ends.

    Refused when it was made known meanwhile, or lies in a print run.
    """
    with work(authority_id):
        row = locked(authority_id, delivery_id)
        newest = first(LegalDelivery, order=("-number",), authority_id=authority_id, decision_id=row.decision_id)
        if newest is None or newest.id != row.id:
            raise changed_meanwhile()
        if row.ended_at is None:
            must_be(row, "waiting", "to_hand", "provided")
            end_way(row, ended_as, way.reason, actor, now)
        else:
            must_be(row, "returned")
        return begin_delivery(
            authority_id=authority_id,
            case_id=row.case_id,
            subject_id=row.subject_id,
            decision_id=row.decision_id,
            way=way,
            documents=documents,
            now=now,
            actor=actor,
            number=row.number + 1,
        )


def hold_back(*, authority_id: UUID, case_id: UUID, decisions: Collection[UUID], actor: Actor, now: datetime) -> None:
    """The case is decided anew: of these decisions what did not leave yet does not leave any more. Safe to repeat.

    Refused while a letter of theirs lies in a print run: it may be in its envelope already. What else was sent about the
    case, as the revocation of its permit, holds and goes on its way.
    """
    with work(authority_id):
        open_now = rows(
            LegalDelivery,
            authority_id=authority_id,
            case_id=case_id,
            ended_at=None,
            order=("created", "id"),
            lock=True,
        )
        found = [one for one in open_now if one.decision_id in decisions]
        if any(one.state == "printed" for one in found):
            raise Refused(
                "letter_in_print",
                "The letter lies in a print run. The post room must enter the day of posting or take the run apart before.",
                status=409,
            )
        for one in found:
            if one.state in BEGINS.values():
                end_way(one, "withheld", "", actor, now)


def becomes_known(
    row: LegalDelivery, state: str, event: date, actor: Actor, now: datetime, arrived: Mapping[str, Any] | None = None
) -> None:
    """Note the day of the event and what follows from it by the table of that day. Inside the open work.

    Where it counts from its arrival, nothing follows before that was proved: `arrived` {day, proof}.
    """
    if row.area == NO_DECISION:
        change(LegalDelivery, {"state": state, "event_on": event}, authority_id=row.authority_id, id=row.id)
        _note(row, f"delivery.{state}", actor, now, event=event.isoformat())
        return
    channel = law.channel_of(row.channel, str(row.recipient.get("country", "")))
    known = law.known_rule(row.area, row.calendar, channel, event)
    if known is None:
        raise Refused("no_rule", "The law knows no such way for this decision. Please choose another one.", status=409)
    remedy = law.remedy_rule(row.area, row.calendar, event)
    assert remedy, row.area
    values: dict[str, Any] = {
        "state": state,
        "event_on": event,
        "rule": {
            "days": known.days,
            "months": known.months,
            "event": known.event,
            "rolls": known.rolls,
            "source": known.source,
            "checked": known.checked,
            "remedy": remedy.kind,
            "remedy_source": remedy.source if row.informed else UNINFORMED.get(remedy.kind, "§ 58 Abs. 2 VwGO"),
            "remedy_checked": remedy.checked,
        },
    }
    day = None
    if known.event != "received" or arrived:
        day = law.known_on(known, arrived["day"] if arrived else event, row.calendar)
        until = law.remedy_until(remedy, day, row.calendar, months=None if row.informed else YEAR_MONTHS)
        values |= {"known_on": day, "remedy_until": until}
    if arrived:
        values["rule"] |= {"arrived": arrived["day"].isoformat(), "proof": arrived["proof"]}
    change(LegalDelivery, values, authority_id=row.authority_id, id=row.id)
    said = {"known": day.isoformat()} if day else {}
    _note(row, f"delivery.{'arrived' if arrived else state}", actor, now, event=event.isoformat(), **said)


def note_arrived(
    *, authority_id: UUID, delivery_id: UUID, day: date | None, proof: str, actor: Actor, now: datetime
) -> None:
    """It was proved that a letter to another country arrived on this day; from then on the law counts.

    Refused before the day of posting, after today, without a proof, and for one that waits for none.
    """
    with work(authority_id):
        row = locked(authority_id, delivery_id)
        must_be(row, "posted")
        if row.known_on or row.rule.get("event") != "received" or row.event_on is None:
            raise changed_meanwhile()
        if day is None or not row.event_on <= day <= german_day(now):
            raise Refused(
                "arrival_day",
                "Please enter the day on which it arrived: not before it was posted, not after today.",
                field="day",
            )
        if proof not in PROOFS:
            raise Refused("no_proof", "Please choose what proves it.", field="proof")
        becomes_known(row, "posted", row.event_on, actor, now, {"day": day, "proof": proof})


def end_way(row: LegalDelivery, state: str, why: str, actor: Actor, now: datetime) -> None:
    """It did not arrive this way. What was computed of it falls away. Inside the open work."""
    values = {"state": state, "ended_at": now, "ended_why": why, "known_on": None, "remedy_until": None}
    change(LegalDelivery, values, authority_id=row.authority_id, id=row.id)
    _note(row, f"delivery.{state}", actor, now)


def locked(authority_id: UUID, delivery_id: UUID) -> LegalDelivery:
    """For this work alone. Refused as not found."""
    row = first(LegalDelivery, lock=True, authority_id=authority_id, id=delivery_id)
    if row is None:
        raise not_found()
    return row


def must_be(row: LegalDelivery, *states: str) -> None:
    """Refused for a delivery that has gone on meanwhile."""
    if row.state not in states:
        raise changed_meanwhile()


def changed_meanwhile() -> Refused:
    """Somebody else was quicker."""
    return Refused(
        "delivery_changed", "The delivery has gone on in the meantime. Please look at the case again.", status=409
    )


def _note(row: LegalDelivery, act: str, actor: Actor, now: datetime, **details: object) -> None:
    subject = ("delivery", row.id)
    details = {"case": str(row.case_id), **details}
    audit.record(row.authority_id, act=act, actor=actor, subject=subject, at=now, details=details)
