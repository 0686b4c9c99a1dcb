"""The yearly list for the books: what decisions that go on let be owed in a calendar year, and on which days.

A notice may go on until there is another one (Dauerbescheid), as the statute says: the package's setting `dauerbescheid`. What
does not go on needs a notice of its own each year, and the list says so. A list that was made stands as it was told; what
changes afterwards is told by the daily closing, also of notices that leave after it. Until it is made it is a look ahead.

Written into a file line by line: a town may tax many dogs.
"""

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO
from uuid import UUID

from stadttor.cases.events import DecisionSent
from stadttor.cases.queries import DecisionView, decision_of, sent_decisions, standing_decision
from stadttor.cases.queries.seen import cases_of, seen_by
from stadttor.catalog.queries import adoptions, package_content
from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.web.language import N_
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.payments.queries.finance import claim_number_of
from stadttor.payments.queries.listing import BY_LINES, BY_LIST, ListedEntry, ListedRow, listed_of_case
from stadttor.payments.queries.lowering import listed_until, lowered_of
from stadttor.payments.services.booking import lock_days, note_listed
from stadttor.payments.services.listing import keep_listed
from stadttor.site.applications import Submitted, submitted
from stadttor.site.assessing import Assessment, assessed_in, assessment_of, ended_by, has_told, settings_on
from stadttor.site.lowering import agrees

COLUMNS = (
    "Jahr", "Leistung", "Vorgang", "Kassenzeichen", "Nummer", "Beginn", "Jahresbetrag", "Betrag", "Faelligkeiten", "Bescheid",
    "Angefordert",
)  # fmt: skip
LISTS_FROM = (10, 1)
"""Month and day of the year before, from which on the list of a year is made."""
NOTICE = {True: "gilt weiter", False: "neuer Bescheid noetig"}
REPLACED, WITH_LINES = "ersetzt", "Tagesabschluss"


@dataclass(frozen=True)
class Owing:
    """A case whose decision stands and assesses something."""

    case_id: UUID
    submission_id: UUID
    number: str


@dataclass(frozen=True)
class Owed:
    """What the standing decision of a case lets be owed in a year; `told`: it needs no further notice."""

    found: Submitted
    decision: DecisionView
    made: Assessment
    told: bool
    by_decision: bool


def may_be_made(year: int, today: date) -> bool:
    """The list of a year is made from October before it until its last day."""
    return date(year - 1, *LISTS_FROM) <= today <= date(year, 12, 31)


def make_yearly_list(staff: Staff, year: int, now: datetime) -> int:
    """Ask for what goes on in a year: each notice once, as it stands now. Made again it adds what came since, gives how many.

    Raises Refused where it is too early or too late, and for whoever does not see every case of a service that assesses
    something: a list of a part would be taken for the whole.
    """
    if not may_be_made(year, german_day(now)):
        raise Refused(
            "no_list_yet", N_("This list is made from October before its year until the year is over."), status=409
        )
    if not any(is_whole for _cases, is_whole in _by_service(staff, now)):
        raise Refused(
            "not_whole",
            N_(
                "You do not see every case of a service that goes on, or there is none. Whoever sees all makes the list."
            ),
            status=409,
        )
    # Before the cases are read: what leaves the house from now on asks for the year by itself, whether it is among them or not.
    note_listed(staff.authority_id, year)
    whole = [cases for cases, is_whole in _by_service(staff, now) if is_whole]
    count = sum(_list_case(staff, one, year, now) for cases in whole for one in cases)
    with work(staff.authority_id):
        about, details = ("authority", staff.authority_id), {"year": year, "count": count}
        audit.record(
            staff.authority_id, act="finance.year_listed", actor=staff.actor(), subject=about, at=now, details=details
        )
    return count


def _list_case(staff: Staff, one: Owing, year: int, now: datetime) -> bool:
    with work(staff.authority_id):
        # Whoever lowers the claim or lets it go does so before this case is looked at, or finds it listed.
        lock_days(staff.authority_id)
        if _is_listed(staff.authority_id, one.case_id, year):
            return False
        owed = _owed(staff.authority_id, one.case_id, one.submission_id, year, to_ask=True)
        if owed is None or not owed.told or owed.by_decision:
            return False
        row = _row(owed, one.case_id, year, BY_LIST, now)
        return bool(row.due) and keep_listed(authority_id=staff.authority_id, row=row, actor=staff.actor(), now=now)


def _is_listed(authority_id: UUID, case_id: UUID, year: int) -> bool:
    """Seen before anything is reckoned: who makes a long list again after it broke off is soon where it broke off."""
    decision = standing_decision(authority_id, case_id)
    rows = listed_of_case(authority_id, year, case_id)
    return decision is not None and any(row.decision_id == decision.id for row in rows)


