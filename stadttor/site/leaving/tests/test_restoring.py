"""What left and came back is the same, row by row and byte by byte; what is not believed changes nothing."""

import io
import json
import threading
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest

from stadttor.ground import audit_cli, files, keys
from stadttor.ground.ports import StoreAway
from stadttor.ground.tests.storing import stored
from stadttor.site import operator_cli
from stadttor.site.leaving import archive, restoring
from stadttor.site.leaving.cli import fingerprint_of
from stadttor.site.leaving.comparing import export_restore_differences
from stadttor.site.leaving.door import ABOUT_OTHERS
from stadttor.site.leaving.house import this_house
from stadttor.site.leaving.problems import LeaveProblem
from stadttor.site.leaving.restoring import restore, settle
from stadttor.site.leaving.tests.test_erasing import all_rows, contents, naming, wipe

pytestmark = pytest.mark.db
__all__ = ["wipe"]


@pytest.fixture
def bring_back(database):
    def act(path, **given):
        came = restore(
            path, owner_url=database["STADTTOR_OWNER_URL"], app_url=database["STADTTOR_DATABASE_URL"], house=this_house(),
            now=datetime.now(UTC), out=io.StringIO(), **given,
        )  # fmt: skip
        settle(came.authority_id, datetime.now(UTC))
        return came

    return act


@pytest.fixture
def differences(database):
    return lambda path: export_restore_differences(path, url=database["STADTTOR_DATABASE_URL"], house=this_house())


def signed_anew(path, key, changes, manifest=None):
    """An export with other entries, signed by whoever has the key: what a liar among operators could send."""
    other = path.with_name(f"{uuid4().hex}.zip")
    with archive.read(path) as before, zipfile.ZipFile(other, "w") as raw:
        after = archive.Writer(raw)
        for name in before.archive.namelist():
            if name not in (archive.MANIFEST, archive.SUMS):
                data = before.archive.read(name)
                after.put(name, changes[name](data) if name in changes else data)
        after.close(manifest(before.manifest) if manifest else before.manifest, key)
    return other


def neighbours_rows(superuser, authority_id):
    return {name: {row for row in rows if str(authority_id) in row} for name, rows in all_rows(superuser).items()}


