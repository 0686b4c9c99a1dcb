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
from stadttor.cases.rules import STATES, Colour, colour
from stadttor.cases.rules.deadlines import soon_until
from stadttor.cases.rules.words import range_of, terms_of
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.identity.queries import Staff

PAGE_SIZE = 25
MOST_COUNTED = 1_000
MOST_EXPORTED = 10_000
MOST_FOUND = 2_000

Scope = Literal["mine", "unit", "all"]
SORTS = {"due": ("due", "ASC NULLS LAST"), "received": ("received", "ASC"), "applicant": ("applicant_key", "ASC")}


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
        rows = _rows(branches, filters, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
        counts = _counts(viewer, branches, now)
        services = services_of(staff.authority_id)
    total = counts.pop("total")
    shown = tuple(_row(row, now) for row in rows)
    return WorkList(shown, min(total, MOST_COUNTED), total > MOST_COUNTED, page, counts, services)


def export_rows(staff: Staff, filters: Filters, *, now: datetime) -> list[ListRow]:
    """The whole list as far as it may be exported, in its order."""
    with work(staff.authority_id):
        branches = _branches(viewer_of(staff, now), filters, now)
        return [_row(row, now) for row in _rows(branches, filters, offset=0, limit=MOST_EXPORTED)]


def services_of(authority_id: UUID) -> tuple[tuple[str, str], ...]:
    """(slug, title) of every service this authority has had a case of, inside the open work."""
    rows = ServiceOfCases.objects.filter(authority_id=authority_id).order_by("title")
    return tuple(rows.values_list("slug", "title"))


def saved_filters(staff: Staff) -> list[tuple[UUID, str, str]]:
    """(id, name, query string) of this person's saved views."""
    with work(staff.authority_id):
        rows = SavedFilter.objects.filter(authority_id=staff.authority_id, staff_id=staff.id).order_by("name")
        return list(rows.values_list("id", "name", "query")[:50])


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
        sql = (
            f"id IN (SELECT case_id FROM cases_caseword WHERE authority_id = %s AND word >= %s AND word < %s "  # noqa: S608  # constant text
            f"LIMIT {MOST_FOUND})"
        )
        where = where.and_(sql, viewer.staff.authority_id, *range_of(term))
    return where


def _of_state(where: _Where, state: str) -> _Where:
    if state == "any":
        return where
    return where.and_("state = %s", state) if state in STATES else where.and_("active")


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
    column, direction = SORTS.get(filters.sort, SORTS["due"])
    if filters.descending:
        direction = "DESC NULLS LAST" if column == "due" else "DESC"
    order = f"ORDER BY {column} {direction}, id"
    extra = ", applicant_key" if column == "applicant_key" else ""
    # Every part of the text is a constant of this file; what people typed travels as parameters.
    parts = [
        f"(SELECT {COLUMNS}{extra} FROM cases_case WHERE {branch.text()} {order} LIMIT {offset + limit})"  # noqa: S608
        for branch in branches
    ]
    sql = f"{' UNION '.join(parts)} {order} LIMIT {limit} OFFSET {offset}"
    return _select(sql, [value for branch in branches for value in branch.values])


def _counts(viewer: Viewer, branches: Sequence[_Where], now: datetime) -> dict[str, int]:
    """How many the list and each tab hold, each counted up to one more than the bound, in one statement."""
    named = {"total": list(branches)}
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


def _row(row: tuple[Any, ...], now: datetime) -> ListRow:
    today = german_day(now)
    case_id, number, title, applicant, state, assignee_id, assignee_name, received, due, land = row[:10]
    shade = colour(state, due, today, soon_until(today, land))
    return ListRow(case_id, number, title, applicant, state, assignee_id, assignee_name, received, due, shade)
