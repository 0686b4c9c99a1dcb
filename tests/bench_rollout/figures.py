"""Every figure of `reports/rollout.json`, computed from the raw lines alone."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench_rollout.counting import AUDIT
from tests.measuring.circumstances import circumstances
from tests.measuring.lines import read

GOALS: dict[str, float] = {
    "adopt_all_s": 10,
    "upgrade_all_s": 15,
    "take_back_s": 10,
    "take_back_upgrade_s": 10,
    "bytes_per_adoption": 500,
    "read_p99_ratio_during_rollout": 1.5,
    "cockpit_p95_ms": 200,
    "service_page_scale_ratio": 1.2,
    "kpi_page_ms": 300,
    "kpi_recomputed_differences": 0,
    "xdf_roundtrip_differences": 0,
    "inconsistent_after_kill": 0,
    "not_resumed_after_kill": 0,
}
"""The greatest value that is good."""
XDF = "S00000121_V1.0_BlaueKarte_xdf2.xml"
"""The published schema whose fields are counted."""


def recompute(raw: Path) -> dict[str, Any]:
    """The figures; times are medians of the rounds."""
    sizes = list(read(raw, "rollout_sizes"))
    killed = list(read(raw, "rollout_kills"))
    alone, meanwhile = (_p99(raw, when) for when in ("alone", "meanwhile"))
    return {
        "authorities": sizes[0]["adopted"],
        "keys": sizes[0]["keys"],
        "adopt_all_s": _seconds(raw, "plan", "adopt"),
        "upgrade_all_s": _seconds(raw, "plan_upgrade", "upgrade"),
        "take_back_s": _seconds(raw, "take_back"),
        "take_back_upgrade_s": _seconds(raw, "take_back_upgrade"),
        "bytes_per_adoption": _bytes(sizes[0], of_audit=False),
        "audit_bytes_per_adoption": _bytes(sizes[0], of_audit=True),
        "read_p99_alone_ms": alone,
        "read_p99_during_rollout_ms": meanwhile,
        "read_p99_ratio_during_rollout": round(meanwhile / alone, 2),
        "reads_failed": sum(line["status"] != 200 for line in read(raw, "rollout_reads")),
        "cockpit_p95_ms": _p95(raw, "rollout_cockpit"),
        "cockpit_packages": next(read(raw, "rollout_counted"))["packages"],
        "cockpit_count_s": round(next(read(raw, "rollout_counted"))["wall_s"], 2),
        "cockpit_failed": sum(line["status"] != 200 for line in read(raw, "rollout_cockpit")),
        "service_page_scale_ratio": round(_median(raw, "all") / _median(raw, "few"), 2),
        "kpi_page_ms": max(_p95(raw, "rollout_kpi", page=page) for page in ("all", "service", "country")),
        "kpi_failed": sum(line["status"] != 200 for line in read(raw, "rollout_kpi")),
        "kpi_events": next(read(raw, "rollout_events"))["events"],
        "kpi_recount_s": round(next(read(raw, "rollout_recounts"))["wall_s"], 1),
        "kpi_recomputed_differences": next(read(raw, "rollout_events"))["differ"],
        "xdf_fields_imported": sum(line["fields"] for line in read(raw, "rollout_fim") if line["schema"] == XDF),
        "xdf_schemas": sum(1 for _line in read(raw, "rollout_fim")),
        "xdf_roundtrip_differences": sum(line["differences"] for line in read(raw, "rollout_fim")),
        "kills": sum(line["died"] for line in killed),
        "inconsistent_after_kill": sum(line["inconsistent"] for line in killed),
        "not_resumed_after_kill": sum(
            line["state"] not in ("done", "taken_back") or line["inconsistent"] for line in read(raw, "rollout_resumed")
        ),
    }


def missed(figures: Mapping[str, Any]) -> list[str]:
    """The figures that miss their goal."""
    return [name for name, most in GOALS.items() if figures[name] > most]


def write_report(folder: Path, *, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Compute the figures of `folder`/raw and write the report beside it."""
    figures = recompute(folder / "raw")
    report = {**circumstances(now), **facts, "figures": figures, "goals": GOALS, "missed": missed(figures)}
    (folder / "rollout.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return report


def _seconds(raw: Path, *acts: str) -> float:
    """What the acts took one after the other: the median of each."""
    return round(sum(median(line["wall_s"] for line in read(raw, "rollout_runs", act=act)) for act in acts), 2)


def _bytes(line: Mapping[str, Any], *, of_audit: bool) -> int:
    """Of the first round: later ones change what is there. Tables with their indexes, the plan included."""
    grown = sum(size for table, size in line["grown"].items() if (table in AUDIT) == of_audit)
    return round(grown / line["adopted"])


def _p95(raw: Path, subject: str, **of: str) -> float:
    """Over all pages of it alike, or those of one kind."""
    walls = sorted(line["wall_ms"] for line in read(raw, subject, **of))
    return round(walls[-(-95 * len(walls) // 100) - 1], 1)


def _median(raw: Path, where: str) -> float:
    """What a service page takes where there are few authorities, or all; in milliseconds."""
    return median(line["wall_ms"] for line in read(raw, "rollout_reads", when=where))


def _p99(raw: Path, when: str) -> float:
    """The median of the rounds' 99th percentiles."""
    rounds: dict[int, list[float]] = {}
    for line in read(raw, "rollout_reads", when=when):
        rounds.setdefault(line["round"], []).append(line["wall_ms"])
    ordered = [sorted(walls) for walls in rounds.values()]
    return round(median(walls[-(-99 * len(walls) // 100) - 1] for walls in ordered), 1)
