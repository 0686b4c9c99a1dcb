"""The work list: what is to be done, by deadline."""

import csv
import io
from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from stadttor.cases import queries, services
from stadttor.cases.pages import labels
from stadttor.cases.pages.assigning import clerks_of
from stadttor.cases.queries import Filters, ListRow, WorkList
from stadttor.cases.queries.work_list import MOST_COUNTED, PAGE_SIZE, SORTS, Scope
from stadttor.ground.clock import BERLIN, now
from stadttor.ground.web.blocks import page_of
from stadttor.ground.web.formats import day
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role

SCOPES = {"mine": N_("My cases"), "unit": N_("My unit"), "all": N_("All I may see")}
DEADLINES = {"late": N_("overdue"), "today": N_("due today"), "soon": N_("due within three working days")}
COLUMNS = (
    ("number", N_("Number"), ""),
    ("title", N_("Service"), ""),
    ("applicant", N_("Applicant"), "applicant"),
    ("state", N_("State"), ""),
    ("due", N_("Deadline"), "due"),
    ("assignee", N_("Clerk"), ""),
    ("received", N_("Received on"), "received"),
)
NO_CASE = UUID(int=0)
# A spreadsheet would run a text that begins like this as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@require_role("clerk")
def work_list(request: Any) -> HttpResponse:
    """The cases by deadline, with tabs, filters, search and saved views."""
    filters = filters_of(request.GET)
    found = queries.work_list(request.staff, filters, page=_page_number(request), now=now())
    with speaking(request.language):
        context = _context(request, filters, found)
    return render(request, "cases/work_list.html", context)


@require_safe
@require_role("clerk")
def export(request: Any) -> HttpResponse:
    """The list as a table for a spreadsheet, in its order."""
    rows = queries.export_rows(request.staff, filters_of(request.GET), now=now())
    services.note_export(staff=request.staff, cases=len(rows), now=now())
    with speaking(request.language):
        body = _csv(rows)
    headers = {"Content-Disposition": 'attachment; filename="cases.csv"', "Cache-Control": "private, no-store"}
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@require_role("clerk")
def save_view(request: Any) -> HttpResponse:
    """Keep the filters of the page under a name."""
    query = urlencode(_query(filters_of(request.POST)))
    services.save_filter(staff=request.staff, name=request.POST.get("view_name", ""), query=query)
    return HttpResponseRedirect(f"{reverse('cases:work_list')}?{query}&done=saved")


@require_POST
@require_role("clerk")
def remove_view(request: Any, filter_id: UUID) -> HttpResponse:
    """Forget a saved view."""
    services.remove_filter(staff=request.staff, filter_id=filter_id)
    return HttpResponseRedirect(reverse("cases:work_list"))


def filters_of(posted: Any) -> Filters:
    """The filters in an address or a form; what is not known counts as not set."""
    scope = posted.get("scope", "mine")
    sort = posted.get("sort", "due")
    return Filters(
        scope=cast(Scope, scope if scope in SCOPES else "mine"),
        state=posted.get("state", "")[:30],
        service=posted.get("service", "")[:100],
        assignee=posted.get("assignee", "")[:40],
        deadline=posted.get("deadline", "") if posted.get("deadline") in DEADLINES else "",
        text=posted.get("q", "").replace("\x00", "")[:200],
        sort=sort if sort in SORTS else "due",
        descending=posted.get("descending") == "1",
    )


def _query(filters: Filters) -> dict[str, str]:
    """The address of a list: only what differs from the usual."""
    usual = Filters()
    values = {
        "scope": filters.scope,
        "state": filters.state,
        "service": filters.service,
        "assignee": filters.assignee,
        "deadline": filters.deadline,
        "q": filters.text,
        "sort": "" if filters.sort == usual.sort else filters.sort,
        "descending": "1" if filters.descending else "",
    }
    return {key: value for key, value in values.items() if value}


def _page_number(request: Any) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 6 else 1


