"""Every figure of the report, computed from the raw lines alone."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

from tests.bench.services import NARROW, WIDE
from tests.measuring.lines import Line, read

GOALS: dict[str, float] = {
    "form_get_cpu_ms": 3,
    "submit_cpu_ms": 4,
    "application_cpu_ms": 20,
    "background_cpu_ms": 60,
    "submit_ratio": 12,
    "case_list_cpu_ms": 6,
    "scale_ratio": 1.2,
    "web_rss_mb": 100,
    "page_js_kb": 50,
    "warm_start_s": 3,
    "failed_at_8": 0,
}
"""The greatest value that is good."""


def recompute(raw: Path) -> dict[str, Any]:
    """The figures. Processor times are means over the requests of a run, of the runs the median."""
    submit, inserts = _requests(raw, "few", "submit"), _inserts(raw)
    ratios = _scale_ratios(raw)
    return {
        "form_get_cpu_ms": _round(_requests(raw, "few", "form")),
        "submit_cpu_ms": _round(submit),
        "application_cpu_ms": _round(_applications(raw, "few", NARROW)),
        "background_cpu_ms": _round(_of_runs(read(raw, "background", service=NARROW), "worker_cpu_ms")),
        "raw_insert_cpu_ms": _round(inserts),
        "submit_ratio": _round(submit / inserts),
        "case_list_cpu_ms": _round(_of_runs(read(raw, "cases", view="all"), "web_cpu_ms")),
        "scale_ratio": max(ratios.values()),
        "scale_ratios": ratios,
        "web_rss_mb": round(max(line["rss_mb"] for line in read(raw, "memory")), 1),
        "page_js_kb": round(sum(line["bytes"] for line in read(raw, "scripts")) / 1000, 1),
        "cold_start_s": _start(raw, "cold"),
        "warm_start_s": _start(raw, "warm"),
        "failed_at_8": sum(not line["ok"] for line in read(raw, "load", clients=8)),
        "load": {str(clients): _load(list(read(raw, "load", clients=clients))) for clients in _clients(raw)},
        "requests_cpu_ms": _each_request(raw, "web_cpu_ms"),
        "requests_postgres_cpu_ms": _each_request(raw, "postgres_cpu_ms"),
        "case_list_views_cpu_ms": _views(raw, "web_cpu_ms"),
        "case_list_views_postgres_cpu_ms": _views(raw, "postgres_cpu_ms"),
    }


def missed(figures: dict[str, Any]) -> list[str]:
    """The figures that miss their goal."""
    return [name for name, most in GOALS.items() if figures[name] > most]


def _requests(raw: Path, stand: str, request: str) -> float:
    return _of_runs(read(raw, "applications", stand=stand, service=WIDE, request=request), "web_cpu_ms")


def _applications(raw: Path, stand: str, service: str) -> float:
    """All requests of one application together."""
    runs: dict[int, dict[int, float]] = {}
    for line in read(raw, "applications", stand=stand, service=service):
        sums = runs.setdefault(line["run"], {})
        sums[line["number"]] = sums.get(line["number"], 0.0) + line["web_cpu_ms"]
    return median(mean(sums.values()) for sums in runs.values())


def _inserts(raw: Path) -> float:
    return _of_runs(read(raw, "inserts"), "cpu_ms")


def _scale_ratios(raw: Path) -> dict[str, float]:
    """What costs more with all authorities and many cases than with few: the median of the runs' own ratios."""
    return {request: _scale_ratio(raw, request) for request in ("form", "submit")}


def _scale_ratio(raw: Path, request: str) -> float:
    few, many = (
        _by_run(read(raw, "applications", stand=stand, service=WIDE, request=request), "web_cpu_ms")
        for stand in ("few", "all")
    )
    return _round(median(many[run] / few[run] for run in few))


def _of_runs(lines: Iterable[Line], value: str) -> float:
    return median(_by_run(lines, value).values())


def _by_run(lines: Iterable[Line], value: str) -> dict[int, float]:
    """The mean of each run."""
    runs: dict[int, list[float]] = {}
    for line in lines:
        runs.setdefault(line["run"], []).append(line[value])
    return {run: mean(values) for run, values in runs.items()}


def _each_request(raw: Path, value: str) -> dict[str, float]:
    """Request by request, of the 20-field application."""
    lines = list(read(raw, "applications", stand="few", service=NARROW))
    names = dict.fromkeys(line["request"] for line in lines)
    return {name: _round(_of_runs([line for line in lines if line["request"] == name], value)) for name in names}


def _views(raw: Path, value: str) -> dict[str, float]:
    lines = list(read(raw, "cases"))
    names = dict.fromkeys(line["view"] for line in lines)
    return {name: _round(_of_runs([line for line in lines if line["view"] == name], value)) for name in names}


def _clients(raw: Path) -> Iterable[int]:
    return dict.fromkeys(line["clients"] for line in read(raw, "load"))


def _load(lines: Sequence[Line]) -> dict[str, Any]:
    begun = min(line["ended_ms"] - line["wall_ms"] for line in lines)
    seconds = (max(line["ended_ms"] for line in lines) - begun) / 1000
    walls = sorted(line["wall_ms"] for line in lines)
    return {
        "requests": len(lines),
        "failed": sum(not line["ok"] for line in lines),
        "requests_per_s": round(len(lines) / seconds, 1),
        "p50_ms": round(median(walls), 1),
        "p99_ms": round(walls[-(-99 * len(walls) // 100) - 1], 1),
    }


def _start(raw: Path, kind: str) -> float:
    return _round(median(line["wall_ms"] for line in read(raw, "starts", kind=kind)) / 1000)


def _round(value: float) -> float:
    return round(value, 2)
