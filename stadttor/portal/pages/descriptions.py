"""A service without a form: what a citizen must know before she comes or calls."""

from typing import Any

from django.http import HttpResponse

from stadttor.appointments.queries import has_appointments
from stadttor.descriptions import queries
from stadttor.ground.clock import now
from stadttor.ground.web.prose import package_prose, prose
from stadttor.ground.web.render import render
from stadttor.portal.pages.listing import must_be_a_town
from stadttor.tenancy.queries import hours_today, next_opening, profile


def described(request: Any, slug: str) -> HttpResponse | None:
    """The page of a description; None where there is none with this address."""
    authority = must_be_a_town(request)
    found = queries.description_at(authority.id, slug, request.language)
    if found is None:
        return None
    about = profile(authority.id)
    # What a town writes is kept in no memory: it may say anything.
    written = prose if found.is_own else package_prose
    context = {
        "service": found,
        "parts_of": [(part, written(text), _foreign(spoken, request.language)) for part, text, spoken in found.parts],
        "places": {place: (written(text), _foreign(spoken, request.language)) for place, text, spoken in found.places},
        "lang": _foreign(found.language, request.language),
        "profile": about,
        "hours": hours_today(about, now()),
        "opens": next_opening(about, now()),
        "slug": slug,
        "appointment": has_appointments(authority.id, slug),
    }
    return render(request, "portal/description.html", context)


def _foreign(spoken: str, language: str) -> str:
    """The language of a text that is not the reader's."""
    return "" if language.split("-")[0] == spoken.split("-")[0] else spoken
