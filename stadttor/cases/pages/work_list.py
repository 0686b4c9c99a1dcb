"""The work list: what is to be done, by deadline."""

from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from stadttor.cases import ports, queries
from stadttor.cases.pages import labels, told
from stadttor.cases.pages.assigning import clerks_of
from stadttor.cases.pages.list_rows import Marked, drawn
from stadttor.cases.pages.searching import opened, sealed
from stadttor.cases.queries import Filters, WorkList
from stadttor.cases.queries.filtering import SORTS, Period, Scope, period_of
from stadttor.cases.queries.work_list import MOST_COUNTED, MOST_EXPORTED, PAGE_SIZE
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.blocks import page_of
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.render import render
from stadttor.ground.work import work
from stadttor.identity import queries as identity
from stadttor.identity.guards import require_casework
from stadttor.identity.queries import Staff

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


@dataclass(frozen=True)
class Asked:
    """A list as it is asked for: its filters, the token of its search, whether that search has ended."""

    filters: Filters
    search: str = ""
    has_ended: bool = False


@require_safe
@require_casework
def work_list(request: Any) -> HttpResponse:
    """The cases by deadline, with tabs, filters, search and saved views."""
    asked = asked_for(request, request.GET)
    after = _after(request)
    with work(request.authority.id):
        found = queries.work_list(request.staff, asked.filters, page=_page_number(request), after=after, now=now())
        clerks = _clerks(request, asked.filters)
        marked = _marked(request, asked.filters, found)
        helpers = identity.organisers(request.authority.id) if _is_lost(request.staff) else []
    with speaking(request.language):
        hints = ports.hints(request.authority.id, now())
        context = _context(request, asked, found, clerks, marked) | {
            "helpers": helpers,
            "hints": hints,
            "lost": _is_lost(request.staff),
        }
        context |= _place(asked, found, is_numbered=after is None)
    return told.said(request, render(request, "cases/work_list.html", context), request.path)


@require_POST
@require_casework
def search(request: Any) -> HttpResponse:
    """From the form to the address of its list, in which the words are sealed."""
    return to_list(request, filters_of(request.POST, request.POST.get("q", "")))


def to_list(request: Any, filters: Filters) -> HttpResponse:
    """The list with these filters, at an address that names nobody."""
    query = query_of(Asked(filters, sealed(request.staff, filters.text, now())))
    return HttpResponseRedirect(f"{url('cases:work_list')}?{urlencode(query)}", status=303)


def asked_for(request: Any, given: Any) -> Asked:
    """The filters in an address or a form, with the search its token stands for."""
    token = given.get("search", "")
    text = opened(request.staff, token, now())
    return Asked(filters_of(given, text or ""), token if text else "", has_ended=text is None)


def filters_of(given: Any, text: str) -> Filters:
    """The filters in an address or a form; what is not known counts as not set."""
    scope = given.get("scope", "mine")
    sort = given.get("sort", "due")
    return Filters(
        scope=cast(Scope, scope if scope in SCOPES else "mine"),
        state=given.get("state", "")[:30],
        service=given.get("service", "")[:100],
        assignee=given.get("assignee", "")[:40],
        news="answered" if given.get("news") == "answered" else "",
        deadline=given.get("deadline", "") if given.get("deadline") in DEADLINES else "",
        text=text.replace("\x00", "").strip()[:200],
        sort=sort if sort in SORTS else "due",
        descending=given.get("descending") == "1",
        period=period_of(given.get("period", "")),
    )


def query_of(asked: Asked) -> dict[str, str]:
    """The address of a list: only what differs from the usual."""
    filters, usual = asked.filters, Filters()
    values = {
        "scope": filters.scope,
        "state": filters.state,
        "service": filters.service,
        "assignee": filters.assignee,
        "deadline": filters.deadline,
        "news": filters.news,
        "period": str(filters.period or ""),
        "search": asked.search,
        "sort": "" if filters.sort == usual.sort else filters.sort,
        "descending": "1" if filters.descending else "",
    }
    return {key: value for key, value in values.items() if value}


def _is_lost(staff: Staff) -> bool:
    """Whether no new case ever comes to her: she is in no unit, and does not see all."""
    return not (staff.unit_ids or staff.helps or staff.may("lead"))


def _marked(request: Any, filters: Filters, found: WorkList) -> Marked:
    with speaking(request.language):
        badges = ports.marks(request.authority.id, [row.submission_id for row in found.rows if row.submission_id])
    return Marked(badges, request.staff.id if filters.scope == "mine" else None)


def _page_number(request: Any) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 6 else 1


def _after(request: Any) -> UUID | None:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None


def _place(asked: Asked, found: WorkList, *, is_numbered: bool) -> dict[str, object]:
    """Where in the list this page stands: by number, or behind the numbered ones with ways to the next and the first."""
    path, query = url("cases:work_list"), query_of(asked)
    last = found.rows[-1].id if found.rows else None
    next_url = f"{path}?{urlencode({**query, 'after': last})}" if found.has_next else ""
    if not is_numbered:
        return {"page": None, "first_url": f"{path}?{urlencode(query)}", "next_url": next_url}
    page = page_of(found.total, found.page, size=PAGE_SIZE, path=path, query=query)
    return {"page": page if page.next else replace(page, next=next_url)}


