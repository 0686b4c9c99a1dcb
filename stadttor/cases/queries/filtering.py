"""Which cases a list holds, as conditions of SQL.

A clerk's rights are several equalities (her units, her cases, those she covers). Each becomes its own ordered, limited
branch, because one OR over them would read the whole table in order of deadlines until enough rows fit.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal
from uuid import UUID

from stadttor.cases.models import Case
from stadttor.cases.queries.access import Viewer
from stadttor.cases.rules import OPEN_STATES, STATES
from stadttor.cases.rules.deadlines import soon_until
from stadttor.cases.rules.words import range_of, terms_of
from stadttor.core.periods import months_later
from stadttor.ground.clock import BERLIN, german_day

Scope = Literal["mine", "unit", "all"]
SORTS = {"due": "due", "received": "received", "applicant": "applicant_key"}
# Of a frequent word the first rows in order are tried one by one, of a rare one its few cases are sorted: statistics
# decide, which the planner may use under the wall because the comparisons are leakproof.
WITH_WORD = """EXISTS (SELECT 1 FROM cases_caseword w WHERE w.authority_id = %s AND w.case_id = cases_case.id
 AND w.word >= %s AND w.word < %s)"""
# What a key figure counts: a case with the day it came in, or with its first decision that left the house.
RECEIVED_IN = "received >= %s AND received < %s AND NOT is_test"
DECIDED_IN = """id IN (SELECT d.case_id FROM cases_decision d WHERE d.authority_id = %s AND d.sent_at IS NOT NULL
 GROUP BY d.case_id HAVING min(d.sent_at) >= %s AND min(d.sent_at) < %s) AND NOT is_test"""
_PERIOD = re.compile(r"(received|decided):([12]\d{3}-[01]\d):([12]\d{3}-[01]\d)", re.ASCII)


@dataclass(frozen=True)
class Period:
    """Months, the first and the last by their first days, in which a case came in (`received`) or was decided (`decided`)."""

    of: str
    first: date
    last: date

    def __str__(self) -> str:
        """As it stands in an address: `decided:2026-01:2026-11`."""
        return f"{self.of}:{self.first:%Y-%m}:{self.last:%Y-%m}"


def period_of(text: str) -> Period | None:
    """What `str` made of it; none for anything else."""
    found = _PERIOD.fullmatch(text)
    try:
        return Period(found[1], *(date.fromisoformat(f"{one}-01") for one in found.groups()[1:])) if found else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Filters:
    """What to show.

    `scope` mine, unit, all; `state` empty for all open ones, undecided for those to decide, any for closed ones too;
    `deadline` late, soon, today or empty; `news` answered (an answer came that nobody has looked at) or empty;
    `period` the cases behind a key figure, and then those of no single clerk.
    """

    scope: Scope = "mine"
    state: str = ""
    service: str = ""
    assignee: str = ""
    deadline: str = ""
    text: str = ""
    sort: str = "due"
    descending: bool = False
    news: str = ""
    period: Period | None = None

    @property
    def is_plain(self) -> bool:
        """Whether nothing narrows the tab, so that its own count is the list's."""
        narrowing = (self.state, self.service, self.assignee, self.deadline, self.news, self.period)
        return not (any(narrowing) or terms_of(self.text))

    @property
    def column(self) -> str:
        """The column that makes the order."""
        return SORTS.get(self.sort, "due")


@dataclass(frozen=True)
class Where:
    """Conditions joined by AND, and their parameters."""

    sql: tuple[str, ...]
    values: tuple[Any, ...]

    def and_(self, sql: str, *values: Any) -> "Where":
        return Where((*self.sql, sql), (*self.values, *values))

    def text(self) -> str:
        return " AND ".join(self.sql)


def branches_of(viewer: Viewer, filters: Filters, now: datetime) -> list[Where]:
    """The cases of the list are those of any branch."""
    base = _filtered(Where(("authority_id = %s",), (viewer.staff.authority_id,)), viewer, filters, now)
    return [base.and_(sql, *values) for sql, values in _rights(viewer, filters.scope)]


