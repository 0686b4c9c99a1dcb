"""The page „Wer ist zuständig?": one search field, and an answer that says what it does not know."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from stadttor.ground.clock import now
from stadttor.ground.web.render import render
from stadttor.tenancy import queries
from stadttor.tenancy.queries import Answer, Candidate, place_label
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
        "notes": [queries.note_text(note) for note in answer.notes],
        "choices": [_choice(candidate) for candidate in answer.candidates] if answer.status == "several" else [],
        "place": place_label(first.area) if first else "",
        "formerly": place_label(first.formerly) if first and first.formerly else "",
        "responsible": authority,
        "portal": _portal(request, authority.slug) if authority else "",
        "profile": queries.profile(authority.id) if authority else None,
    }


def _choice(candidate: Candidate) -> dict[str, str]:
    """A choice is a link that asks again by key, so that every answer has an address."""
    return {
        "label": place_label(candidate.area),
        "authority": candidate.authority.name if candidate.authority else "",
        "href": f"{reverse('tenancy:responsible')}?{urlencode({'ort': candidate.area.ars})}",
    }


def _portal(request: HttpRequest, slug: str) -> str:
    return queries.portal_url(slug, scheme=request.scheme or "https", host=request.get_host())
