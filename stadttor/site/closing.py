"""The daily closing as people and machines get it: the lines as CSV and PDF, handed over to the finance procedure."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from stadttor.cases.ports import Hint
from stadttor.catalog.queries import adoptions
from stadttor.core.languages import OFFICIAL
from stadttor.core.tables import harmless
from stadttor.exchange import services as exchange
from stadttor.exchange.ports import Offered
from stadttor.ground.clock import BERLIN, german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import clock, money
from stadttor.ground.web.formats import day as said_day
from stadttor.ground.web.language import N_, _, ngettext, speaking
from stadttor.notices.letters import builtin, render_letter
from stadttor.notices.letters.data import AnswerGroup, AnswerRow, CaseFacts, LetterFacts, letter_data
from stadttor.payments.events import DayClosed
from stadttor.payments.queries.closing import Day, Line, closing_row, day_of_books, late_days
from stadttor.payments.queries.finance import CARD, CASH, CLAIMED, OFFICE, ONLINE, finance_rules
from stadttor.site.letter_facts import authority_facts
from stadttor.site.parts import uses

SERVICE = "tagesabschluss"
"""Under which name the target of closings is kept beside those of services."""
METHODS = {CASH: N_("Cash"), CARD: N_("Card"), ONLINE: N_("Online"), OFFICE: N_("Paid back by the cash office")}
SUMS = {**METHODS, "undone": N_("Of these undone"), "all": N_("In all"), CLAIMED: N_("Asked for, not yet paid")}
# Names of columns for a machine: they stay whatever the language.
COLUMNS = (
    "Buchungstag", "Zeitpunkt", "Kassenzeichen", "Beleg", "Storno", "Zahlweg", "Buchungsstelle", "Anteil", "Leistung",
    "Betrag", "Bearbeitung", "Buchung", "Art", "Faelligkeit", "Mandat",
)  # fmt: skip
PAID_BY = {CASH: "bar", CARD: "karte", ONLINE: "online", OFFICE: "kasse", CLAIMED: ""}
ACTUAL, TARGET = "ist", "soll"
DAYS_UNSET = 3


def offered_closing() -> Offered:
    """The closing beside the services that have something to hand over."""
    with speaking(OFFICIAL):
        return Offered(SERVICE, _("Daily closing"), _("Finance procedure"), has_file=True)


def days_not_closed(authority_id: UUID, at: datetime) -> list[Hint]:
    """What the desk says of days that should be closed by now, in the current language."""
    late = late_days(authority_id, at)
    if not late:
        return []
    title = ngettext("One day of the books is not closed", "{count} days of the books are not closed", len(late))
    text = _("The oldest is {day}. Please count the till and close it.", day=said_day(late[0]))
    return [Hint(title, text, url("finance:days"), _("Go to the daily closing"))]


def hand_over_day(event: DayClosed) -> None:
    """A day was closed: its lines go to the finance procedure, once, and are due there some days later."""
    authority_id, closing = event.authority_id, closing_row(event.authority_id, event.closing_id)
    if closing is None or not uses(authority_id, "hand_overs"):
        return
    with speaking(OFFICIAL):
        target = _("Finance procedure")
    rules, found = finance_rules(authority_id, closing.at), day_of_books(authority_id, closing.day)
    data = as_csv(found).encode()
    exchange.hand_over(
        authority_id=authority_id,
        hand_over_id=uuid5(closing.id, SERVICE),
        case_id=closing.id,
        about="closing",
        key=f"closing:{closing.id}",
        service=SERVICE,
        target=target,
        file=exchange.File(file_name(closing.day), "text/csv; charset=utf-8", data),
        due=closing.at + timedelta(days=rules.days if rules else DAYS_UNSET),
        now=now(),
    )


def file_name(day: date, ending: str = "csv") -> str:
    """What the list of a day is called as a file."""
    return f"tagesabschluss-{day.isoformat()}.{ending}"


def as_csv(found: Day) -> str:
    """The lines for a machine: German names, ISO days, amounts with a decimal comma, no name of an applicant.

    What people typed (accounts, shares, who it was) cannot become a formula; amounts stay numbers, also negative ones.
    `Art` is `ist` for money that came or went, `soll` for what is owed from `Faelligkeit` on: the two are never added.
    `Mandat` is the day of the SEPA mandate by which it may be debited; its reference is the Kassenzeichen.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(one) for one in found.lines)
    return out.getvalue()


