"""What the report of a month says, and where an organiser saves it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.catalog.queries import adoptions
from stadttor.core.german_sort import sort_key
from stadttor.core.periods import months_later
from stadttor.core.refused import not_found
from stadttor.ground.web.downloads import file_response
from stadttor.ground.web.language import _
from stadttor.identity.guards import require_role
from stadttor.insights.key_figures.tables import month_name, span_name
from stadttor.insights.key_figures.wording import DEFINITIONS, by_name, definitions, range_of, value
from stadttor.insights.queries.figures import figures_of_all
from stadttor.insights.queries.reports import report_of
from stadttor.insights.rules.figures import Figures
from stadttor.insights.rules.marks import SHOWN_FROM
from stadttor.insights.rules.spans import quarters


@dataclass(frozen=True)
class Told:
    """A service: (key figure, of the month, of the one before, of the last quarter that is over) in words, those that
    enough stand behind."""

    title: str
    lines: tuple[tuple[str, str, str, str], ...]


def said(authority_id: UUID, month: date) -> dict[str, Any] | None:
    """All of a report in the current language, none where there is nothing to tell: title, intro, head of the tables,
    services with their lines, definitions."""
    services = told(authority_id, month)
    if not services:
        return None
    return {
        "title": _("Key figures of {month}", month=month_name(month)),
        "intro": _("A figure stands here from {count} cases on; no figure is about a colleague.", count=SHOWN_FROM),
        "head": [
            _("Key figure"),
            month_name(month),
            month_name(months_later(month, -1)),
            span_name(quarters(month)[1]),
        ],
        "services": [{"title": one.title, "lines": [list(line) for line in one.lines]} for one in services],
        "made": _("How each figure is made"),
        "definitions": [{**one, "source": _("Source: {source}", source=one["source"])} for one in definitions()],
    }


def told(authority_id: UUID, month: date) -> list[Told]:
    """Every service with one of these figures, in the current language."""
    titles = {row.slug: row.title for row in adoptions(authority_id)}
    found = [
        Told(titles.get(one.service, one.service), lines)
        for one in figures_of_all(authority_id, month, by_month=True)
        if (lines := tuple(_lines(one.months[-1][1], one.months[-2][1], one.lately)))
    ]
    return sorted(found, key=lambda one: sort_key(one.title))


def _lines(*spans: Figures) -> list[tuple[str, str, str, str]]:
    of_month, of_month_before, of_quarter = map(by_name, spans)
    return [
        (
            _(DEFINITIONS[name].label),
            _words(name, of_month[name]),
            _words(name, of_month_before[name]),
            _words(name, of_quarter[name]),
        )
        for name in DEFINITIONS
        if of_month[name] or of_month_before[name] or of_quarter[name]
    ]


def _words(name: str, figure: Any) -> str:
    return ", ".join(filter(None, (value(figure), range_of(name, figure))))


@require_safe
@require_role("organiser")
def report(request: Any, month: str) -> HttpResponse:
    """The report of a month, `2026-10`."""
    return report_file(request.authority.id, month)


def report_file(authority_id: UUID, month: str) -> HttpResponse:
    """The PDF that was made of this month. Raises Refused (404) where there is none."""
    try:
        begin = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise not_found() from None
    return file_response(report_of(authority_id, begin), "application/pdf", f"kennzahlen-{month}.pdf")
