"""Which services of other authorities a clerk works on, with the way to their desks."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.cases import queries
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.render import render
from stadttor.identity import queries as identity
from stadttor.identity.guards import require_role
from stadttor.tenancy.queries import portal_url


@require_safe
@require_role("clerk")
def helping(request: Any) -> HttpResponse:
    """The list, with how many cases are open at each: asked behind one authority's door after the other."""
    found = identity.helping(request.authority.id, request.staff.id, german_day(now()))
    rows = [
        {
            "row": one,
            "open": queries.open_cases_of(one.authority_id, one.service, one.unit_id),
            "href": portal_url(one.authority_slug, scheme=request.scheme, host=request.get_host())
            + "desk/cases/?scope=unit",
        }
        for one in found
    ]
    return render(request, "cases/helping.html", {"rows": rows, "most": queries.MOST_COUNTED})
