"""How a save of the studio ends: by its button, by the script alone, or beside what somebody else wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse

from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import moment
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.studio.queries import CopyRow
from stadttor.studio.rules.copies import Crossed

DIGITS = 9


@dataclass(frozen=True)
class Both:
    """A text that two editors wrote: `name` is that of its field."""

    name: str
    label: str
    theirs: str
    mine: str


def seen_in(request: Any) -> int:
    """The revision the page showed; zero, which meets every change, for anything that is none."""
    typed = request.POST.get("seen", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= DIGITS else 0


def text_in(typed: str) -> str:
    """A text as its author means it: browsers send the ends of lines in their own way."""
    return typed.replace("\r\n", "\n").replace("\r", "\n")


def is_alone(request: Any) -> bool:
    """Whether the script saves by itself."""
    return bool(request.POST.get("alone") == "yes")


def saved(request: Any, revision: int, address: str) -> HttpResponse:
    """To the page again, or a word to the script."""
    if is_alone(request):
        return JsonResponse({"revision": revision, "told": _("Saved on {moment}", moment=moment(now()))})
    return HttpResponseRedirect(address, status=303)


def not_saved(request: Any, refused: Refused) -> HttpResponse | None:
    """A word to the script about what was refused; nobody is asked by a page for what she did not press."""
    if is_alone(request):
        return JsonResponse({"told": _(refused.text, **refused.values)}, status=refused.status)
    return None


def crossed(
    request: Any, copy: CopyRow, error: Crossed, both: Sequence[Both], hidden: Mapping[str, str] | None = None
) -> HttpResponse:
    """Both texts, hers to be changed and saved over the other one."""
    context = {
        "copy": copy,
        "by": error.by,
        "both": both,
        "action": request.get_full_path(),
        "hidden": {"seen": str(error.revision), **(hidden or {})},
        "back": request.get_full_path(),
    }
    return render(request, "studio/crossed.html", context, status=409)


def trail(copy_id: UUID, title: str, last: str) -> list[dict[str, str]]:
    """Where a page of a working copy lies."""
    return [
        {"label": _("Studio"), "href": url("studio:copies")},
        {"label": title, "href": url("studio:copy", copy_id=copy_id)},
        {"label": last},
    ]
