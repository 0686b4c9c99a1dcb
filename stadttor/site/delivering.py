"""How a decision lawfully reaches its addressee: the way by rule, and its beginning together with the letters."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypedDict
from uuid import UUID

from stadttor.cases.ports import CaseRef, Known, Way, Ways
from stadttor.cases.queries import DecisionView
from stadttor.cases.services import bring_back, in_print, note_from_outside, typed_reason
from stadttor.citizens.queries import agreed_to_delivery
from stadttor.core.outcomes import area_of_law
from stadttor.core.periods import months_later
from stadttor.core.refused import Refused, not_found
from stadttor.forms.rules.countries import codes
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import german_day, now
from stadttor.ground.steps import step
from stadttor.ground.web import formats
from stadttor.ground.web.language import N_, _
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.notices import law
from stadttor.notices import services as notices
from stadttor.notices.letters.data import RecipientFacts
from stadttor.notices.queries import DeliveryRow, came_back, delivery_by_id, under_way, unopened
from stadttor.site.applications import Submitted, calendar_of, submitted
from stadttor.site.matter import Matter
from stadttor.site.parts import uses
from stadttor.site.remedies import remedy_of
from stadttor.site.representing import address_of, in_capitals, recipient_of

log = logging.getLogger("stadttor.delivering")

LABELS = {
    "post": N_("By post"),
    "account": N_("In the citizen's account"),
    "counter": N_("Hand-over at the counter"),
}
HELP = {
    "post": N_("It goes into the next print run."),
    "account": N_("It counts from the day after it was opened there; unopened, it goes by post."),
    "counter": N_("It counts from the day you give it to the person."),
}
BECAUSE = {
    "post": N_("By rule it goes by post: there is an address, and no consent to electronic delivery."),
    "account": N_("By rule it goes to the account: the person agreed to electronic delivery there."),
    "no_post": N_("By rule it is handed over: this town sends no letters from here."),
    "no_address": N_("By rule it is handed over: the application names no postal address."),
}
KNOWN = {
    "post": N_("Posted today, it counts as known on {day}. If it is posted later, choose a later day."),
    "account": N_("Opened today, it counts as known on {day}. Unopened, it goes by post later."),
    "counter": N_("It counts as known on the day you give it to the person: {day} at the earliest."),
    "abroad": N_(
        "To another country no day counts by itself: it is known only when its arrival is proved. {day} leaves a month for that."
        " Please ask for proof when it is posted."
    ),
}
"""Why what was decided today counts as known on a day and not before, by channel."""
MONTHS_TO_ARRIVE = 1
"""Left for a letter whose arrival has to be proved, before what it decides has effect: as long as § 122 Abs. 2 Nr. 2 AO does."""


HISTORY = {
    "hand": "handed_over",
    "returned": "letter_returned",
    "again": "delivered_anew",
    "arrived": "letter_arrived",
}
"""What the history of the case says, by act."""
MOST_LINES = 5
"""Below the name, the country among them: the window shows six lines (DIN 5008)."""


class LawfulWays:
    """Implements `stadttor.cases.ports.WaysOfDelivery`."""

    def ways(self, case: CaseRef) -> Ways:
        if case.submission_id is None:
            raise not_found()
        found = submitted(case.authority_id, case.submission_id)
        proposed, why = by_rule(found)
        known = [Way(one, _(LABELS[one]), _(HELP[one])) for one in lawful(found, german_day(now()))]
        return Ways(tuple(known), proposed, _(BECAUSE[why]))

    def known_from(self, case: CaseRef, channel: str, day: date) -> Known | None:
        """Says besides where nothing is presumed and arrival has to be proved (a letter abroad, decision 0027)."""
        if case.submission_id is None:
            return None
        found = submitted(case.authority_id, case.submission_id)
        rule, known = _known_rule(found, channel, day), known_from(found, channel, day)
        said = KNOWN["abroad" if rule and rule.event == "received" else channel]
        return Known(known, _(said, day=formats.day(known))) if known else None


def known_from(found: Submitted, channel: str, day: date) -> date | None:
    """The earliest day on which what leaves so on this day may be taken as known; None where the law knows no such way.

    Where arrival has to be proved the law presumes no day: a month is left for it.
    """
    calendar, rule = calendar_of(found.form.authority_id), _known_rule(found, channel, day)
    if rule is None:
        return None
    return months_later(day, MONTHS_TO_ARRIVE) if rule.event == "received" else law.known_on(rule, day, calendar)


def _known_rule(found: Submitted, channel: str, day: date) -> law.KnownRule | None:
    """§ 41 Abs. 2 VwVfG presumes days within Germany only: the post to another country has rows of its own."""
    way = law.channel_of(channel, address_of(found).country)
    return law.known_rule(area_of_law(found.form.manifest.outcomes), calendar_of(found.form.authority_id), way, day)


def lawful(found: Submitted, day: date) -> list[str]:
    """The channels that are open for a decision on this application."""
    area, calendar = area_of_law(found.form.manifest.outcomes), calendar_of(found.form.authority_id)
    postal = address_of(found)
    open_here = {"post": bool(postal) and uses(found.form.authority_id, "post_room"), "counter": True}
    open_here["account"] = agreed_to_delivery(found.form.authority_id, found.row.id) is not None
    ways = {one: law.channel_of(one, postal.country) for one in law.CHANNELS if open_here[one]}
    return [one for one, way in ways.items() if law.known_rule(area, calendar, way, day)]


def by_rule(found: Submitted) -> tuple[str, str]:
    """(channel, why): the account where she agreed to it, else post, else the counter."""
    channels = lawful(found, german_day(now()))
    if "account" in channels:
        return "account", "account"
    if "post" in channels:
        return "post", "post"
    return "counter", "no_address" if uses(found.form.authority_id, "post_room") else "no_post"


def way_of(found: Submitted, at: datetime, channel: str = "", reason: str = "") -> notices.Way:
    """The way of a decision as it leaves: the one chosen for it with a reason, or the rule's where that is not open any more."""
    chosen, (channel, why) = channel, by_rule(found)
    if reason and chosen in lawful(found, german_day(at)):
        channel, why = chosen, "chosen"
    return notices.Way(
        channel=channel,
        why=why,
        area=area_of_law(found.form.manifest.outcomes),
        calendar=calendar_of(found.form.authority_id),
        recipient=_written(recipient_of(found)),
        reason=reason if why == "chosen" else "",
        informed=bool(remedy_of(found, german_day(at))),
        account_id=agreed_to_delivery(found.form.authority_id, found.row.id) if channel == "account" else None,
    )


