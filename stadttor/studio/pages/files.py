"""One file of a working copy as it is: the way that is always open."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.catalog.services.drafting import check_path
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _, ngettext
from stadttor.ground.web.render import render
from stadttor.studio import queries, services
from stadttor.studio.pages.guard import for_publishers
from stadttor.studio.pages.looking import look
from stadttor.studio.pages.saving import Both, crossed, not_saved, saved, seen_in, text_in, trail
from stadttor.studio.queries import CopyRow, PublisherRow
from stadttor.studio.rules.copies import Crossed

AROUND = 3


@require_safe
@for_publishers
def add(request: Any, publisher: PublisherRow, copy_id: UUID) -> HttpResponse:
    """To a file by its name, which need not be there yet."""
    copy = queries.copy(publisher.authority_id, copy_id)
    name = request.GET.get("name", "").strip()[:200]
    if fault := check_path(name):
        context = {
            "copy": copy,
            "trail": trail(copy.id, copy.title, _("Add a file")),
            "name": name,
            "wrong": fault.text,
        }
        return render(request, "studio/add.html", context, status=422 if name else 200)
    return HttpResponseRedirect(url("studio:file", copy_id=copy_id, file=name))


@require_http_methods(["GET", "POST"])
@for_publishers
def file(request: Any, publisher: PublisherRow, copy_id: UUID, file: str) -> HttpResponse:
    """Shown, saved, taken away."""
    copy = queries.copy(publisher.authority_id, copy_id)
    if check_path(file):
        raise not_found()
    if request.method == "POST":
        return _post(request, copy, file)
    return _page(request, copy, file, None)


def _post(request: Any, copy: CopyRow, file: str) -> HttpResponse:
    typed = text_in(request.POST.get("content", ""))
    goes = request.POST.get("act") == "remove"
    try:
        revision = services.save(
            authority_id=request.authority.id, copy_id=copy.id, seen=seen_in(request),
            contents={file: None if goes else typed.encode()}, actor=request.staff.actor(), now=now(),
            alone=request.POST.get("alone") == "yes",
        )  # fmt: skip
    except Crossed as error:
        if answer := not_saved(request, error):
            return answer
        theirs = queries.files(request.authority.id, copy.id, error.revision).get(file, b"")
        return crossed(request, copy, error, [Both("content", file, theirs.decode("utf-8", "replace"), typed)])
    except Refused as error:
        if answer := not_saved(request, error):
            return answer
        if error.field is None:
            raise
        return _page(request, copy, file, error)
    address = url("studio:copy", copy_id=copy.id) if goes else f"{request.path}?done=saved"
    return saved(request, revision, address)


def _page(request: Any, copy: CopyRow, file: str, error: Refused | None) -> HttpResponse:
    files = queries.files(request.authority.id, copy.id, copy.revision)
    content, is_text = _as_text(files.get(file, b""))
    looked = look(copy, files)
    line = request.GET.get("line", "")
    context = {
        "copy": copy,
        "trail": trail(copy.id, copy.title, file),
        "file": file,
        "is_there": file in files,
        "is_text": is_text,
        "content": text_in(request.POST.get("content", "")) if error else content,
        "seen": request.POST.get("seen", "") if error else copy.revision,
        "around": _around(content, int(line)) if line.isascii() and line.isdecimal() and len(line) < 8 else [],
        "findings": looked.of_file(file),
        "others": ngettext("One finding in all", "{count} findings in all", len(looked.findings)),
        "looked": looked,
        "is_saved": request.GET.get("done") == "saved",
        "error": {"field": "content", "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "studio/file.html", context, status=error.status if error else 200)


def _as_text(content: bytes) -> tuple[str, bool]:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return "", False
    return text, "\0" not in text


def _around(content: str, line: int) -> list[dict[str, Any]]:
    """The lines around a place, with their numbers."""
    lines = content.split("\n")
    first = max(1, line - AROUND)
    shown = range(first, min(len(lines), line + AROUND) + 1)
    return [{"number": number, "text": lines[number - 1], "marked": number == line} for number in shown]
