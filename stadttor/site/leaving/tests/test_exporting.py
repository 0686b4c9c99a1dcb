"""An export holds all of one authority and nothing of another, in formats that need no program of ours."""

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace

import psycopg
import pytest

from stadttor.exchange.models import HandOver
from stadttor.ground import files
from stadttor.ground.tests.storing import stored
from stadttor.ground.wall import walled_models
from stadttor.ground.work import work
from stadttor.site import operator_cli
from stadttor.site.leaving import archive
from stadttor.site.leaving.archive import FILE_LIST
from stadttor.site.leaving.comparing import export_restore_differences
from stadttor.site.leaving.house import this_house
from stadttor.site.leaving.problems import LeaveProblem

pytestmark = pytest.mark.db


def names(path):
    with zipfile.ZipFile(path) as opened:
        return opened.namelist()


def text(path, name):
    with zipfile.ZipFile(path) as opened:
        return opened.read(name).decode("utf-8-sig")


def differences(path, database):
    return export_restore_differences(path, url=database["STADTTOR_DATABASE_URL"], house=this_house())


class TestWhatIsInIt:
    def test_all_rows_and_files_of_the_authority(self, full, beside, take_along, database, superuser):
        path = take_along(full)
        with archive.read(path) as export:
            held = export.manifest.tables
        with psycopg.connect(superuser) as past_the_wall:
            for model in walled_models():
                table = model._meta.db_table
                query = f"SELECT count(*) FROM {table} WHERE authority_id = %s"
                assert held[table].rows == past_the_wall.execute(query, [full.id]).fetchone()[0], table
        assert min(held[model._meta.db_table].rows for model in walled_models()) > 0
        assert differences(path, database) == {}

    def test_nothing_of_the_neighbour(self, full, beside, take_along):
        path = take_along(full)
        with zipfile.ZipFile(path) as opened:
            rows = b"".join(opened.read(name) for name in opened.namelist() if name.startswith("rows/"))
        assert str(full.id).encode() in rows
        assert str(beside.id).encode() not in rows

    def test_files_are_open_in_folders_with_names_and_in_lists(self, full, take_along):
        path = take_along(full)
        folders = {name.split("/")[1] for name in names(path) if name.startswith("cases/")}
        assert any(name.startswith("cases/") and name.endswith(".pdf") for name in names(path))
        assert all(part.isascii() for part in folders)
        listed = text(path, "cases.csv").splitlines()
        assert listed[0].startswith("number;service;title;applicant")
        assert any(part in listed[1] for part in folders)
        digest, name = text(path, "SHA256SUMS").splitlines()[-3].split("  ")
        with zipfile.ZipFile(path) as opened:
            assert hashlib.sha256(opened.read(name)).hexdigest() == digest

    def test_every_file_opens_with_its_own_bytes(self, full, take_along, now):
        kept = stored(full.id, b"Nachweis", now)
        path = take_along(full)
        assert str(kept.blob_id) in text(path, FILE_LIST)
        assert text(path, f"files/{kept.blob_id}.txt") == "Nachweis"

    def test_what_was_handed_over_is_open_in_the_folder_of_its_case(self, full, take_along):
        """Report: it left as hexadecimal digits, sealed, beside the key."""
        path = take_along(full)
        (row,) = csv.DictReader(io.StringIO(text(path, "handovers.csv")), delimiter=";")
        assert row["target"]
        assert row["path"].startswith("cases/")
        with zipfile.ZipFile(path) as opened:
            data = opened.read(row["path"])
        assert hashlib.sha256(data).hexdigest() == row["sha256"]

    def test_packages_come_along_to_be_published_elsewhere(self, full, take_along):
        path = take_along(full)
        told = json.loads(text(path, "shared.json"))
        assert "de.stadttor.bewohnerparkausweis" in told["catalog_package"].values()
        assert any(name.startswith("packages/de.stadttor.bewohnerparkausweis-") for name in names(path))


class TestWhole:
    def test_nothing_is_written_over(self, full, take_along):
        path = take_along(full)
        before = path.read_bytes()
        with pytest.raises(LeaveProblem, match="is there already"):
            take_along(full)
        assert path.read_bytes() == before

    def test_one_that_breaks_off_has_no_name(self, full, take_along, tmp_path):
        """Report: half an export must not be taken for one."""

        class Breaks:
            def get(self, *given):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            take_along(full, house=replace(this_house(), store=Breaks()))
        assert [one.name for one in tmp_path.glob("export*")] == []

    def test_a_full_disk_is_said_before(self, full, take_along, monkeypatch, tmp_path):
        import shutil

        monkeypatch.setattr(shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 1_000_000})())
        with pytest.raises(LeaveProblem, match="1 MB left"):
            take_along(full)
        assert not (tmp_path / "export.zip").exists()

    def test_the_wrong_key_says_so(self, full, take_along):
        with pytest.raises(LeaveProblem, match=r"does not open: .*the key here is"):
            take_along(full, house=replace(this_house(), own=lambda _authority: b"\1" * 32))

    def test_a_file_that_is_gone_is_named(self, full, take_along, now):
        kept = stored(full.id, b"Nachweis", now)
        this_house().store.remove(full.id, kept.blob_id)
        with archive.read(take_along(full)) as export:
            assert str(kept.blob_id) in export.manifest.missing


