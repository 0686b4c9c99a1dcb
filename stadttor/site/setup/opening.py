"""Before citizens come: what the law and the work need, and then all services that are ready are opened at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.catalog.queries import AdoptionRow
from stadttor.catalog.services import go_live
from stadttor.core.refused import Refused
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.site.setup.steps import Town, costs
from stadttor.tenancy.queries import handled_by


@dataclass(frozen=True)
class Point:
    """One point of the list: what must be there, the page where it is entered, and whether it is there."""

    title: str
    route: str
    met: bool


def of_town(town: Town) -> list[Point]:
    """What counts for every service."""
    row = town.profile
    return [
        Point(N_("Places that you serve"), "setup:areas", town.places > 0),
        Point(N_("Postal address and e-mail address (§ 5 DDG)"), "setup:contact", town.is_reachable),
        Point(N_("Imprint (§ 5 DDG)"), "setup:law", bool(row.imprint)),
        Point(N_("Data protection officer (Art. 13 GDPR)"), "setup:law", bool(row.officer)),
    ]


def of_service(town: Town, row: AdoptionRow) -> Iterator[Point]:
    """What is missing of one service."""
    unit = town.unit_of.get(row.slug)
    worked_on = unit is not None and any(unit.id in clerk.unit_ids for clerk in town.clerks)
    worked_on = worked_on or handled_by(town.id, row.slug, town.day) is not None
    yield Point(N_("No unit works on it"), "catalog:first_settings", unit is not None)
    yield Point(N_("No clerk belongs to its unit"), "identity:members", unit is None or worked_on)
    yield Point(N_("Required settings are missing"), "catalog:first_settings", not row.unset)
    yield Point(N_("The instruction on the remedy is missing"), "setup:law", not town.lacks_remedy(row))
    yield Point(
        N_("It asks for money, and there is no bank account"), "finance:books", town.has_account or not costs(row)
    )
    yield Point(N_("No test case was worked on up to the decision"), "setup:trying", town.tried(row) is True)


def obstacles(town: Town, row: AdoptionRow) -> list[Point]:
    """Why the service is not opened from here; empty when it is ready."""
    return [point for point in (*of_town(town), *of_service(town, row)) if not point.met]


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def opening(request: Any) -> HttpResponse:
    """The list, then the services that are ready with a question; what was opened, and what not and why."""
    town = Town(request.authority.id, german_day(now()))
    if request.method == "POST":
        chosen = set(request.POST.getlist("services"))
        if not chosen:
            return _page(request, town, _("Choose at least one service."))
        opened = [row.slug for row in town.in_test if row.slug in chosen and _opened(request, town, row)]
        return HttpResponseRedirect(f"{url('setup:opening')}?opened={len(opened)}", status=303)
    return _page(request, town)


def _opened(request: Any, town: Town, row: AdoptionRow) -> bool:
    """Each for itself: what keeps one closed keeps no other closed."""
    if obstacles(town, row):
        return False
    try:
        go_live(authority_id=town.id, adoption_id=row.id, actor=request.staff.actor(), now=now())
    except Refused:
        return False
    return True


def _page(request: Any, town: Town, error: str = "") -> HttpResponse:
    found = {row.id: obstacles(town, row) for row in town.in_test}
    general = of_town(town)
    context = {
        "error": {"field": "services", "text": error} if error else None,
        "opened": request.GET.get("opened", ""),
        "general": [{"title": _(one.title), "href": url(one.route), "met": one.met} for one in general],
        "ready": [{"value": row.slug, "label": row.title} for row in town.in_test if not found[row.id]],
        "waiting": [
            {
                "title": row.title,
                "why": [{"text": _(one.title), "href": url(one.route)} for one in found[row.id] if one not in general],
            }
            for row in town.in_test
            if found[row.id]
        ],
        "live": [
            {"title": row.title, "href": url("portal:service", slug=row.slug)}
            for row in town.services
            if row.state == "live"
        ],
    }
    return render(request, "site/setup_opening.html", context, status=422 if error else 200)