def _written(recipient: RecipientFacts) -> dict[str, object]:
    """As a delivery keeps it; the country only where it is another one."""
    country = {"country": recipient.country} if recipient.country else {}
    return {"name": recipient.name, "lines": list(recipient.lines), **country}


def send_on_its_way(matter: Matter, decision: DecisionView, documents: Sequence[UUID], at: datetime) -> str:
    """Begin the lawful delivery of a decision, inside the open work with its letters; gives the channel."""
    way = way_of(matter.found, at, decision.channel, decision.channel_reason)
    return _begin(matter, decision.id, way, documents, at)


def send_decided(
    matter: Matter, about: UUID, documents: Sequence[UUID], at: datetime, *, channel: str = "", reason: str = ""
) -> str:
    """The same for what was decided otherwise than by the decision of the case: a permit is revoked."""
    return _begin(matter, about, way_of(matter.found, at, channel, reason), documents, at)


def _begin(matter: Matter, about: UUID, way: notices.Way, documents: Sequence[UUID], at: datetime) -> str:
    notices.begin_delivery(
        authority_id=matter.authority_id,
        case_id=matter.case_id,
        subject_id=matter.submission_id,
        decision_id=about,
        way=way,
        documents=documents,
        now=at,
    )
    return way.channel


def send_plainly(matter: Matter, about: UUID, documents: Sequence[UUID], at: datetime) -> str:
    """A letter that is no decision (`about` a question or an outcome) for who gets no e-mail: it goes to the post, inside the
    open work with it. Gives the channel; empty where a mail tells of it, or no address is known.
    """
    if matter.found.email or not address_of(matter.found):
        return ""
    notices.begin_delivery(
        authority_id=matter.authority_id,
        case_id=matter.case_id,
        subject_id=matter.submission_id,
        decision_id=about,
        way=notices.Way(
            channel="post",
            why="no_email",
            area=notices.NO_DECISION,
            calendar=calendar_of(matter.authority_id),
            recipient=_written(recipient_of(matter.found)),
            informed=False,
        ),
        documents=documents,
        now=at,
    )
    return "post"


