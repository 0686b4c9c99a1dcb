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


ROW = {
    "promise": "nothing is lost", "tried": "processes killed", "worst": "seconds until all was done",
    "run": {**CIRCUMSTANCES, "size": "ci", "uncommitted_changes": False}, "kept": False, "injected": 1200, "lost": 1,
    "double": 0, "stuck": None, "leaked": None, "worst_s": 1.5, "worst_memory_mb": None, "notes": ["no bouncer here"],
    "broken": ["WEI-1: a mail is missing"],
}  # fmt: skip
UNPROVEN = {"row": "fuzz", "promise": "nothing makes it fail", "why": "not run yet"}


def said_of(row, *, behind=None, routes_since=0, name="kills"):
    """The table of one row."""
    return safety_table(
        {"rows": {name: row}, "not_yet_proven": [UNPROVEN], "behind": behind or {}, "routes_since": routes_since}
    )


def test_each_row_says_its_own_size_commit_and_date_and_what_broke() -> None:
    """Report: one "last run" stood over rows of twelve other commits, and a broken row did not say what broke."""
    assert (
        "| `kills` | nothing is lost | 1,200 | 1, 0, –, – | 1.5 s | ci | 2026-11-22, `012345678` "
        "| **no**: WEI-1: a mail is missing |"
    ) in said_of(ROW)
    assert "fault 3; and 2 more |" in said_of(ROW | {"broken": [f"fault {number}" for number in range(1, 6)]})


def test_a_row_of_an_older_product_is_marked() -> None:
    changed = ROW["run"] | {"uncommitted_changes": True}
    assert "`012345678`, **uncommitted changes**, 34 behind |" in said_of(ROW | {"run": changed}, behind={"kills": 34})
    assert "`012345678`, 3 routes came since |" in said_of(ROW, routes_since=3, name="isolation")


def test_what_is_counted_what_is_not_yet_proven_and_notes_stand_apart() -> None:
    said = said_of(ROW)
    counted, unproven, notes = (said.index(f"\n\n{part}") for part in ("What is counted", "Not yet", "Notes"))
    assert "- `kills` tried: processes killed; worst: seconds until all was done." in said[counted:unproven]
    assert "- `fuzz`: nothing makes it fail (not run yet)" in said[unproven:notes]
    assert "- `kills`: no bouncer here" in said[notes:]


def test_a_readme_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        filled("# Stadttor", ROOT / "reports")
