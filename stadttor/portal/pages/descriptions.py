"""A service without a form: what a citizen must know before she comes or calls."""

from typing import Any

from django.http import HttpResponse

from stadttor.appointments.queries import has_appointments
from stadttor.descriptions import queries
from stadttor.ground.clock import now
from stadttor.ground.web.prose import package_prose
from stadttor.ground.web.render import render
from stadttor.portal.pages.listing import must_be_a_town
from stadttor.tenancy.queries import hours_today, next_opening, profile


def described(request: Any, slug: str) -> HttpResponse | None:
    """The page of a description; None where there is none with this address."""
    authority = must_be_a_town(request)
    found = queries.description(slug, request.language)
    if found is None:
        return None
    about = profile(authority.id)
    context = {
        "service": found,
        "parts_of": [(part, package_prose(text)) for part, text in found.parts],
        "lang": "" if request.language.split("-")[0] == found.language else found.language,
        "profile": about,
        "hours": hours_today(about, now()),
        "opens": next_opening(about, now()),
        "slug": slug,
        "appointment": has_appointments(authority.id, slug),
    }
    return render(request, "portal/description.html", context)
