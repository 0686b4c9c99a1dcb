"""The commands as an operator types them: what they say, and with which exit code."""

import re
import resource
import subprocess
from contextlib import contextmanager
from dataclasses import replace

import pytest

from stadttor.ground.backup import cli
from stadttor.ground.backup.cell import ROOT
from stadttor.ground.backup.tests.living import contents
from stadttor.ground.commands import AWAY

pytestmark = pytest.mark.db


@pytest.fixture
def cell(living, database, monkeypatch):
    monkeypatch.setattr(cli, "cell_of", lambda: living.cell)
    monkeypatch.setenv("STADTTOR_BACKUP_URL", database["STADTTOR_BACKUP_URL"])
    return living


@contextmanager
def no_room_for_files_above(size):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_make_list_and_verify_say_what_is_there(cell, capsys):
    place = str(cell.folder.path)
    assert cli.backup(["make", "--dump", place]) == 0
    assert "3 files" in capsys.readouterr().out
    assert cli.backup(["verify", place]) == 0
    assert capsys.readouterr().out.rstrip().endswith("sound")
    next(path for path in cell.folder.files.rglob("*") if path.is_file()).write_bytes(b"")
    assert cli.backup(["verify", place]) == 1
    assert "was changed" in capsys.readouterr().out


def test_a_set_names_the_commit_that_can_bring_it_back(cell):
    """Report: every set said `unreleased`, so nobody knew what to check out on the new machine."""
    cli.backup(["make", "--dump", str(cell.folder.path)])
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert cell.folder.finished()[-1].product == (head.stdout.strip() or "unreleased")


def test_a_full_disk_is_named_and_nothing_half_counts(cell, capsys):
    cell.keep("ein Nachweis, der nicht mehr hineingeht" * 99)
    with no_room_for_files_above(1_000):
        assert cli.backup(["make", "--dump", str(cell.folder.path)]) == 1
    told = capsys.readouterr().err
    assert "is full" in told
    assert "make room" in told
    assert cell.folder.finished() == []
    assert not [path for path in contents(cell.folder.path) if ".part" in path]
    assert cli.backup(["make", "--dump", str(cell.folder.path)]) == 0


def test_keys_go_to_a_folder_of_their_own_and_never_beside_what_they_open(cell, tmp_path, capsys):
    cli.backup(["make", "--dump", str(cell.folder.path)])
    for beside in ("keys", "safe/of/keys"):
        assert cli.backup(["keys", str(cell.folder.path / beside)]) == 1
        assert "do not belong beside" in capsys.readouterr().err
    assert cli.backup(["keys", str(tmp_path / "safe")]) == 0
    assert contents(tmp_path / "safe")["master.key"] == cell.cell.master()
    held = b"".join(contents(cell.folder.path).values())
    assert not [key for key in contents(tmp_path / "safe").values() if key in held]


def test_a_moment_needs_its_time_zone_and_a_backup_an_address(cell, monkeypatch, capsys):
    with pytest.raises(SystemExit):
        cli.restore([str(cell.folder.path), "--data", "x", "--until", "2026-11-22T10:15:03"])
    monkeypatch.delenv("STADTTOR_BACKUP_URL")
    assert cli.backup(["make", str(cell.folder.path)]) == 1
    assert "STADTTOR_BACKUP_URL" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["make", "list", "verify", "forget"])
def test_a_folder_that_is_none_is_said_in_words(cell, tmp_path, command, capsys):
    """Report: `backup forget /nowhere` ended with a traceback."""
    nowhere = tmp_path / "file"
    nowhere.write_text("no folder")
    assert cli.backup([command, str(nowhere)]) == 1
    assert str(nowhere) in capsys.readouterr().err


def test_keys_of_a_cell_that_has_none_are_not_said_to_be_copied(cell, tmp_path, monkeypatch, capsys):
    """Report: with a wrong STADTTOR_VAR nothing was copied, nothing said, exit code 0."""
    monkeypatch.setattr(cli, "cell_of", lambda: replace(cell.cell, keys=tmp_path / "wrong"))
    assert cli.backup(["keys", str(tmp_path / "safe")]) == 1
    assert f"{tmp_path / 'wrong'} holds no master.key" in capsys.readouterr().err
    assert not (tmp_path / "safe").exists()


def test_a_set_whose_signature_nobody_could_check_is_not_proven(cell, tmp_path, monkeypatch, capsys):
    """Report: `verify` said sound, and 0, without the key."""
    cli.backup(["make", "--dump", str(cell.folder.path)])
    monkeypatch.setattr(cli, "cell_of", lambda: replace(cell.cell, keys=tmp_path / "none"))
    assert cli.backup(["verify", str(cell.folder.path)]) == 1
    told = capsys.readouterr().out
    assert "NOT PROVEN" in told
    assert "sound" not in told


def test_without_keys_nothing_is_moved_unless_asked_for_and_then_it_is_no_success(
    cell, elsewhere, empty_server, tmp_path, monkeypatch, capsys
):
    """Report: a restore without keys ended with 0 and said so only afterwards."""
    place = str(cell.folder.path)
    cli.backup(["make", "--dump", place])
    monkeypatch.setattr(cli, "cell_of", lambda: replace(elsewhere, keys=tmp_path / "none"))
    assert cli.restore([place, "--server", empty_server]) == 1
    assert "Nothing was moved" in capsys.readouterr().err
    assert not elsewhere.files.exists()
    assert cli.restore([place, "--server", empty_server, "--without-keys"]) == 1
    told = capsys.readouterr().out
    assert "3 files, 0 opened" in told
    assert "MISSING keys/master.key" in told
    assert not (tmp_path / "none").exists()


def test_a_restore_names_what_comes_next_in_its_order(cell, elsewhere, empty_server, monkeypatch, capsys):
    """Report: it left out `privacy erase-again`, so what had been deleted came back for good."""
    place = str(cell.folder.path)
    cli.backup(["make", "--dump", place])
    monkeypatch.setattr(cli, "cell_of", lambda: elsewhere)
    capsys.readouterr()
    assert cli.restore([place, "--server", empty_server]) == 0
    told = re.findall(r"python -m stadttor (.+)", capsys.readouterr().out)
    assert told == ["migrate", "privacy erase-again", "audit verify", "backup make FOLDER"]


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-22", "2026-11-22T10:15:03"])
def test_a_moment_that_is_none_is_said_in_words(cell, moment, capsys):
    """Report: `invalid _moment value`."""
    with pytest.raises(SystemExit):
        cli.restore([str(cell.folder.path), "--data", "x", "--until", moment])
    told = capsys.readouterr().err
    assert "+01:00" in told
    assert "_moment" not in told


def test_a_database_that_does_not_answer_has_an_exit_code_of_its_own(cell, monkeypatch, capsys):
    monkeypatch.setenv("STADTTOR_BACKUP_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    assert cli.backup(["make", str(cell.folder.path)]) == AWAY
    assert "Traceback" not in capsys.readouterr().err


def test_forget_refuses_days_that_would_drop_all_and_names_it_does_not_know(cell, capsys):
    """Report: `--days -1` dropped everything but the newest set."""
    place = str(cell.folder.path)
    for _ in range(2):
        cli.backup(["make", "--dump", place])
    for days in ("-1", "0", "many"):
        with pytest.raises(SystemExit):
            cli.backup(["forget", place, "--days", days])
        told = capsys.readouterr().err
        assert f"{days} is no number of days" in told
        assert "_days" not in told
    assert cli.backup(["forget", place, "--keep", "upgrade"]) == 1
    assert "no set upgrade" in capsys.readouterr().err
    assert len(cell.folder.finished()) == 2
