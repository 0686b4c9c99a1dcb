import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bench_rollout.figures import GOALS, XDF, missed, recompute
from tests.bench_rollout.run import SMALL, run
from tests.measuring.lines import Lines


def measured(folder: Path) -> Path:
    """Three rounds written by hand, and two kills of which one left an authority between two states."""
    lines = Lines(folder)
    for number, wall in ((1, 4.0), (2, 6.0), (3, 20.0)):
        for act in ("adopt", "upgrade", "take_back", "take_back_upgrade"):
            lines.write("rollout_runs", act=act, round=number, wall_s=wall)
        for act in ("plan", "plan_upgrade"):
            lines.write("rollout_runs", act=act, round=number, wall_s=0.5)
        grown = {"catalog_adoption": 600 * number, "rollout_batch": 200, "ground_auditentry": 900}
        lines.write("rollout_sizes", round=number, adopted=2, keys=5, grown=grown)
        for when, ms in (("alone", 4.0), ("meanwhile", 8.0), ("few", 4.0), ("all", 5.2)):
            lines.write("rollout_reads", when=when, round=number, status=200, wall_ms=ms)
        lines.write("rollout_cockpit", page="overview", status=200, wall_ms=100.0 * number)
    lines.write("rollout_counted", packages=100, authorities=4_400, wall_s=1.5)
    lines.write("rollout_recounts", run=1, wall_s=61.25, said="gross: 2 counters")
    lines.write("rollout_events", cases=10, events=50, counters=7, differ=1)
    for page, ms in (("all", 10.0), ("service", 15.0), ("country", 20.0)):
        lines.write("rollout_kpi", page=page, status=200, wall_ms=ms)
    lines.write("rollout_fim", schema=XDF, fields=88, differences=0)
    lines.write("rollout_fim", schema="hundesteuer", fields=20, differences=2)
    for died, wrong in ((True, 0), (True, 1)):
        lines.write("rollout_kills", act="adopt", died=died, inconsistent=wrong)
    lines.write("rollout_resumed", act="adopt", state="running", inconsistent=0)
    return folder


def test_the_figures_follow_from_the_lines(tmp_path: Path) -> None:
    figures = recompute(measured(tmp_path))
    assert (figures["authorities"], figures["keys"], figures["adopt_all_s"]) == (2, 5, 6.5)
    assert (figures["bytes_per_adoption"], figures["audit_bytes_per_adoption"]) == (400, 450)
    assert figures["read_p99_ratio_during_rollout"] == 2.0
    assert (figures["cockpit_p95_ms"], figures["service_page_scale_ratio"]) == (300.0, 1.3)
    assert (figures["kills"], figures["inconsistent_after_kill"], figures["not_resumed_after_kill"]) == (2, 1, 1)
    assert (figures["kpi_page_ms"], figures["kpi_events"], figures["kpi_recount_s"]) == (20.0, 50, 61.2)
    assert (figures["xdf_fields_imported"], figures["xdf_schemas"]) == (88, 2)
    assert missed(figures) == [
        "read_p99_ratio_during_rollout", "cockpit_p95_ms", "service_page_scale_ratio", "kpi_recomputed_differences",
        "xdf_roundtrip_differences", "inconsistent_after_kill", "not_resumed_after_kill",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_small_country_is_measured_and_nobody_is_left_between_two_states(tmp_path: Path) -> None:
    run(SMALL, tmp_path, datetime(2026, 11, 23, 9, tzinfo=UTC), print, ())
    report = json.loads((tmp_path / "rollout.json").read_text())
    assert {"machine", "commit", "date", "figures"} <= set(report)
    assert set(GOALS) <= set(report["figures"])
    assert report["figures"] == json.loads(json.dumps(recompute(tmp_path / "raw")))
    assert (report["figures"]["inconsistent_after_kill"], report["figures"]["not_resumed_after_kill"]) == (0, 0)
    assert (report["figures"]["kpi_failed"], report["figures"]["kpi_recomputed_differences"]) == (0, 0)
    assert report["figures"]["xdf_roundtrip_differences"] == 0
