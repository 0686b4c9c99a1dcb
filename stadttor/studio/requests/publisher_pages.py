"""What a publisher was asked: all authorities together, one request with its next step."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.catalog.queries import versions
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import day as day_text
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.insights.queries.summed import summed
from stadttor.insights.rules.triage import TAGS
from stadttor.studio.pages.guard import for_publishers
from stadttor.studio.queries import PublisherRow
from stadttor.studio.queries.requests import RequestRow, lines_of, request_at, requests_at
from stadttor.studio.requests.wording import (
    asked_for,
    choices,
    day_in,
    facts,
    history,
    is_asked,
    parts_of,
    shown,
    standing_facts,
    state_word,
)
from stadttor.studio.rules import requests as rules
from stadttor.studio.rules.copies import within
from stadttor.studio.rules.requests import DECIDED, STATES, URGENCIES
from stadttor.studio.services import deciding


@require_safe
@for_publishers
def listed(request: Any, publisher: PublisherRow) -> HttpResponse:
    """The overdue ones first, then the most urgent and those that most ask for."""
    asked, today = asked_for(request, "package", "tag", "state"), german_day(now())
    every = requests_at(publisher.authority_id)
    titles = _titles(publisher)
    urgencies = list(URGENCIES)
    found = sorted(
        (row for row in every if is_asked(row, asked)),
        key=lambda row: (not row.standing.is_overdue(today), urgencies.index(row.urgency), -row.count),
    )
    labels = {
        "title": _("What shall change?"), "service": _("Service"), "count": _("Authorities"), "urgency": _("How urgent?"),
        "state": _("State"), "by": _("Decides by"),
    }  # fmt: skip
    context = {
        "publisher": publisher,
        "columns": [{"key": key, "label": label, "numeric": key == "count"} for key, label in labels.items()],
        "rows": [
            {
                "cells": {
                    "title": row.title,
                    "service": titles.get(row.package, row.package),
                    "count": row.count,
                    "urgency": _(URGENCIES[row.urgency]),
                    "state": state_word(row.standing, today),
                    "by": day_text(row.standing.decide_by, "medium") if row.standing.decide_by else "–",
                },
                "href": url("studio:request", request_id=row.id),
                "marked": row.standing.is_overdue(today),
            }
            for row in found
        ],
        "overdue": sum(row.standing.is_overdue(today) for row in every),
        "counts": _counts(every, titles),
        "asked": asked,
        "packages": [
            {"value": "", "label": _("All")},
            *({"value": key, "label": title} for key, title in titles.items()),
        ],
        "tags": choices(TAGS),
        "states": choices(STATES),
    }
    return render(request, "studio/requests/all.html", context)


def _titles(publisher: PublisherRow) -> dict[str, str]:
    """The publisher's packages by name; the highest version's title."""
    found: dict[str, str] = {}
    for one in versions():
        if within(one.package, publisher.namespace):
            found.setdefault(one.package, one.title)
    return found


def _counts(every: list[RequestRow], titles: dict[str, str]) -> dict[str, Any]:
    """Per package: requests that are open by tag, and what applicants of all authorities said."""
    slugs = {one.package: one.slug for one in versions() if one.package in titles}
    sums, _at = summed([])
    found = {
        package: Counter(row.tag for row in every if row.package == package and row.standing.state == "open")
        for package in titles
    }
    tags = [tag for tag in TAGS if any(tag in counted for counted in found.values())]
    labels = {"title": _("Service"), "satisfied": _("Satisfied, all authorities"), "open": _("Open requests")}
    columns = [{"key": key, "label": label, "numeric": key != "title"} for key, label in labels.items()]
    columns += [{"key": tag, "label": _(TAGS[tag]), "numeric": True} for tag in tags]
    rows = [
        {
            "cells": {
                "title": titles[package],
                "satisfied": _satisfied(sums.get(slugs[package], {})),
                "open": counted.total(),
                **{tag: counted[tag] for tag in tags},
            }
        }
        for package, counted in found.items()
    ]
    return {"columns": columns, "rows": rows}


def _satisfied(counts: dict[str, int]) -> str:
    """Of the sums that may be shown; a dash where they are too small."""
    if "satisfied" not in counts or "scored" not in counts:
        return "–"
    return _("{count} of {whole}", count=counts["satisfied"], whole=counts["scored"])


@require_http_methods(["GET", "POST"])
@for_publishers
def one(request: Any, publisher: PublisherRow, request_id: UUID) -> HttpResponse:
    """One with who asked and why; the form is that of the next step."""
    row, error = request_at(publisher.authority_id, request_id), None
    if request.method == "POST":
        try:
            _act(request, row)
            return HttpResponseRedirect(f"{request.path}?done=saved", status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    today = german_day(now())
    others = [
        other for other in requests_at(publisher.authority_id)
        if other.package == row.package and other.id != row.id and not other.standing.into
    ]  # fmt: skip
    context = {
        "row": row,
        "facts": facts(row, _titles(publisher).get(row.package, row.package)),
        "standing": standing_facts(row.standing, today),
        "is_overdue": row.standing.is_overdue(today),
        "history": history(lines_of(publisher.authority_id, row.id), today),
        "askers": [{"name": one.name, "day": day_text(one.at, "medium"), "quotes": one.quotes} for one in row.askers],
        "others": [{"value": str(other.id), "label": other.title} for other in others],
        "outcomes": choices({outcome: STATES[outcome] for outcome in DECIDED}, every=False),
        "versions": [
            {"value": version.version, "label": version.version}
            for version in versions()
            if version.package == row.package
        ],
        "values": request.POST,
        "decide_by": parts_of(request, "decide_by") if error else _day_parts(row.standing.decide_by),
        "longest": {"body": rules.LONGEST_BODY, "reason": rules.LONGEST_REASON, "planned": rules.LONGEST_VERSION},
        "is_saved": request.GET.get("done") == "saved",
        "error": shown(error),
    }
    return render(request, "studio/requests/request.html", context, status=error.status if error else 200)


def _day_parts(day: date | None) -> dict[str, str]:
    return {part: str(getattr(day, part)) for part in ("day", "month", "year")} if day else {}


def _act(request: Any, row: RequestRow) -> None:
    given = request.POST.get
    seen = given("seen", "")
    known = {
        "publisher_id": request.authority.id, "request_id": row.id, "actor": request.staff.actor(), "now": now(),
        "seen": int(seen) if seen.isdecimal() and len(seen) < 6 else -1,
    }  # fmt: skip
    acts: dict[str, Callable[[], None]] = {
        "body": lambda: deciding.name_body(body=given("body", ""), decide_by=day_in(request, "decide_by"), **known),
        "decide": lambda: deciding.decide(
            outcome=given("outcome", ""), reason=given("reason", ""), planned=given("planned", ""), **known
        ),
        "published": lambda: deciding.note_published(version=given("version", ""), **known),
        "merge": lambda: deciding.merge(into=_chosen(given("into", "")), **known),
    }
    if given("act") not in acts:
        raise not_found()
    acts[given("act")]()


def _chosen(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Refused("request_into", "Please choose one of the listed values.", field="into") from error
