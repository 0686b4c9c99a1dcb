"""A colleague books for somebody on the telephone or at the counter, and moves an appointment."""

import os
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.appointments import ports, queries, services
from stadttor.appointments.pages.offering import offer
from stadttor.appointments.pages.typed import id_in, line_in, moment_in
from stadttor.appointments.queries import PoolRow, for_colleagues, for_moving
from stadttor.appointments.rules import must_be_coming
from stadttor.appointments.secrets import new_token
from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def enter(request: Any) -> HttpResponse:
    """Which service at which place, then when and who, on one page."""
    choices = _choices(request.authority.id, request.language)
    given = request.POST if request.method == "POST" else request.GET
    chosen, error = given.get("what", ""), None
    pool = _pool(request, chosen.partition(" ")[0]) if any(one["value"] == chosen for one in choices) else None
    if request.method == "POST" and pool:
        try:
            row = _book(request, pool, chosen.partition(" ")[2])
            return HttpResponseRedirect(url("appointments:one", booking_id=row.id), status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    with speaking(request.language):
        context = {
            "choices": choices,
            "chosen_what": chosen if pool else "",
            "pool": pool,
            "key": line_in(request.POST.get("key", "")) or new_token(),
            **(_times(request, pool, chosen.partition(" ")[2], {"what": chosen}, given) if pool else {}),
            **_said(request, error),
        }
    return render(request, "appointments/enter.html", context, status=error.status if error else 200)


def _book(request: Any, pool: PoolRow, slug: str) -> queries.BookingRow:
    typed = {name: line_in(request.POST.get(name, "")) for name in ("name", "email", "phone")}
    known = ports.services_of(request.authority.id, OFFICIAL)
    return services.book(
        authority_id=request.authority.id,
        wanted=services.Wanted(pool.id, slug, next(one.title for one in known if one.slug == slug), _moment(request)),
        person=services.Person(**typed, language=OFFICIAL),
        token=line_in(request.POST.get("key", "")),
        randomness=os.urandom(16),
        channel="phone",
        actor=request.staff.actor(),
        now=now(),
    )


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def move(request: Any, booking_id: UUID) -> HttpResponse:
    """Another time, as somebody asks for on the telephone."""
    row, error = queries.booking(request.authority.id, booking_id), None
    must_be_coming(row.state, row.begins, now())
    if request.method == "POST":
        try:
            services.move(
                authority_id=row.authority_id,
                booking_id=row.id,
                begins=_moment(request),
                actor=request.staff.actor(),
                now=now(),
            )
            return HttpResponseRedirect(url("appointments:one", booking_id=row.id), status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    pool = for_moving(for_colleagues(queries.pool(row.authority_id, row.pool_id)), row)
    with speaking(request.language):
        context = {
            "row": row,
            "pool": pool,
            **(_times(request, pool, row.service, {}, request.GET, row.begins) if row.service in pool.minutes else {}),
            **_said(request, error),
        }
    return render(request, "appointments/move_for.html", context, status=error.status if error else 200)


def _moment(request: Any) -> datetime:
    begins = moment_in(request.POST.get("zeit", ""))
    if begins is None:
        raise Refused("time_missing", "Please choose a time.", field="zeit")
    return begins


def _times(
    request: Any, pool: PoolRow, slug: str, kept: dict[str, str], given: Any, own: datetime | None = None
) -> dict[str, Any]:
    return offer(request.authority.id, pool, slug, given, kept, now(), own)


def _said(request: Any, error: Refused | None) -> dict[str, Any]:
    return {
        "typed": request.POST,
        "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
    }


def _choices(authority_id: UUID, language: str) -> list[dict[str, str]]:
    """Every service at every pool: `value` is the pool's id and the service's address."""
    titles = {one.slug: one.title for one in ports.services_of(authority_id, language)}
    pools = [pool for pool in queries.pools(authority_id) if pool.active]
    return [
        {"value": f"{pool.id} {slug}", "label": f"{titles[slug]} · {pool.name}" if len(pools) > 1 else titles[slug]}
        for pool in pools
        for slug in sorted(pool.minutes, key=lambda slug: titles.get(slug, ""))
        if slug in titles
    ]


def _pool(request: Any, text: str) -> PoolRow:
    pool_id = id_in(text)
    if pool_id is None:
        raise not_found()
    return for_colleagues(queries.pool(request.authority.id, pool_id))
