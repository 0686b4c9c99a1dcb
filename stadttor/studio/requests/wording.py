"""What both sides of a change request have in common: words, cells, the days of a form."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from stadttor.core.refused import Refused
from stadttor.ground.web.formats import day as day_text
from stadttor.ground.web.language import N_, _
from stadttor.insights.rules.triage import TAGS
from stadttor.studio.queries.requests import RequestRow
from stadttor.studio.rules.requests import STATES, URGENCIES, Standing

LONGEST_ASKED = 100
OVERDUE = N_("Overdue")


def choices(words: Mapping[str, str], *, every: bool = True) -> list[dict[str, str]]:
    """For a select; with `every` the first one asks for all."""
    first = [{"value": "", "label": _("All")}] if every else []
    return [*first, *({"value": key, "label": _(word)} for key, word in words.items())]


def asked_for(request: Any, *names: str) -> dict[str, str]:
    """What the address asks for, cut to a length nobody needs more than."""
    return {name: request.GET.get(name, "").replace("\0", "")[:LONGEST_ASKED] for name in names}


def is_asked(row: RequestRow, asked: Mapping[str, str]) -> bool:
    """Whether the filters let it through."""
    values = {"package": row.package, "tag": row.tag, "state": row.standing.state}
    return all(asked.get(name, "") in ("", value) for name, value in values.items())


def state_word(standing: Standing, today: date) -> str:
    return _(OVERDUE) if standing.is_overdue(today) else _(STATES[standing.state])


def facts(row: RequestRow, title: str) -> list[dict[str, Any]]:
    """What was sent."""
    found = {
        _("Service"): f"{title} ({row.package} {row.version})",
        _("What is wrong?"): Markup('<span class="st-lines-kept" dir="auto">{}</span>').format(row.wrong),
        _("Where?"): row.place or "–",
        _("Law"): row.law or "–",
        _("How urgent?"): _(URGENCIES[row.urgency]),
        _("Tag"): _(TAGS[row.tag]),
        _("Sent on"): day_text(row.at, "medium"),
    }
    return [{"label": label, "value": value} for label, value in found.items()]


def standing_facts(standing: Standing, today: date) -> list[dict[str, Any]]:
    """How it stands."""
    found = {
        _("State"): state_word(standing, today),
        _("Who decides?"): standing.body or _("not named yet"),
        _("Decides by"): day_text(standing.decide_by, "medium") if standing.decide_by else "–",
        _("Reason"): standing.reason or "–",
        _("Planned for version"): standing.planned or "–",
        _("Published in version"): standing.published or "–",
    }
    return [{"label": label, "value": value} for label, value in found.items()]


def history(lines: list[tuple[datetime, Standing]], today: date) -> dict[str, Any]:
    """A table of every line."""
    labels = {
        "at": _("Written on"), "state": _("State"), "body": _("Who decides?"), "by": _("Decides by"), "reason": _("Reason"),
    }  # fmt: skip
    rows = [
        {
            "at": day_text(at, "medium"),
            "state": _(STATES[one.state]),
            "body": one.body or "–",
            "by": day_text(one.decide_by, "medium") if one.decide_by else "–",
            "reason": one.reason or "–",
        }
        for at, one in lines
    ]
    return {
        "columns": [{"key": key, "label": label} for key, label in labels.items()],
        "rows": [{"cells": row} for row in rows],
    }


def shown(error: Refused | None) -> dict[str, Any] | None:
    """For the page that shows the form again."""
    return {"field": error.field, "text": _(error.text, **error.values)} if error else None


def day_in(request: Any, name: str) -> date | None:
    """The day typed in three fields, none when it is none."""
    parts = parts_of(request, name)
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (ValueError, OverflowError):
        return None


def parts_of(request: Any, name: str) -> dict[str, str]:
    return {part: request.POST.get(f"{name}.{part}", "") for part in ("day", "month", "year")}