def ask_for_listed(fact: DecisionSent) -> None:
    """A notice that leaves after the list of a year was made asks for that year itself, by lines."""
    found = assessed_in(fact.authority_id, fact.case_id)
    if found is None:
        return
    decision = decision_of(fact.authority_id, fact.decision_id)
    with work(fact.authority_id):
        lock_days(fact.authority_id)
        made = assessment_of(found, decision.outcome, german_day(decision.decided_at))
        for year in range(made.year + 1, listed_until(fact.authority_id) + 1) if made else ():
            owed = _owed(fact.authority_id, fact.case_id, found.row.id, year, to_ask=True)
            row = _row(owed, fact.case_id, year, BY_LINES, fact.at) if owed and owed.told else None
            if row and row.due:
                keep_listed(authority_id=fact.authority_id, row=row, actor=SYSTEM, now=fact.at)


def yearly_list(staff: Staff, year: int, now: datetime) -> IO[bytes]:
    """The whole list as a file at its beginning, which the caller closes. It is whole or an error: half a list looks like one.

    What was asked for stands as it was told, with the day; all else is how things stand. Of cases that exist for her alone
    (tax secrecy, § 30 AO). No names, as in the closings. Writes nothing.
    """
    with ExitStack() as until_it_is_whole:
        file = until_it_is_whole.enter_context(tempfile.TemporaryFile(prefix="stadttor-yearly-"))
        file.writelines(line.encode() for line in _lines(staff, year, now))
        file.seek(0)
        until_it_is_whole.pop_all()
        return file


def _lines(staff: Staff, year: int, now: datetime) -> Iterator[str]:
    yield _line(COLUMNS)
    for cases, _is_whole in _by_service(staff, now, also_open=True):
        for one in cases:
            yield from map(_line, _told(staff.authority_id, one, year))


def _by_service(staff: Staff, now: datetime, *, also_open: bool = False) -> Iterator[tuple[list[Owing], bool]]:
    """Her cases of each service that assesses something, and whether these are all."""
    # A service that is closed to new applications has owing cases all the same.
    known = adoptions(staff.authority_id)
    for service in dict.fromkeys(one.slug for one in known if package_content(one.version_id).assessment is not None):
        found = cases_of(staff.authority_id, [service], also_open=also_open)
        numbers = seen_by(staff, found, now)
        mine = [Owing(one, submission_id, numbers[one]) for one, submission_id in found.items() if one in numbers]
        yield mine, bool(found) and len(mine) == len(found)


def _told(authority_id: UUID, one: Owing, year: int) -> Iterator[tuple[str, ...]]:
    """The lines of a case: what was asked for, by which notice, and what the standing one lets be owed besides."""
    owed = _owed(authority_id, one.case_id, one.submission_id, year)
    rows = listed_of_case(authority_id, year, one.case_id)
    # While a case is decided anew the notice that left last stands (§ 124 Abs. 2 AO).
    last = sent_decisions(authority_id, one.case_id)[-1:] if rows else []
    for row in rows:
        asked = german_day(row.at).isoformat() if row.told_by == BY_LIST else WITH_LINES
        yield from _of_row(row, one.number, NOTICE[True] if row.decision_id in last else REPLACED, asked)
    if owed is not None and owed.decision.id not in {row.decision_id for row in rows}:
        row = _row(owed, one.case_id, year, BY_LIST, owed.decision.decided_at)
        yield from _of_row(row, one.number, NOTICE[owed.told], WITH_LINES if owed.by_decision else "")


def _of_row(row: ListedRow, number: str, notice: str, asked: str) -> Iterator[tuple[str, ...]]:
    due = ", ".join(f"{part.due.isoformat()}: {_euros(part.cents)}" for part in row.due)
    for place, entry in enumerate(row.entries, 1):
        if entry.of_year:
            yield (
                str(row.year), row.service, number, row.number, str(place), entry.begins.isoformat(), _euros(entry.cents),
                _euros(entry.of_year), due, notice, asked,
            )  # fmt: skip


def _owed(authority_id: UUID, case_id: UUID, submission_id: UUID, year: int, *, to_ask: bool = False) -> Owed | None:
    """As things stand, or `to_ask` for it: then without what lines of the claim have taken out of that year already."""
    decision = standing_decision(authority_id, case_id)
    if decision is None or decision.sent_at is None:
        return None
    with work(authority_id):
        found, lowered = submitted(authority_id, submission_id), lowered_of(authority_id, case_id)
    taken = {one for one in lowered if one.decision_id == decision.id and one.listed >= year} if to_ask else ()
    ended = ended_by(one for one in lowered if one not in taken)
    decided = german_day(decision.decided_at)
    made = assessment_of(found, decision.outcome, decided, year, ended)
    if made is None or made.year != year:
        return None
    # Another rate is told by a notice, whatever the statute says of notices that count on; so is one that was corrected since.
    told = has_told(found, decision.outcome, decided, year, ended) and agrees(authority_id, decision, case_id)
    first = assessment_of(found, decision.outcome, decided)
    return Owed(found, decision, made, told, first is not None and first.year == year)


def _row(owed: Owed, case_id: UUID, year: int, told_by: str, at: datetime) -> ListedRow:
    row = owed.found.row
    return ListedRow(
        case_id,
        owed.decision.id,
        claim_number_of(owed.found.form.authority_id, owed.decision.id),
        year,
        told_by,
        row.service,
        tuple(ListedEntry(one.begins, one.cents, one.of_year) for one in owed.made.elements),
        owed.made.instalments,
        settings_on(owed.found, year),
        at,
    )


def _euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
