"""The work list: a page of cases in a stable order, counts up to a bound, all in a few bounded statements.

A clerk's rights are several equalities (her units, her cases, those she covers). Each becomes its own ordered, limited
branch, because one OR over them would read the whole table in order of deadlines until enough rows fit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from stadttor.cases.models import SavedFilter, ServiceOfCases
from stadttor.cases.queries.access import Viewer, viewer_of
from stadttor.cases.rules import OPEN_STATES, STATES, Colour, colour
from stadttor.cases.rules.deadlines import soon_until
from stadttor.cases.rules.words import range_of, terms_of
from stadttor.ground.clock import german_day
from stadttor.ground.rows import rows
from stadttor.ground.work import work
from stadttor.identity.queries import Staff

PAGE_SIZE = 25
MOST_COUNTED = 1_000
MOST_EXPORTED = 10_000

Scope = Literal["mine", "unit", "all"]
SORTS = {"due": "due", "received": "received", "applicant": "applicant_key"}


@dataclass(frozen=True)
class Filters:
    """What to show. `scope` mine, unit, all; `state` empty for all open ones; `deadline` late, soon, today or empty."""

    scope: Scope = "mine"
    state: str = ""
    service: str = ""
    assignee: str = ""
    deadline: str = ""
    text: str = ""
    sort: str = "due"
    descending: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether nothing narrows the tab, so that its own count is the list's."""
        return not (self.state or self.service or self.assignee or self.deadline or terms_of(self.text))


@dataclass(frozen=True)
class ListRow:
    """A line of the list."""

    id: UUID
    number: str
    title: str
    applicant: str
    state: str
    assignee_id: UUID | None
    assignee_name: str
    received: datetime
    due: date | None
    colour: Colour


@dataclass(frozen=True)
class WorkList:
    """A page. `total` counts at most MOST_COUNTED (`more` then says that there are more); `counts` by tab likewise."""

    rows: tuple[ListRow, ...]
    total: int
    more: bool
    page: int
    counts: dict[str, int]
    services: tuple[tuple[str, str], ...]


# Of a frequent word the first rows in order are tried one by one, of a rare one its few cases are sorted: statistics
# decide, which the planner may use under the wall because the comparisons are leakproof.
WITH_WORD = """EXISTS (SELECT 1 FROM cases_caseword w WHERE w.authority_id = %s AND w.case_id = cases_case.id
 AND w.word >= %s AND w.word < %s)"""
COLUMNS = "id, number, title, applicant, state, assignee_id, assignee_name, received, due, land"


@dataclass(frozen=True)
class _Where:
    """Conditions joined by AND, and their parameters."""

    sql: tuple[str, ...]
    values: tuple[Any, ...]

    def and_(self, sql: str, *values: Any) -> "_Where":
        return _Where((*self.sql, sql), (*self.values, *values))

    def text(self) -> str:
        return " AND ".join(self.sql)