def behind(branches: Iterable[Where], filters: Filters, case: Case) -> list[Where]:
    """What comes in the list's order after this case, wherever that stands now. No deadline comes last."""
    column, sign = filters.column, "<" if filters.descending else ">"
    value = getattr(case, column)
    found = []
    for branch in branches:
        if value is None:
            found.append(branch.and_(f"{column} IS NULL AND id {sign} %s", case.id))
        else:
            found.append(branch.and_(f"({column}, id) {sign} (%s, %s)", value, case.id))
        if column == "due" and (value is None) == filters.descending:
            found.append(branch.and_("due IS NOT NULL" if filters.descending else "due IS NULL"))
    return found


def _rights(viewer: Viewer, scope: str) -> Iterable[tuple[str, tuple[Any, ...]]]:
    """One equality for each way in which cases of this scope are hers to see; as `Viewer.sees` says of one case."""
    if viewer.staff.helps:
        hers, person = (" AND assignee_id = %s", (viewer.staff.id,)) if scope == "mine" else ("", ())
        for one in sorted(viewer.staff.helps):
            yield f"service = %s AND unit_id = %s{hers}", (one.service, one.unit_id, *person)
        return
    units = sorted(viewer.staff.unit_ids)
    told = f"(secrecy = '' OR unit_id IN ({', '.join(['%s'] * len(units))}))" if units else "secrecy = ''"
    if scope == "mine":
        yield from ((f"assignee_id = %s AND {told}", (person, *units)) for person in sorted(viewer.assignees))
    elif scope == "all" and viewer.sees_all:
        yield told, tuple(units)
    else:
        yield from (("unit_id = %s", (unit,)) for unit in units)
        if scope == "all":
            yield from ((f"assignee_id = %s AND {told}", (person, *units)) for person in sorted(viewer.assignees))


def _filtered(where: Where, viewer: Viewer, filters: Filters, now: datetime) -> Where:
    where = _of_state(where, filters.state)
    if filters.service:
        where = where.and_("service = %s", filters.service)
    if filters.period:
        where = _of_period(where, viewer, filters.period)
    elif filters.assignee:
        where = _of_assignee(where, filters.assignee)
    if filters.deadline:
        where = _of_deadline(where, filters.deadline, now)
    if filters.news:
        where = where.and_("answer_unseen")
    for term in terms_of(filters.text):
        where = where.and_(WITH_WORD, viewer.staff.authority_id, *range_of(term))
    return where


def _of_state(where: Where, state: str) -> Where:
    if state == "any":
        return where
    if state == "undecided":
        where = where.and_("state <> 'decided'")
    if state in STATES:
        where = where.and_("state = %s", state)
    return where if state in STATES and state not in OPEN_STATES else where.and_("active")


def _of_period(where: Where, viewer: Viewer, period: Period) -> Where:
    span = [datetime.combine(day, time(), BERLIN) for day in (period.first, months_later(period.last, 1))]
    if period.of == "received":
        return where.and_(RECEIVED_IN, *span)
    return where.and_(DECIDED_IN, viewer.staff.authority_id, *span)


def _of_assignee(where: Where, assignee: str) -> Where:
    if assignee == "nobody":
        return where.and_("assignee_id IS NULL")
    try:
        return where.and_("assignee_id = %s", UUID(assignee))
    except ValueError:
        return where


def _of_deadline(where: Where, deadline: str, now: datetime) -> Where:
    today = german_day(now)
    where = where.and_("state <> 'waiting_for_citizen'").and_("state <> 'decided'").and_("active")
    if deadline == "late":
        return where.and_("due < %s", today)
    until = soon_until(today, "") if deadline == "soon" else today
    return where.and_("due >= %s", today).and_("due <= %s", until)
