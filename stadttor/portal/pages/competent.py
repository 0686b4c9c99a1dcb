"""A service that another authority does for the people of this town: where they apply."""

from typing import Any

from django.http import HttpResponse

from stadttor.catalog import queries as catalog
from stadttor.ground.authorities import AuthorityRow
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import portal_of, url
from stadttor.ground.web.render import render
from stadttor.portal.pages.listing import must_be_a_town
from stadttor.rollout.queries import level_of_service
from stadttor.tenancy.queries import areas_of, responsible

OF_A_TOWN = ("gemeinde", "verband")
MOST_PLACES = 50


def competent(request: Any, slug: str) -> HttpResponse | None:
    """The page that leads there; None where nobody else offers it, or places of this town belong to several."""
    authority = must_be_a_town(request)
    found = competent_for(authority, slug)
    if found is None:
        return None
    release = catalog.release_at(slug)
    texts = catalog.package_content(release.id).texts_in(request.language) if release else None
    address = f"{portal_of(found.slug).rstrip('/')}{url('portal:service', slug=slug)}"
    context = {"texts": texts, "competent": found, "address": address}
    return render(request, "portal/competent.html", context)


def competent_for(authority: AuthorityRow, slug: str) -> AuthorityRow | None:
    """Who does a service for everybody whom this authority serves: another authority that offers it now, else None."""
    moment = now()
    level = level_of_service(slug, german_day(moment)) if authority.kind in OF_A_TOWN else None
    places = areas_of(authority.id)[:MOST_PLACES] if level else []
    if level is None or not places:
        return None
    answers = [
        responsible(place.ars, now=moment, level=level, service=slug, offers=catalog.offering) for place in places
    ]
    offering = {one.authority for one in answers if one.authority and one.candidates[0].offered}
    found = offering.pop() if len(offering) == 1 and len(answers) == len(places) else None
    return found if found and found.id != authority.id and all(one.authority == found for one in answers) else None
