"""One description: changed in one language at a time, added, hidden, shown, taken back, looked at as the portal shows it."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadttor.core.languages import LANGUAGES, OFFICIAL
from stadttor.core.refused import Refused, not_found
from stadttor.descriptions import queries, services
from stadttor.descriptions.pages.listing import states_of
from stadttor.descriptions.pages.wording import (
    COST_WORDS,
    FIELD_WORDS,
    OFFICE_WORDS,
    languages,
    options,
    situation_options,
)
from stadttor.descriptions.queries import Entry
from stadttor.descriptions.queries.towns import whole
from stadttor.descriptions.rules.own import FIELDS, LINES, LONGEST, LONGEST_TEXT, listed, of_template
from stadttor.descriptions.services.keeping import Typed
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.ground.web.prose import prose
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def new(request: Any) -> HttpResponse:
    """Add one, in German."""
    return _page(request, None)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def one(request: Any, described: str) -> HttpResponse:
    """Change one; beside it stands what the product says."""
    return _page(request, _entry(request, described))


@require_safe
@require_role("organiser")
def preview(request: Any, described: str) -> HttpResponse:
    """As the portal shows it, in the language asked for."""
    found = _entry(request, described)
    language = _language(request.GET.get("language", OFFICIAL))
    shown = whole(found.said, language)
    context = {
        "entry": found,
        "service": shown,
        "parts_of": [(part, prose(text), spoken) for part, text, spoken in shown.parts],
        "places": [(place, prose(text), spoken) for place, text, spoken in shown.places],
        "labels": {key: _(label) for key, label in FIELD_WORDS.items()},
        "cost": _(COST_WORDS[shown.cost]),
        "office": _(OFFICE_WORDS[shown.office]),
        "tabs": languages(language, url("descriptions:preview", described=described), found.said.texts),
        "lang": shown.language,
        "back": url("descriptions:one", described=described),
    }
    return render(request, "descriptions/preview.html", context)


@require_POST
@require_role("organiser")
def hidden(request: Any, described: str) -> HttpResponse:
    """The portal shows it no longer, or again."""
    is_hidden = request.POST.get("hidden") == "yes"
    services.set_hidden(
        authority_id=request.authority.id, slug=described, hidden=is_hidden, actor=request.staff.actor(), now=now()
    )
    return _done("hidden" if is_hidden else "shown")


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def take_back(request: Any, described: str) -> HttpResponse:
    """Asks first."""
    found = _entry(request, described)
    if not found.version:
        raise not_found()
    if request.method == "POST":
        services.take_back(
            authority_id=request.authority.id,
            slug=described,
            seen=_seen(request),
            actor=request.staff.actor(),
            now=now(),
        )
        return _done("back")
    context = {
        "entry": found, "title": found.said.text("title", request.language)[0],
        "address": url("descriptions:take_back", described=described), "back": url("descriptions:one", described=described),
    }  # fmt: skip
    return render(request, "descriptions/take_back.html", context)


def _entry(request: Any, slug: str) -> Entry:
    found = queries.entry(request.authority.id, slug)
    if found is None:
        raise not_found()
    return found


def _done(what: str) -> HttpResponse:
    return HttpResponseRedirect(url("descriptions:overview") + f"?done={what}", status=303)


def _language(tag: str) -> str:
    return tag if tag in LANGUAGES else OFFICIAL


def _seen(request: Any) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else -1


def _page(request: Any, found: Entry | None) -> HttpResponse:
    error = None
    language = _language(request.GET.get("language", OFFICIAL)) if found else OFFICIAL
    if request.method == "POST":
        try:
            slug = services.save_description(
                authority_id=request.authority.id, slug=found.slug if found else "", seen=_seen(request),
                typed=_typed(request, language), actor=request.staff.actor(), now=now(),
            )  # fmt: skip
            return HttpResponseRedirect(
                url("descriptions:one", described=slug) + f"?language={language}&done=saved", status=303
            )
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    place = error.field.removeprefix(f"{language}.") if error and error.field else ""
    context = {
        "entry": found,
        "title": found.said.text("title", request.language)[0] if found else _("New description"),
        "version": request.POST.get("version", "") if error else found.version if found else 0,
        "values": request.POST if error else _values(found, language),
        "fields": [
            {
                "type": "text" if name in LINES else "textarea",
                "name": name,
                "label": _(label),
                "rows": 4,
                "required": name in LINES,
                "maxlength": LONGEST.get(name, LONGEST_TEXT),
            }
            for name, label in FIELD_WORDS.items()
        ],
        "costs": options(COST_WORDS),
        "offices": options(OFFICE_WORDS),
        "situations": situation_options(),
        "tabs": languages(language, url("descriptions:one", described=found.slug), found.said.texts) if found else [],
        "edited": language,
        "states": states_of(found) if found else [],
        "changed": german_day(found.changed) if found and found.changed else None,
        "origin": _origin(found, language),
        "error": {"field": place, "text": _(error.text, **error.values)} if error else None,
        "done": _("Saved.") if request.GET.get("done") == "saved" and not error else "",
    }
    return render(request, "descriptions/one.html", context, status=error.status if error else 200)


def _origin(found: Entry | None, language: str) -> dict[str, Any] | None:
    """What the product says, in the language that is edited or in German."""
    if found is None or found.origin is None:
        return None
    said = of_template(found.origin)
    told = [(name, *said.text(name, language)) for name in FIELDS]
    return {
        "reviewed": said.reviewed,
        "law": said.law,
        "texts": [
            {"label": _(FIELD_WORDS[name]), "text": prose(text), "lang": spoken} for name, text, spoken in told if text
        ],
    }


def _values(found: Entry | None, language: str) -> dict[str, str]:
    if found is None:
        return {}
    said = found.said
    shared = {"words": ", ".join(said.words), "law": "\n".join(said.law)}
    return {
        **said.texts.get(language, {}), **shared, "cost_kind": said.cost, "office": said.office,
        "situation": said.situation,
    }  # fmt: skip


def _typed(request: Any, language: str) -> Typed:
    posted = request.POST
    return Typed(
        language, {name: posted.get(name, "") for name in FIELDS}, listed(posted.get("words", ""), ","),
        listed(posted.get("law", ""), "\n"), posted.get("cost_kind", ""), posted.get("office", ""),
        posted.get("situation", ""), "checked" in posted,
    )  # fmt: skip