def _cells(one: Line) -> list[str]:
    sign, cents = "-" if one.cents < 0 else "", abs(one.cents)
    return [
        one.day.isoformat(), one.at.astimezone(BERLIN).isoformat(timespec="seconds"), one.claim, one.receipt,
        "ja" if one.undoes else "nein", PAID_BY[one.method], harmless(one.account), harmless(one.share), one.service,
        f"{sign}{cents // 100},{cents % 100:02}", harmless(one.by_name), str(one.id),
        TARGET if one.due else ACTUAL, one.due.isoformat() if one.due else "",
        one.mandate.isoformat() if one.mandate else "",
    ]  # fmt: skip


def as_pdf(authority_id: UUID, found: Day) -> bytes:
    """The list to be signed and filed, in German."""
    with speaking(OFFICIAL):
        subject = _("Daily closing of {day}", day=said_day(found.day))
        facts = LetterFacts(
            kind="closing",
            language=OFFICIAL,
            subject=subject,
            day=german_day(found.closing.at) if found.closing else found.day,
            authority=authority_facts(authority_id),
            case=CaseFacts(said_day(found.day), subject),
            answers=(AnswerGroup("", "", tuple(_said_sums(found))),),
            values={
                "head": [_(one) for one in HEADS],
                "lines": [row.cells for row in listed(authority_id, found)],
            },
        )
    return render_letter(builtin("closing"), {}, letter_data(facts))


HEADS = (
    N_("Time"), N_("Reference, receipt"), N_("What for"), N_("Account"), N_("How it was paid"), N_("Who"), N_("Amount"),
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """A line in words; `cells` in the order of `HEADS`."""

    cells: tuple[str, ...]
    undoes: bool


def listed(authority_id: UUID, found: Day) -> list[Listed]:
    """The lines of a day in the current language."""
    titles = {one.slug: one.title for one in adoptions(authority_id)}
    return [Listed(tuple(_words(one, titles, found.day)), one.undoes) for one in found.lines]


def _words(one: Line, titles: dict[str, str], day: date) -> Iterator[str]:
    """`day` is that of the list; what happened on another one says so."""
    yield clock(one.at) if german_day(one.at) == day else _when(one.at)
    yield ", ".join(filter(None, (one.claim, one.receipt))) or "–"
    yield ": ".join(filter(None, (titles.get(one.service, one.service), one.share))) or "–"
    yield one.account or "–"
    yield _claimed(one, one.due) if one.due else _paid(one)
    yield one.by_name or "–"
    yield money(one.cents)


def _paid(one: Line) -> str:
    how = _(METHODS[one.method])
    return _("{how} (undone)", how=how) if one.undoes else how


def _claimed(one: Line, due: date) -> str:
    """The books do not know what was paid of it: whoever keeps the accounts does, and pays it back."""
    if not one.undoes:
        return _("Asked for, due on {day}", day=said_day(due))
    if due > one.day:
        return _("Not owed any more, due on {day}", day=said_day(due))
    return _("Not owed any more, was due on {day}: to be paid back where it was paid", day=said_day(due))


def _said_sums(found: Day) -> Iterator[AnswerRow]:
    sums = found.closing.sums if found.closing else found.sums
    for key, label in SUMS.items():
        yield AnswerRow("", _(label), money(sums[key]))
    if found.closing:
        yield AnswerRow("", _("Counted in the till"), money(found.closing.counted))
        yield AnswerRow("", _("Difference"), money(found.closing.counted - sums[CASH]))
        yield AnswerRow("", _("Closed by"), f"{found.closing.by_name}, {_when(found.closing.at)}")


def _when(at: datetime) -> str:
    return f"{said_day(german_day(at))}, {clock(at)}"