def _context(request: Any, filters: Filters, found: WorkList) -> dict[str, object]:
    query = _query(filters)
    path = reverse("cases:work_list")
    return {
        "filters": filters,
        "rows": _lines(found.rows),
        "page": page_of(found.total, found.page, size=PAGE_SIZE, path=path, query=query),
        "found": found,
        "most": MOST_COUNTED,
        "tabs": _tabs(filters, found, path),
        "columns": [_column(column, filters, path) for column in COLUMNS],
        "fields": _fields(filters, found, _clerks(request, filters)),
        "hidden": {key: query[key] for key in ("scope", "sort", "descending") if key in query},
        "query": query,
        "export_url": f"{reverse('cases:export')}?{urlencode(query)}",
        "views": [
            {"id": filter_id, "name": name, "href": f"{path}?{saved}"}
            for filter_id, name, saved in queries.saved_filters(request.staff)
        ],
        "filtered": any((filters.state, filters.service, filters.assignee, filters.deadline, filters.text)),
        "done": labels.done(request.GET.get("done", "")),
    }


def _lines(rows: Sequence[ListRow]) -> list[dict[str, object]]:
    """Each row with its address; the addresses differ in the case only, so that one is looked up for all."""
    address = reverse("cases:case", args=[NO_CASE])
    return [_line(row, address.replace(str(NO_CASE), str(row.id))) for row in rows]


def _line(row: ListRow, href: str) -> dict[str, object]:
    return {
        "row": row,
        "href": href,
        "state": labels.badge_of_state(row.state),
        "deadline": labels.badge_of_deadline(row.colour, row.due),
    }


def _tabs(filters: Filters, found: WorkList, path: str) -> list[dict[str, object]]:
    tabs: list[dict[str, object]] = [
        {
            "label": _(name),
            "href": f"{path}?{urlencode({'scope': scope})}",
            "current": filters.scope == scope and filters.deadline != "late",
            "count": found.counts[scope],
        }
        for scope, name in SCOPES.items()
    ]
    late = {"scope": "all", "deadline": "late"}
    current = filters.scope == "all" and filters.deadline == "late"
    count = found.counts["late"]
    return [*tabs, {"label": _("Overdue"), "href": f"{path}?{urlencode(late)}", "current": current, "count": count}]


def _column(column: tuple[str, str, str], filters: Filters, path: str) -> dict[str, str]:
    key, label, sort = column
    if not sort:
        return {"key": key, "label": _(label)}
    is_sorted = filters.sort == sort
    turned = {**_query(filters), "sort": sort, "descending": "1" if is_sorted and not filters.descending else ""}
    direction = ("descending" if filters.descending else "ascending") if is_sorted else ""
    return {"key": key, "label": _(label), "sort_url": f"{path}?{urlencode(turned)}", "sorted": direction}


def _clerks(request: Any, filters: Filters) -> list[tuple[str, str]]:
    """Whose cases can be picked: for leads all colleagues; read only where needed, the list is opened all day long."""
    if not request.staff.may("lead") and filters.assignee in ("", "nobody"):
        return []
    return [(str(one.account_id), one.name) for one in clerks_of(request)]


def _fields(filters: Filters, found: WorkList, clerks: list[tuple[str, str]]) -> list[dict[str, object]]:
    states = [
        ("", _("all open")),
        *((key, _(name)) for key, name in labels.STATES.items()),
        ("any", _("open and closed")),
    ]
    deadlines = [("", _("any")), *((key, _(name)) for key, name in DEADLINES.items())]
    assignees = [("", _("anybody")), ("nobody", _("nobody yet")), *clerks]
    return [
        {"type": "search", "name": "q", "label": _("Number, name or service"), "value": filters.text, "required": True},
        _choice("state", _("State"), states, filters.state),
        _choice("service", _("Service"), [("", _("all")), *found.services], filters.service),
        _choice("deadline", _("Deadline"), deadlines, filters.deadline),
        _choice("assignee", _("Clerk"), assignees, filters.assignee),
    ]


def _choice(name: str, label: str, options: Any, value: str) -> dict[str, object]:
    listed = [{"value": key, "label": text} for key, text in options]
    return {"type": "select", "name": name, "label": label, "options": listed, "value": value, "radios": False}


def _csv(rows: list[ListRow]) -> str:
    """Semicolons and a byte-order mark, as German spreadsheets expect them."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([_(label) for _key, label, _sort in COLUMNS])
    for row in rows:
        received = row.received.astimezone(BERLIN)
        cells = [
            row.number,
            row.title,
            row.applicant,
            _(labels.STATES[row.state]),
            day(row.due, "short") if row.due else "",
        ]
        writer.writerow([_harmless(cell) for cell in (*cells, row.assignee_name, day(received, "short"))])
    return out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