def how_it_arrives(case: CaseRef) -> str:
    """Says to the clerk how what is no decision reaches the applicant. Implements `stadttor.cases.ports.Reaching`."""
    if case.submission_id is None:
        return ""
    found = submitted(case.authority_id, case.submission_id)
    if found.email:
        return _("An e-mail tells the applicant where to read it.")
    if address_of(found):
        return _("The application names no e-mail address: the letter goes into the next print run.")
    return _(
        "The application names neither e-mail nor postal address. Please call, or hand the letter over, and note it."
    )


def letter_must_have_left(case: CaseRef) -> None:
    """A case ends when its letter was posted, waits for the post alone or was handed over, and when one that came back went out
    again. Implements `stadttor.cases.ports.BeforeClosing`.
    """
    states = under_way(case.authority_id, case.case_id)
    if "to_hand" in states:
        raise Refused(
            "not_handed_over",
            "The decision was not handed over yet. Please note the hand-over or deliver it another way; then close the case.",
            status=409,
        )
    if "printed" in states:
        raise Refused(
            "letter_in_print",
            "The letter lies in a print run. The post room must enter the day of posting or take the run apart before.",
            status=409,
        )
    if case.submission_id and came_back(case.authority_id, [case.submission_id]):
        raise Refused(
            "letter_is_back", "The letter came back. Please deliver the decision anew; then close the case.", status=409
        )


