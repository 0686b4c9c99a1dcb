"""The list of comments, the same as a file, and one comment to sort and to strike words out of."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe
from markupsafe import Markup

from stadttor.catalog.queries import adoptions
from stadttor.core.periods import months_later
from stadttor.core.refused import Refused
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.blocks import page_of
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.render import render
from stadttor.ground.web.sheets import csv_file
from stadttor.identity.guards import require_role
from stadttor.insights.key_figures.tables import month_name
from stadttor.insights.queries.triage import Asked, CommentRow, answer_of, comment_of, comments, tags_used
from stadttor.insights.rules.marks import KEEP_DAYS, MOODS, SHOWN_FROM
from stadttor.insights.rules.triage import BY_HAND, STATES, TAGS, words_of
from stadttor.insights.services.triage import sort_in, strike

PAGE = 20
MOST_EXPORTED = 5_000
SHORT = 140
LONGEST = 100
PERIODS = {"1": N_("This month and the last one"), "3": N_("This month and the last three")}
PLEASED = {"yes": True, "no": False}
DONE = {
    "sorted": N_("Saved."),
    "struck": N_("The words are gone for good."),
    "checked": N_("Checked: there is no personal data in it."),
}
Query = dict[str, str]


def tag_word(tag: str) -> str:
    """One of ours in the reader's language, one of the authority's as it is."""
    return _(TAGS[tag]) if tag in TAGS else tag


def titles_at(authority_id: UUID) -> dict[str, str]:
    """The services of the authority by their address."""
    return {row.slug: row.title for row in adoptions(authority_id)}


def _query(request: Any) -> Query:
    names = ("since", "service", "pleased", "state", "tag")
    return {name: request.GET.get(name, "").replace("\0", "")[:LONGEST] for name in names}


def _asked(query: Query, today: date) -> Asked:
    state = query["state"] if query["state"] in STATES else ""
    since = today - timedelta(days=KEEP_DAYS)
    if query["since"] in PERIODS:
        since = months_later(today.replace(day=1), -int(query["since"]))
    return Asked(since, query["service"], PLEASED.get(query["pleased"]), state, query["tag"])


@require_safe
@require_role("organiser")
def listed(request: Any) -> HttpResponse:
    """Those asked for, the newest month first."""
    query, titles = _query(request), titles_at(request.authority.id)
    number = request.GET.get("page", "1")
    wanted = int(number) if number.isdecimal() and int(number[:6]) > 0 and len(number) < 6 else 1
    found, total = comments(request.authority.id, _asked(query, german_day(now())), most=PAGE, skip=(wanted - 1) * PAGE)
    if not found and wanted > 1:
        return HttpResponseRedirect(request.path)
    kept = {key: value for key, value in query.items() if value}
    context = {
        "columns": _columns(),
        "rows": [_row(row, titles) for row in found],
        "page": page_of(total, wanted, size=PAGE, path=request.path, query=kept),
        "query": query,
        "csv": url("triage:csv") + (f"?{request.GET.urlencode()}" if request.GET else ""),
        "least": SHOWN_FROM,
        "choices": {
            "since": _options(PERIODS),
            "service": [_all(), *({"value": slug, "label": title} for slug, title in titles.items())],
            "pleased": _options({said: MOODS[is_pleased] for said, is_pleased in PLEASED.items()}),
            "state": _options(STATES),
            "tag": [_all(), *({"value": tag, "label": tag_word(tag)} for tag in _tags(request.authority.id))],
        },
    }
    return render(request, "insights/triage/list.html", context)


def _tags(authority_id: UUID) -> list[str]:
    return [*TAGS, *(tag for tag in tags_used(authority_id) if tag not in TAGS)]


def _all() -> dict[str, str]:
    return {"value": "", "label": _("All")}


def _options(words: Any) -> list[dict[str, str]]:
    return [_all(), *({"value": key, "label": _(word)} for key, word in words.items())]


def _columns() -> list[dict[str, str]]:
    labels = {
        "text": _("Comment"), "service": _("Service"), "mood": _("Mark"), "month": _("Month"), "state": _("State"),
        "tags": _("Tags"),
    }  # fmt: skip
    return [{"key": key, "label": label} for key, label in labels.items()]


def _row(row: CommentRow, titles: dict[str, str]) -> dict[str, Any]:
    short = row.text if len(row.text) <= SHORT else f"{row.text[:SHORT]} …"
    cells = {**_cells(row, titles), "text": Markup('<bdi dir="auto">{}</bdi>').format(short)}
    return {
        "id": row.id, "name": short[:40], "cells": cells, "href": url("triage:comment", feedback_id=row.id),
        "marked": row.state == "new",
    }  # fmt: skip


def _cells(row: CommentRow, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "text": row.text,
        "service": titles.get(row.service, row.service),
        "mood": _(MOODS[row.is_pleased]),
        "month": month_name(row.month),
        "state": _(STATES[row.state]),
        "tags": ", ".join(map(tag_word, row.tags)) or "–",
    }


@require_safe
@require_role("organiser")
def exported(request: Any) -> HttpResponse:
    """The same list as CSV, as the comments stand: what was struck out is not in it."""
    with speaking(request.language):
        titles = titles_at(request.authority.id)
        found, _total = comments(request.authority.id, _asked(_query(request), german_day(now())), most=MOST_EXPORTED)
        head = [column["label"] for column in _columns()]
        keys = [column["key"] for column in _columns()]
        lines = [[str(cells[key]) for key in keys] for cells in (_cells(row, titles) for row in found)]
        return csv_file("comments", german_day(now()), head, lines)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def one(request: Any, feedback_id: UUID) -> HttpResponse:
    """One comment: what it is about, and what of it nobody else shall read."""
    error = None
    if request.method == "POST":
        try:
            done = _ACTS.get(request.POST.get("act", ""), _sort)(request, feedback_id)
            return HttpResponseRedirect(f"{request.path}?done={done}", status=303)
        except Refused as refused:
            if refused.status == 404:
                raise
            error = refused
    row = comment_of(request.authority.id, feedback_id)
    titles = titles_at(request.authority.id)
    fixed = request.POST.getlist("tag") if error else row.tags
    own = request.POST.get("own", "") if error else ", ".join(tag for tag in row.tags if tag not in TAGS)
    context = {
        "row": row,
        "cells": _cells(row, titles),
        "words": words_of(row.text),
        "tags": [{"value": tag, "label": _(label)} for tag, label in TAGS.items()],
        "fixed": [tag for tag in fixed if tag in TAGS],
        "own": own,
        "known": [tag for tag in tags_used(request.authority.id) if tag not in TAGS],
        "states": [{"value": state, "label": _(STATES[state])} for state in BY_HAND],
        "state": "new" if row.state == "new" and not error else "read",
        "answer": answer_of(request.authority.id, row.answer_id) if row.answer_id else None,
        "done": _(DONE[request.GET["done"]]) if request.GET.get("done") in DONE else "",
        "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "insights/triage/comment.html", context, status=error.status if error else 200)


def _sort(request: Any, feedback_id: UUID) -> str:
    sort_in(
        authority_id=request.authority.id, feedback_id=feedback_id, fixed=request.POST.getlist("tag"),
        own=request.POST.get("own", ""), state=request.POST.get("state", ""), actor=request.staff.actor(), now=now(),
    )  # fmt: skip
    return "sorted"


def _nothing_to_strike(request: Any, feedback_id: UUID) -> str:
    return _strike(request, feedback_id, ())


def _strike_ticked(request: Any, feedback_id: UUID) -> str:
    return _strike(request, feedback_id, request.POST.getlist("word"))


_ACTS = {"strike": _strike_ticked, "checked": _nothing_to_strike}


def _strike(request: Any, feedback_id: UUID, ticked: Iterable[str]) -> str:
    places = {int(one) for one in ticked if one.isdecimal() and len(one) < 6}
    strike(
        authority_id=request.authority.id, feedback_id=feedback_id, places=places, seen=request.POST.get("seen", ""),
        actor=request.staff.actor(), now=now(),
    )  # fmt: skip
    return "struck" if places else "checked"
