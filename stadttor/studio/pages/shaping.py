"""The form of a package: its pages, groups and fields in order, each with a page of its own to edit it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_, _, ngettext
from stadttor.ground.web.render import render
from stadttor.studio import queries, services
from stadttor.studio.pages.conditions import told
from stadttor.studio.pages.guard import for_publishers
from stadttor.studio.pages.inputs import KINDS, inputs_of, type_name, types
from stadttor.studio.pages.looking import look, part_url
from stadttor.studio.pages.saving import Both, crossed, is_alone, not_saved, saved, seen_in, text_in, trail
from stadttor.studio.pages.sides import read
from stadttor.studio.queries import CopyRow, PublisherRow
from stadttor.studio.rules.copies import Contents, Crossed
from stadttor.studio.rules.parts import (
    NEW,
    Part,
    Target,
    crossed_values,
    every,
    find,
    outline,
    page_of,
    target_of,
    text_at,
    values,
)
from stadttor.studio.services import renaming, shaping
from stadttor.studio.services.draft import GERMAN

TRIES = 3
LONGEST_NAME = 100
"""Of the words that stand for a part in the outline: a text to read may be a page long."""
DONE = {
    "added": N_("Added."),
    "saved": N_("Saved."),
    "moved": N_("Moved."),
    "gone": N_("Taken away, with its texts."),
    "renamed": N_("Renamed, wherever it was used."),
}
MEANWHILE = N_(
    "Somebody else changed the form in the meantime. Nothing was done. Look at it as it is now and press again."
)
LOOSE = ("type", "page")
"""What the script does not save alone: passing by with the arrow keys would lose what the old type had."""


@require_http_methods(["GET", "POST"])
@for_publishers
def form(request: Any, publisher: PublisherRow, copy_id: UUID) -> HttpResponse:
    """All of it in order; moved and taken away from here."""
    copy = queries.copy(publisher.authority_id, copy_id)
    if request.method != "POST":
        return _outline(request, copy, None)
    act, _colon, said = request.POST.get("act", "").partition(":")
    target = target_of(said)
    files = queries.files(publisher.authority_id, copy_id, copy.revision)
    if act not in ("up", "down", "remove"):
        raise not_found()
    try:
        changed = shaping.remove(files, target) if act == "remove" else shaping.move(files, target, act == "down")
        _save(request, copy, seen_in(request), changed)
    except Refused as refused:
        if refused.status == 404 and seen_in(request) == copy.revision:
            raise
        return _outline(request, queries.copy(publisher.authority_id, copy_id), refused)
    address = url("studio:form", copy_id=copy_id) + f"?done={'gone' if act == 'remove' else 'moved'}"
    return HttpResponseRedirect(address, status=303)


def _save(request: Any, copy: CopyRow, seen: int, contents: Contents, alone: bool = False) -> int:
    return services.save(
        authority_id=request.authority.id, copy_id=copy.id, seen=seen, contents=contents, actor=request.staff.actor(),
        now=now(), alone=alone,
    )  # fmt: skip


def _outline(request: Any, copy: CopyRow, error: Refused | None) -> HttpResponse:
    files = queries.files(request.authority.id, copy.id, copy.revision)
    looked = look(copy, files)
    data, texts = read(files, shaping.FORM), read(files, GERMAN)
    context = {
        "copy": copy,
        "trail": trail(copy.id, copy.title, _("Pages and fields")),
        "pages": [_row(copy.id, one, texts, len(outline(data))) for one in outline(data)],
        "is_unreadable": data is None,
        "file_href": url("studio:file", copy_id=copy.id, file=shaping.FORM),
        "add_page": url("studio:add_part", copy_id=copy.id) + "?kind=page",
        "findings": looked.of_file(shaping.FORM),
        "others": ngettext("One finding in all", "{count} findings in all", len(looked.findings)),
        "done": _(DONE[request.GET["done"]]) if request.GET.get("done") in DONE else "",
        "error": {"text": _told(error)} if error else None,
    }
    return render(request, "studio/form.html", context, status=error.status if error else 200)


def _told(error: Refused) -> str:
    return _(MEANWHILE) if isinstance(error, Crossed) or error.status == 404 else _(error.text, **error.values)


def _row(copy_id: UUID, part: Part, texts: object, count: int) -> dict[str, Any]:
    """A part as the outline shows it, with what is in it."""
    target = part.target
    words = text_at(texts, *target.text_place, "label" if target.field else "title")
    needed = part.said.get("required", False)
    inner = {"page": "group", "group": "field"}.get(target.kind, "")
    add = urlencode({"kind": inner, "into": str(target)})
    return {
        "target": str(target),
        "name": target.field or target.name,
        "words": words if len(words) <= LONGEST_NAME else f"{words[:LONGEST_NAME]} …",
        "type": type_name(part.said.get("type")) if target.field else "",
        "needed": _("required if …") if isinstance(needed, str) else _("required") if needed is True else "",
        "is_conditional": isinstance(part.said.get("show_if"), str),
        "repeats": bool(part.said.get("repeat")),
        "href": part_url(copy_id, target),
        "add": url("studio:add_part", copy_id=copy_id) + f"?{add}" if inner else "",
        "is_first": part.number == 0,
        "is_last": part.number == count - 1,
        "parts": [_row(copy_id, one, texts, len(part.parts)) for one in part.parts],
    }


# Adding


@require_http_methods(["GET", "POST"])
@for_publishers
def add(request: Any, publisher: PublisherRow, copy_id: UUID) -> HttpResponse:
    """A page, a group or a field that is not there yet."""
    copy = queries.copy(publisher.authority_id, copy_id)
    kind, into = request.GET.get("kind", ""), target_of(request.GET.get("into", ""))
    files = queries.files(publisher.authority_id, copy_id, copy.revision)
    data = read(files, shaping.FORM)
    inside = find(data, into) if into.name else None
    if kind not in KINDS or (kind != "page") != (inside is not None) or (kind == "field" and into.kind != "group"):
        raise not_found()
    if kind == "group" and into.kind != "page":
        raise not_found()
    error = None
    if request.method == "POST":
        typed = {
            name: text_in(request.POST.get(name, ""))
            for name in ("title", "id", "label", "help", "type", "required", "options")
        }
        try:
            contents, target = shaping.add(files, kind, into, typed)
            _save(request, copy, seen_in(request), contents)
            return HttpResponseRedirect(part_url(copy_id, target, "added"), status=303)
        except Refused as refused:
            if refused.status == 404:
                raise
            error = refused
            copy = queries.copy(publisher.authority_id, copy_id)
    texts = read(files, GERMAN)
    context = {
        "copy": copy,
        "trail": _trail(copy, _(ADD[kind])),
        "title": _(ADD[kind]),
        "kind": kind,
        "into": (text_at(texts, *into.text_place, "title") or into.name) if inside else "",
        "typed": request.POST,
        "types": types(),
        "error": {"field": error.field or "", "text": _told(error)} if error else None,
    }
    return render(request, "studio/add_part.html", context, status=error.status if error else 200)


ADD = {"page": N_("Add a page"), "group": N_("Add a group"), "field": N_("Add a field")}


def _trail(copy: CopyRow, last: str) -> list[dict[str, str]]:
    way = trail(copy.id, copy.title, last)
    return [*way[:-1], {"label": _("Pages and fields"), "href": url("studio:form", copy_id=copy.id)}, way[-1]]


# Editing


@require_http_methods(["GET", "POST"])
@for_publishers
def part(request: Any, publisher: PublisherRow, copy_id: UUID) -> HttpResponse:
    """One page, group or field: shown, and saved value by value."""
    copy = queries.copy(publisher.authority_id, copy_id)
    target = target_of(request.GET.get("part", ""))
    if request.method != "POST":
        return _page(request, copy, target, None)
    if request.POST.get("act") == "check":
        return _page(request, copy, target, None)
    if request.POST.get("act") == "rename":
        return _rename(request, copy, target)
    return _post(request, copy, target)


def _rename(request: Any, copy: CopyRow, target: Target) -> HttpResponse:
    """Another short name, here and wherever it is used."""
    files = queries.files(request.authority.id, copy.id, copy.revision)
    try:
        if seen_in(request) != copy.revision:
            raise Crossed((), copy.revision, copy.changed_by)
        name, major = text_in(request.POST.get(renaming.FIELD, ""))[:100], "major" in request.POST
        contents, goal = renaming.rename(files, copy.package, target, name, major=major)
        _save(request, copy, copy.revision, contents)
    except Refused as error:
        if error.status == 404:
            raise
        return _page(request, copy, target, error)
    return HttpResponseRedirect(part_url(copy.id, goal, "renamed"), status=303)


def _values(files: Mapping[str, bytes], target: Target) -> dict[str, str]:
    data = read(files, shaping.FORM)
    found = find(data, target)
    return values(found, read(files, GERMAN), page_of(data, found)) if found else {}


def _post(request: Any, copy: CopyRow, target: Target) -> HttpResponse:
    """Only values that differ from what the page showed count as typed, so that two editors meet at the same value alone."""
    alone = is_alone(request)
    then = _values(queries.files(request.authority.id, copy.id, seen_in(request)), target)
    try:
        for _try in range(TRIES):
            copy = queries.copy(request.authority.id, copy.id)
            if alone and copy.revision != seen_in(request):
                raise Crossed((), copy.revision, copy.changed_by)
            files = queries.files(request.authority.id, copy.id, copy.revision)
            there = _values(files, target)
            typed = _typed(request, there, alone)
            if met := crossed_values(then, there, typed):
                return _crossed(request, copy, target, met, there, typed)
            gone = () if alone else _gone(request, then, there)
            changes = {
                name: value for name, value in typed.items()
                if value != then.get(name, "").strip() and not name.startswith(tuple(f"rule-{one}-" for one in gone))
            }  # fmt: skip
            contents = shaping.change(files, target, changes, without=gone)
            try:
                revision = _save(request, copy, copy.revision, contents, alone)
                return saved(request, revision, part_url(copy.id, target, "saved"))
            except Crossed:
                continue  # somebody was faster by a moment: merged anew with what she wrote
        raise Crossed((), copy.revision, copy.changed_by)
    except Refused as error:
        if answer := not_saved(request, error):
            return answer
        if error.status == 404:
            raise
        return _page(request, copy, target, error)


def _typed(request: Any, known: Mapping[str, str], alone: bool) -> dict[str, str]:
    """What came, by name; of what saves itself, neither another type nor a rule that is only half written."""
    left = (*LOOSE, f"rule-{NEW}-if", f"rule-{NEW}-refuse", f"rule-{NEW}-text") if alone else ()
    return {name: text_in(request.POST[name]).strip() for name in known if name in request.POST and name not in left}


def _gone(request: Any, then: Mapping[str, str], there: Mapping[str, str]) -> tuple[int, ...]:
    """The rules that shall go. Raises Crossed for one that somebody else changed or that now has another number."""
    gone = tuple(one for one in request.POST.getlist("gone") if f"rule-{one}-if" in there and one != NEW)
    for one in gone:
        if any(then.get(name) != there[name] for name in there if name.startswith(f"rule-{one}-")):
            raise Crossed((), 0, "")
    return tuple(map(int, gone))


def _crossed(
    request: Any,
    copy: CopyRow,
    target: Target,
    met: tuple[str, ...],
    there: Mapping[str, str],
    typed: Mapping[str, str],
) -> HttpResponse:
    error = Crossed((), copy.revision, copy.changed_by)
    if answer := not_saved(request, error):
        return answer
    labels = inputs_of(target, there).labels()
    both = [Both(name, labels.get(name, name), there.get(name, ""), typed[name]) for name in met]
    return crossed(request, copy, error, both, {name: value for name, value in typed.items() if name not in met})


def _page(request: Any, copy: CopyRow, target: Target, error: Refused | None) -> HttpResponse:
    files = queries.files(request.authority.id, copy.id, copy.revision)
    data, texts = read(files, shaping.FORM), read(files, GERMAN)
    found = shaping.part_of(data, target)
    shown = values(found, texts, page_of(data, found))
    is_typed = request.method == "POST" and not isinstance(error, Crossed)
    if is_typed:
        shown |= {name: text_in(request.POST[name]) for name in shown if name in request.POST}
    words = text_at(texts, *target.text_place, "label" if target.field else "title") or target.name
    fields = tuple(
        one.target.name for one in every(outline(data)) if one.target.field and one.place[:2] == found.place[:2]
    )
    inputs = inputs_of(target, shown, _lists(files), fields, _pages(data, texts))
    wrong = error.field if error else None
    for one in [*inputs.first, *inputs.more, *(one for rule in inputs.rules.values() for one in rule)]:
        if one.get("condition"):
            one["told"] = told(files, found, one["name"], {**shown, **dict(request.POST.items())})
        one["error"] = _told(error) if error and one["name"] == wrong else ""
    context = {
        "copy": copy,
        "trail": _trail(copy, words),
        "target": target,
        "kind": _(KINDS[target.kind]),
        "words": words,
        "renaming": {
            "value": request.POST.get(renaming.FIELD, "") or target.page or target.field,
            "is_published": renaming.is_published(copy.package, target),
            "error": _told(error) if error and wrong == renaming.FIELD else "",
        }
        if target.kind != "group"
        else None,
        "inputs": inputs,
        "ask": url("studio:condition", copy_id=copy.id) + "?" + urlencode({"part": str(target)}),
        "is_more_open": any(one["error"] for one in inputs.more),
        "texts_href": url("studio:texts", copy_id=copy.id)
        + "?"
        + urlencode({"q": ".".join(map(str, target.text_place))}),
        "beside_href": url("studio:preview", copy_id=copy.id)
        + "?"
        + urlencode({"page": page_of(data, found), "beside": "yes"}),
        "preview_href": url("studio:preview", copy_id=copy.id) + "?" + urlencode({"page": page_of(data, found)}),
        "seen": request.POST.get("seen", "") if is_typed else copy.revision,
        "done": _(DONE[request.GET["done"]]) if request.GET.get("done") in DONE and not error else "",
        "error": {"field": error.field or "", "text": _told(error)} if error else None,
    }
    return render(request, "studio/part.html", context, status=error.status if error else 200)


def _pages(data: object, texts: object) -> list[dict[str, str]]:
    """All pages, to choose one."""
    names = [one.target.page for one in outline(data)]
    return [{"value": one, "label": text_at(texts, "pages", one, "title") or one} for one in names]


def _lists(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The settings an authority fills with a list of texts."""
    manifest: Any = read(files, "package.yaml")
    for step in ("parameters", "properties"):
        manifest = manifest.get(step) if isinstance(manifest, Mapping) else None
    return tuple(
        str(name) for name, one in (manifest.items() if isinstance(manifest, Mapping) else ())
        if isinstance(one, Mapping) and one.get("type") == "array"
    )  # fmt: skip
