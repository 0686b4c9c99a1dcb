"""Every count of the report comes from the raw lines; what did not run, or not to its end, never passes."""

import json

import pytest

from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Lines
from tests.safety import rls
from tests.safety.plan import PLAN, Planned, wanted
from tests.safety.report import FIGURES, recompute
from tests.safety.running import RowLines

BEGUN = {"size": "ci", "commit": "abc", "date": "2026-11-23T09:00:00+00:00"}


def written(folder, row, *lines, ended=True):
    """The raw lines of one row, written by hand."""
    own = RowLines(Lines(folder), row)
    own.write("begun", **BEGUN)
    for kind, line in lines:
        own.write(kind, **line)
    if ended:
        own.write("ended", seconds=2.5)
    return recompute(folder)


def checked(table, *, leaked=""):
    """Lines of all checks of one table; `leaked` names the one that saw something."""
    return [
        ("check", {"table": table, "check": name, "attempt": "SELECT", "seen": "42704", "leaked": name == leaked})
        for name in rls.EVERY_TABLE
    ]


TABLE = [
    ("table", {"table": "cases_case"}),
    ("pooled", {"way": "twin", "batch": 0, "transactions": 25, "leaked": 3, "seen": ["x"]}),
]
POOLED = ("pooled", {"way": "pool", "batch": 0, "transactions": 25, "leaked": 0, "seen": []})


def mutant(noticed):
    return ("mutant", {"table": "cases_case", "mutant": "policy removed", "noticed": noticed, "by": "owner"})


def test_the_counts_are_those_of_the_lines(tmp_path):
    report = written(tmp_path, "rls", *TABLE, *checked("cases_case"), POOLED, mutant(True))
    assert report["broken"] == []
    assert (report["rows"]["rls"]["kept"], report["rows"]["rls"]["leaked"]) == (True, 0)
    assert report["rows"]["rls"]["injected"] == len(rls.EVERY_TABLE) + 25 + 1
    assert report["rows"]["rls"]["run"] == BEGUN | {"seconds": 2.5}
    assert {name: value for name, value in report["figures"].items() if value is not None} == {
        "rls_tables": 1, "rls_leaks": 0, "policy_mutants": 1, "policy_mutants_noticed": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([*TABLE, *checked("cases_case", leaked="raw SQL")], "cases_case, raw SQL, SELECT: 42704"),
        ([*TABLE, *checked("cases_case")[1:]], "not tried: cases_case, no authority, empty table"),
        ([*TABLE, *checked("cases_case"), mutant(False)], "not noticed: cases_case, policy removed"),
        ([TABLE[0], *checked("cases_case")], "not noticed: an authority that stays set"),
        ([TABLE[1]], "no table was found"),
    ],
)
def test_a_leak_an_unnoticed_mutant_or_an_untried_table_breaks_the_promise(tmp_path, lines, fault):
    report = written(tmp_path, "rls", *lines)
    assert f"rls: {fault}" in report["broken"]
    assert not report["rows"]["rls"]["kept"]


def test_a_row_that_broke_off_has_proven_nothing(tmp_path):
    report = written(
        tmp_path, "rls", *TABLE, *checked("cases_case"), ("failed", {"error": "OSError: no space"}), ended=False
    )
    assert report["broken"] == ["rls: the run did not come to its end: OSError: no space"]
    assert report["figures"]["rls_tables"] is None


def test_what_is_not_built_or_was_not_run_is_named_and_never_counted(tmp_path):
    report = recompute(tmp_path)
    assert [one["row"] for one in report["not_yet_proven"]] == [planned.name for planned in PLAN]
    assert (report["rows"], set(report["figures"].values())) == ({}, {None})
    assert Planned("nothing_of_this_name", "").row() is None


def test_a_row_that_is_run_again_replaces_its_own_lines_only(tmp_path):
    written(tmp_path, "audit")
    before = (tmp_path / "safety-audit.jsonl").read_text()
    for _ in range(2):
        report = written(tmp_path, "rls", *TABLE, *checked("cases_case"))
    assert report["rows"]["rls"]["injected"] == len(rls.EVERY_TABLE)
    assert (tmp_path / "safety-audit.jsonl").read_text() == before


def test_an_unknown_row_is_an_error():
    with pytest.raises(KeyError):
        wanted(["rsl"])


def test_every_figure_a_row_gives_is_one_of_the_programme(tmp_path):
    report = written(tmp_path, "rls", *TABLE, *checked("cases_case"))
    assert tuple(report["figures"]) == FIGURES


def test_the_report_that_is_kept_says_what_its_raw_lines_say():
    kept = json.loads((ROOT / "reports" / "safety.json").read_text())
    recomputed = json.loads(json.dumps(recompute(ROOT / "reports" / "raw")))
    assert [kept[part] for part in ("figures", "rows")] == [recomputed[part] for part in ("figures", "rows")]
