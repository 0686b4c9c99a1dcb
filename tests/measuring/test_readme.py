import pytest

from tests.measuring.circumstances import ROOT
from tests.measuring.readme import bench_table, filled, safety_table

CIRCUMSTANCES = {
    "machine": {"cores": 2, "processor": "Some Processor"},
    "commit": "0123456789abcdef",
    "date": "2026-11-22T09:00:00+00:00",
}


def test_the_readme_says_what_the_reports_say() -> None:
    readme = (ROOT / "README.md").read_text()
    assert filled(readme, ROOT / "reports") == readme, "Fill the tables: python -m tests.measuring.readme"


def test_a_missed_goal_is_named() -> None:
    report = {"figures": {"web_rss_mb": 103.0}, "goals": {"web_rss_mb": 100}, "missed": ["web_rss_mb"], **CIRCUMSTANCES}
    said = bench_table(report)
    assert "Above its goal: `web_rss_mb`." in said
    assert "| memory of a web worker | 100 MB | 103.0 MB |" in said


def test_what_was_not_run_is_not_yet_proven() -> None:
    row = {
        "promise": "nothing is lost", "run": CIRCUMSTANCES, "kept": False, "injected": 1200, "lost": 1, "double": 0,
        "stuck": None, "leaked": None, "worst_s": 1.5, "worst_memory_mb": None, "notes": ["no bouncer here"],
    }  # fmt: skip
    said = safety_table(
        {
            "rows": {"kills": row},
            "not_yet_proven": [{"row": "fuzz", "promise": "nothing makes it fail", "why": "not run yet"}],
        }
    )
    assert "| `kills` | nothing is lost | 1,200 | 1, 0, –, – | 1.5 s | **no** |" in said
    assert "- nothing makes it fail (`fuzz`, not run yet)" in said
    assert "- `kills`: no bouncer here" in said


def test_a_readme_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        filled("# Stadttor", ROOT / "reports")
