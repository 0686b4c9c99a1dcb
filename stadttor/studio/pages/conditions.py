"""The live check of a condition: what the script asks while it is typed, and what the button shows without the script."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from stadttor.catalog.services.trying import try_condition
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.studio import queries
from stadttor.studio.pages.guard import for_publishers
from stadttor.studio.pages.saving import text_in
from stadttor.studio.pages.sides import read
from stadttor.studio.queries import PublisherRow
from stadttor.studio.rules.findings import said
from stadttor.studio.rules.parts import NEW, Part, Place, target_of, text_at
from stadttor.studio.services import shaping
from stadttor.studio.services.draft import GERMAN

MOST_TRIES = 200
"""How often one check evaluates the condition: once for each example, or for each element of a repeated group in it."""
LONGEST = 600
"""What is longer is cut: the profile says no to it already at 500 characters."""
KINDS = {
    "text": N_("a text"), "date": N_("a day"), "integer": N_("a number"), "null": N_("nothing"), "record": N_("a group"),
}  # fmt: skip


@require_POST
@for_publishers
def condition(request: Any, publisher: PublisherRow, copy_id: UUID) -> HttpResponse:
    """What the check says about the condition `name` of the part, as a piece of the page."""
    copy = queries.copy(publisher.authority_id, copy_id)
    files = queries.files(publisher.authority_id, copy_id, copy.revision)
    part = shaping.part_of(read(files, shaping.FORM), target_of(request.GET.get("part", "")))
    name = request.GET.get("name", "")[:LONGEST]
    return render(request, "studio/condition.html", {"told": told(files, part, name, request.POST)})


def told(files: Mapping[str, bytes], part: Part, name: str, typed: Mapping[str, str]) -> dict[str, Any] | None:
    """What is said beneath the input of this name; none where it is empty or no condition."""
    source = " ".join(text_in(typed.get(name, ""))[:LONGEST].split())
    place = place_of(part, name)
    if not source or place is None:
        return None
    group = part.target.group if part.target.field else ""
    if name.startswith("rule-"):
        group = typed.get(name.removesuffix("if") + "refuse", "").partition(".")[0]
    found = try_condition(files, source, place=place, group=group, most=MOST_TRIES)
    texts = read(files, GERMAN)
    return {
        "found": found,
        "problems": [
            {"text": said(f"{one.text} (at character {one.at})." if one.at else one.text), "mend": said(one.mend)}
            for one in found.problems
        ],
        "kind": _(KINDS[found.kind]) if found.kind in KINDS else found.kind,
        "names": [(one, _label(one, texts)) for one in found.names],
        "examples": [{"title": one.title, "said": _said(one.said), "is_true": all(one.said)} for one in found.examples],
        "is_empty": not found.examples and found.is_right,
    }


def place_of(part: Part, name: str) -> Place | None:
    """Where the condition stands in form.yaml; nowhere yet for that of a new rule. None for what is no condition here."""
    if name == "show_if":
        return (*part.place, "show_if")
    if name == "required_if" and part.target.field:
        return (*part.place, "required")
    start, _dash, number = name.removesuffix("-if").partition("-")
    if start != "rule" or not name.endswith("-if") or not part.target.page:
        return None
    if number == NEW:
        return ()
    is_number = number.isascii() and number.isdecimal() and len(number) < 5
    return (*part.place, "checks", int(number), "if") if is_number else None


def _label(name: str, texts: object) -> str:
    root, *rest = name.split(".")
    return text_at(texts, "fields", *rest[:2], "label") if root == "a" and len(rest) > 1 else ""


def _said(values: tuple[bool, ...]) -> str:
    return ", ".join(_("true") if one else _("false") for one in values) or _("cannot be tried")