class TestTheSame:
    def test_export_erase_restore_gives_no_difference_and_an_intact_chain(
        self, full, beside, take_along, wipe, bring_back, differences, capsys, superuser, folders
    ):
        path = take_along(full)
        rows, bytes_before = neighbours_rows(superuser, beside.id), contents(folders / "files" / str(beside.id))
        wipe(full)
        assert differences(path) != {}
        came = bring_back(path)
        assert differences(path) == {}
        assert came.behind == {}
        assert neighbours_rows(superuser, beside.id) == rows
        assert contents(folders / "files" / str(beside.id)) == bytes_before
        capsys.readouterr()
        assert audit_cli.main(["verify", full.slug]) == 0
        assert f"{full.slug}: intact" in capsys.readouterr().out

    def test_the_difference_is_seen_where_there_is_one(self, full, take_along, differences, superuser, now):
        """The measure itself: a changed row, a row more, a byte less."""
        kept = stored(full.id, b"Nachweis", now)
        path = take_along(full)
        assert differences(path) == {}
        with psycopg.connect(superuser) as connection:
            connection.execute(
                "UPDATE cases_case SET title = title || '!' WHERE id = (SELECT id FROM cases_case LIMIT 1)"
            )
            connection.execute(
                "UPDATE ground_auditentry SET act = 'x' WHERE id = (SELECT id FROM ground_auditentry LIMIT 1)"
            )
        this_house().store.remove(full.id, kept.blob_id)
        assert differences(path) == {"cases_case": 1, "ground_auditentry": 1, "files": 1}

    def test_the_neighbour_writes_meanwhile(self, full, beside, take_along, wipe, bring_back, database, superuser):
        path, ended, written = take_along(full), threading.Event(), []

        def write():
            with psycopg.connect(database["STADTTOR_DATABASE_URL"], autocommit=True) as app:
                while not ended.is_set():
                    with app.transaction():
                        app.execute("SELECT set_config('app.authority', %s, true)", [str(beside.id)])
                        app.execute("SET LOCAL lock_timeout = '2s'")
                        app.execute(
                            "INSERT INTO identity_unit (id, authority_id, name, services)"
                            " VALUES (gen_random_uuid(), %s, 'Neben', '{}')",
                            [beside.id],
                        )
                    written.append(1)

        writer = threading.Thread(target=write)
        writer.start()
        wipe(full)
        bring_back(path)
        ended.set()
        writer.join()
        with psycopg.connect(superuser) as connection:
            there = connection.execute("SELECT count(*) FROM identity_unit WHERE name = 'Neben'").fetchone()[0]
        assert there == len(written) > 0

    def test_work_that_waited_waits_again(self, full, take_along, wipe, bring_back, superuser):
        def waiting():
            with psycopg.connect(superuser) as connection:
                query = "SELECT task_name, args::text FROM procrastinate_jobs WHERE args ->> 'authority_id' = %s"
                return sorted(connection.execute(query, [str(full.id)]).fetchall())

        before, path = waiting(), take_along(full)
        wipe(full)
        assert waiting() == []
        bring_back(path)
        assert waiting() == before != []

    @pytest.mark.parametrize("made_before", [False, True])
    def test_a_job_that_was_begun_and_its_twin_that_waits_come_back(
        self, full, take_along, wipe, bring_back, superuser, made_before
    ):
        """Under one key one job is done while the next one waits; exports of before told of both as waiting under it."""
        lock = f"forms.rescan:{full.id}:one"
        with psycopg.connect(superuser) as connection:
            for status in ("doing", "todo"):
                connection.execute(
                    "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args, status)"
                    " VALUES ('default', 'forms.rescan', 0, %s, %s, %s)",
                    [lock, json.dumps({"authority_id": str(full.id)}), status],
                )
        path = take_along(full)
        if made_before:

            def locked(data):
                rows = [json.loads(line) for line in data.splitlines()]
                twins = [row | ({"queueing_lock": lock} if row["task_name"] == "forms.rescan" else {}) for row in rows]
                return b"".join(json.dumps(row).encode() + b"\n" for row in twins)

            path = signed_anew(path, keys.signing(), {"rows/procrastinate_jobs.jsonl": locked})
        wipe(full)
        came = bring_back(path)
        with psycopg.connect(superuser) as connection:
            query = (
                "SELECT status::text, queueing_lock FROM procrastinate_jobs WHERE task_name = 'forms.rescan' ORDER BY 2"
            )
            there = connection.execute(query).fetchall()
        assert there == ([("todo", lock)] if made_before else [("todo", lock), ("todo", None)])
        with archive.read(path) as export:
            told = export.manifest.tables["procrastinate_jobs"].rows
        assert came.rows["procrastinate_jobs"] == told - made_before

    def test_nothing_is_missing_in_the_chain_when_nobody_acted_since(self, full, tmp_path, monkeypatch, capsys):
        """Report: the act of the export itself was sealed after it, and counted as missing when the town came back."""
        from stadttor.ground import sealing

        path = tmp_path / "town.zip"
        assert operator_cli.main(["export", full.slug, str(path)]) == 0
        sealing.seal_waiting(full.id, datetime.now(UTC))
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{full.slug}\n"))
        assert operator_cli.main(["erase", full.slug]) == 0
        assert operator_cli.main(["restore", full.slug, "--from", str(path)]) == 0
        told = capsys.readouterr().out
        assert "audit chain: intact" in told
        assert "are missing" not in told

    def test_what_happened_after_the_export_is_noted_as_missing(self, full, take_along, wipe, bring_back, capsys, now):
        from stadttor.ground import audit, sealing
        from stadttor.ground.actor import SYSTEM
        from stadttor.ground.work import work

        path = take_along(full)
        with work(full.id):
            audit.record(full.id, act="test.done", actor=SYSTEM, subject=("thing", None), at=now)
        sealing.seal_waiting(full.id, now)
        wipe(full)
        bring_back(path)
        assert audit_cli.main(["verify", full.slug]) == 0
        assert "are missing, resumed by hand" in capsys.readouterr().out