def _context(
    request: Any, asked: Asked, found: WorkList, clerks: list[tuple[str, str]], marked: Marked
) -> dict[str, object]:
    filters, query = asked.filters, query_of(asked)
    path = url("cases:work_list")
    return {
        "filters": filters,
        "has_ended": asked.has_ended,
        "rows": drawn(found.rows, [_(label) for _key, label, _sort in COLUMNS], marked) if found.rows else "",
        "found": found,
        "most": MOST_COUNTED,
        "most_exported": MOST_EXPORTED,
        "tabs": _tabs(asked, found, path),
        "everywhere_url": _everywhere(asked, path),
        "columns": [_column(column, asked, path) for column in COLUMNS],
        "fields": _fields(filters, found, clerks),
        "hidden": {key: query[key] for key in ("scope", "sort", "descending", "period") if key in query},
        "query": query,
        "export_url": f"{url('cases:export')}?{urlencode(query)}",
        "filtered": any(
            (
                filters.state,
                filters.service,
                filters.assignee,
                filters.deadline,
                filters.news,
                filters.text,
                filters.period,
            )
        ),
        "behind": _behind(filters.period),
        "done": told.done(request),
    }


def _behind(period: Period | None) -> str:
    """Which key figure's cases these are, in words."""
    if period is None:
        return ""
    span = {"first": f"{period.first:%m/%Y}", "last": f"{period.last:%m/%Y}"}
    if period.of == "received":
        return _("Cases behind a key figure: received from {first} to {last}.", **span)
    return _("Cases behind a key figure: first decided from {first} to {last}.", **span)


def _everywhere(asked: Asked, path: str) -> str:
    """Where what was not found may still be: among all cases she may see, closed ones too. Empty when it was there."""
    wide = {"scope": "all", "state": "any", "search": asked.search}
    return f"{path}?{urlencode(wide)}" if asked.search and query_of(asked) != wide else ""


def _tabs(asked: Asked, found: WorkList, path: str) -> list[dict[str, object]]:
    """Each keeps what was searched."""
    filters, kept = asked.filters, {"search": asked.search} if asked.search else {}
    tabs: list[dict[str, object]] = [
        {
            "label": _(name),
            "href": f"{path}?{urlencode({'scope': scope, **kept})}",
            "current": filters.scope == scope and filters.deadline != "late" and not filters.news,
            "count": found.counts[scope],
        }
        for scope, name in SCOPES.items()
    ]
    answered, late = {"scope": "all", "news": "answered"}, {"scope": "all", "deadline": "late"}
    of_all = filters.scope == "all"
    return [
        *tabs,
        _tab(_("Answer arrived"), "answered", {**answered, **kept}, of_all and filters.news != "", found, path),
        _tab(_("Overdue"), "late", {**late, **kept}, of_all and filters.deadline == "late", found, path),
    ]


def _tab(label: str, key: str, query: dict[str, str], current: bool, found: WorkList, path: str) -> dict[str, object]:
    """A tab for what asks for attention in all the cases she may see."""
    return {"label": label, "href": f"{path}?{urlencode(query)}", "current": current, "count": found.counts[key]}


def _column(column: tuple[str, str, str], asked: Asked, path: str) -> dict[str, str]:
    key, label, sort = column
    if not sort:
        return {"key": key, "label": _(label)}
    filters = asked.filters
    is_sorted = filters.sort == sort
    turned = {**query_of(asked), "sort": sort, "descending": "1" if is_sorted and not filters.descending else ""}
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
        ("undecided", _("open and not decided yet")),
        *((key, _(name)) for key, name in labels.STATES.items()),
        ("any", _("open and closed")),
    ]
    deadlines = [("", _("any")), *((key, _(name)) for key, name in DEADLINES.items())]
    assignees = [("", _("anybody")), ("nobody", _("nobody yet")), *clerks]
    of_clerk = [] if filters.period else [_choice("assignee", _("Clerk"), assignees, filters.assignee)]
    return [
        {"type": "search", "name": "q", "label": _("Number, name or service"), "value": filters.text, "required": True},
        _choice("state", _("State"), states, filters.state),
        _choice("service", _("Service"), [("", _("all")), *found.services], filters.service),
        _choice("deadline", _("Deadline"), deadlines, filters.deadline),
        _choice("news", _("New"), [("", _("anything")), ("answered", _("Answer arrived"))], filters.news),
        *of_clerk,
    ]


def _choice(name: str, label: str, options: Any, value: str) -> dict[str, object]:
    """A filter; its first option stands for no choice."""
    (_none, no_choice), *offered = options
    listed = [{"value": key, "label": text} for key, text in offered]
    return {"type": "select", "name": name, "label": label, "options": listed, "value": value, "radios": False} | {
        "placeholder": no_choice
    }
