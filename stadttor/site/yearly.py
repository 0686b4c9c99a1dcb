"""The yearly list for the books: what decisions that go on let be owed in a calendar year, and on which days.

A notice may go on until there is another one (Dauerbescheid), as the statute says: the package's setting `dauerbescheid`. What
does not go on needs a notice of its own each year, and the list says so. Written into a file line by line: a town may tax many
dogs. What ended meanwhile is not in it; what ends after the list was drawn is told by the daily closing.
"""

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO
from uuid import UUID

from stadttor.cases.queries import standing_decision
from stadttor.cases.queries.seen import cases_of, seen_by
from stadttor.catalog.queries import adoptions, package_content
from stadttor.ground import audit
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.payments.queries.finance import claim_number_of
from stadttor.payments.queries.lowering import lowered_of
from stadttor.payments.services.booking import note_listed
from stadttor.site.applications import submitted
from stadttor.site.assessing import assessment_of, ended_by, has_told
from stadttor.site.lowering import agrees

COLUMNS = (
    "Jahr", "Leistung", "Vorgang", "Kassenzeichen", "Nummer", "Beginn", "Jahresbetrag", "Betrag", "Faelligkeiten", "Bescheid",
)  # fmt: skip
LISTS_FROM = (10, 1)
"""Month and day of the year before, from which on a list is one for the treasury."""
NOTICE = {True: "gilt weiter", False: "neuer Bescheid noetig"}


@dataclass(frozen=True)
class Owing:
    """A case whose decision stands and assesses something."""

    case_id: UUID
    submission_id: UUID
    number: str


@dataclass(frozen=True)
class Listed:
    """What a list is of; `whole`: all cases of a service are among it."""

    cases: Sequence[Owing]
    whole: bool


def yearly_list(staff: Staff, year: int, now: datetime) -> IO[bytes]:
    """The whole list as a file at its beginning, which the caller closes. It is whole or an error: half a list looks like one.

    Of cases that exist for her alone (tax secrecy, § 30 AO). No names, as in the closings.
    """
    with ExitStack() as until_it_is_whole:
        file = until_it_is_whole.enter_context(tempfile.TemporaryFile(prefix="stadttor-yearly-"))
        file.writelines(line.encode() for line in _lines(staff, year, now))
        file.seek(0)
        until_it_is_whole.pop_all()
        return file


def _lines(staff: Staff, year: int, now: datetime) -> Iterator[str]:
    owing = _owing(staff, now)
    # Before it is drawn: what is let go from now on is told by the daily closing, whether this list has it or not. A list of a
    # part, or of a year that is far off, asks nobody for anything: somebody looked ahead.
    if owing.whole and german_day(now) >= date(year - 1, *LISTS_FROM):
        note_listed(staff.authority_id, year)
    with work(staff.authority_id):
        about, details = ("authority", staff.authority_id), {"year": year}
        audit.record(
            staff.authority_id, act="finance.year_listed", actor=staff.actor(), subject=about, at=now, details=details
        )
    yield _line(COLUMNS)
    for one in owing.cases:
        yield from map(_line, _rows(staff.authority_id, one, year))


def _owing(staff: Staff, now: datetime) -> Listed:
    # A service that is closed to new applications has owing cases all the same.
    known = adoptions(staff.authority_id)
    cases, whole = list[Owing](), False
    for service in dict.fromkeys(one.slug for one in known if package_content(one.version_id).assessment is not None):
        found = cases_of(staff.authority_id, [service])
        numbers = seen_by(staff, found, now)
        whole = whole or (bool(found) and len(numbers) == len(found))
        cases += [Owing(one, submission_id, numbers[one]) for one, submission_id in found.items() if one in numbers]
    return Listed(cases, whole)


def _rows(authority_id: UUID, one: Owing, year: int) -> Iterator[tuple[str, ...]]:
    decision = standing_decision(authority_id, one.case_id)
    if decision is None or decision.sent_at is None:
        return
    with work(authority_id):
        found, ended = submitted(authority_id, one.submission_id), ended_by(lowered_of(authority_id, one.case_id))
    decided = german_day(decision.decided_at)
    made = assessment_of(found, decision.outcome, decided, year, ended)
    if made is None or made.year != year:
        return
    # Another rate is told by a notice, whatever the statute says of notices that count on; so is one that was corrected since.
    goes_on = has_told(found, decision.outcome, decided, year, ended) and agrees(authority_id, decision, one.case_id)
    due = ", ".join(f"{part.due.isoformat()}: {_euros(part.cents)}" for part in made.instalments)
    for place, element in enumerate(made.elements, 1):
        if element.of_year:
            yield (
                str(year), found.row.service, one.number, claim_number_of(authority_id, decision.id), str(place),
                element.begins.isoformat(), _euros(element.cents), _euros(element.of_year), due, NOTICE[goes_on],
            )  # fmt: skip


def _euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