def marks_of_returned(authority_id: UUID, submission_ids: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    """What a list says of cases whose letter came back. Implements `stadttor.cases.ports.Marks`."""
    mark = {"label": _("Letter came back"), "kind": "danger", "icon": "warning"}
    return dict.fromkeys(came_back(authority_id, submission_ids), mark)


def other_ways(case: CaseRef) -> list[dict[str, str]]:
    """The ways for another try; to the post anybody can give an address. In the current language."""
    with work(case.authority_id):
        found = submitted(case.authority_id, _submission_id(case))
        open_here = {*lawful(found, german_day(now())), *(["post"] if uses(case.authority_id, "post_room") else [])}
    return [
        {"value": one, "label": _(LABELS[one]), "hint": _(HELP[one])}
        for one in law.CHANNELS
        if one in open_here and one != "account"
    ]


def post_unopened(authority_id: UUID, at: datetime) -> None:
    """What nobody opened in the account in time goes to the post, or to the counter where there is no address.

    Raises after all were tried when one could not go.
    """
    failed = 0
    for one in unopened(authority_id):
        last = law.last_day_unopened(one.area, one.calendar, german_day(one.created))
        if last is None or german_day(at) <= last:
            continue
        try:
            _send_unopened(authority_id, one, at)
        except Exception:
            # One that cannot go keeps no other from going.
            log.exception("delivery %s was not opened and cannot go by post", one.id)
            failed += 1
    if failed:
        raise RuntimeError(f"{failed} unopened decisions could not be sent another way")


@step
def _send_unopened(authority_id: UUID, one: DeliveryRow, at: datetime) -> None:
    with work(authority_id):
        found = submitted(authority_id, one.subject_id)
        way = notices.Way(
            channel="post" if len(one.lines) >= 2 else "counter",
            why="unopened",
            area=area_of_law(found.form.manifest.outcomes),
            calendar=calendar_of(authority_id),
            recipient=_written(RecipientFacts(one.name, one.lines, one.country)),
            informed=one.informed,
        )
        notices.take_another_way(
            authority_id=authority_id,
            delivery_id=one.id,
            way=way,
            documents=one.documents,
            actor=SYSTEM,
            now=at,
            ended_as="unopened",
        )
        note_from_outside(
            authority_id=authority_id,
            case_id=one.case_id,
            act="delivered_anew",
            actor=SYSTEM,
            details={"delivery_id": str(one.id)},
            public=False,
            now=at,
        )


class _About(TypedDict):
    """Whose delivery, and who acts."""

    authority_id: UUID
    delivery_id: UUID
    actor: Actor


@step
def settle(act: str, *, staff: Staff, case: CaseRef, delivery_id: str, typed: Mapping[str, str]) -> None:
    """Note that a decision was handed over or came back, or deliver it anew; the case's history says who did it.

    Refused without a reason, for an address that no window shows, and when the delivery has gone on meanwhile.
    """
    done, moment = HISTORY[act], now()
    about = _About(authority_id=case.authority_id, delivery_id=_as_id(delivery_id), actor=staff.actor())
    why = typed_reason(typed["reason"]) if act in ("returned", "again") else ""
    with work(case.authority_id):
        row = delivery_by_id(case.authority_id, about["delivery_id"])
        if row is None or row.case_id != case.case_id:
            raise not_found()
        if act == "hand":
            if not notices.hand_over(**about, now=moment):
                return  # a colleague, or she herself in another window, noted it before
        elif act == "arrived":
            notices.note_arrived(**about, day=_typed_day(typed), proof=typed.get("proof", ""), now=moment)
        elif act == "returned":
            notices.note_returned(**about, reason=why, now=moment)
            bring_back(authority_id=case.authority_id, case_id=case.case_id, actor=about["actor"], now=moment)
        else:
            found = submitted(case.authority_id, _submission_id(case))
            way = _another_way(row, case, found, typed, why)
            notices.take_another_way(**about, way=way, documents=row.documents, now=moment)
        note_from_outside(
            authority_id=case.authority_id,
            case_id=case.case_id,
            act=done,
            actor=staff.actor(),
            details={"delivery_id": delivery_id},
            public=False,
            now=moment,
        )


def _another_way(row: DeliveryRow, case: CaseRef, found: Submitted, typed: Mapping[str, str], why: str) -> notices.Way:
    """As typed; it is the same letter, which says of the remedy what it said before."""
    channel = typed["channel"]
    if channel not in {one["value"] for one in other_ways(case)}:
        raise Refused("channel_unknown", "This decision cannot be delivered this way.", field="channel")
    name = in_print(typed["name"], "name")
    lines = [line for line in in_print(typed["lines"], "lines").split("\n") if line]
    country = typed.get("country", "") or law.HERE
    if country not in codes():
        raise Refused("country_unknown", "Please choose a country.", field="country")
    abroad = law.channel_of(channel, country) == "abroad"
    if channel == "post" and (not name or not 2 <= len(lines) <= MOST_LINES - abroad):
        raise Refused(
            "address_lines", "Please enter name, street and town: the address has two to five lines.", field="lines"
        )
    return notices.Way(
        channel=channel,
        why="chosen",
        area=row.area and area_of_law(found.form.manifest.outcomes),
        calendar=calendar_of(case.authority_id),
        recipient=_written(
            RecipientFacts(name, [*lines, in_capitals(country)], country) if abroad else RecipientFacts(name, lines)
        ),
        reason=why,
        informed=row.informed,
    )


def _typed_day(typed: Mapping[str, str]) -> date | None:
    try:
        return date(*(int(typed.get(f"day.{part}", "").strip()) for part in ("year", "month", "day")))
    except (ValueError, OverflowError):
        return None


def _submission_id(case: CaseRef) -> UUID:
    if case.submission_id is None:
        raise not_found()
    return case.submission_id


def _as_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise not_found() from None
