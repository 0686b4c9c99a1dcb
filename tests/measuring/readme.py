"""The tables of figures in README.md, filled from the reports, so that it never says what was not measured.

A table stands between `<!-- figures of NAME -->` and `<!-- end -->`; what is between is written here.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

UNITS = {"_ms": " ms", "_mb": " MB", "_kb": " kB", "_s": " s"}
MEANING = {
    "form_get_cpu_ms": "CPU of showing the 25-field form page",
    "submit_cpu_ms": "CPU of the final submit: row, audit entry and job in one transaction, behind the wall",
    "application_cpu_ms": "CPU of all requests of one complete application (20 fields, at most 7 requests)",
    "background_cpu_ms": "CPU of the worker per application, PDF included",
    "raw_insert_cpu_ms": "the same inserts in a bare loop, for comparison",
    "submit_ratio": "submit against bare inserts",
    "case_list_cpu_ms": "CPU of the work list with 100,000 cases",
    "scale_ratio": "cost with about 4,400 authorities against 30",
    "web_rss_mb": "memory of a web worker",
    "page_js_kb": "JavaScript of a page, compressed",
    "cold_start_s": "empty folder to first page",
    "warm_start_s": "second start to first page",
    "failed_at_8": "failed requests at 8 clients",
}
OF_ROLLOUT = {
    "authorities": "administrations that are competent for the service, of the official register",
    "keys": "municipalities that these cover",
    "adopt_all_s": "all of them adopt a service",
    "upgrade_all_s": "all of them get its next version",
    "take_back_upgrade_s": "that version is taken back, and the one before is there again",
    "take_back_s": "the service is taken back from all of them",
    "bytes_per_adoption": "room of one adoption, indexes and plan included, without its audit entry",
    "read_p99_ratio_during_rollout": "citizens' pages meanwhile against before (99th percentile)",
    "cockpit_p95_ms": "a page of the cockpit, with a hundred packages (95th percentile)",
    "service_page_scale_ratio": "a service's page with all authorities against thirty",
    "kpi_page_ms": "a page of key figures of a city with so many events (95th percentile)",
    "kpi_events": "events of that city's cases",
    "kpi_recount_s": "its key figures counted from scratch",
    "kpi_recomputed_differences": "counters that differ when reckoned in another way",
    "xdf_fields_imported": "fields of the real schema S00000121 that come in",
    "xdf_schemas": "published schemas and own packages sent through FIM",
    "xdf_roundtrip_differences": "differences after in, out and in again",
    "kills": "roll-outs killed in the middle",
    "inconsistent_after_kill": "authorities between two states after that",
    "not_resumed_after_kill": "roll-outs that did not go on to their end",
}
OF_TOWN_HALL = {
    "journeys": "journeys that were played to their end, or as far as they came",
    "journeys_failed": "of them, those in which something was not as a person would judge it right",
    "new_town_minutes": "a new town, from the operator's command to its first case: script and typing, without reading and thinking",
    "hand_over_lost": "hand-overs that a target broke off in the middle and then did not get",
    "hand_over_double": "and that it got twice",
    "export_restore_differences": "rows and files of an authority that differ after export, erasure and restore",
    "service_descriptions": "services described without a form",
}
SHOWN = ("lost", "double", "stuck", "leaked")
MOST_FAULTS = 3


def refresh(root: Path) -> None:
    """Write README.md anew from `root`/reports."""
    path = root / "README.md"
    path.write_text(filled(path.read_text(), root / "reports"))


def filled(readme: str, reports: Path) -> str:
    """The text with each table as the reports say. Raises ValueError where a place for one is missing."""
    readme = _put(readme, "bench", bench_table(json.loads((reports / "bench.json").read_text())))
    readme = _put(readme, "rollout", bench_table(json.loads((reports / "rollout.json").read_text()), OF_ROLLOUT))
    readme = _put(readme, "town hall", town_hall_table(json.loads((reports / "town-hall.json").read_text())))
    return _put(readme, "safety", safety_table(json.loads((reports / "safety.json").read_text())))


def _put(readme: str, name: str, table: str) -> str:
    place = re.compile(rf"(<!-- figures of {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not place.search(readme):
        raise ValueError(f"README.md has no place for the figures of {name}")
    return place.sub(lambda found: f"{found[1]}{table}\n{found[2]}", readme)


def bench_table(report: Mapping[str, Any], meaning_of: Mapping[str, str] = MEANING) -> str:
    """What was measured beside its goal, and which goals are missed."""
    missed = [f"`{name}`" for name in report["missed"]]
    said = f"Above its goal: {', '.join(missed)}." if missed else "All goals are met."
    rows = [
        f"| `{name}` | {meaning} | {_with_unit(name, report['goals'].get(name))} | "
        f"{_with_unit(name, report['figures'].get(name))} |"
        for name, meaning in meaning_of.items()
    ]
    head = ["", "| figure | what it says | goal | measured |", "|---|---|---|---|"]
    return "\n".join([f"{_where(report)} {said}", *head, *rows])


def town_hall_table(report: Mapping[str, Any]) -> str:
    """The figures of the story, what failed in it and what was not played."""
    failed = [
        f"- `{name}` failed: {one['failed'][0][:300]}" for name, one in report["journeys"].items() if one["failed"]
    ]
    not_played = [f"- `{name}` was not played: {why}." for name, why in report["not_played"].items()]
    return "\n".join([bench_table(report, OF_TOWN_HALL), *([""] if failed or not_played else []), *failed, *not_played])


def _with_unit(name: str, value: float | None) -> str:
    unit = next((unit for ending, unit in UNITS.items() if name.endswith(ending)), "")
    return "–" if value is None else f"{value:,}{unit}"


def safety_table(report: Mapping[str, Any]) -> str:
    """A line for each row with the run that stands for it, what its columns count, what is not yet proven, notes."""
    head = [
        "| row | promise | tried | lost, double, stuck, leaked | worst | size | run | kept |",
        "|---|---|---|---|---|---|---|---|",
    ]
    rows = [_safety_row(name, row, report) for name, row in report["rows"].items()]
    unproven = [f"- `{one['row']}`: {one['promise']} ({one['why']})" for one in report["not_yet_proven"]]
    notes = [f"- `{name}`: {note}" for name, row in report["rows"].items() for note in row["notes"]]
    parts = [[_machines(report)], [*head, *rows], ["What is counted:"], _legend(report["rows"])]
    parts += [["Not yet proven:"], unproven, ["Notes of the rows, and limits that are meant:"], notes]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _machines(report: Mapping[str, Any]) -> str:
    """Where it ran, and how to read the column "run"."""
    machines = [row["run"]["machine"] for row in report["rows"].values()]
    seen = sorted({f"{machine['cores']} cores ({machine['processor']})" for machine in machines})
    return (
        f"Machines: {', '.join(seen) or 'none yet'}. Each row says when and at which commit it ran;"
        ' "behind" counts the commits that changed the product between that run and the newest of the table.'
    )


def _legend(rows: Mapping[str, Any]) -> list[str]:
    worst = {name: f"; worst: {row['worst']}" if row["worst"] else "" for name, row in rows.items()}
    return [f"- `{name}` tried: {row['tried']}{worst[name]}." for name, row in rows.items()]


def _safety_row(name: str, row: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    counts = ", ".join("–" if row[count] is None else str(row[count]) for count in SHOWN)
    worst = [f"{row['worst_s']} s"] if row["worst_s"] is not None else []
    worst += [f"{row['worst_memory_mb']} MB"] if row["worst_memory_mb"] is not None else []
    cells = [f"`{name}`", row["promise"], f"{row['injected']:,}", counts, ", ".join(worst) or "–", row["run"]["size"],
             _ran(name, row["run"], report), _kept(row["broken"])]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _ran(name: str, run: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    """Date and commit, and what makes it less than a run of today's product."""
    told = [str(run["date"])[:10], f"`{str(run['commit'])[:9]}`"]
    told += ["**uncommitted changes**"] if run["uncommitted_changes"] else []
    told += [f"{behind} behind"] if (behind := report["behind"].get(name)) else []
    told += [f"{new} routes came since"] if name == "isolation" and (new := report["routes_since"]) else []
    return ", ".join(told)


def _kept(broken: Sequence[str]) -> str:
    """The first faults where there are some; all are in the report."""
    if not broken:
        return "yes"
    more = f"; and {len(broken) - MOST_FAULTS} more" if len(broken) > MOST_FAULTS else ""
    return f"**no**: {'; '.join(fault.replace('|', '/') for fault in broken[:MOST_FAULTS])}{more}"


def _where(report: Mapping[str, Any]) -> str:
    machine = report["machine"]
    day, commit = str(report["date"])[:10], str(report["commit"])[:9]
    return f"Last run: {day}, commit `{commit}`, {machine['cores']} cores ({machine['processor']})."


if __name__ == "__main__":
    refresh(Path(__file__).resolve().parents[2])
