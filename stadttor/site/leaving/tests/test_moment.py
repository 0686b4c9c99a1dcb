"""One authority goes back to a moment, out of a backup of all; its neighbours stay in the present."""

import json
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from stadttor.ground import audit_cli, files, sealing
from stadttor.ground.backup.cell import Cell
from stadttor.ground.backup.folder import Folder
from stadttor.ground.backup.tests.living import Followed, Living
from stadttor.ground.tests.storing import stored
from stadttor.site import operator_cli
from stadttor.site.leaving import archive, cli, restoring
from stadttor.site.leaving.comparing import export_restore_differences
from stadttor.site.leaving.house import this_house
from stadttor.site.leaving.tests.test_erasing import all_rows, contents, wipe

pytestmark = pytest.mark.db
__all__ = ["wipe"]


@pytest.fixture
def living(full, beside, database, tmp_path, folders, monkeypatch):
    """The cell, and an empty folder of backups."""
    from django.conf import settings

    cell = Cell(settings.STADTTOR_FILES, settings.STADTTOR_HEADS, Path(settings.STADTTOR_KEYS))
    monkeypatch.setattr("stadttor.site.leaving.cli.cell_of", lambda: cell)
    return Living(full.id, database["STADTTOR_BACKUP_URL"], cell, Folder(tmp_path / "backups"))


def units(superuser, authority_id):
    with psycopg.connect(superuser) as connection:
        query = "SELECT name FROM identity_unit WHERE authority_id = %s"
        return {name for (name,) in connection.execute(query, [authority_id]).fetchall()}


def add_unit(superuser, authority_id, name):
    with psycopg.connect(superuser) as connection:
        query = "INSERT INTO identity_unit (id, authority_id, name, services) VALUES (gen_random_uuid(), %s, %s, '{}')"
        connection.execute(query, [authority_id, name])


@pytest.fixture
def then(living, full, beside, take_along, superuser, now):
    """(moment, export of that moment): afterwards a case is spoilt, a file came, both towns have another unit."""
    with Followed(living) as follower:
        living.make()
        stored(full.id, b"vorher", now)
        follower.catch_up(datetime.now(UTC))
        path, moment = take_along(full, "then.zip"), datetime.now(UTC)
        stored(full.id, b"nachher", now)
        living.keep("auch nachher")
        sealing.seal_waiting(full.id, datetime.now(UTC))
        with psycopg.connect(superuser) as connection:
            connection.execute("UPDATE cases_case SET title = 'verdorben' WHERE authority_id = %s", [full.id])
        for one in (full, beside):
            add_unit(superuser, one.id, "Später")
        follower.catch_up(datetime.now(UTC))
    return moment, path


def back_to(then, full, living, tmp_path):
    words = [
        "restore",
        full.slug,
        "--at",
        then[0].isoformat(),
        "--backup",
        str(living.folder.path),
        "--keep",
        str(tmp_path),
    ]
    return operator_cli.main(words)


def differences(path, database):
    return export_restore_differences(path, url=database["STADTTOR_DATABASE_URL"], house=this_house())


def test_it_is_as_it_was_then_and_its_neighbour_as_it_is_now(
    then, full, beside, living, database, superuser, tmp_path, capsys
):
    assert differences(then[1], database) != {}
    with psycopg.connect(superuser) as connection:
        batches = connection.execute("SELECT * FROM rollout_batch ORDER BY id").fetchall()
    assert back_to(then, full, living, tmp_path) == 0, capsys.readouterr().err
    assert differences(then[1], database) == {}
    assert "Später" not in units(superuser, full.id)
    assert "Später" in units(superuser, beside.id)
    with psycopg.connect(superuser) as connection:
        assert connection.execute("SELECT * FROM rollout_batch ORDER BY id").fetchall() == batches
    kept = next(tmp_path.glob("weissenburg-before-*.zip"))
    with archive.read(kept) as export:
        rows = [json.loads(line) for line in export.lines("identity_unit")]
    assert "Später" in {row["name"] for row in rows}
    capsys.readouterr()
    assert audit_cli.main(["verify", full.slug]) == 0
    assert "are missing, resumed by hand" in capsys.readouterr().out


def test_each_file_comes_from_where_it_is_sound_and_one_that_is_nowhere_is_named(
    living, full, superuser, tmp_path, now, capsys
):
    """Report: one damaged file stopped the return, and bytes that were gone while their row was there were not brought back."""
    with Followed(living) as follower:
        living.make()
        kept = {name: stored(full.id, name.encode(), now) for name in ("gone", "damaged", "here", "nowhere")}
        follower.catch_up(datetime.now(UTC))
        moment = datetime.now(UTC)
        add_unit(superuser, full.id, "Später")
        follower.catch_up(datetime.now(UTC))
    place = {name: files.path_of(full.id, ref.blob_id) for name, ref in kept.items()}
    backed_up = {name: living.folder.files / path.relative_to(living.cell.files) for name, path in place.items()}
    place["gone"].unlink()
    for path in (place["damaged"], place["nowhere"]):
        path.write_bytes(b"")
    backed_up["here"].unlink()
    backed_up["nowhere"].write_bytes(b"?" * 40)
    assert back_to((moment, None), full, living, tmp_path) == cli.LOST
    told = capsys.readouterr().out
    for name in ("gone", "damaged", "here"):
        assert files.read(full.id, kept[name].blob_id) == name.encode()
        assert str(kept[name].blob_id) not in told
    assert f"LOST: files/{kept['nowhere'].blob_id}.txt" in told
    assert "Später" not in units(superuser, full.id)


def test_one_that_was_erased_comes_back_out_of_the_backup(then, full, living, database, tmp_path, wipe):
    wipe(full)
    assert back_to(then, full, living, tmp_path) == 0
    assert differences(then[1], database) == {}


def test_killed_in_the_middle_it_is_as_it_was_before(then, full, living, superuser, tmp_path, monkeypatch, folders):
    before, files = all_rows(superuser), contents(folders / "files")

    def killed(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, "_must_be_its_own", killed)
    with pytest.raises(KeyboardInterrupt):
        back_to(then, full, living, tmp_path)
    assert all_rows(superuser) == before
    assert contents(folders / "files") == files


def test_what_cannot_be_brought_back_is_said_and_changes_nothing(then, full, living, superuser, tmp_path, capsys):
    before = all_rows(superuser)
    assert operator_cli.main(["restore", full.slug, "--at", then[0].isoformat()]) == 1
    assert back_to((datetime(2020, 1, 1, tzinfo=UTC), None), full, living, tmp_path) == 1
    told = capsys.readouterr().err
    assert "--backup FOLDER" in told
    assert "No set is older than" in told
    assert all_rows(superuser) == before
