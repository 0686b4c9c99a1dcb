"""What both lists of promises have in common: words, columns, filters, the same as a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse

from stadttor.ground.clock import german_day, now
from stadttor.ground.web.formats import day as day_text
from stadttor.ground.web.language import N_, _, ngettext, speaking
from stadttor.rollout.cockpit.files import table_file
from stadttor.rollout.cockpit.lists import address_of, column, kreis_name, ordered
from stadttor.rollout.queries.promises import PromiseRow
from stadttor.rollout.rules.promises import GOALS, STATES

ASKED = ("in", "goal", "state", "q", "sort")
GOAL_WORDS = {"adopted": N_("Adopted"), "test": N_("In test"), "live": N_("Open"), "used": N_("Used")}
STATE_WORDS = {
    "late": N_("Late"),
    "due": N_("Promised"),
    "kept_late": N_("Kept late"),
    "kept": N_("Kept"),
    "given_up": N_("No longer promised"),
}
VALUES: dict[str, Callable[[PromiseRow], Any]] = {
    "for": lambda row: for_whom(row),
    "service": lambda row: row.title,
    "goal": lambda row: GOALS.index(row.goal),
    "due": lambda row: row.due or date.max,
    "by": lambda row: row.by,
    "reached": lambda row: row.reached_on or date.max,
    "shifts": lambda row: row.shifts,
}


def for_whom(row: PromiseRow) -> str:
    """The authority, or the place whose authorities are meant."""
    return row.name or _("All in {place}", place=kreis_name(row.target.key))


def chosen(rows: Iterable[PromiseRow], asked: Mapping[str, str], today: date) -> list[PromiseRow]:
    """The promises asked for, in the order asked for; else the late ones first and then by their day."""
    words = asked["q"].casefold()
    kept = [
        row
        for row in rows
        if words in f"{for_whom(row)} {row.title}".casefold()
        and asked["goal"] in ("", row.goal)
        and asked["state"] in ("", row.state(today))
        and (row.place.startswith(asked["in"]) or row.target.key == asked["in"][:2])
    ]
    state: Callable[[PromiseRow], Any] = lambda row: (STATES.index(row.state(today)), row.due or date.max)  # noqa: E731  # said once
    return ordered(kept, asked["sort"], {**VALUES, "state": state}, "state")


def columns(address: Callable[[str], str], order: str) -> list[dict[str, Any]]:
    """Those of the page; the file has them all."""
    return [column(key, label, address, order, numeric=key == "shifts") for key, label in _labels().items()]


def _labels() -> dict[str, str]:
    return {
        "for": _("For whom"), "service": _("Service"), "goal": _("State promised"), "due": _("By when"),
        "by": _("Who promised"), "state": _("What became of it"), "reached": _("Reached on"), "shifts": _("Shifts"),
    }  # fmt: skip


def cells(row: PromiseRow, today: date) -> dict[str, Any]:
    """A promise in words."""
    return {
        "for": for_whom(row),
        "service": row.title,
        "goal": _(GOAL_WORDS[row.goal]),
        "due": day_text(row.due, "medium") if row.due else "–",
        "by": row.by,
        "state": _(STATE_WORDS[row.state(today)]),
        "reached": _reached(row),
        "shifts": row.shifts,
    }


def _reached(row: PromiseRow) -> str:
    if row.reached_on:
        return day_text(row.reached_on, "medium")
    return _("{done} of {all} authorities", done=row.reached, all=row.whole) if row.target.key else "–"


def late_text(rows: Sequence[PromiseRow], today: date) -> str:
    """How many are late; nothing when none is."""
    late = sum(row.state(today) == "late" for row in rows)
    return ngettext("One promise is late.", "{count} promises are late.", late) if late else ""


def list_context(
    rows: Sequence[PromiseRow], asked: dict[str, str], path: str, href: Callable[[PromiseRow], str], files: str
) -> dict[str, Any]:
    """What the list's template needs; `files` is the address of the files without their kind."""
    today = german_day(now())
    shown = chosen(rows, asked, today)
    return {
        "columns": columns(lambda order: address_of(path, asked, sort=order), asked["sort"] or "state"),
        "rows": [
            {"cells": cells(row, today), "href": href(row), "marked": row.state(today) == "late"} for row in shown
        ],
        "late": late_text(shown, today),
        "asked": asked,
        "path": path,
        "goals": options(GOAL_WORDS),
        "states": options(STATE_WORDS),
        "files": [{"kind": kind.upper(), "href": address_of(f"{files}.{kind}", asked)} for kind in ("csv", "xlsx")],
    }


def options(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": "", "label": _("All")}, *({"value": key, "label": _(label)} for key, label in words.items())]


def as_file(language: Any, kind: str, rows: Iterable[PromiseRow], asked: Mapping[str, str]) -> HttpResponse:
    """The same list as a file, with the day that was promised first and why it was shifted last."""
    today = german_day(now())
    with speaking(language):
        shown = chosen(rows, asked, today)
        head = [*_labels().values(), _("Promised first for"), _("Reason of the last shift")]
        lines = [
            [*cells(row, today).values(), day_text(row.lines[0].due, "medium"), row.lines[-1].reason] for row in shown
        ]
        return table_file(kind, "promises", _("Promises"), head, lines)
