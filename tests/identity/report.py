"""`reports/identity.json`, computed from the raw lines alone."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.identity.plan import PLAN, Planned
from tests.measuring.lines import Line, read

FIGURES = (
    "wallet_cases", "wallet_wrong", "vci_cases", "vci_wrong", "saml_cases", "saml_wrong", "oidc_cases", "oidc_wrong",
    "vectors", "vectors_wrong", "second_verifier_disagreements", "presentation_cpu_ms", "status_list_million_cpu_ms",
    "story_seen", "story_wrong", "levels_checked", "levels_wrong", "webauthn_cases", "webauthn_wrong",
)  # fmt: skip
"""Figures of the issue; null while the part that measures them is not built or was not run."""


def recompute(raw: Path) -> dict[str, Any]:
    """The whole report. A part that did not come to its end counts nothing."""
    figures: dict[str, float | None] = dict.fromkeys(FIGURES)
    parts, not_run = {}, []
    for planned in PLAN:
        lines = list(read(raw, f"identity-{planned.name}"))
        if not lines or lines[-1]["kind"] != "ended":
            not_run.append({"part": planned.name, "why": _why(planned, lines)})
            continue
        figures |= counted(planned, lines)
        parts[planned.name] = _told(planned, lines)
    newest = max((part["run"] for part in parts.values()), key=lambda run: str(run["date"]), default={})
    goals = {name: goal for planned in PLAN for name, goal in planned.goals.items() if goal is not None}
    missed = [name for name, goal in goals.items() if (figures.get(name) or 0) > goal]
    lacking = {name: part["lacking"] for name, part in parts.items() if "lacking" in part}
    where = {name: newest.get(name) for name in ("machine", "commit", "uncommitted_changes", "date")}
    found = {"figures": figures, "goals": goals, "missed": missed, "lacking": lacking}
    return {**where, **found, "parts": parts, "not_run": not_run}


def write_report(folder: Path) -> dict[str, Any]:
    """Compute from `folder`/raw, write beside it."""
    report = recompute(folder / "raw")
    (folder / "identity.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return report


def counted(planned: Planned, lines: Sequence[Line]) -> dict[str, float]:
    """The figures of one part."""
    cases = [line for line in lines if line["kind"] == "case"]
    counts = {planned.cases: len(cases), planned.wrong: len(_wrong(lines))}
    measured = {line["name"]: line["value"] for line in lines if line["kind"] == "figure"}
    return {name: value for name, value in {**counts, **measured}.items() if name}


def counts_as_case(line: Line) -> bool:
    """Whether it says what was expected and what came; `played` are those beside the outside client's own table."""
    return line["kind"] in ("case", "played")


def _told(planned: Planned, lines: Sequence[Line]) -> dict[str, Any]:
    run = {name: value for name, value in lines[0].items() if name != "kind"}
    wrong = [f"{line['name']}: {line['expected']} expected, {line['got']}. {line['why']}" for line in _wrong(lines)]
    notes = [line["text"] for line in lines if line["kind"] == "note"]
    told = {"run": run | {"seconds": lines[-1]["seconds"]}, "wrong": wrong, "notes": notes}
    outside = {line["name"]: line["why"] for line in lines if line["kind"] == "outside"}
    lacking = planned.lacking(sum(1 for line in lines if line["kind"] == "case"))
    told |= {"outside": outside} if outside else {}
    return told | ({"lacking": lacking} if lacking else {})


def _wrong(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if counts_as_case(line) and not line["right"]]


def _why(planned: Planned, lines: Sequence[Line]) -> str:
    if planned.part() is None:
        return "not built yet"
    said = next((line["why"] for line in lines if line["kind"] in ("skipped", "failed")), "not run yet")
    return str(said)
