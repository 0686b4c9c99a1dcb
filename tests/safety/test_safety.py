"""Every count of the report comes from the raw lines; what did not run, or not to its end, never passes."""

import json
from datetime import UTC, datetime

import pytest

from tests.measuring.circumstances import ROOT, _git
from tests.measuring.lines import Lines, read
from tests.safety import __main__ as program
from tests.safety import rls
from tests.safety.legend import LEGENDS
from tests.safety.plan import PLAN, Planned, wanted
from tests.safety.report import FIGURES, behind, recompute
from tests.safety.running import RowLines, Size, _apart
from tests.safety.standing import folder_of, runs

BEGUN = {"size": "ci", "commit": "abc", "date": "2026-11-23T09:00:00+00:00"}


def written(folder, row, *lines, ended=True, size="ci", day=23):
    """The raw lines of one row, written by hand."""
    own = RowLines(Lines(folder_of(folder, size)), row)
    own.write("begun", **BEGUN | {"size": size, "date": f"2026-11-{day}T09:00:00+00:00"})
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


def mutant(noticed):
    return ("mutant", {"table": "cases_case", "mutant": "policy removed", "noticed": noticed, "by": "owner"})


A_NIGHT = 500_000


def over(way, transactions=A_NIGHT):
    """The line of a way over shared connections; a night's transactions are enough for every size."""
    return ("pooled", {"way": way, "batch": 0, "transactions": transactions, "leaked": 0, "seen": []})


TABLE = [
    ("table", {"table": "cases_case", "keys": [], "policies": ["wall"]}),
    ("pooled", {"way": "twin", "batch": 0, "transactions": 25, "leaked": 3, "seen": ["x"]}),
    over("bouncer"),
]
POOLED = over("pool")


def test_the_counts_are_those_of_the_lines(tmp_path):
    report = written(tmp_path, "rls", *TABLE, *checked("cases_case"), POOLED, mutant(True))
    assert report["broken"] == []
    assert (report["rows"]["rls"]["kept"], report["rows"]["rls"]["leaked"]) == (True, 0)
    assert report["rows"]["rls"]["injected"] == len(rls.EVERY_TABLE) + 2 * A_NIGHT + 1
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
        ([*TABLE[:2], *checked("cases_case"), POOLED], "not tried: transactions over the bouncer"),
        ([*TABLE[:2], *checked("cases_case"), over("bouncer", 0)], "not tried: transactions over the bouncer"),
        ([*TABLE, *checked("cases_case")], "not tried: transactions over the pool"),
        ([*TABLE, over("pool", 1_999)], "1999 transactions over the pool instead of 2000"),
        ([*TABLE, *checked("cases_case"), POOLED], "not tried: cases_case without its policy wall"),
        (
            [("table", {"table": "cases_case", "keys": [], "policies": ["more", "wall"]}), mutant(True)],
            "not tried: cases_case without its policy more",
        ),
        (
            [("table", {"table": "cases_case", "keys": ["unit"]}), *checked("cases_case")],
            "not tried: cases_case, foreign key unit",
        ),
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
    assert {planned.name for planned in PLAN} == set(LEGENDS)
    assert (report["rows"], set(report["figures"].values())) == ({}, {None})
    assert Planned("nothing_of_this_name", "").row() is None


def test_a_row_that_is_run_again_replaces_its_own_lines_only(tmp_path):
    written(tmp_path, "audit")
    before = (tmp_path / "safety-audit.jsonl").read_text()
    for _ in range(2):
        report = written(tmp_path, "rls", *TABLE, *checked("cases_case"))
    assert report["rows"]["rls"]["injected"] == len(rls.EVERY_TABLE) + A_NIGHT
    assert (tmp_path / "safety-audit.jsonl").read_text() == before


SOUND = (*TABLE, *checked("cases_case"), POOLED, mutant(True))
LEAKING = (*TABLE, *checked("cases_case", leaked="raw SQL"), POOLED, mutant(True))


def test_a_night_is_not_wiped_by_the_run_of_a_push(tmp_path):
    """Report: one raw file for each row, so that `.ci/run` took the night's lines away."""
    written(tmp_path, "rls", *SOUND, size="night", day=22)
    report = written(tmp_path, "rls", *SOUND, day=23)
    row = report["rows"]["rls"]
    assert (row["run"]["size"], row["lines"]) == ("night", "night/safety-rls.jsonl")
    assert [(one["size"], one["kept"], one["lines"]) for one in row["also_run"]] == [("ci", True, "safety-rls.jsonl")]
    assert "rls" not in [one["row"] for one in report["not_yet_proven"]]


def test_a_newer_run_that_broke_stands_before_the_night(tmp_path):
    written(tmp_path, "rls", *SOUND, size="night", day=22)
    assert written(tmp_path, "rls", *LEAKING, day=23)["rows"]["rls"]["run"]["size"] == "ci"
    assert written(tmp_path, "rls", *SOUND, size="night", day=24)["rows"]["rls"]["kept"]
    assert not written(tmp_path, "rls", *LEAKING, size="night", day=25)["rows"]["rls"]["kept"]
    assert not written(tmp_path, "rls", *SOUND, day=26)["rows"]["rls"]["kept"], "a smaller run does not disprove it"


def test_a_row_below_night_size_is_not_yet_proven(tmp_path):
    whys = {one["row"]: one["why"] for one in written(tmp_path, "rls", *SOUND)["not_yet_proven"]}
    assert whys["rls"] == "run at ci size only, not at night size"


