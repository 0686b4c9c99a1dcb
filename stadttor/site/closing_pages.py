"""The daily closing at the desk: the days, one day with its lines, closing it, its list as CSV and PDF."""

import re
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.core.refused import Refused, not_found
from stadttor.exchange import services as exchange
from stadttor.exchange.queries import HandOverRow, hand_overs_of, problem_text
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.downloads import file_response, spooled_response
from stadttor.ground.web.formats import day as said_day
from stadttor.ground.web.formats import money
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.payments.queries.closing import Day, closings, day_of_books, late_days, open_days, sums_of
from stadttor.payments.queries.lowering import listed_until
from stadttor.payments.services.closing import close_day
from stadttor.site.closing import HEADS, SUMS, as_csv, as_pdf, file_name, listed
from stadttor.site.panels import hand_over_badge
from stadttor.site.yearly import make_yearly_list, may_be_made, yearly_list

AMOUNT = re.compile(r"-?(\d{1,7})(?:[.,](\d{2}))?")
YEAR = re.compile(r"20[0-9]{2}")
DIFFERENCE = re.compile(r"-?\d{1,11}")
DONE = {"close": N_("The day is closed."), "again": N_("It is being delivered again."), "taken": N_("Saved.")}


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def days(request: Any) -> HttpResponse:
    """What is not closed, and what was, with where it stands at the finance procedure. POST makes the yearly list of a year."""
    authority_id, moment = request.authority.id, now()
    if request.method == "POST":
        year = request.POST.get("list", "")
        if not YEAR.fullmatch(year):
            raise not_found()
        make_yearly_list(request.staff, int(year), moment)
        return HttpResponseRedirect(url("finance:days") + f"?listed={year}")
    today = german_day(moment)
    late = late_days(authority_id, moment)
    with speaking(request.language):
        closed = [_closed(authority_id, one, moment) for one in closings(authority_id)]
        context = {
            "open": [_open(authority_id, one, one in late) for one in open_days(authority_id)],
            "late": bool(late),
            "years": [
                {"year": year, "may": may_be_made(year, today), "made": year <= listed_until(authority_id)}
                for year in (today.year, today.year + 1)
            ],
            "listed": listed if YEAR.fullmatch(listed := request.GET.get("listed", "")) else "",
            "closed": closed,
            "overdue": any(one["marked"] for one in closed),
        }
    return render(request, "site/finance_days.html", context)


@require_safe
@require_role("clerk")
def year_csv(request: Any, year: int) -> StreamingHttpResponse:
    """What is owed in a year by notices that go on, for the finance procedure; it is all there before the first byte leaves.

    Nothing is asked for by looking at it: `days` makes the list.
    """
    found = yearly_list(request.staff, year, now())
    return spooled_response(found, "text/csv; charset=utf-8", f"jahresliste-{year}.csv")


def _open(authority_id: Any, day: date, is_late: bool) -> dict[str, Any]:
    lines = [one for one in day_of_books(authority_id, day).lines if one.day == day]
    cells = {"day": said_day(day), "lines": len(lines), "sum": money(sums_of(lines)["all"])}
    return {"cells": cells, "href": url("finance:day", day=day), "marked": is_late}


def _closed(authority_id: Any, one: Any, moment: datetime) -> dict[str, Any]:
    row = _hand_over(authority_id, one.id)
    state = hand_over_badge(row, moment)["label"] if row else ""
    cells = {"day": said_day(one.day), "sum": money(one.sums["all"]), "who": one.by_name, "state": state}
    overdue = row is not None and row.is_overdue(moment)
    return {"cells": cells, "href": url("finance:day", day=one.day), "marked": overdue}


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def one_day(request: Any, day: date) -> HttpResponse:
    """A day; POST closes it, or says what becomes of its hand-over."""
    if request.method == "GET":
        return _shown(request, day, None)
    act = request.POST.get("act", "")
    try:
        _act(request, day, act)
    except Refused as error:
        if error.code == "day_closed":  # pressed twice, or by two: it is closed, and the page says by whom
            return HttpResponseRedirect(url("finance:day", day=day))
        if error.field is None:
            raise
        return _shown(request, day, error)
    return HttpResponseRedirect(url("finance:day", day=day) + f"?done={act}")


