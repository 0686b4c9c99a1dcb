"""The page „Wer ist zuständig?": one search field, and an answer that says what it does not know."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from stadttor.ground.clock import now
from stadttor.ground.web.render import render
from stadttor.tenancy import queries
from stadttor.tenancy.answers import words
from stadttor.tenancy.queries import Answer, AuthorityRow, Candidate, place_label
from stadttor.tenancy.rules.search import LONGEST_QUERY


@require_safe
def who_is_responsible(request: HttpRequest) -> HttpResponse:
    """`/zustaendig?ort=…`: without a place the question, else the answer; a good answer is a page one can link to."""
    text = request.GET.get("ort", "").strip()[:LONGEST_QUERY]
    answer = queries.responsible(text, now=now()) if text else None
    return render(request, "tenancy/responsible.html", {"text": text, "answer": answer, **_shown(request, answer)})


def _shown(request: HttpRequest, answer: Answer | None) -> dict[str, object]:
    if answer is None:
        return {}
    first = answer.candidates[0] if answer.status == "exact" else None
    authority = first.authority if first else None
    return {
        "notes": [words(note) for note in answer.notes],
        "choices": [_choice(candidate) for candidate in answer.candidates] if answer.status == "several" else [],
        "place": place_label(first.area) if first else "",
        "formerly": place_label(first.formerly) if first and first.formerly else "",
        "responsible": authority,
        "portal": portal_address(request, authority) if authority else "",
        "profile": queries.profile(authority.id) if authority else None,
    }


def _choice(candidate: Candidate) -> dict[str, str]:
    """A choice is a link that asks again by key, so that every answer has an address."""
    return {
        "label": place_label(candidate.area),
        "authority": candidate.authority.name if candidate.authority else "",
        "href": f"{reverse('tenancy:responsible')}?{urlencode({'ort': candidate.area.ars})}",
    }


def portal_address(request: HttpRequest, authority: AuthorityRow) -> str:
    """Where the portal of an authority answers: its host name; on the demo's bare address its path."""
    host, _, port = request.get_host().partition(":")
    on_portal = host == settings.STADTTOR_DOMAIN or host.endswith(f".{settings.STADTTOR_DOMAIN}")
    if settings.STADTTOR_DEMO and not on_portal:
        return f"/~{authority.slug}/"
    return f"{request.scheme}://{authority.slug}.{settings.STADTTOR_DOMAIN}{':' if port else ''}{port}/"
