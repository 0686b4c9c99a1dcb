"""The stock of processes as a list: searched, filtered, sorted, with what it adds up to."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.catalog.queries import adoptions
from stadttor.core.german_sort import search_key, sort_key
from stadttor.ground.web.addresses import url
from stadttor.ground.web.blocks import page_of
from stadttor.ground.web.formats import number
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.inventory import queries
from stadttor.inventory.pages.wording import BREAK_WORDS, DEMAND_WORDS, break_options, heads
from stadttor.inventory.queries import ProcessRow
from stadttor.inventory.rules.stock import BREAKS, Process, Totals, totals

PAGE = 50
LONGEST = 100
KINDS = ("csv", "xlsx")
SORTED: Mapping[str, Callable[[Process], Any]] = {
    "name": lambda one: sort_key(one.name),
    "volume": lambda one: -1 if one.volume is None else one.volume,
    "minutes": lambda one: one.minutes,
    "hours": lambda one: -1 if one.minutes_a_year is None else one.minutes_a_year,
    "breaks": lambda one: one.breaks.total(),
    "demand": lambda one: one.demand,
}


@require_safe
@require_role("organiser")
def overview(request: Any) -> HttpResponse:
    """The processes asked for, with their totals; an empty stock offers the services of the catalogue."""
    authority_id, asked = request.authority.id, asked_for(request)
    everything = queries.processes(authority_id)
    found = chosen(everything, asked)
    typed = request.GET.get("page", "1")
    page = page_of(
        len(found), int(typed) if typed.isdecimal() and len(typed) < 6 else 1, size=PAGE, path=request.path,
        query={key: value for key, value in asked.items() if value},
    )  # fmt: skip
    known = {row.is_of.service for row in everything}
    sums = totals(row.is_of for row in found)
    context = {
        "columns": _columns(request.path, asked),
        "rows": [
            {"cells": _cells(row.is_of), "href": url("inventory:process", process_id=row.id)}
            for row in found[(page.number - 1) * PAGE : page.number * PAGE]
        ],
        "page": page,
        "asked": asked,
        "is_empty": not everything,
        "breaks": break_options(),
        "sums": sums,
        "hours": number(round(sums.minutes_a_year / 60)),
        "by_kind": by_kind(sums),
        "to_take_over": [
            one.title for one in adoptions(authority_id) if one.state != "withdrawn" and one.slug not in known
        ],
        "files": [{"kind": kind.upper(), "href": address(url(f"inventory:{kind}"), asked)} for kind in KINDS],
        "done": {
            "saved": _("Saved."),
            "deleted": _("Deleted."),
            "imported": _("The table was taken in."),
            "taken": _("The services of the catalogue are in the list now. Say next how often they are done and by which steps."),
        }.get(request.GET.get("done", ""), ""),
    }  # fmt: skip
    return render(request, "inventory/overview.html", context)


def asked_for(request: Any) -> dict[str, str]:
    """What was asked for in the address: words, a kind of media break, an order (`-` before it: the greatest first)."""
    asked = {name: request.GET.get(name, "").replace("\0", "")[:LONGEST].strip() for name in ("q", "break", "sort")}
    asked["break"] = asked["break"] if asked["break"] in BREAKS else ""
    asked["sort"] = asked["sort"] if asked["sort"].removeprefix("-") in SORTED else ""
    return asked


def chosen(found: list[ProcessRow], asked: Mapping[str, str]) -> list[ProcessRow]:
    """Those asked for, in the order asked for; equal ones by name."""
    words, kind, order = search_key(asked["q"]), asked["break"], asked["sort"]
    kept = [row for row in found if _has(row.is_of, words) and (not kind or row.is_of.breaks[kind])]
    value = SORTED[order.removeprefix("-") or "name"]
    return sorted(kept, key=lambda row: value(row.is_of), reverse=order.startswith("-"))


def _has(one: Process, words: str) -> bool:
    texts = (one.name, one.systems, one.law, *(step.name for step in one.steps))
    return not words or any(words in search_key(text) for text in texts)


def address(path: str, asked: Mapping[str, str], **changed: str) -> str:
    """The same list otherwise."""
    kept = {key: value for key, value in {**asked, **changed}.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def _columns(path: str, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    own = {"minutes": _("Minutes a case"), "hours": _("Hours a year")}
    labels = {key: own.get(key) or heads()[key] for key in SORTED}
    return [_column(key, label, path, asked) for key, label in labels.items()]


def _column(key: str, label: str, path: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """A column that sorts; once more the other way round. Numbers begin with the greatest."""
    order, is_number = asked["sort"] or "name", key != "name"
    wanted = f"-{key}" if order == key or (is_number and order != f"-{key}") else key
    return {
        "key": key, "label": label, "numeric": is_number and key != "demand",
        "sorted": {key: "ascending", f"-{key}": "descending"}.get(order, ""),
        "sort_url": address(path, asked, sort=wanted),
    }  # fmt: skip


def _cells(one: Process) -> dict[str, str]:
    year = one.minutes_a_year
    return {
        "name": one.name,
        "volume": "–" if one.volume is None else number(one.volume),
        "minutes": number(one.minutes) if one.steps else "–",
        "hours": "–" if year is None or not one.steps else number(round(year / 60)),
        "breaks": number(one.breaks.total()) if one.steps else "–",
        "demand": _(DEMAND_WORDS[one.demand]),
    }


def by_kind(sums: Totals) -> list[dict[str, dict[str, str]]]:
    """A line for each kind of media break, and one for all."""
    kinds = [(_(BREAK_WORDS[kind]), sums.breaks.get(kind, 0), sums.breaks_a_year.get(kind, 0)) for kind in BREAKS]
    kinds.append((_("All kinds"), sum(sums.breaks.values()), sum(sums.breaks_a_year.values())))
    return [
        {"cells": {"kind": label, "places": number(places), "a_year": number(often)}} for label, places, often in kinds
    ]
