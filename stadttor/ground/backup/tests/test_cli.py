"""The commands as an operator types them: what they say, and with which exit code."""

import resource
from contextlib import contextmanager

import pytest

from stadttor.ground.backup import cli
from stadttor.ground.backup.tests.living import contents

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


def test_forget_refuses_days_that_would_drop_all_and_names_it_does_not_know(cell, capsys):
    """Report: `--days -1` dropped everything but the newest set."""
    place = str(cell.folder.path)
    for _ in range(2):
        cli.backup(["make", "--dump", place])
    for days in ("-1", "0", "many"):
        with pytest.raises(SystemExit):
            cli.backup(["forget", place, "--days", days])
    assert cli.backup(["forget", place, "--keep", "upgrade"]) == 1
    assert "no set upgrade" in capsys.readouterr().err
    assert len(cell.folder.finished()) == 2