def _act(request: Any, day: date, act: str) -> None:
    who = {"authority_id": request.authority.id, "actor": request.staff.actor(), "now": now()}
    if act == "close":
        counted, seen = _counted(request.POST.get("counted", "")), request.POST.get("difference", "")
        difference = int(seen) if DIFFERENCE.fullmatch(seen) else 0
        close_day(day=day, counted=counted, difference=difference, **who)
        return
    found = day_of_books(request.authority.id, day)
    row = _hand_over(request.authority.id, found.closing.id) if found.closing else None
    if row is None:
        raise not_found()
    match act:
        case "again":
            exchange.try_again(hand_over_id=row.id, **who)
        case "taken":
            exchange.finish_sheet(hand_over_id=row.id, values={}, **who)
        case _:
            raise not_found()


def _counted(text: str) -> int:
    found = AMOUNT.fullmatch(text.replace("€", "").strip())
    if found is None:
        raise Refused("counted", N_("Please enter what you counted, for example 15,35."), field="counted")
    cents = int(found[1]) * 100 + int(found[2] or "0")
    return -cents if text.strip().startswith("-") else cents


def _difference(request: Any, found: Day) -> int:
    """By how much the till differs from the books as they are now, in cents."""
    return _counted(request.POST.get("counted", "")) - found.sums["cash"]


def _shown(request: Any, day: date, error: Refused | None) -> HttpResponse:
    authority_id, moment = request.authority.id, now()
    found = day_of_books(authority_id, day)
    row = _hand_over(authority_id, found.closing.id) if found.closing else None
    with speaking(request.language):
        context = {
            "found": found,
            "sums": _sums(found),
            "heads": [{"label": _(one), "key": str(place), "numeric": one == HEADS[-1]}
                      for place, one in enumerate(HEADS)],
            "lines": [{"cells": {str(place): cell for place, cell in enumerate(one.cells)}, "marked": one.undoes}
                      for one in listed(authority_id, found)],
            "hand_over": row,
            "badge": hand_over_badge(row, moment) if row else None,
            "problem": problem_text(row.problem) if row else "",
            "may_close": found.closing is None and day <= german_day(moment) and not _is_over(authority_id, day),
            "counted": request.POST.get("counted", ""),
            "difference": _difference(request, found) if error and error.code == "till_differs" else None,
            "done": _(DONE[done]) if (done := request.GET.get("done", "")) in DONE else "",
            "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
        }  # fmt: skip
    return render(request, "site/finance_day.html", context, status=error.status if error else 200)


def _is_over(authority_id: Any, day: date) -> bool:
    """Whether a later day was closed, and this one with it."""
    return any(one.day >= day for one in closings(authority_id)[:1])


def _sums(found: Day) -> list[dict[str, Any]]:
    sums = found.closing.sums if found.closing else found.sums
    said = [{"label": _(label), "cents": sums[key]} for key, label in SUMS.items()]
    if found.closing:
        said.append({"label": _("Counted in the till"), "cents": found.closing.counted})
        said.append({"label": _("Difference"), "cents": found.closing.counted - sums["cash"]})
    return said


def _hand_over(authority_id: Any, closing_id: Any) -> HandOverRow | None:
    return next(iter(hand_overs_of(authority_id, closing_id)), None)


@require_safe
@require_role("clerk")
def day_csv(request: Any, day: date) -> HttpResponse:
    """The lines of a day for a machine."""
    data = as_csv(day_of_books(request.authority.id, day)).encode()
    return file_response(data, "text/csv; charset=utf-8", file_name(day))


@require_safe
@require_role("clerk")
def day_pdf(request: Any, day: date) -> HttpResponse:
    """The list of a day."""
    data = as_pdf(request.authority.id, day_of_books(request.authority.id, day))
    return file_response(data, "application/pdf", file_name(day, "pdf"))