class TestElsewhere:
    @pytest.fixture
    def elsewhere(self, tmp_path, monkeypatch):
        """From here on this is another installation: other keys, empty folders."""
        from django.conf import settings

        def move():
            for name in ("KEYS", "FILES", "HEADS"):
                monkeypatch.setattr(settings, f"STADTTOR_{name}", tmp_path / "other" / name.lower())
            keys.master.cache_clear()
            keys.signing.cache_clear()

        yield move
        monkeypatch.undo()
        keys.master.cache_clear()
        keys.signing.cache_clear()

    def test_with_its_key_everything_opens_and_nobody_else_s_does(
        self, full, take_along, wipe, bring_back, differences, elsewhere, capsys, now
    ):
        kept = stored(full.id, b"Nachweis", now)
        before = keys.derived(full.id, "anything")
        path = take_along(full)
        wipe(full)
        elsewhere()
        with archive.read(path) as export:
            signer = export.manifest.signer
        with pytest.raises(LeaveProblem, match="Another installation signed"):
            bring_back(path)
        assert not keys.brought_path(full.id).exists()
        bring_back(path, trusted=signer)
        # Rights that only who runs this installation gives, and what hangs on plans or was promised by others.
        assert differences(path) == {"rollout_steering": 1, "studio_publisher": 1} | dict.fromkeys(ABOUT_OTHERS, 1)
        assert files.read(full.id, kept.blob_id) == b"Nachweis"
        assert keys.derived(full.id, "anything") == before
        assert keys.derived(uuid4(), "anything") != before
        assert audit_cli.main(["verify", full.slug]) == 0

    def test_the_fingerprint_is_asked_for_on_the_command_line(self, full, take_along, wipe, elsewhere, capsys):
        path = take_along(full)
        ours = fingerprint_of(keys.signing().public_key().public_bytes_raw().hex())
        wipe(full)
        elsewhere()
        words = ["restore", full.slug, "--from", str(path)]
        assert operator_cli.main(words) == 1
        assert operator_cli.main([*words, "--signed-by", "00000000-00000000-00000000-00000000"]) == 1
        assert "Another installation signed" in capsys.readouterr().err
        assert operator_cli.main([*words, "--signed-by", ours]) == 0
        assert "audit chain: intact" in capsys.readouterr().out

    def test_packages_that_are_not_published_there_are_named(self, full, take_along, wipe, bring_back, superuser):
        path = take_along(full)
        wipe(full)
        with psycopg.connect(superuser) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("DELETE FROM catalog_packageversion")
        with pytest.raises(LeaveProblem, match=r"not published here: .*bewohnerparkausweis"):
            bring_back(path)
        assert naming(superuser, full.id) == set()

    def test_packages_under_other_ids_are_found_by_their_hash(self, full, take_along, wipe, bring_back, superuser):
        path = take_along(full)
        wipe(full)
        with psycopg.connect(superuser) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(
                "CREATE TEMP TABLE anew AS SELECT id AS old, gen_random_uuid() AS new FROM catalog_package"
            )
            connection.execute("UPDATE catalog_package SET id = new FROM anew WHERE old = id")
            connection.execute(
                "UPDATE catalog_packageversion SET id = gen_random_uuid(), package_id = new FROM anew WHERE old = package_id"
            )
        bring_back(path)
        with psycopg.connect(superuser) as connection:
            query = (
                "SELECT count(*) FROM catalog_adoption a"
                " JOIN catalog_packageversion v ON v.id = a.version_id AND v.package_id = a.package_id"
            )
            assert connection.execute(query).fetchone()[0] > 0


