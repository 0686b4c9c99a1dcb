"""`reports/town-hall.json`, computed from the raw lines alone."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.measuring.lines import Line, read
from tests.town_hall.plan import PLAN, Planned

SUBJECT = "town-hall"
FIGURES = (
    "journeys", "journeys_failed", "new_town_minutes", "hand_over_lost", "hand_over_double", "export_restore_differences",
    "service_descriptions",
)  # fmt: skip
"""Null while the journey that measures it was not played to its end."""
GOALS = {"journeys_failed": 0, "hand_over_lost": 0, "hand_over_double": 0, "export_restore_differences": 0}


def recompute(raw: Path) -> dict[str, Any]:
    """The whole report."""
    lines = list(read(raw, SUBJECT))
    begun = next((line for line in lines if line["kind"] == "begun"), {})
    journeys = {one.name: told(one, [line for line in lines if line.get("journey") == one.name]) for one in PLAN}
    played = {name: one for name, one in journeys.items() if one["played"]}
    measured = {line["name"]: line["value"] for line in lines if line["kind"] == "figure"}
    counts = {"journeys": len(played), "journeys_failed": sum(1 for one in played.values() if one["failed"])}
    figures = dict.fromkeys(FIGURES) | (counts | measured if begun else {})
    missed = [name for name, goal in GOALS.items() if (figures[name] or 0) > goal]
    where = {name: begun.get(name) for name in ("machine", "commit", "uncommitted_changes", "date")}
    not_played = {name: one["why"] for name, one in journeys.items() if not one["played"]}
    return {**where, "figures": figures, "goals": GOALS, "missed": missed, "journeys": played, "not_played": not_played}


def told(planned: Planned, lines: Sequence[Line]) -> dict[str, Any]:
    """One journey: whether it was played, what was seen, what was wrong."""
    if not lines:
        return {"played": False, "why": planned.why_not or "not run"}
    wrong = [
        f"{line['name']}: {line['expected']} expected, {line['got']}"
        for line in lines
        if line["kind"] == "seen" and not line["right"]
    ]
    broken = [line["why"] for line in lines if line["kind"] == "broken"]
    said = {
        "played": True,
        "title": planned.title,
        "seen": sum(1 for line in lines if line["kind"] == "seen"),
        "seconds": next((line["seconds"] for line in lines if line["kind"] == "ended"), None),
        "failed": [*wrong, *broken],
    }
    notes = [line["text"] for line in lines if line["kind"] == "note"]
    pictures = [name for line in lines if line["kind"] == "broken" for name in line["pictures"]]
    return said | ({"notes": notes} if notes else {}) | ({"pictures_of_failure": pictures} if pictures else {})


def write_report(folder: Path) -> dict[str, Any]:
    """Compute from `folder`/raw, write beside it."""
    report = recompute(folder / "raw")
    (folder / f"{SUBJECT}.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return report
