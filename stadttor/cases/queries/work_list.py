"""The work list: a page of cases in a stable order, counts up to a bound, all in a few bounded statements.

The first pages have numbers; behind them, and for other systems, the list goes on after a case that was shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadttor.cases.models import Case, SavedFilter
from stadttor.cases.queries.access import Viewer, must_find, viewer_of
from stadttor.cases.queries.filtering import Filters, Where, behind, branches_of
from stadttor.cases.rules import Colour, colour
from stadttor.cases.rules.deadlines import soon_until
from stadttor.core.refused import not_found
from stadttor.ground.clock import german_day
from stadttor.ground.rows import first, read
from stadttor.ground.work import work
from stadttor.identity.queries import Staff

PAGE_SIZE = 25
MOST_COUNTED = 1_000
MOST_EXPORTED = 10_000
MOST_VIEWS = 50

COLUMNS = """id, number, title, applicant, state, assignee_id, assignee_name, received, due, land, answer_unseen, is_test,
 submission_id, is_protected"""
SERVICES = "(SELECT array_agg(ARRAY[slug, title] ORDER BY title) FROM cases_serviceofcases WHERE authority_id = %s)"
VIEWS = f"""(SELECT array_agg(ARRAY[id::text, name] ORDER BY name) FROM (SELECT id, name FROM cases_savedfilter
 WHERE authority_id = %s AND staff_id = %s ORDER BY name LIMIT {MOST_VIEWS}) v)"""  # noqa: S608  # a constant


@dataclass(frozen=True)
class ListRow:
    """A line of the list; `applicant` is empty where the person is protected."""

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
    answer_unseen: bool = False
    is_test: bool = False
    submission_id: UUID | None = None
    is_protected: bool = False


@dataclass(frozen=True)
class WorkList:
    """A page. `total` counts at most MOST_COUNTED (`more` then says that there are more); `counts` by tab likewise.

    `has_next` whether the list goes on behind these rows. `services` (slug, title) of which this authority ever had a
    case; `views` (id, name) that this person has saved.
    """

    rows: tuple[ListRow, ...]
    total: int
    more: bool
    page: int
    has_next: bool
    counts: dict[str, int]
    services: tuple[tuple[str, str], ...]
    views: tuple[tuple[str, str], ...]


def work_list(staff: Staff, filters: Filters, *, page: int = 1, after: UUID | None = None, now: datetime) -> WorkList:
    """One page of the cases this person may see, with the counts of the tabs; `after` a case instead of by number.

    A number behind the last page gives the last. Refused as not found when that case is not hers to see.
    """
    page = 1 if after else max(1, min(page, MOST_COUNTED // PAGE_SIZE))
    with work(staff.authority_id):
        viewer = viewer_of(staff, now)
        branches = branches_of(viewer, filters, now)
        shown = behind(branches, filters, _seen(viewer, after)) if after else branches
        found = _rows(shown, filters, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE + 1)
        counts, services, views = _around(viewer, None if filters.is_plain else branches, now)
        total = counts.pop("total", counts[filters.scope])
        if not found and page > 1:
            page = max(1, -(-min(total, MOST_COUNTED) // PAGE_SIZE))
            found = _rows(shown, filters, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE + 1)
    return WorkList(
        _shown(found[:PAGE_SIZE], now),
        min(total, MOST_COUNTED),
        total > MOST_COUNTED,
        page,
        len(found) > PAGE_SIZE,
        counts,
        services,
        views,
    )


def export_rows(staff: Staff, filters: Filters, *, now: datetime) -> tuple[list[ListRow], bool]:
    """The whole list in its order as far as it may be exported, and whether it goes on behind that."""
    with work(staff.authority_id):
        branches = branches_of(viewer_of(staff, now), filters, now)
        found = _rows(branches, filters, offset=0, limit=MOST_EXPORTED + 1)
    return list(_shown(found[:MOST_EXPORTED], now)), len(found) > MOST_EXPORTED


def saved_filter(staff: Staff, filter_id: UUID) -> str:
    """The query string of one of this person's saved views. Refused as not found for any other."""
    with work(staff.authority_id):
        found = first(SavedFilter, authority_id=staff.authority_id, staff_id=staff.id, id=filter_id)
    if found is None:
        raise not_found()
    return found.query


def _seen(viewer: Viewer, case_id: UUID) -> Case:
    return must_find(viewer, first(Case, authority_id=viewer.staff.authority_id, id=case_id))


def _rows(branches: Sequence[Where], filters: Filters, *, offset: int, limit: int) -> list[tuple[Any, ...]]:
    if not branches:
        return []
    column = filters.column
    # The direction of the index, so that the first rows are read from it: no deadline comes last, or first backwards.
    direction = "DESC" if filters.descending else "ASC"
    order = f"ORDER BY {column} {direction}, id {direction}"
    extra = ", applicant_key" if column == "applicant_key" else ""
    # Every part of the text is a constant of this package; what people typed travels as parameters.
    parts = [
        f"(SELECT {COLUMNS}{extra} FROM cases_case WHERE {branch.text()} {order} LIMIT {offset + limit})"  # noqa: S608
        for branch in branches
    ]
    sql = f"SELECT * FROM ({' UNION '.join(parts)}) found {order} LIMIT {limit} OFFSET {offset}"  # noqa: S608
    return read(sql, *(value for branch in branches for value in branch.values))


def _around(
    viewer: Viewer, branches: Sequence[Where] | None, now: datetime
) -> tuple[dict[str, int], tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """How many the list and each tab hold, each counted up to one more than the bound; services; saved views.

    All in one statement: the list is opened all day long, and every round trip costs as much as ten rows.
    """
    named = {} if branches is None else {"total": list(branches)}
    for scope in ("mine", "unit", "all"):
        named[scope] = branches_of(viewer, Filters(scope=scope), now)
    named["answered"] = branches_of(viewer, Filters(scope="all", news="answered"), now)
    named["late"] = branches_of(viewer, Filters(scope="all", deadline="late"), now)
    parts = [*map(_count_sql, named.values()), SERVICES, VIEWS]
    values = [value for group in named.values() for branch in group for value in branch.values]
    authority_id = viewer.staff.authority_id
    sql = f"SELECT {', '.join(parts)}"
    ((*counted, services, views),) = read(sql, *values, authority_id, authority_id, viewer.staff.id)
    return dict(zip(named, counted, strict=True)), _pairs(services), _pairs(views)


def _count_sql(branches: Sequence[Where]) -> str:
    if not branches:
        return "0"
    limit = MOST_COUNTED + 1
    parts = [f"(SELECT id FROM cases_case WHERE {branch.text()} LIMIT {limit})" for branch in branches]  # noqa: S608
    return f"(SELECT count(*) FROM (SELECT 1 FROM ({' UNION '.join(parts)}) u LIMIT {limit}) c)"  # noqa: S608


def _pairs(found: list[list[str]] | None) -> tuple[tuple[str, str], ...]:
    return tuple((one, other) for one, other in found or ())


def _shown(rows: Iterable[tuple[Any, ...]], now: datetime) -> tuple[ListRow, ...]:
    today = german_day(now)
    soon: dict[str, date] = {}
    shown = []
    for row in rows:
        # A list in order of applicants has their key behind these.
        case_id, number, title, applicant, state, assignee_id, assignee, received, due, land, *marks = row[:14]
        if land not in soon:
            soon[land] = soon_until(today, land)
        shade = colour(state, due, today, soon[land])
        about = (case_id, number, title, applicant, state, assignee_id, assignee, received, due)
        shown.append(ListRow(*about, shade, *marks))
    return tuple(shown)