def test_what_came_since_the_night_is_not_yet_proven(tmp_path):
    """Report: the night had tried 63 tables, the newest run knew 71, and nothing said so."""
    written(tmp_path, "rls", *SOUND, size="night", day=22)
    another = [("table", {"table": "payments_receipt", "keys": []}), *checked("payments_receipt")]
    gone = ("mutant", {"table": "payments_receipt", "mutant": "policy removed", "noticed": True, "by": "owner"})
    report = written(tmp_path, "rls", *SOUND, *another, gone)
    assert (report["rows"]["rls"]["run"]["size"], report["figures"]["rls_tables"]) == ("night", 1)
    [why] = [one["why"] for one in report["not_yet_proven"] if one["row"] == "rls"]
    assert why == "1 tables came since this run: payments_receipt"


def test_a_pooler_that_was_not_there_leaves_its_part_unproven(tmp_path):
    """Report: it was a note only, and the row stood as proven whole."""
    without = [line for line in SOUND if line[1].get("way") != "bouncer"]
    report = written(tmp_path, "rls", *without, ("no_pooler", {"way": "bouncer"}), size="night")
    assert report["broken"] == []
    assert [one["why"] for one in report["not_yet_proven"] if one["row"] == "rls"] == [rls.NO_POOLER]


@pytest.mark.parametrize("name", [one.name for one in PLAN if one.name != "marker"])
def test_a_run_that_tried_next_to_nothing_says_what_is_missing(name):
    """Report: of most rows a run that had shrunk to a tenth was kept."""
    [planned] = wanted([name])
    for size in ("ci", "night"):
        faults = planned.row().outcome([{"kind": "begun", "size": size}]).broken
        assert any("instead of" in fault or "was not tried" in fault for fault in faults)


def test_how_far_a_run_lies_behind_is_counted_from_the_newest():
    head, before = (_git("rev-parse", one) for one in ("HEAD", "HEAD~1"))
    rows = {"rls": {"run": {"commit": head, "date": "2"}}, "audit": {"run": {"commit": "0" * 40, "date": "1"}}}
    assert behind(rows | {"kills": {"run": {"commit": before, "date": "1"}}}).keys() <= {"kills"}
    assert behind({}) == {}


def test_routes_checked_is_the_whole_table_of_its_run():
    kept = json.loads((ROOT / "reports" / "safety.json").read_text())
    lines = ROOT / "reports" / "raw" / kept["rows"]["isolation"]["lines"]
    [table] = read(lines.parent, lines.stem, kind="table")
    assert kept["figures"]["routes_checked"] == len(table["routes"]) * len(table["methods"]) * len(table["roles"])


def test_who_asks_what_it_does_starts_nothing(monkeypatch, capsys):
    """Report: `python -m tests.safety --help` ran every row."""
    for words, code in ((["--help"], 0), (["rls"], 2)):
        monkeypatch.setattr("sys.argv", ["tests.safety", *words])
        assert program.main() == code
        assert "Rows: isolation, rls," in capsys.readouterr().out


def test_the_last_words_of_a_run_are_what_broke_in_it_not_in_an_older_one(tmp_path, capsys):
    written(tmp_path, "rls", *LEAKING, size="night", day=22)
    written(tmp_path, "rls", *SOUND)
    [planned] = wanted(["rls"])
    ran = {one.begun["size"]: one for one in runs(tmp_path, planned)}
    assert program._verdict({"rls": ran["ci"]}) == 0
    assert program._verdict({"of the night": ran["night"], "rls": ran["ci"]}) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "1 of 1 rows kept their promises"
    assert said[1] == "BROKEN night/safety-rls.jsonl: cases_case, raw SQL, SELECT: 42704"
    assert said[-1] == "1 of 2 rows kept their promises"


@pytest.mark.parametrize(("size", "day"), [("ci", 22), ("night", 23)], ids=["of yesterday", "of another size"])
def test_a_row_that_died_before_its_first_line_is_not_judged_by_an_older_run(tmp_path, capsys, size, day):
    """Report: nothing new was written, and yesterday's lines passed for it."""
    written(tmp_path, "rls", *SOUND, size=size, day=day)
    planned, begun = wanted(["rls"]), datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert program._verdict(program._just_ran(planned, Size("ci"), tmp_path, begun)) == 1
    assert capsys.readouterr().out.splitlines()[0] == "BROKEN rls: there is no run of now"
    written(tmp_path, "rls", *SOUND, day=23)
    assert program._verdict(program._just_ran(planned, Size("ci"), tmp_path, begun)) == 0


def test_what_a_row_died_of_is_told(capfd):
    """Report: the traceback of what happened before the first line was swallowed, and so was the end of the process."""
    _apart(lambda: 1 // 0)
    said = capfd.readouterr().err
    assert "ZeroDivisionError" in said
    assert said.endswith("the process of a row ended with 1\n")
    _apart(lambda: None)
    assert capfd.readouterr().err == ""


def test_an_unknown_row_is_an_error():
    with pytest.raises(KeyError):
        wanted(["rsl"])


def test_every_figure_a_row_gives_is_one_of_the_programme(tmp_path):
    report = written(tmp_path, "rls", *TABLE, *checked("cases_case"))
    assert tuple(report["figures"]) == FIGURES


def test_the_report_that_is_kept_says_what_its_raw_lines_say():
    """All of it but how far behind the runs lie, which only the repository knows."""
    kept = json.loads((ROOT / "reports" / "safety.json").read_text())
    recomputed = json.loads(json.dumps(recompute(ROOT / "reports" / "raw")))
    assert {part: kept[part] for part in recomputed} == recomputed
