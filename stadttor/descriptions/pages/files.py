"""Descriptions as files: taken in after a look at what would happen, given out so that they can be taken in again."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.core.languages import LANGUAGES
from stadttor.core.refused import Refused
from stadttor.descriptions import queries, services
from stadttor.descriptions.rules.csv_file import HEADS, lines_of, read_csv
from stadttor.descriptions.rules.given import LARGEST, MOST_GIVEN, SHARED, Fault, Given, Step, steps
from stadttor.descriptions.rules.own import FIELDS, Said
from stadttor.descriptions.rules.xzufi import as_xzufi, read_xzufi
from stadttor.descriptions.services.importing import known_of
from stadttor.descriptions.services.keeping import known_situations
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.downloads import disposition
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.ground.web.sheets import csv_file
from stadttor.identity.guards import require_role

SHOWN = 200
LONGEST_CONTENT = 1_900_000
FATES = {"added": N_("is added"), "changed": N_("is changed"), "same": N_("stays as it is")}
EXAMPLE = Said(
    date(2026, 11, 23),
    {
        "de": {
            "title": "Straßenfest anmelden", "summary": "Für Feste auf öffentlichen Straßen.", "who": "Vereine und Nachbarschaften.",
            "need": "- Lageplan\n- verantwortliche Person", "cost": "25 Euro", "deadline": "Vier Wochen vorher.",
            "unit": "Ordnungsamt, Telefon 09141 00-0", "where": "Rathaus, Zimmer 4", "when": "Mo bis Fr 8–12 Uhr",
        },
        "en": {"title": "Register a street party", "summary": "For parties on public streets."},
    },
    ("Nachbarschaftsfest", "Straße sperren"), ("§ 29 Abs. 2 StVO",), "", "", "mitmachen",
)  # fmt: skip
"""Invented: what the files look like."""


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def take_in(request: Any) -> HttpResponse:
    """The form; what a file would do; and it done."""
    error, shown = None, {}
    if request.method == "POST":
        try:
            if "content" in request.POST:
                return _kept(request)
            shown = _preview(request)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    context = {
        **shown,
        "heads": list(HEADS.values()),
        "error": {"field": "file", "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "descriptions/import.html", context, status=error.status if error else 200)


@require_safe
@require_role("organiser")
def export(request: Any, kind: str) -> HttpResponse:
    """Everything the town shows or hides, the product's texts too; taken in again it changes nothing."""
    return _file(
        kind, "descriptions", [(one.external_id, one.said, one.hidden) for one in queries.entries(request.authority.id)]
    )


@require_safe
@require_role("organiser")
def example(request: Any, kind: str) -> HttpResponse:
    """An invented one."""
    return _file(kind, "example", [("strassenfest", EXAMPLE, False)])


def _file(kind: str, name: str, found: Iterable[tuple[str, Said, bool]]) -> HttpResponse:
    day = german_day(now())
    if kind == "csv":
        lines = [line for one in found for line in lines_of(*one)]
        return csv_file(name, day, list(HEADS.values()), lines)
    body = json.dumps({"leistungen": [as_xzufi(*one) for one in found]}, ensure_ascii=False, indent=1)
    headers = {
        "Content-Disposition": disposition("attachment", f"{name}-{day}.json"),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(body, content_type="application/json", headers=headers)


def _preview(request: Any) -> dict[str, Any]:
    """What the page shows of a file that was sent; with a fault anywhere nothing of it can be taken in."""
    sent = request.FILES.get("file")
    if sent is None:
        raise Refused("file_missing", "Please choose a file.", field="file")
    content = sent.read(LARGEST + 1)
    is_json = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
    situations = known_situations()
    read = read_xzufi(content.removeprefix(b"\xef\xbb\xbf")) if is_json else read_csv(content, situations)
    entries = {one.external_id: one for one in queries.entries(request.authority.id)}
    known = {id_: known_of(one) for id_, one in entries.items()}
    found, faults = steps(read, known, situations, german_day(now()))
    if not found and not faults:
        raise Refused("nothing", "There is no description in this file.", field="file")
    fates = Counter(one.fate for one in found)
    place = N_("Entry {number}") if is_json else N_("Line {number}")
    return {
        "faults": [{"cells": _told(one, place)} for one in faults[:SHOWN]],
        "fault_count": len(faults),
        "unknown": ", ".join(read.unknown[:20]),
        "counts": {fate: fates[fate] for fate in FATES},
        "rows": [{"cells": _cells(one)} for one in found[:SHOWN] if one.fate != "same"],
        "count": sum(one.fate != "same" for one in found),
        "looked": True,
        "content": "" if faults or not fates["added"] + fates["changed"] else _content(found, known),
    }


def _told(fault: Fault, place: str) -> dict[str, str]:
    column = fault.column
    tag, _dot, name = column.partition(".")
    if tag in LANGUAGES and name in HEADS:
        column = f"{HEADS[name]} ({tag})"
    elif column in HEADS:
        column = HEADS[column]
    return {
        "place": _(place, number=fault.place), "column": column, "fault": _(fault.text, **fault.values),
        "allowed": fault.allowed,
    }  # fmt: skip


def _cells(one: Step) -> dict[str, str]:
    return {"title": one.said.text("title", "de")[0], "id": one.given.external_id, "fate": _(FATES[one.fate])}


def _content(found: Iterable[Step], known: Mapping[str, Any]) -> str:
    """What the page carries until it is confirmed: only what would change. It is checked again then."""
    given = []
    for one in found:
        if one.fate != "same":
            it = one.given
            shared = {key: str(value) if key == "reviewed" else value for key, value in it.shared.items()}
            version = known[it.external_id].version if it.external_id in known else 0
            given.append(
                {"id": it.external_id, "texts": it.texts, "shared": shared, "hidden": it.hidden, "seen": version}
            )
    return json.dumps(given, ensure_ascii=False)


def _kept(request: Any) -> HttpResponse:
    try:
        content = json.loads(request.POST["content"][:LONGEST_CONTENT])[:MOST_GIVEN]
        given = [_given(place, one) for place, one in enumerate(content, 1)]
        seen = {str(one["id"]): int(one["seen"]) for one in content}
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise Refused("content", "Please send the file again.", field="file") from None
    try:
        services.take_in(
            authority_id=request.authority.id, given=given, seen=seen, actor=request.staff.actor(), now=now()
        )
    except Refused as refused:
        # Whatever of it is wrong: on this page it is the file.
        refused.field = "file"
        raise
    return HttpResponseRedirect(url("descriptions:overview") + "?done=imported", status=303)


def _given(place: int, one: Mapping[str, Any]) -> Given:
    texts = {str(tag): {name: str(by[name]) for name in FIELDS if name in by} for tag, by in one["texts"].items()}
    shared: dict[str, Any] = {key: one["shared"][key] for key in SHARED if key in one["shared"]}
    for key, value in shared.items():
        if key in ("words", "law"):
            shared[key] = tuple(_clean(each) for each in value)
        else:
            shared[key] = date.fromisoformat(value) if key == "reviewed" else _clean(value)
    hidden = None if one["hidden"] is None else bool(one["hidden"])
    return Given(_clean(one["id"])[:120], place, texts, shared, hidden)


def _clean(text: Any) -> str:
    """What the database can keep: JSON may name halves of characters."""
    return str(text).encode("utf-8", "replace").decode().replace("\0", "")
