"""The descriptions of a town as a list: searched and filtered."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.core.german_sort import search_key
from stadttor.descriptions import queries
from stadttor.descriptions.queries import Entry
from stadttor.ground.clock import german_day, now
from stadttor.ground.web import formats
from stadttor.ground.web.addresses import url
from stadttor.ground.web.blocks import page_of
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role

PAGE = 50
LONGEST = 100
SHOWN: Mapping[str, Callable[[Entry], bool]] = {
    "own": lambda one: one.is_own,
    "changed": lambda one: one.is_changed and not one.is_own,
    "hidden": lambda one: one.hidden,
    "overdue": lambda one: one.is_overdue(german_day(now())),
    "newer": lambda one: one.is_outdated,
}
SHOWN_WORDS: Mapping[str, str] = {
    "own": N_("added by us"),
    "changed": N_("changed by us"),
    "hidden": N_("hidden"),
    "overdue": N_("review overdue"),
    "newer": N_("template reviewed since"),
}


@require_safe
@require_role("organiser")
def overview(request: Any) -> HttpResponse:
    """Those asked for."""
    asked = {name: request.GET.get(name, "").replace("\0", "")[:LONGEST].strip() for name in ("q", "show")}
    asked["show"] = asked["show"] if asked["show"] in SHOWN else ""
    found = [one for one in queries.entries(request.authority.id) if _is_asked(one, asked)]
    typed = request.GET.get("page", "1")
    page = page_of(
        len(found), int(typed) if typed.isdecimal() and len(typed) < 6 else 1, size=PAGE, path=request.path,
        query={key: value for key, value in asked.items() if value},
    )  # fmt: skip
    context = {
        "rows": [
            {"cells": _cells(one, request.language), "href": url("descriptions:one", described=one.slug)}
            for one in found[(page.number - 1) * PAGE : page.number * PAGE]
        ],
        "page": page,
        "asked": asked,
        "shown": [{"value": key, "label": _(label)} for key, label in SHOWN_WORDS.items()],
        "query": urlencode({key: value for key, value in asked.items() if value}),
        "done": {
            "saved": _("Saved."),
            "hidden": _("The portal shows it no longer."),
            "shown": _("The portal shows it again."),
            "back": _("Taken back."),
            "imported": _("The file was taken in."),
        }.get(request.GET.get("done", ""), ""),
    }
    return render(request, "descriptions/overview.html", context)


def states_of(one: Entry) -> list[str]:
    """What the filter calls it; nothing for a text of the product as it came."""
    return [_(SHOWN_WORDS[key]) for key, holds in SHOWN.items() if holds(one)]


def _is_asked(one: Entry, asked: Mapping[str, str]) -> bool:
    words = search_key(asked["q"])
    texts = [by.get(name, "") for by in one.said.texts.values() for name in ("title", "summary")]
    has = not words or any(words in search_key(text) for text in (*texts, *one.said.words, *one.said.law))
    return has and (not asked["show"] or SHOWN[asked["show"]](one))


def _cells(one: Entry, language: str) -> dict[str, str]:
    return {
        "title": one.said.text("title", language)[0],
        "state": ", ".join(states_of(one)) or _("template"),
        "reviewed": formats.day(one.said.reviewed),
    }
