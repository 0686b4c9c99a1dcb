"""Figures over authorities as open data: whether a steering body gives them to everybody, and the file."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.core.ars import LAENDER
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.insights.key_figures.steering import LEAST_AUTHORITIES, for_everybody, given_to_everybody
from stadttor.insights.queries.across import across
from stadttor.insights.queries.figures import settings_of
from stadttor.insights.services.settling import open_figures
from stadttor.rollout.queries import steering_at, steering_body
from stadttor.rollout.queries.promises import titles

LONGEST = 20


@require_http_methods(["GET", "POST"])
@require_role("steering")
def settings(request: Any) -> HttpResponse:
    """Whether everybody may read them, and under which licence: shown and saved. Raises Refused (404) for a body that only
    looks on."""
    body, error = steering_at(request.authority.id), None
    if not body.acts:
        raise not_found()
    kept = settings_of(body.authority_id).open_licence
    if request.method == "POST":
        try:
            open_figures(
                authority_id=body.authority_id, licence=request.POST.get("open_licence", "")[:LONGEST],
                actor=request.staff.actor(), now=now(),
            )  # fmt: skip
            return HttpResponseRedirect(url("cockpit:figures_open"), status=303)
        except Refused as refused:
            error = {"field": refused.field, "text": _(refused.text, **refused.values)}
    context = {
        "value": kept,
        "has_none": body.lands_in() is None,
        "error": error,
        "least": LEAST_AUTHORITIES,
        "address": request.build_absolute_uri(url("open_figures:across")) if kept else "",
    }
    return render(request, "rollout/cockpit/open_figures.html", context, status=422 if error else 200)


@require_safe
def public(request: Any) -> HttpResponse | HttpResponseNotModified:
    """The file for everybody, in German, under the licence the body chose; 404 where it chose none, or only looks on."""
    body = steering_body(request.authority.id) if request.authority else None
    lands = body.lands_in() if body and body.acts else None
    licence = settings_of(request.authority.id).open_licence if lands is not None else ""
    if lands is None or not licence:
        raise not_found()
    with speaking("de"):
        where = [LAENDER.get(land, land) for land in lands or LAENDER]
        content = for_everybody(request.authority.name, where, across(lands), titles())
    return given_to_everybody(request, content, licence)
