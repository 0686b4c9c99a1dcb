"""What a town can do for people: services with a form and those that are only described, A to Z, by situation, by words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from stadttor.catalog import queries as catalog
from stadttor.core.german_sort import sort_key
from stadttor.core.refused import not_found
from stadttor.descriptions import queries as described
from stadttor.ground.web.addresses import url
from stadttor.ground.web.render import render
from stadttor.portal.search import Hits, found


@dataclass(frozen=True)
class Service:
    """A service in a list. `online`: it has a form here; `language` is the one the title is really in."""

    slug: str
    title: str
    summary: str
    language: str
    search: tuple[str, ...]
    online: bool
    situation: str = ""


@require_safe
def listing(request: Any) -> HttpResponse:
    """All services from A to Z, those of a life situation, or those that everyday words find."""
    authority = must_be_a_town(request)
    words, situation = request.GET.get("q", "")[:100], request.GET.get("lage", "")[:40]
    known = _all(authority.id, request.language)
    known_situations = situations(request.language)
    chosen = next((one for one in known_situations if one["id"] == situation), None)
    hits = _search(authority.id, known, words) if words.strip() else Hits(_of_situation(known, situation))
    context = {
        "services": as_cards(hits.services, request.language),
        "letters": _letters(hits.services, request.language) if not words.strip() and chosen is None else [],
        "situations": known_situations,
        "situation": chosen,
        "words": words,
        "guessed": hits.guessed,
    }
    return render(request, "portal/listing.html", context)


def situations(language: str) -> list[dict[str, str]]:
    """The life situations as links; a title that is not in the reader's language names its own."""
    rows = [
        {
            "id": one.id,
            "label": one.title,
            "href": f"{url('portal:listing')}?lage={one.id}",
            "lang": _foreign(one.language, language),
        }
        for one in described.situations(language)
    ]
    return sorted(rows, key=lambda row: sort_key(row["label"]))


def as_cards(rows: Sequence[Any], language: str) -> list[dict[str, Any]]:
    """Services as cards; a text that is not in the reader's language names its own."""
    return [
        {
            "title": row.title,
            "text": row.summary,
            "href": reverse("portal:service", args=[row.slug]),
            "lang": _foreign(row.language, language),
            "online": getattr(row, "online", True),
        }
        for row in rows
    ]


def _foreign(tag: str, language: str) -> str:
    """The language of a text where it is not the reader's."""
    return tag if tag.split("-")[0] != language.split("-")[0] else ""


def must_be_a_town(request: Any) -> Any:
    """The authority whose portal this is; the bare domain has no services."""
    if request.authority is None:
        raise not_found()
    return request.authority


def _all(authority_id: UUID, language: str) -> list[Service]:
    """By title. A package that is open here takes the place of the description with its address."""
    offered = [
        Service(one.slug, one.title, one.summary, one.language, one.search, "online" in one.channels)
        for one in catalog.offered(authority_id, language)
    ]
    taken = {one.slug for one in offered}
    others = [
        Service(one.slug, one.title, one.summary, one.language, one.search, online=False, situation=one.situation)
        for one in described.described_at(authority_id, language)
        if one.slug not in taken
    ]
    return sorted([*offered, *others], key=lambda one: sort_key(one.title))


def _search(authority_id: UUID, known: Sequence[Service], words: str) -> Hits[Service]:
    """Of services that are meant alike those with a form go first."""
    return found(sorted(known, key=lambda one: not one.online), words, _names(authority_id))


def _names(authority_id: UUID) -> dict[str, list[tuple[str, ...]]]:
    """What each service is called in each language; the words of a package that is open here go before a description's."""
    return described.titles_at(authority_id) | catalog.names_offered(authority_id)


def _of_situation(known: Iterable[Service], situation: str) -> list[Service]:
    """Those that belong to a life situation, online ones first; all for none or an unknown one."""
    slugs = next((set(one.slugs) for one in described.situations("de") if one.id == situation), None)
    if slugs is None:
        return list(known)
    its = (one for one in known if one.slug in slugs or one.situation == situation)
    return sorted(its, key=lambda one: not one.online)


def _letters(services: Sequence[Service], language: str) -> list[dict[str, Any]]:
    """From A to Z, each letter with its services."""
    groups = groupby(services, key=lambda one: sort_key(one.title)[:1].upper())
    return [{"letter": letter, "services": as_cards(list(group), language)} for letter, group in groups]
