from datetime import datetime
from pathlib import Path

import pytest

from stadttor.catalog.queries import ReleaseRow, spread
from stadttor.catalog.tests.builders import NAME
from stadttor.ground.clock import german_day, now
from stadttor.rollout import cli, queries

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def _own_right_to_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.os, "nice", lambda _more: 0)


def test_an_operator_plans_runs_and_takes_back(
    first: ReleaseRow, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = tmp_path / "values.json"
    values.write_text('{"09": {"gebuehr_cents": 900}}')
    assert cli.main(["plan", NAME, "--in", "09", "--values", str(values), "--dry-run"]) == 0
    tried = capsys.readouterr().out
    assert "Nothing was kept." in tried
    assert "to be set" not in tried
    assert cli.main(["plan", NAME, "--in", "05", "--dry-run"]) == 0
    assert "koeln: to be set: gebuehr_cents" in capsys.readouterr().out
    assert cli.main(["plan", NAME, "--in", "09", "05", "--values", str(values)]) == 0
    assert "Planned as roll-out 1" in capsys.readouterr().out
    assert cli.main(["run", "1"]) == 0
    assert cli.main(["status", "1"]) == 0
    said = capsys.readouterr().out
    assert "done, wave 1 of 1" in said
    assert "koeln: to be set: gebuehr_cents" in said
    assert "weissenburg: to be set" not in said
    assert cli.main(["take-back", "1"]) == 0
    assert {row.state for row in spread(first.package_id)} == {"withdrawn"}
    assert cli.main(["status"]) == 0
    assert "taken_back" in capsys.readouterr().out


def test_what_is_refused_is_said(first: ReleaseRow, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "values.json"
    broken.write_text("[1]")
    for words, said in (
        (["plan", NAME, "9.9.9"], "no de.example.muster 9.9.9"),
        (["plan", NAME, "--values", str(broken)], "Write the values as"),
        (["plan", NAME, "--upgrade"], "Name the law"),
        (["plan", NAME, "--keys", str(tmp_path / "none")], "No such file"),
        (["run", "7"], "does not exist"),
        (["not-applicable", NAME, "nirgends", "--reason", "keine Gebiete"], "no such authority"),
    ):
        assert cli.main(words) == 1
        assert said in capsys.readouterr().err


def test_competence_and_exceptions_from_the_command_line(first: ReleaseRow) -> None:
    assert cli.main(["competence", NAME, "--land", "09", "--level", "kreis", "--law", "Art. 1 BayBeispielG"]) == 0
    assert [(row.land, row.level) for row in queries.competence_of(first.package_id, german_day(now()))] == [
        ("09", "kreis")
    ]
    assert cli.main(["not-applicable", NAME, "muenchen", "--reason", "gibt es nicht"]) == 0
    assert len(queries.not_applicable_at(first.package_id)) == 1
    assert cli.main(["not-applicable", NAME, "muenchen", "--again"]) == 0
    assert queries.not_applicable_at(first.package_id) == {}


def test_a_first_wave_is_run_and_the_next_on_its_own_word(
    first: ReleaseRow, second: ReleaseRow, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["plan", NAME, "0.1.0"]) == 0
    assert cli.main(["run", "1"]) == 0
    words = ["--upgrade", "--law", "§ 45 StVO", "--urgent", "--notice", "0", "--first", "20"]
    assert cli.main(["plan", NAME, *words]) == 0
    assert cli.main(["run", "2"]) == 0
    assert "watched, wave 1 of 2" in capsys.readouterr().out
    assert cli.main(["resume", "2"]) == 1
    assert cli.main(["next-wave", "2"]) == 0
    assert {row.version for row in spread(first.package_id)} == {"0.2.0"}
