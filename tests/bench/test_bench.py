import json
from datetime import UTC, datetime

import pytest

from tests.bench.figures import GOALS, missed, recompute
from tests.bench.run import run
from tests.bench.services import NARROW, WIDE
from tests.bench.sizes import SMALL
from tests.measuring.lines import Lines

ASKED = {
    "form_get_cpu_ms", "submit_cpu_ms", "application_cpu_ms", "background_cpu_ms", "raw_insert_cpu_ms", "submit_ratio",
    "case_list_cpu_ms", "scale_ratio", "web_rss_mb", "page_js_kb", "cold_start_s", "warm_start_s", "failed_at_8",
}  # fmt: skip


def measured(folder):
    """Three runs of one application each, written by hand: 2, 4 and 9 ms a request."""
    lines = Lines(folder)
    for run_number, cpu in ((1, 2.0), (2, 4.0), (3, 9.0)):
        for stand, factor in (("few", 1), ("all", 1.5)):
            for request in ("form", "form", "submit"):
                known = {"run": run_number, "stand": stand, "number": 0, "request": request}
                lines.write("applications", **known, service=WIDE, web_cpu_ms=cpu * factor, postgres_cpu_ms=0.5)
        for request in ("service", "form", "submit"):
            known = {"run": run_number, "stand": "few", "number": 0, "request": request}
            lines.write("applications", **known, service=NARROW, web_cpu_ms=cpu, postgres_cpu_ms=0.5)
        lines.write("background", run=run_number, service=NARROW, worker_cpu_ms=50.0)
        lines.write("inserts", run=run_number, cpu_ms=0.5)
        lines.write("cases", run=run_number, view="all", web_cpu_ms=5.0, postgres_cpu_ms=1.0)
    for ended in (10.0, 20.0, 1000.0):
        lines.write("load", clients=8, ok=ended < 1000, ended_ms=ended, wall_ms=10.0)
    lines.write("memory", rss_mb=90.0)
    lines.write("scripts", bytes=26_467)
    lines.write("starts", kind="cold", wall_ms=9000.0)
    lines.write("starts", kind="warm", wall_ms=2500.0)
    return folder


def test_processor_time_is_the_median_of_the_runs(tmp_path):
    figures = recompute(measured(tmp_path))

    assert figures["form_get_cpu_ms"] == 4.0
    assert figures["application_cpu_ms"] == 12.0
    assert figures["submit_ratio"] == 8.0
    assert figures["scale_ratio"] == 1.5


def test_under_load_rates_tails_and_failures_are_counted(tmp_path):
    figures = recompute(measured(tmp_path))

    assert figures["failed_at_8"] == 1
    assert figures["load"]["8"] == {
        "requests": 3, "failed": 1, "requests_per_s": 3.0, "p50_ms": 10.0, "p99_ms": 10.0,
    }  # fmt: skip


def test_what_is_above_its_goal_is_named(tmp_path):
    assert missed(recompute(measured(tmp_path))) == ["form_get_cpu_ms", "scale_ratio", "failed_at_8"]


@pytest.mark.slow
def test_every_figure_of_the_report_can_be_recomputed_from_its_lines(tmp_path):
    run(SMALL, tmp_path, datetime(2026, 11, 23, 9, tzinfo=UTC), print, ())

    report = json.loads((tmp_path / "bench.json").read_text())
    assert {"machine", "commit", "date", "figures"} <= set(report)
    assert ASKED | set(GOALS) <= set(report["figures"])
    assert report["figures"] == json.loads(json.dumps(recompute(tmp_path / "raw")))
    assert report["figures"]["failed_at_8"] == 0
    lines = (tmp_path / "raw" / "applications.jsonl").read_text().splitlines()
    narrow = [json.loads(line) for line in lines if NARROW in line and '"run": 1,' in line and '"number": 0,' in line]
    assert [line["request"] for line in narrow] == [
        "service", "start", "form", "save", "summary", "submit", "status",
    ]  # fmt: skip
