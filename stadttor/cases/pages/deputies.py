"""Who stands in for whom, and until when."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from stadttor.cases import queries, services
from stadttor.cases.pages import labels, told
from stadttor.cases.pages.assigning import clerks_of, id_in
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.language import speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def deputies(request: Any) -> HttpResponse:
    """The list of current and coming deputies, and the form for a new one."""
    error = None
    if request.method == "POST":
        try:
            _enter(request)
            return told.redirect(reverse("cases:deputies"), "deputised")
        except Refused as refused:
            error = refused
    with speaking(request.language):
        context = {
            "rows": queries.deputies_for(request.staff, now()),
            "colleagues": [{"value": str(one.account_id), "label": one.name} for one in clerks_of(request)],
            "is_lead": request.staff.may("lead"),
            "posted": request.POST,
            "first_day": _parts(request, "first_day"),
            "last_day": _parts(request, "last_day"),
            "done": told.done(request),
            "error": {"field": error.field or "deputy_id", "text": labels.said(error)} if error else None,
        }
    page = render(request, "cases/deputies.html", context, status=error.status if error else 200)
    return told.said(request, page, request.path)


@require_POST
@require_role("clerk")
def end(request: Any, deputy_row_id: UUID) -> HttpResponse:
    """End a deputy's time today."""
    services.end_deputy(staff=request.staff, deputy_row_id=deputy_row_id, now=now())
    return told.redirect(reverse("cases:deputies"), "deputy_ended")


def _enter(request: Any) -> None:
    staff = request.staff
    services.deputise(
        staff=staff,
        for_id=id_in(request, "for_id") if staff.may("lead") else staff.id,
        deputy_id=id_in(request, "deputy_id"),
        first_day=_day(request, "first_day"),
        last_day=_day(request, "last_day"),
        now=now(),
    )


def _parts(request: Any, name: str) -> dict[str, str]:
    return {part: request.POST.get(f"{name}.{part}", "") for part in ("day", "month", "year")}


def _day(request: Any, name: str) -> date:
    parts = _parts(request, name)
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (ValueError, OverflowError):
        raise Refused("date_missing", "Please enter a date, for example 24 12 2026.", field=name) from None
