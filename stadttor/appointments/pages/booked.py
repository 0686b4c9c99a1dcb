"""A booked appointment, for whoever holds its secret: look at it, save it in a calendar, move it, cancel it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadttor.appointments import queries, services
from stadttor.appointments.ics import calendar
from stadttor.appointments.pages import access
from stadttor.appointments.pages.offering import offer
from stadttor.appointments.pages.typed import as_text, moment_in
from stadttor.appointments.ports import invitation_for
from stadttor.appointments.queries import BookingRow, PoolRow
from stadttor.appointments.rules import BOOKED, CAME, CANCELLED, DONE, must_be_coming
from stadttor.citizens import services as citizens
from stadttor.citizens.browser import account_hint, citizen_here
from stadttor.core.refused import Refused, not_found
from stadttor.ground.actor import CITIZEN
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.render import render
from stadttor.tenancy.queries import profile


@require_safe
def follow(request: Any, link_token: str) -> HttpResponse:
    """The link of a mail: opens the appointment in this browser. Looking changes nothing: mail programs look, too. Into an
    account it comes by `keep` alone: the link may be somebody else's."""
    if request.authority is None:
        raise not_found()
    row = queries.booking_by_token(request.authority.id, link_token)
    if row is None:
        text = N_("This link does not open anything any more. Two weeks after an appointment we delete it.")
        raise Refused("link_dead", text, status=404)
    response = HttpResponseRedirect(url("appointments:booked", booking_id=row.id))
    access.keep_open(request, response, row.id, link_token)
    return response


@require_safe
def booked(request: Any, booking_id: UUID) -> HttpResponse:
    """Number, time, place, and what one can do."""
    row = _own(request, booking_id)
    context = {
        **_about(request, row),
        "is_new": request.GET.get("neu") == "1",
        "is_moved": request.GET.get("verschoben") == "1",
        "link": request.build_absolute_uri(
            url("appointments:follow", link_token=access.token_of(request, booking_id))
        ),
        "account": account_hint(request, row.id),
        "opinion": _opinion(row),
    }  # fmt: skip
    return render(request, "appointments/booked.html", context)


@require_safe
def ics(request: Any, booking_id: UUID) -> HttpResponse:
    """For the calendar of a telephone. Without the secret: calendars are shown to others."""
    row = _own(request, booking_id)
    about = _about(request, row)
    data = calendar(
        booking_id=row.id,
        host=request.get_host().partition(":")[0],
        begins=row.begins,
        ends=row.ends,
        changed=row.changed,
        sequence=row.sequence,
        cancelled=row.state == CANCELLED,
        title=f"{row.title} ({request.authority.name})",
        place=about["where"],
        note=row.number,
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{row.number}.ics"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(data, content_type="text/calendar; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
def move(request: Any, booking_id: UUID) -> HttpResponse:
    """Choose another time, look at both, confirm."""
    row = _own(request, booking_id)
    must_be_coming(row.state, row.begins, now())
    begins = moment_in((request.POST if request.method == "POST" else request.GET).get("zeit", ""))
    error = None
    if request.method == "POST" and begins is not None:
        try:
            services.move(authority_id=row.authority_id, booking_id=row.id, begins=begins, actor=CITIZEN, now=now())
            return HttpResponseRedirect(url("appointments:booked", booking_id=row.id) + "?verschoben=1", status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    about = _about(request, row)
    if begins is not None and error is None:
        return render(request, "appointments/move.html", {**about, "begins": begins, "zeit": as_text(begins)})
    pool: PoolRow = about["pool"]
    with speaking(request.language):
        context = {
            **about,
            **_times(row, pool, request.GET),
            "error": {"id": "times", "text": _(error.text)} if error else None,
        }
    return render(request, "appointments/move_times.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "POST"])
def cancel(request: Any, booking_id: UUID) -> HttpResponse:
    """Asks once, then gives the time back."""
    row = _own(request, booking_id)
    if request.method == "GET":
        must_be_coming(row.state, row.begins, now())
        return render(request, "appointments/cancel.html", _about(request, row))
    services.cancel(authority_id=row.authority_id, booking_id=row.id, reason="", actor=CITIZEN, now=now())
    return HttpResponseRedirect(url("appointments:booked", booking_id=row.id), status=303)


@require_POST
def keep(request: Any, booking_id: UUID) -> HttpResponse:
    """Into the account of whoever is signed in and can open it, or out of it again."""
    row, citizen = _own(request, booking_id), citizen_here(request)
    if citizen is None:
        return HttpResponseRedirect(f"{url('account:sign_in')}?back=appointment:{row.id}", status=303)
    token = access.token_of(request, booking_id)
    if request.POST.get("choice") == "let_go":
        citizens.let_go(citizen=citizen, thing_id=row.id, now=now())
        response = HttpResponseRedirect(url("appointments:booked", booking_id=row.id), status=303)
        # What only the account opened would be lost to her in this moment: the link is on the page she comes to.
        access.remember(response, row.id, token)
        return response
    citizens.keep(citizen=citizen, kind="appointment", thing_id=row.id, token=token, now=now())
    response = HttpResponseRedirect(url("account:home") + "?done=kept", status=303)
    access.forget(response, row.id)
    return response


def _opinion(row: BookingRow) -> str:
    """Where somebody says how it was, once it took place."""
    took_place = row.state == DONE or (row.state in (BOOKED, CAME) and row.ends <= now())
    return (
        invitation_for(row.authority_id, row.service, german_day(row.begins), german_day(now())) if took_place else ""
    )


def _times(row: BookingRow, pool: PoolRow, query: Any) -> dict[str, Any]:
    """None where the pool does not do this any more: then it can only be cancelled."""
    if not pool.active or row.service not in pool.minutes:
        return {"days": [], "times": [], "chosen": None}
    return offer(row.authority_id, queries.for_moving(pool, row), row.service, query, {}, now(), row.begins)


def _own(request: Any, booking_id: UUID) -> BookingRow:
    if request.authority is None:
        raise not_found()
    return queries.booking_for(request.authority.id, booking_id, access.token_of(request, booking_id))


def _about(request: Any, row: BookingRow) -> dict[str, Any]:
    pool = queries.pool(row.authority_id, row.pool_id)
    about = profile(row.authority_id)
    return {
        "row": row,
        "service": queries.titles_of(row.authority_id, [row], request.language)[row.id],
        "pool": pool,
        "profile": about,
        "where": pool.place or ", ".join(about.lines),
        "is_coming": row.is_coming(now()),
    }
