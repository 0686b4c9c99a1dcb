"""`reports/safety.json`, computed from the raw lines alone."""

import json
from pathlib import Path
from typing import Any

from tests.measuring.lines import Line, read
from tests.safety.outcome import Outcome
from tests.safety.plan import PLAN, Planned

FIGURES = (
    "kills", "kill_lost", "kill_double", "kill_stuck", "routes_checked", "leaks", "rls_tables", "rls_leaks",
    "policy_mutants", "policy_mutants_noticed", "duplicates", "duplicate_effects", "races", "twins_failing_share",
    "hostile_files", "hostile_packages", "hostile_accepted", "worst_refusal_s", "worst_memory_mb", "fuzz_requests",
    "fuzz_5xx", "audit_changes", "audit_found", "asvs_met", "asvs_not_met", "asvs_not_applicable",
)  # fmt: skip
"""Figures of the programme; null while the row that measures them is not built."""


def recompute(raw: Path) -> dict[str, Any]:
    """The whole report. A row that was not run, or not to its end, is never counted as kept."""
    rows: dict[str, Any] = {}
    figures: dict[str, float | None] = dict.fromkeys(FIGURES)
    unproven = []
    for planned in PLAN:
        lines = list(read(raw, f"safety-{planned.name}"))
        row = planned.row()
        if row is None or not lines:
            unproven.append(_unproven(planned, "not built yet" if row is None else "not run yet"))
            continue
        outcome = row.outcome(lines) if _ended(lines) else Outcome(0, broken=(_why(lines),))
        rows[planned.name] = {"promise": planned.promise, "run": _run(lines), **outcome.as_json()}
        figures |= outcome.figures
    broken = [f"{name}: {fault}" for name, row in rows.items() for fault in row["broken"]]
    return {"figures": figures, "rows": rows, "broken": broken, "not_yet_proven": unproven}


def write_report(folder: Path) -> dict[str, Any]:
    """Compute from `folder`/raw, write beside it."""
    report = recompute(folder / "raw")
    (folder / "safety.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return report


def _unproven(planned: Planned, why: str) -> dict[str, str]:
    return {"row": planned.name, "promise": planned.promise, "why": why}


def _ended(lines: list[Line]) -> bool:
    return lines[0]["kind"] == "begun" and lines[-1]["kind"] == "ended"


def _why(lines: list[Line]) -> str:
    errors = [line["error"] for line in lines if line["kind"] == "failed"]
    return f"the run did not come to its end{f': {errors[0]}' if errors else ''}"


def _run(lines: list[Line]) -> dict[str, Any]:
    """Size, machine, commit and date of the run; how long it took."""
    seconds = [line["seconds"] for line in lines if line["kind"] == "ended"]
    return {name: value for name, value in lines[0].items() if name != "kind"} | {"seconds": max(seconds, default=None)}
