"""A citizen books: choose day and time, say who comes."""

import os
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.appointments import ports, queries, services
from stadttor.appointments.pages import access
from stadttor.appointments.pages.offering import day_and_time, offer, service_of
from stadttor.appointments.pages.typed import as_text, id_in, line_in, moment_in
from stadttor.appointments.queries import PoolRow
from stadttor.appointments.secrets import new_token
from stadttor.citizens.browser import citizen_here
from stadttor.core.refused import Refused, not_found
from stadttor.ground.actor import CITIZEN
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.tenancy.queries import profile

OTHERS = 6
"""So many other times are offered to whom one was taken away."""


@require_safe
def times(request: Any, slug: str) -> HttpResponse:
    """The days with free times, and the times of one day."""
    service, pools = _offered(request, slug)
    pool = _chosen(pools, request.GET.get("ort", ""))
    kept = {"ort": str(pool.id)} if len(pools) > 1 else {}
    with speaking(request.language):
        context = {
            **_about(request, service, pool),
            **offer(request.authority.id, pool, slug, request.GET, kept, now()),
            "pools": [
                {"label": one.name, "href": f"?ort={one.id}", "current": one.id == pool.id} for one in pools
            ] if len(pools) > 1 else [],
        }  # fmt: skip
    return render(request, "appointments/times.html", context)


@require_http_methods(["GET", "POST"])
def details(request: Any, slug: str) -> HttpResponse:
    """Who comes; sent, it is booked."""
    service, pools = _offered(request, slug)
    given = request.POST if request.method == "POST" else request.GET
    pool, begins = _chosen(pools, given.get("ort", "")), moment_in(given.get("zeit", ""))
    if request.method == "GET":
        if begins is None:
            return HttpResponseRedirect(url("appointments:times", slug=slug))
        return _form(request, service, pool, begins, new_token(), None)
    token = line_in(request.POST.get("key", ""))
    try:
        if begins is None:
            raise Refused("time_missing", "Please choose a time.", field="zeit")
        row = services.book(
            authority_id=request.authority.id,
            wanted=services.Wanted(pool.id, slug, service.title, begins),
            person=_person(request),
            token=token,
            randomness=os.urandom(16),
            channel="online",
            actor=CITIZEN,
            now=now(),
            keeper=citizen_here(request),
        )
    except Refused as refused:
        if refused.field is None:
            raise
        return _form(request, service, pool, begins, token, refused)
    response = HttpResponseRedirect(url("appointments:booked", booking_id=row.id) + "?neu=1", status=303)
    access.keep_open(request, response, row.id, token)
    return response


def _person(request: Any) -> services.Person:
    typed = {name: line_in(request.POST.get(name, "")) for name in ("name", "email", "phone")}
    return services.Person(**typed, language=request.language)


def _form(
    request: Any, service: ports.Service, pool: PoolRow, begins: datetime | None, token: str, error: Refused | None
) -> HttpResponse:
    """The form; where the time was taken meanwhile, with the nearest other ones, and with all that was typed."""
    is_taken = error is not None and error.field == "zeit"
    with speaking(request.language):
        context = {
            **_about(request, service, pool),
            "begins": begins,
            "zeit": as_text(begins) if begins and not is_taken else "",
            "others": _others(request, pool, service.slug, begins) if is_taken else [],
            "is_taken": is_taken,
            "key": token,
            "has_account": citizen_here(request) is not None,
            "typed": request.POST,
            "back": f"{url('appointments:times', slug=service.slug)}?{urlencode({'ort': str(pool.id)})}",
            "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
        }
    return render(request, "appointments/details.html", context, status=error.status if error else 200)


def _others(request: Any, pool: PoolRow, slug: str, begins: datetime | None) -> list[dict[str, str]]:
    near = begins or now()
    found = queries.next_times(request.authority.id, pool, slug, near, now(), OTHERS)
    return [{"value": as_text(one), "label": day_and_time(one)} for one in found]


def _about(request: Any, service: ports.Service, pool: PoolRow) -> dict[str, Any]:
    foreign = request.language.split("-")[0] != service.language.split("-")[0]
    return {
        "service": service,
        "lang": service.language if foreign else "",
        "pool": pool,
        "minutes": pool.minutes[service.slug],
        "profile": profile(request.authority.id),
    }


def _offered(request: Any, slug: str) -> tuple[ports.Service, list[PoolRow]]:
    """The service with the pools one can book it at; not found where there is none."""
    if request.authority is None:
        raise not_found()
    pools = queries.pools_for(request.authority.id, slug)
    if not pools:
        raise not_found()
    return service_of(request.authority.id, slug, request.language), pools


def _chosen(pools: list[PoolRow], text: str) -> PoolRow:
    """The pool of this id, the first one where none is named; not found for any other."""
    wished: UUID | None = id_in(text) if text else pools[0].id
    found = next((one for one in pools if one.id == wished), None)
    if found is None:
        raise not_found()
    return found
