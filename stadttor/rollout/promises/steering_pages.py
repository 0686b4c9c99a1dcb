"""Promises as a steering body sees them, and enters them as agreed."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.core.ars import LAENDER
from stadttor.core.refused import not_found
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.rollout.cockpit.lists import kreis_name, land_options, scope_of
from stadttor.rollout.cockpit.pages import asked_for
from stadttor.rollout.promises.forms import enter, look_at
from stadttor.rollout.promises.lists import ASKED, as_file, for_whom, list_context
from stadttor.rollout.queries.promises import PromiseRow, Target, promise_seen, promises_seen
from stadttor.rollout.queries.steering import SteeringRow, steering_at
from stadttor.tenancy.queries import area, authority_by_slug, coverage_of


@require_safe
@require_role("steering")
def listed(request: Any) -> HttpResponse:
    """What was promised within the body's bounds, the late ones first."""
    body, asked = steering_at(request.authority.id), asked_for(request, *ASKED)
    context = list_context(_rows(body, asked), asked, request.path, address, url("cockpit:promises"))
    return render(request, "rollout/promises/list.html", {**context, "lands": land_options(body)})


@require_safe
@require_role("steering")
def exported(request: Any, kind: str) -> HttpResponse:
    """The same as `kind` csv or xlsx."""
    asked = asked_for(request, *ASKED)
    return as_file(request.language, kind, _rows(steering_at(request.authority.id), asked), asked)


def _rows(body: SteeringRow, asked: dict[str, str]) -> list[PromiseRow]:
    scope_of(body, asked["in"])
    return promises_seen(body)


def address(row: PromiseRow) -> str:
    """Where a steering body finds it."""
    return _address(row.id)


def _address(promise_id: UUID) -> str:
    return url("cockpit:promise", promise_id=promise_id)


@require_http_methods(["GET", "POST"])
@require_role("steering")
def one(request: Any, promise_id: UUID) -> HttpResponse:
    """One with its history; a body that may act shifts it as agreed."""
    body = steering_at(request.authority.id)
    row = promise_seen(body, promise_id)
    return look_at(request, row, may=body.acts, trail=[*_trail(), {"label": for_whom(row)}])


@require_http_methods(["GET", "POST"])
@require_role("steering")
def for_authority(request: Any, administration: str) -> HttpResponse:
    """Enter what was agreed with one authority: it promised, or the body itself."""
    body, found = _acting(request), authority_by_slug(administration)
    # Of an unknown one the body's own coverage is read, which is none: one beyond its bounds costs no statement more.
    keys = coverage_of(found.id if found else body.authority_id)
    if found is None or not any(body.sees(key[:5]) for key in keys):
        raise not_found()
    bodies = {found.id: found.name, request.authority.id: request.authority.name}
    trail = [*_trail(), {"label": found.name}]
    return enter(request, name=found.name, target=Target(found.id), bodies=bodies, trail=trail, address=_address)


@require_http_methods(["GET", "POST"])
@require_role("steering")
def for_place(request: Any, kreis: str) -> HttpResponse:
    """The same for all authorities of a Kreis, or by its two digits of a Land; the body itself promises."""
    if not _acting(request).sees(kreis) or (kreis not in LAENDER and not (len(kreis) == 5 and area(kreis))):
        raise not_found()
    name = _("All in {place}", place=kreis_name(kreis))
    bodies = {request.authority.id: request.authority.name}
    trail = [*_trail(), {"label": name}]
    return enter(request, name=name, target=Target(key=kreis), bodies=bodies, trail=trail, address=_address)


def _acting(request: Any) -> SteeringRow:
    """Raises Refused (404) for a body that only looks on."""
    body = steering_at(request.authority.id)
    if not body.acts:
        raise not_found()
    return body


def _trail() -> list[dict[str, str]]:
    return [
        {"label": _("Cockpit"), "href": url("cockpit:overview")},
        {"label": _("Promises"), "href": url("cockpit:promises")},
    ]