def work_list(staff: Staff, filters: Filters, *, page: int = 1, now: datetime) -> WorkList:
    """One page of the cases this person may see, with the counts of the tabs."""
    page = max(1, min(page, MOST_COUNTED // PAGE_SIZE))
    with work(staff.authority_id):
        viewer = viewer_of(staff, now)
        branches = _branches(viewer, filters, now)
        found = _rows(branches, filters, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
        counts = _counts(viewer, None if filters.is_plain else branches, now)
        services = services_of(staff.authority_id)
    total = counts.pop("total", counts[filters.scope])
    return WorkList(_shown(found, now), min(total, MOST_COUNTED), total > MOST_COUNTED, page, counts, services)


def export_rows(staff: Staff, filters: Filters, *, now: datetime) -> list[ListRow]:
    """The whole list as far as it may be exported, in its order."""
    with work(staff.authority_id):
        branches = _branches(viewer_of(staff, now), filters, now)
        return list(_shown(_rows(branches, filters, offset=0, limit=MOST_EXPORTED), now))


def services_of(authority_id: UUID) -> tuple[tuple[str, str], ...]:
    """(slug, title) of every service this authority has had a case of, inside the open work."""
    found = rows(ServiceOfCases, authority_id=authority_id, order=("title",))
    return tuple((row.slug, row.title) for row in found)


def saved_filters(staff: Staff) -> list[tuple[UUID, str, str]]:
    """(id, name, query string) of this person's saved views."""
    with work(staff.authority_id):
        found = rows(SavedFilter, authority_id=staff.authority_id, staff_id=staff.id, order=("name",), most=50)
    return [(row.id, row.name, row.query) for row in found]


def _branches(viewer: Viewer, filters: Filters, now: datetime) -> list[_Where]:
    base = _filtered(_Where(("authority_id = %s",), (viewer.staff.authority_id,)), viewer, filters, now)
    return [base.and_(sql, *values) if sql else base for sql, values in _rights(viewer, filters.scope)]


def _rights(viewer: Viewer, scope: str) -> Iterable[tuple[str, tuple[Any, ...]]]:
    """One equality for each way in which cases of this scope are hers to see."""
    if scope == "mine":
        yield from (("assignee_id = %s", (person,)) for person in sorted(viewer.assignees))
    elif scope == "all" and viewer.sees_all:
        yield "", ()
    else:
        yield from (("unit_id = %s", (unit,)) for unit in sorted(viewer.staff.unit_ids))
        if scope == "all":
            yield from (("assignee_id = %s", (person,)) for person in sorted(viewer.assignees))


def _filtered(where: _Where, viewer: Viewer, filters: Filters, now: datetime) -> _Where:
    where = _of_state(where, filters.state)
    if filters.service:
        where = where.and_("service = %s", filters.service)
    if filters.assignee:
        where = _of_assignee(where, filters.assignee)
    if filters.deadline:
        where = _of_deadline(where, filters.deadline, now)
    for term in terms_of(filters.text):
        where = where.and_(WITH_WORD, viewer.staff.authority_id, *range_of(term))
    return where


def _of_state(where: _Where, state: str) -> _Where:
    if state == "any":
        return where
    if state in STATES:
        where = where.and_("state = %s", state)
    return where if state in STATES and state not in OPEN_STATES else where.and_("active")


def _of_assignee(where: _Where, assignee: str) -> _Where:
    if assignee == "nobody":
        return where.and_("assignee_id IS NULL")
    try:
        return where.and_("assignee_id = %s", UUID(assignee))
    except ValueError:
        return where


def _of_deadline(where: _Where, deadline: str, now: datetime) -> _Where:
    today = german_day(now)
    where = where.and_("state <> 'waiting_for_citizen'").and_("state <> 'decided'").and_("active")
    if deadline == "late":
        return where.and_("due < %s", today)
    until = soon_until(today, "") if deadline == "soon" else today
    return where.and_("due >= %s", today).and_("due <= %s", until)


def _rows(branches: Sequence[_Where], filters: Filters, *, offset: int, limit: int) -> list[tuple[Any, ...]]:
    if not branches:
        return []
    column = SORTS.get(filters.sort, "due")
    # The direction of the index, so that the first rows are read from it: no deadline comes last, or first backwards.
    direction = "DESC" if filters.descending else "ASC"
    order = f"ORDER BY {column} {direction}, id {direction}"
    extra = ", applicant_key" if column == "applicant_key" else ""
    # Every part of the text is a constant of this file; what people typed travels as parameters.
    parts = [
        f"(SELECT {COLUMNS}{extra} FROM cases_case WHERE {branch.text()} {order} LIMIT {offset + limit})"  # noqa: S608
        for branch in branches
    ]
    sql = f"SELECT * FROM ({' UNION '.join(parts)}) found {order} LIMIT {limit} OFFSET {offset}"  # noqa: S608
    return _select(sql, [value for branch in branches for value in branch.values])


def _counts(viewer: Viewer, branches: Sequence[_Where] | None, now: datetime) -> dict[str, int]:
    """How many the list and each tab hold, each counted up to one more than the bound, in one statement."""
    named = {} if branches is None else {"total": list(branches)}
    for scope in ("mine", "unit", "all"):
        named[scope] = _branches(viewer, Filters(scope=scope), now)
    named["late"] = _branches(viewer, Filters(scope="all", deadline="late"), now)
    parts, values = [], []
    for group in named.values():
        parts.append(_count_sql(group))
        values += [value for branch in group for value in branch.values]
    (row,) = _select(f"SELECT {', '.join(parts)}", values)
    return dict(zip(named, row, strict=True))


def _count_sql(branches: Sequence[_Where]) -> str:
    if not branches:
        return "0"
    limit = MOST_COUNTED + 1
    parts = [f"(SELECT id FROM cases_case WHERE {branch.text()} LIMIT {limit})" for branch in branches]  # noqa: S608
    return f"(SELECT count(*) FROM (SELECT 1 FROM ({' UNION '.join(parts)}) u LIMIT {limit}) c)"  # noqa: S608


def _select(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _shown(rows: Iterable[tuple[Any, ...]], now: datetime) -> tuple[ListRow, ...]:
    today = german_day(now)
    soon: dict[str, date] = {}
    shown = []
    for case_id, number, title, applicant, state, assignee_id, assignee, received, due, land in (r[:10] for r in rows):
        if land not in soon:
            soon[land] = soon_until(today, land)
        shade = colour(state, due, today, soon[land])
        shown.append(ListRow(case_id, number, title, applicant, state, assignee_id, assignee, received, due, shade))
    return tuple(shown)
