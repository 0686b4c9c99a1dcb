"""The list of working copies, one copy with everything the check says, its history, and throwing it away."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadttor.catalog.queries import versions
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import moment
from stadttor.ground.web.language import N_, _, ngettext
from stadttor.ground.web.render import render
from stadttor.studio import queries, services
from stadttor.studio.pages.guard import for_publishers
from stadttor.studio.pages.looking import look
from stadttor.studio.pages.saving import seen_in, trail
from stadttor.studio.pages.sides import language_counts
from stadttor.studio.queries import CopyRow, PublisherRow
from stadttor.studio.rules.copies import Crossed, within

SHOWN_STEPS = 50
ACTS = {
    "opened": N_("Opened"),
    "saved": N_("Saved"),
    "autosaved": N_("Saved by itself"),
    "went_back": N_("Gone back to step {number}"),
}
DONE = {
    "back": N_("The earlier state is back. What was there before stays in the history."),
    "gone": N_("The working copy is gone. What is published stays."),
}


@require_safe
@for_publishers
def listed(request: Any, publisher: PublisherRow) -> HttpResponse:
    """What is edited, and what may be opened."""
    rows = queries.copies(publisher.authority_id)
    edited = {row.package for row in rows}
    newest: dict[str, Any] = {}
    for one in versions():
        if within(one.package, publisher.namespace):
            newest.setdefault(one.package, one)
    context = {
        "publisher": publisher,
        "done": _(DONE[request.GET["done"]]) if request.GET.get("done") in DONE else "",
        "columns": [
            {"key": "title", "label": _("Service")},
            {"key": "package", "label": _("Package name")},
            {"key": "based_on", "label": _("Opened from version")},
            {"key": "changed", "label": _("Last changed")},
        ],
        "rows": [{"cells": _cells(row), "href": url("studio:copy", copy_id=row.id)} for row in rows],
        "to_open": [one for name, one in newest.items() if name not in edited],
    }
    return render(request, "studio/copies.html", context)


def _cells(row: CopyRow) -> dict[str, str]:
    changed = _("{moment} by {name}", moment=moment(row.changed), name=row.changed_by)
    return {"title": row.title, "package": row.package, "based_on": row.based_on or _("new"), "changed": changed}


@require_POST
@for_publishers
def open_one(request: Any, publisher: PublisherRow) -> HttpResponse:
    """A working copy of a published package."""
    copy_id = services.open_published(
        publisher=publisher, package=request.POST.get("package", ""), actor=request.staff.actor(), now=now()
    )
    return HttpResponseRedirect(url("studio:copy", copy_id=copy_id), status=303)


@require_http_methods(["GET", "POST"])
@for_publishers
def new(request: Any, publisher: PublisherRow) -> HttpResponse:
    """A package that is not there yet."""
    error, typed = None, request.POST.get("package", "").strip()
    if request.method == "POST":
        try:
            copy_id = services.begin(publisher=publisher, package=typed, actor=request.staff.actor(), now=now())
            return HttpResponseRedirect(url("studio:copy", copy_id=copy_id), status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    context = {
        "publisher": publisher,
        "typed": typed or f"{publisher.namespace}.",
        "error": {"field": "package", "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "studio/new.html", context, status=error.status if error else 200)


@require_safe
@for_publishers
def one(request: Any, publisher: PublisherRow, copy_id: UUID) -> HttpResponse:
    """A working copy: what is wrong with it, what its examples say, where to go on."""
    copy = queries.copy(publisher.authority_id, copy_id)
    files = queries.files(publisher.authority_id, copy_id, copy.revision)
    looked = look(copy, files)
    context = {
        "copy": copy,
        "changed": _("{moment} by {name}", moment=moment(copy.changed), name=copy.changed_by),
        "done": _(DONE[request.GET["done"]]) if request.GET.get("done") in DONE else "",
        "looked": looked,
        "findings": ngettext("One finding", "{count} findings", len(looked.findings)),
        "languages": language_counts(copy_id, files),
        "files": [(path, url("studio:file", copy_id=copy_id, file=path)) for path in sorted(files)],
    }
    return render(request, "studio/copy.html", context)


@require_http_methods(["GET", "POST"])
@for_publishers
def history(request: Any, publisher: PublisherRow, copy_id: UUID) -> HttpResponse:
    """Every step, and the way back to each."""
    copy = queries.copy(publisher.authority_id, copy_id)
    if request.method == "POST":
        to = request.POST.get("to", "")
        try:
            services.go_back(
                authority_id=publisher.authority_id, copy_id=copy_id, seen=seen_in(request),
                to=int(to) if to.isascii() and to.isdecimal() and len(to) < 9 else 0, actor=request.staff.actor(), now=now(),
            )  # fmt: skip
            return HttpResponseRedirect(url("studio:copy", copy_id=copy_id) + "?done=back", status=303)
        except Crossed:
            copy = queries.copy(publisher.authority_id, copy_id)
            return _history(request, copy, is_crossed=True)
    return _history(request, copy, is_crossed=False)


def _history(request: Any, copy: CopyRow, is_crossed: bool) -> HttpResponse:
    steps = queries.history(request.authority.id, copy.id, SHOWN_STEPS)
    context = {
        "copy": copy,
        "trail": trail(copy.id, copy.title, _("History")),
        "is_crossed": is_crossed,
        "steps": [
            {
                "number": one.number,
                "title": _("Step {number}", number=one.number),
                "text": _(ACTS[one.act], number=one.same_as),
                "when": _("{moment} by {name}", moment=moment(one.at), name=one.by),
                "is_now": one.number == copy.revision,
            }
            for one in steps
        ],
    }
    return render(request, "studio/history.html", context, status=409 if is_crossed else 200)


@require_http_methods(["GET", "POST"])
@for_publishers
def delete(request: Any, publisher: PublisherRow, copy_id: UUID) -> HttpResponse:
    """Asks first."""
    copy = queries.copy(publisher.authority_id, copy_id)
    if request.method == "POST":
        services.throw_away(
            authority_id=publisher.authority_id, copy_id=copy_id, actor=request.staff.actor(), now=now()
        )
        return HttpResponseRedirect(url("studio:copies") + "?done=gone", status=303)
    context = {"copy": copy, "trail": trail(copy.id, copy.title, _("Throw away")), "action": request.path}
    return render(request, "studio/delete.html", context)