def damaged(authority, blob_id):
    """Its bytes in the store are others by now."""
    path = files.path_of(authority.id, blob_id)
    path.write_bytes(path.read_bytes()[:-1] + b"!")


class TestDamaged:
    """Report: one damaged file stopped the export, and with it the whole authority stayed."""

    def test_it_goes_on_says_which_and_claims_no_completeness(self, full, tmp_path, now, capsys):
        kept = [stored(full.id, text.encode(), now) for text in ("whole", "damaged", "gone")]
        damaged(full, kept[1].blob_id)
        this_house().store.remove(full.id, kept[2].blob_id)
        path = tmp_path / "weissenburg.zip"
        assert operator_cli.main(["export", "weissenburg", str(path)]) == 4
        told = capsys.readouterr().out
        for one in kept[1:]:
            assert f"MISSING / FEHLT: files/{one.blob_id}.txt" in told
        assert "NOT COMPLETE: of 2 files" in told
        assert "NICHT VOLLSTÄNDIG: Von 2 Dateien" in told
        with archive.read(path) as export:
            assert list(export.faults()) == list(export.miscounted()) == []
            assert set(export.manifest.missing) == {str(one.blob_id) for one in kept[1:]}
        assert text(path, f"files/{kept[0].blob_id}.txt") == "whole"
        assert str(kept[1].blob_id) in text(path, "missing.csv")
        assert str(kept[1].blob_id) not in text(path, FILE_LIST)

    def test_a_hand_over_that_does_not_open_is_named_too(self, full, tmp_path, capsys):
        with work(full.id):
            one = HandOver.objects.exclude(payload=b"").get()
            one.payload = bytes(one.payload)[:-1] + b"!"
            one.save()
        path = tmp_path / "weissenburg.zip"
        assert operator_cli.main(["export", "weissenburg", str(path)]) == 4
        assert f"/handed_over/{one.id}_" in capsys.readouterr().out
        with archive.read(path) as export:
            assert str(one.id) in export.manifest.missing
            assert list(export.miscounted()) == []


def spoiled(path, name, data):
    """The same archive with other bytes in one entry."""
    other = path.with_name("spoiled.zip")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(other, "w") as after:
        for one in before.namelist():
            after.writestr(one, data if one == name else before.read(one))
        if name not in before.namelist():
            after.writestr(name, data)
    return other


class TestTampered:
    def test_a_changed_added_or_missing_entry_is_named(self, full, take_along):
        path = take_along(full)
        with archive.read(path) as export:
            assert list(export.faults()) == []
        row = "rows/ground_authority.jsonl"
        with archive.read(spoiled(path, row, b"{}\n")) as export:
            assert list(export.faults()) == [f"{row} was changed"]
        with archive.read(spoiled(path, "rows/more.jsonl", b"")) as export:
            assert list(export.faults()) == ["rows/more.jsonl does not belong to it"]
        with archive.read(spoiled(path, "SHA256SUMS", b"")) as export:
            assert list(export.faults()) == ["SHA256SUMS was changed"]

    def test_more_bytes_than_the_manifest_says_are_not_read(self, full, take_along):
        """A ZIP of a few bytes can hold gigabytes."""
        path = take_along(full)
        with archive.read(spoiled(path, "LIESMICH.txt", b"\0" * 50_000_000)) as export:
            assert "it holds more than its manifest says" in list(export.faults())

    def test_a_changed_manifest_is_refused(self, full, take_along):
        path = take_along(full)
        manifest = text(path, "manifest.json").replace(full.slug, "anderswo")
        with (
            pytest.raises(LeaveProblem, match="changed after it was signed"),
            archive.read(spoiled(path, "manifest.json", manifest.encode())),
        ):
            pass

    @pytest.mark.parametrize("data", [b"", b"PK\3\4 half", b"{}"])
    def test_what_is_no_export_is_refused_in_words(self, tmp_path, data):
        path = tmp_path / "foreign.zip"
        path.write_bytes(data)
        with pytest.raises(LeaveProblem, match="no whole ZIP"), archive.read(path):
            pass


class TestCommand:
    def test_it_says_what_was_made_and_audits_it(self, full, tmp_path, capsys, database):
        path = tmp_path / "weissenburg.zip"
        assert operator_cli.main(["export", "weissenburg", str(path)]) == 0
        told = capsys.readouterr()
        assert hashlib.sha256(path.read_bytes()).hexdigest() in told.out
        assert "rows written" in told.err
        assert '"authority.exported"' in text(path, "rows/ground_auditentry.jsonl")

    def test_an_unknown_town_and_a_name_that_is_taken_are_said_in_words(self, full, tmp_path, capsys):
        (tmp_path / "there.zip").write_text("mine")
        assert operator_cli.main(["export", "nirgendwo", str(tmp_path / "x.zip")]) == 1
        assert operator_cli.main(["export", "weissenburg", str(tmp_path / "there.zip")]) == 1
        told = capsys.readouterr().err
        assert "There is no authority nirgendwo" in told
        assert "is there already" in told
