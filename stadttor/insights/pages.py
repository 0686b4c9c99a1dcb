"""The organiser's page: how satisfied applicants are."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.catalog.queries import adoptions
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.insights.queries import Satisfaction, satisfaction, written
from stadttor.insights.rules import SCORES, SHOWN_FROM, WORDS


@require_safe
@require_role("organiser")
def feedback(request: Any) -> HttpResponse:
    """Counts of the last quarter and the last year by service, and comments, from five answers on."""
    titles = {row.slug: row.title for row in adoptions(request.authority.id)}
    today = german_day(now())
    context = {
        "columns": _columns(),
        "rows": [_row(one, titles) for one in satisfaction(request.authority.id, today)],
        "comments": [
            {"title": titles.get(service, service), "texts": texts}
            for service, texts in sorted(written(request.authority.id, today).items())
        ],
        "least": SHOWN_FROM,
    }
    return render(request, "insights/feedback.html", context)


def _columns() -> list[dict[str, Any]]:
    marks = [{"label": _(WORDS[score]), "key": str(score), "numeric": True} for score in SCORES]
    total = {"label": _("Answers"), "key": "total", "numeric": True}
    span = {"label": _("Time"), "key": "span"}
    return [{"label": _("Service"), "key": "service"}, span, *marks, total]


def _row(one: Satisfaction, titles: dict[str, str]) -> dict[str, Any]:
    marks = {str(score): str(count) for score, count in zip(SCORES, one.counts, strict=True)}
    span = f"{one.months[0]:%m/%Y} – {one.months[-1]:%m/%Y}"
    return {"cells": {"service": titles.get(one.service, one.service), "span": span, **marks, "total": str(one.total)}}