class TestRefused:
    def refused(self, path, bring_back, superuser, folders, full, match):
        before, bytes_before = all_rows(superuser), contents(folders)
        with pytest.raises(LeaveProblem, match=match):
            bring_back(path)
        assert all_rows(superuser) == before
        assert contents(folders / "files") == {
            name.removeprefix("files/"): data for name, data in bytes_before.items() if name.startswith("files/")
        }

    def test_one_that_is_here(self, full, take_along, bring_back, superuser, folders):
        self.refused(take_along(full), bring_back, superuser, folders, full, "is here. Nothing is written over")

    def test_a_changed_byte(self, full, take_along, wipe, bring_back, superuser, folders):
        path = take_along(full)
        wipe(full)
        other = path.with_name("other.zip")
        with zipfile.ZipFile(path) as before, zipfile.ZipFile(other, "w") as after:
            for one in before.namelist():
                data = before.read(one)
                after.writestr(one, data.replace(b"Amt", b"Ant") if one.endswith("identity_unit.jsonl") else data)
        self.refused(other, bring_back, superuser, folders, full, "identity_unit.jsonl was changed")

    @pytest.mark.parametrize("table", ["identity_unit", "catalog_adoption", "tenancy_profile", "procrastinate_jobs"])
    def test_a_row_of_a_neighbour_even_when_it_is_signed(
        self, full, beside, take_along, wipe, bring_back, superuser, folders, table
    ):
        path = take_along(full)
        wipe(full)
        swap = lambda data: data.replace(str(full.id).encode(), str(beside.id).encode())  # noqa: E731
        other = signed_anew(path, keys.signing(), {f"rows/{table}.jsonl": swap})
        self.refused(other, bring_back, superuser, folders, full, "another authority|refused")

    def test_an_account_nobody_of_it_has(self, full, beside, take_along, wipe, bring_back, superuser, folders):
        path = take_along(full)
        wipe(full)
        stranger = {
            "id": str(uuid4()), "email": "eve@example.com", "name": "Eve", "password_hash": "x", "must_change": False,
            "active": True, "home_id": str(beside.id),
        }  # fmt: skip
        add = lambda data: data + json.dumps(stranger).encode() + b"\n"  # noqa: E731
        other = signed_anew(path, keys.signing(), {"rows/identity_staffaccount.jsonl": add})
        self.refused(other, bring_back, superuser, folders, full, "identity_staffaccount holds rows of another")

    def test_another_key_than_its_rows_were_sealed_with(self, full, take_along, wipe, bring_back, superuser, folders):
        path = take_along(full)
        wipe(full)
        other = signed_anew(path, keys.signing(), {"keys/authority.key": lambda _key: b"\1" * 32})
        self.refused(other, bring_back, superuser, folders, full, "not the one its rows were sealed with")

    def test_another_end_of_the_chain(self, full, take_along, wipe, bring_back, superuser, folders):
        path = take_along(full)
        wipe(full)
        other = signed_anew(path, keys.signing(), {}, lambda one: replace(one, head=(one.head[0], "00" * 32)))
        self.refused(other, bring_back, superuser, folders, full, "does not end where the manifest says")

    def test_another_version_of_the_product(self, full, take_along, wipe, bring_back, superuser, folders):
        def newer(one):
            return replace(one, tables=one.tables | {"cases_case": archive.Held(1, ("id", "colour"))})

        path = take_along(full)
        wipe(full)
        other = signed_anew(path, keys.signing(), {}, newer)
        self.refused(other, bring_back, superuser, folders, full, "another version of Stadttor .* cases_case differ")

    def test_the_name_of_another_authority(self, full, take_along, wipe, bring_back, superuser, folders, neighbour):
        path = take_along(full)
        wipe(full)
        with psycopg.connect(superuser) as connection:
            connection.execute("UPDATE ground_authority SET slug = %s WHERE id = %s", [full.slug, neighbour.id])
        self.refused(path, bring_back, superuser, folders, full, "Another authority has the name")

    def test_the_export_of_another_town_than_was_named(self, full, take_along, capsys):
        assert operator_cli.main(["restore", "muenchen", "--from", str(take_along(full))]) == 1
        assert "is the export of weissenburg" in capsys.readouterr().err


class TestKilled:
    @pytest.mark.parametrize("where", ["_must_be_its_own", "_bring_heads", "put_rows"])
    def test_in_the_middle_nothing_came_and_the_same_again_brings_all(
        self, full, take_along, wipe, bring_back, differences, superuser, folders, monkeypatch, where
    ):
        path = take_along(full)
        wipe(full)
        before = all_rows(superuser)

        def killed(*given, **more):
            raise KeyboardInterrupt

        with monkeypatch.context() as dying:
            dying.setattr(restoring, where, killed)
            with pytest.raises(KeyboardInterrupt):
                bring_back(path)
        assert all_rows(superuser) == before
        assert contents(folders / "files") == {}
        bring_back(path)
        assert differences(path) == {}

    def test_a_store_that_goes_away_is_said(self, full, take_along, wipe, bring_back, superuser, monkeypatch):
        from stadttor.ground.disk import Disk

        path = take_along(full)
        wipe(full)
        before = all_rows(superuser)

        def away(*given):
            raise StoreAway("no route")

        monkeypatch.setattr(Disk, "put", away)
        with pytest.raises(LeaveProblem, match="takes no files: no route"):
            bring_back(path)
        assert all_rows(superuser) == before
