"""One service over all authorities that a steering body sees: its figures, its trend, each month as a picture and as a table."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.catalog.queries import newest_releases
from stadttor.core.refused import not_found
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.insights.key_figures.steering import page_of, rows_of, table_head
from stadttor.insights.queries.across import AcrossMonths, across_of
from stadttor.rollout.cockpit.files import table_file
from stadttor.rollout.cockpit.lists import address_of
from stadttor.rollout.cockpit.pages import asked_for, files_of
from stadttor.rollout.queries import steering_at
from stadttor.rollout.queries.promises import titles


@require_safe
@require_role("steering")
def shown(request: Any, service: str) -> HttpResponse:
    """The page."""
    asked = asked_for(request, "in")
    title, found = _found(request, service, asked["in"])
    package = next((one.package for one in newest_releases() if one.slug == service), "")
    context = {
        "title": title,
        "back": address_of(url("cockpit:figures"), asked),
        "authorities": address_of(url("cockpit:authorities", package=package), asked) if package else "",
        "at": found.at if found else None,
        "files": files_of("figures_of", asked, service=service) if found else [],
        **(page_of(found) if found else {}),
    }
    return render(request, "rollout/cockpit/service_figures.html", context)


@require_safe
@require_role("steering")
def exported(request: Any, service: str, kind: str) -> HttpResponse:
    """The same as `kind` csv or xlsx: a line for each figure and span."""
    title, found = _found(request, service, asked_for(request, "in")["in"])
    with speaking(request.language):
        rows = list(rows_of(found, title)) if found else []
        return table_file(kind, f"cockpit-figures-{service}", _("Key figures"), table_head(), rows)


def _found(request: Any, service: str, wanted: str) -> tuple[str, AcrossMonths | None]:
    """(its title, its figures where some were summed). Raises Refused (404) for a service that nobody knows."""
    body, title = steering_at(request.authority.id), titles().get(service)
    lands = body.lands_in(wanted)
    found = None if lands is None else across_of(lands, service)
    if found is None and title is None:
        raise not_found()
    return title or service, found
