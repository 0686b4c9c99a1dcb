"""The desk on its day: who comes when, who came, and one appointment with what can be done about it."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadttor.appointments import queries, services
from stadttor.appointments.pages.typed import day_in
from stadttor.appointments.queries import BookingRow
from stadttor.appointments.rules import BOOKED, CAME, CANCELLED, DONE, MISSED, follows
from stadttor.core.refused import Refused
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import prove_before_access, require_role

STATES = {
    BOOKED: (N_("Expected"), "info", "calendar-today"),
    CAME: (N_("Is here"), "warning", "account-circle"),
    DONE: (N_("Done"), "success", "check"),
    MISSED: (N_("Did not come"), "danger", "close"),
    CANCELLED: (N_("Cancelled"), "info", "close"),
}
MARKS = {
    CAME: N_("Is here"),
    DONE: N_("Done"),
    MISSED: N_("Did not come"),
    BOOKED: N_("Take the mark back"),
}
LEAP = timedelta(days=366)


@require_safe
@require_role("clerk")
def day(request: Any) -> HttpResponse:
    """The appointments of one day in order."""
    today = german_day(now())
    shown = _day(request, today)
    found = queries.bookings_on(request.authority.id, shown)
    listed = found[: queries.MOST_ON_A_DAY]
    names = {one.id: one.name for one in queries.pools(request.authority.id)}
    counted = Counter(one.state for one in listed)
    with speaking(request.language):
        context = {
            "shown": shown,
            "is_today": shown == today,
            "rows": [{**_row(one, shown <= today), "pool": names.get(one.pool_id, "")} for one in listed],
            "several": len(names) > 1,
            "listed_only": len(listed) if len(found) > len(listed) else 0,
            "counts": [{"label": _(STATES[state][0]), "count": counted[state]} for state in STATES if counted[state]],
            "before": _address(shown - timedelta(days=1)),
            "after": _address(shown + timedelta(days=1)),
            "has_pools": bool(names),
        }
    return render(request, "appointments/day.html", context)


def _day(request: Any, today: date) -> date:
    """The day of the address, today for none and for one too far away."""
    parts = [request.GET.get(f"day.{part}", "") for part in ("year", "month", "day")]
    typed = "-".join(part.zfill(2) for part in parts) if all(parts) else request.GET.get("day", "")
    wished = day_in(typed) or today
    return wished if abs(wished - today) < LEAP else today


def _address(shown: date) -> str:
    return f"{url('appointments:day')}?day={shown.isoformat()}"


def _row(one: BookingRow, may_mark: bool) -> dict[str, Any]:
    label, kind, icon = STATES[one.state]
    marks = [{"value": state, "label": _(text)} for state, text in MARKS.items() if state in follows(one.state)]
    badge = {"label": _(label), "kind": kind, "icon": icon}
    person = one.name or _("Protected person")
    return {"booking": one, "badge": badge, "marks": marks if may_mark else [], "person": person}


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def one(request: Any, booking_id: UUID) -> HttpResponse:
    """One appointment; posted with a reason, it is cancelled and the mail goes out."""
    row, error = queries.booking(request.authority.id, booking_id), None
    if request.method == "POST":
        try:
            services.cancel(
                authority_id=request.authority.id,
                booking_id=booking_id,
                reason=request.POST.get("reason", "").replace("\0", ""),
                actor=request.staff.actor(),
                now=now(),
            )
            return HttpResponseRedirect(url("appointments:one", booking_id=booking_id), status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    return _one(request, row, error)


@require_POST
@require_role("clerk")
@prove_before_access
def look(request: Any, booking_id: UUID) -> HttpResponse:
    """Name and contact of a protected person, shown once to whoever says why."""
    try:
        row = services.look_at_protected(
            authority_id=request.authority.id,
            booking_id=booking_id,
            reason=request.POST.get("look", ""),
            actor=request.staff.actor(),
            now=now(),
        )
    except Refused as refused:
        if refused.field is None:
            raise
        return _one(request, queries.booking(request.authority.id, booking_id), refused)
    return _one(request, row, None)


def _one(request: Any, row: BookingRow, error: Refused | None) -> HttpResponse:
    today = german_day(now())
    with speaking(request.language):
        context = {
            **_row(row, german_day(row.begins) <= today),
            "pool": queries.pool(request.authority.id, row.pool_id),
            "is_coming": row.is_coming(now()),
            "person": row.name or _("Protected person"),
            "may_lift": row.is_protected and request.staff.may("lead"),
            "looks": row.looks if request.staff.may("lead") else (),
            "may_delete": request.staff.may("lead") and not row.is_coming(now()),
            "day_href": _address(german_day(row.begins)),
            "typed": request.POST,
            "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
        }
    return render(request, "appointments/one.html", context, status=error.status if error else 200)


@require_POST
@require_role("clerk")
@prove_before_access
def protect(request: Any, booking_id: UUID) -> HttpResponse:
    """Hide name and contact, or as a lead show them again."""
    protects = request.POST.get("protects") != "no"
    if not protects and not request.staff.may("lead"):
        raise Refused("lead_only", "Only the lead of your unit can do this. Please ask her.", status=403)
    services.protect(
        authority_id=request.authority.id,
        booking_id=booking_id,
        protects=protects,
        actor=request.staff.actor(),
        now=now(),
    )
    return HttpResponseRedirect(url("appointments:one", booking_id=booking_id), status=303)


@require_POST
@require_role("clerk")
def mark(request: Any, booking_id: UUID) -> HttpResponse:
    """Came, done, did not come; then back to the day."""
    row = services.mark(
        authority_id=request.authority.id,
        booking_id=booking_id,
        state=request.POST.get("state", ""),
        actor=request.staff.actor(),
        now=now(),
    )
    return HttpResponseRedirect(f"{_address(german_day(row.begins))}#b-{row.number}", status=303)


@require_POST
@require_role("lead")
def delete(request: Any, booking_id: UUID) -> HttpResponse:
    """At the person's request, before the two weeks are over (Art. 17 GDPR)."""
    row = queries.booking(request.authority.id, booking_id)
    services.erase_booking(
        authority_id=request.authority.id, booking_id=booking_id, actor=request.staff.actor(), now=now()
    )
    return HttpResponseRedirect(_address(german_day(row.begins)), status=303)
