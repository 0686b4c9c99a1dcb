"""Papers for the desk: record of processing, processor annex, screening for impact assessments. All of them are drafts."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.ground.clock import german_day, now
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.ground.web.sheets import csv_file
from stadttor.identity.guards import require_role
from stadttor.papers import queries
from stadttor.papers.pages import wording
from stadttor.papers.pages.overview import missing
from stadttor.papers.pages.standing import STANDING, standing_cells
from stadttor.papers.queries import Processing
from stadttor.papers.rules.screening import CRITERIA
from stadttor.tenancy.queries import profile


@require_safe
@require_role("organiser")
def record(request: Any) -> HttpResponse:
    """The record of all services (Art. 30 GDPR), to be printed."""
    found = queries.processings(request.authority.id, request.language)
    entries = [
        {"title": one.notice.title, "in_test": one.state == "test", "rows": _labelled(_cells(one))} for one in found
    ]
    own = [{"title": _(one.title), "rows": _labelled(standing_cells(one))} for one in STANDING]
    return _paper(request, "papers/record.html", {"entries": entries, "own": own, "measures": _all(wording.MEASURES)})


@require_safe
@require_role("organiser")
def record_csv(request: Any) -> HttpResponse:
    """The same as a table."""
    found = queries.processings(request.authority.id, request.language)
    head = [_("Processing"), *heads().values(), _("Technical measures")]
    measures = " ".join(_all(wording.MEASURES))
    lines = [[one.notice.title.text, *_cells(one).values(), measures] for one in found]
    lines += [[_(one.title), *standing_cells(one).values(), measures] for one in STANDING]
    return csv_file("record-of-processing", german_day(now()), head, lines)


@require_safe
@require_role("organiser")
def processor(request: Any) -> HttpResponse:
    """The annex for whoever runs this installation (Art. 28 GDPR)."""
    found = queries.processings(request.authority.id, request.language)
    context = {
        "processor": queries.processor(),
        "subprocessors": queries.subprocessors(),
        "services": [one.notice.title for one in found],
        "special": any(one.notice.special for one in found),
        "tasks": _all(wording.TASKS),
        "measures": _all(wording.MEASURES),
        "to_agree": _all(wording.TO_AGREE),
    }
    return _paper(request, "papers/processor.html", context)


@require_safe
@require_role("organiser")
def screening(request: Any) -> HttpResponse:
    """Which services may need an impact assessment (Art. 35 GDPR): what the data say, and what a person has to judge."""
    found = queries.processings(request.authority.id, request.language)
    context = {
        "columns": [
            {"key": "service", "label": _("Service")},
            {"key": "yes", "label": _("Met, as the data say")},
            {"key": "judge", "label": _("For a person to judge")},
            {"key": "result", "label": _("First result")},
        ],
        "rows": [_screened(one) for one in found],
        "criteria": [_(wording.CRITERIA_WORDS[one]) for one in CRITERIA],
        "supervision": queries.watching(request.authority.id).supervision,
    }
    return _paper(request, "papers/screening.html", context)


def heads() -> dict[str, str]:
    """What the record says of each service (Art. 30 (1) GDPR), by key."""
    return {
        "purpose": _("Purpose"),
        "law": _("Legal basis"),
        "persons": _("Persons"),
        "personal": _("Personal data"),
        "special": _("Specially protected data"),
        "recipients": _("Recipients"),
        "abroad": _("Countries outside of the EU"),
        "period": _("Time limit for deletion"),
    }


def _cells(one: Processing) -> dict[str, str]:
    said = one.notice
    secrecy = [_("Tax secrecy (§ 30 AO)")] if said.tax_secrecy else []
    return {
        "purpose": _("Working on this for applicants: {service}", service=said.title.text),
        "law": "; ".join([_("Article 6 (1) (e) GDPR"), *said.law, *secrecy]),
        "persons": wording.persons(one),
        "personal": wording.asked(said.personal),
        "special": wording.asked(said.special) or _("none"),
        "recipients": wording.recipients(said, queries.processor()),
        "abroad": _("The program sends none there; the data centre has to confirm it."),
        "period": queries.period_text(said.period),
    }


def _labelled(cells: dict[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "value": cells[key]} for key, label in heads().items()]


def _screened(one: Processing) -> dict[str, Any]:
    found = one.screening
    cells = {
        "service": one.notice.title.text,
        "yes": "; ".join(_(wording.CRITERIA_WORDS[name]) for name in found.those("yes")) or _("none"),
        "judge": "; ".join(_(wording.CRITERIA_WORDS[name]) for name in found.those("judge")),
        "result": _(wording.RESULT_WORDS[found.result]),
    }
    return {"cells": cells, "marked": found.result == "due"}


def _all(texts: tuple[str, ...]) -> list[str]:
    return [_(one) for one in texts]


def _paper(request: Any, template: str, context: dict[str, Any]) -> HttpResponse:
    shared = {
        "profile": profile(request.authority.id),
        "missing": missing(request.authority.id),
        "today": german_day(now()),
    }
    return render(request, template, shared | context)
