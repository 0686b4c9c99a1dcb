"""`reports/safety.json`, computed from the raw lines alone; how far each run lies behind is asked of the repository."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.measuring.circumstances import commits_between
from tests.measuring.lines import read
from tests.safety.legend import LEGENDS
from tests.safety.plan import PLAN, Planned
from tests.safety.standing import NIGHT, Ran, newest, runs

FIGURES = (
    "kills", "kill_lost", "kill_double", "kill_stuck", "routes_checked", "leaks", "journeys", "log_hits", "rls_tables", "rls_leaks",
    "policy_mutants", "policy_mutants_noticed", "duplicates", "duplicate_effects", "races", "twins_failing_share",
    "hostile_files", "hostile_packages", "hostile_accepted", "worst_refusal_s", "worst_memory_mb", "fuzz_requests",
    "fuzz_5xx", "audit_changes", "audit_found", "asvs_met", "asvs_not_met", "asvs_not_applicable",
)  # fmt: skip
"""Figures of the programme; null while the row that measures them is not built. Two rows find `leaks`: they are added."""


def recompute(raw: Path) -> dict[str, Any]:
    """The whole report. A row that was not run, or not to its end, is never counted as kept."""
    rows: dict[str, Any] = {}
    figures: dict[str, float | None] = dict.fromkeys(FIGURES)
    unproven = []
    for planned in PLAN:
        kept = runs(raw, planned)
        if not kept:
            unproven.append(_unproven(planned, "not run yet" if planned.row() else "not built yet"))
            continue
        rows[planned.name] = _row(planned, kept)
        for name, value in kept[0].outcome.figures.items():
            figures[name] = value + (figures.get(name) or 0)
        unproven += [_unproven(planned, why) for why in _gaps(planned, kept)]
    broken = [f"{name}: {fault}" for name, row in rows.items() for fault in row["broken"]]
    return {"figures": figures, "rows": rows, "broken": broken, "not_yet_proven": unproven}


def write_report(folder: Path) -> dict[str, Any]:
    """Compute from `folder`/raw, write beside it."""
    report = recompute(folder / "raw")
    report["behind"] = behind(report["rows"])
    report["routes_since"] = len(routes_now() - routes_of(folder / "raw", report["rows"]))
    (folder / "safety.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return report


def behind(rows: Mapping[str, Any]) -> dict[str, int]:
    """How many commits touched the product between each run and the newest of them; a run at its commit is left out.

    Against the newest run, not against today: the report is to change when somebody measures.
    """
    ran = {name: row["run"] for name, row in rows.items()}
    latest = max(ran.values(), key=lambda run: str(run["date"]), default=None)
    counts = {name: commits_between(run["commit"], latest["commit"]) for name, run in ran.items()} if latest else {}
    return {name: count for name, count in counts.items() if count}


def routes_of(raw: Path, rows: Mapping[str, Any]) -> set[str]:
    """The table of routes that row isolation walked through; empty where it was not run."""
    folder = (raw / rows["isolation"]["lines"]).parent if "isolation" in rows else raw
    return {route for line in read(folder, "safety-isolation", kind="table") for route in line["routes"]}


def routes_now() -> set[str]:
    """The table of routes of this version."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    from tests.isolation.table import targets

    return {one.route.pattern for one in targets()}


def _row(planned: Planned, kept: list[Ran]) -> dict[str, Any]:
    stands, *others = kept
    legend = LEGENDS[planned.name]
    return {
        "promise": planned.promise, "tried": legend.tried, "worst": legend.worst, "run": stands.circumstances(),
        "lines": stands.file, **stands.outcome.as_json(),
        "also_run": [_other(one) for one in others],
    }  # fmt: skip


def _other(ran: Ran) -> dict[str, Any]:
    """A run that is kept and does not stand."""
    told = {name: ran.begun.get(name) for name in ("size", "commit", "date")}
    return told | {"kept": not ran.outcome.broken, "lines": ran.file}


def _gaps(planned: Planned, kept: list[Ran]) -> Iterator[str]:
    """What the run that stands leaves open; a newer one may know things of the product that it could not try."""
    ran = kept[0]
    if ran.begun["size"] != NIGHT and not LEGENDS[planned.name].same_at_night:
        yield f"run at {ran.begun['size']} size only, not at night size"
    if ran.begun.get("uncommitted_changes"):
        yield "run on uncommitted changes"
    yield from ran.outcome.unproven
    for what, names in newest(kept).outcome.known.items():
        if came := sorted(names - ran.outcome.known.get(what, frozenset())):
            yield f"{len(came)} {what} came since this run: {', '.join(came)}"


def _unproven(planned: Planned, why: str) -> dict[str, str]:
    return {"row": planned.name, "promise": planned.promise, "why": why}
