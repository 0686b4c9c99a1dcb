"""The cases for which a mistaken setting was used, for clerks: nothing changes by itself, so each is looked at."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.cases.queries.of_revisions import listed_of
from stadttor.cases.queries.seen import seen_by
from stadttor.catalog.queries import adoption, used_in
from stadttor.ground.clock import now
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.site.corrected import settings_of

MOST_LISTED = 1_000


@require_safe
@require_role("clerk")
def used_values(request: Any, adoption_id: UUID, dated_id: UUID) -> HttpResponse:
    """Those that exist for her by name, and how many more there are."""
    row, authority_id = adoption(request.authority.id, adoption_id), request.authority.id
    found = listed_of(authority_id, settings_of(row.id, used_in(authority_id, row.id, dated_id)), most=MOST_LISTED)
    numbers = seen_by(request.staff, {one.id for one in found}, now())
    mine = [one for one in found if one.id in numbers]
    context = {
        "title": row.title,
        "decided": [one for one in mine if one.is_decided],
        "waiting": [one for one in mine if not one.is_decided],
        "others": len(found) - len(mine),
        "is_cut": len(found) == MOST_LISTED,
    }
    return render(request, "site/used_values.html", context)
