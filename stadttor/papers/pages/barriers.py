"""The organiser's pages of reported barriers: which wait, and one with its answer."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.blocks import page_of
from stadttor.ground.web.formats import moment
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.papers import queries, services
from stadttor.papers.pages.assessing import text_in
from stadttor.papers.queries import BarrierRow
from stadttor.papers.rules.barriers import KEEP_ANSWERED_DAYS, LONGEST_ANSWER

SHORT = 80


@require_safe
@require_role("organiser")
def barriers(request: Any) -> HttpResponse:
    """Those that wait first, page by page."""
    (total, waiting), typed = queries.count_barriers(request.authority.id), request.GET.get("page", "1")
    number = int(typed) if typed.isdecimal() and len(typed) < 6 else 1
    page = page_of(total, number, size=queries.PAGE, path=request.path, query={})
    context = {
        "columns": [
            {"key": "text", "label": _("What was reported")},
            {"key": "reported", "label": _("Reported")},
            {"key": "state", "label": _("State")},
        ],
        "rows": [_row(one) for one in queries.barriers(request.authority.id, page.number)],
        "waiting": waiting,
        "page": page,
        "days": KEEP_ANSWERED_DAYS,
        "done": request.GET.get("done", "") == "answered",
    }
    return render(request, "papers/barriers.html", context)


def _row(one: BarrierRow) -> dict[str, Any]:
    state = _("answered") if one.answered else _("waits too long") if one.is_late(now()) else _("waits")
    text = one.text if len(one.text) <= SHORT else one.text[:SHORT] + "…"
    cells = {"text": text, "reported": moment(one.reported), "state": state}
    return {"cells": cells, "href": url("papers:barrier", barrier_id=one.id)}


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def barrier(request: Any, barrier_id: UUID) -> HttpResponse:
    """One report, to be answered once."""
    row, error = queries.barrier(request.authority.id, barrier_id), None
    answer = text_in(request.POST.get("answer", ""))
    if request.method == "POST":
        try:
            services.answer_barrier(
                authority_id=request.authority.id, barrier_id=barrier_id, answer=answer,
                authority_name=request.authority.name, actor=request.staff.actor(), now=now(),
            )  # fmt: skip
            return HttpResponseRedirect(url("papers:barriers") + "?done=answered", status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = {"field": refused.field, "text": _(refused.text, **refused.values)}
    context = {"row": row, "answer": answer, "error": error, "longest": LONGEST_ANSWER}
    return render(request, "papers/barrier.html", context, status=422 if error else 200)
