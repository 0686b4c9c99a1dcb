"""An erased authority is gone, its neighbour is as it was, and a proof says so."""

import io
import json
import threading
from datetime import UTC, datetime

import psycopg
import pytest

from stadttor.ground import audit_cli, erasures, keys
from stadttor.ground.models import Authority
from stadttor.ground.ports import StoreAway
from stadttor.ground.tests.storing import stored
from stadttor.ground.work import common, work
from stadttor.identity.models import Membership, StaffAccount
from stadttor.identity.services import create_member
from stadttor.rollout.models import Batch, CommonCost, Promise, Rollout
from stadttor.site import operator_cli
from stadttor.site.leaving.erasing import changing, delete_rows, erase
from stadttor.site.leaving.house import this_house
from stadttor.site.leaving.problems import LeaveProblem

pytestmark = pytest.mark.db


@pytest.fixture
def wipe(database):
    def act(one):
        return erase(
            one.id,
            owner_url=database["STADTTOR_OWNER_URL"],
            house=this_house(),
            now=datetime.now(UTC),
            out=io.StringIO(),
        )

    return act


def all_rows(superuser):
    """Every row of every table, by table, as text."""
    with psycopg.connect(superuser) as connection:
        names = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return {name: {row[0] for row in connection.execute(f'SELECT t::text FROM "{name}" t')} for name in names}


def naming(superuser, authority_id):
    """The tables in which this id stands anywhere."""
    return {name for name, rows in all_rows(superuser).items() if any(str(authority_id) in row for row in rows)}


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def answer(monkeypatch, text):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{text}\n"))


class TestGone:
    def test_nothing_of_it_is_left_and_its_neighbour_is_as_it_was(self, full, beside, wipe, superuser, folders):
        before, files = all_rows(superuser), contents(folders / "files")
        wipe(full)
        assert naming(superuser, full.id) == set()
        after = all_rows(superuser)
        ours = {name: {row for row in rows if str(beside.id) in row} for name, rows in before.items()}
        assert all(rows <= after[name] for name, rows in ours.items())
        assert any(ours.values())
        kept = {path: data for path, data in files.items() if path.startswith(str(beside.id))}
        assert contents(folders / "files") == kept != {}

    def test_a_file_without_a_row_goes_too(self, full, wipe, folders):
        from stadttor.ground import files

        files.put(full.id, b"of a work that rolled back", media_type="text/plain")
        wipe(full)
        assert contents(folders / "files") == {}

    def test_who_works_elsewhere_too_keeps_her_account_and_is_at_home_there(self, full, beside, wipe, now):
        from stadttor.ground.actor import SYSTEM

        email = "adler@weissenburg.example"
        create_member(
            authority_id=beside.id, email=email, name="Frau Adler", roles=["clerk"], unit_ids=[], password="",
            actor=SYSTEM, now=now,
        )  # fmt: skip
        wipe(full)
        with common():
            account = StaffAccount.objects.get(email=email)
            assert account.home_id == beside.id
            assert account.password_hash
            assert not StaffAccount.objects.filter(home_id=full.id).exists()
        with work(beside.id):
            assert Membership.objects.filter(authority_id=beside.id, account=account).exists()

    def test_a_plan_for_many_goes_on_without_it(self, full, beside, wipe, superuser, now):
        with psycopg.connect(superuser) as connection:
            connection.execute("UPDATE rollout_batch SET authorities = %s", [[full.id, beside.id]])
        with common(write=True):
            CommonCost.objects.create(
                package_id=Rollout.objects.get().version.package_id, by=beside, year=2026, cents=100, key="equal",
                source="Vertrag", stated_at=now, shared_at=now, shares={str(one.id): [1, 50] for one in (full, beside)},
            )  # fmt: skip
        wipe(full)
        with common():
            assert CommonCost.objects.get().shares == {str(beside.id): [1, 50]}
            assert Rollout.objects.count() == 1
            assert Batch.objects.get().authorities == [beside.id]
            assert not Promise.objects.filter(by_id=full.id).exists()


class TestAllOrNothing:
    def test_killed_before_the_commit_everything_is_there(self, full, database, superuser, folders):
        before, files = all_rows(superuser), contents(folders / "files")

        def breaks_off():
            with changing(database["STADTTOR_OWNER_URL"], full.id) as connection:
                delete_rows(connection, full.id, datetime.now(UTC))
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            breaks_off()
        assert all_rows(superuser) == before
        assert contents(folders / "files") == files

    def test_killed_between_its_note_and_the_commit_no_file_goes(self, full, monkeypatch, capsys, superuser, folders):
        """A note of what did not happen must not take the files of an authority that is there."""
        before, files = all_rows(superuser), contents(folders / "files")

        def killed(path, text):
            path.write_text(text)
            raise KeyboardInterrupt

        with monkeypatch.context() as dying:
            dying.setattr("stadttor.site.leaving.erasing.write_whole", killed)
            answer(monkeypatch, full.slug)
            with pytest.raises(KeyboardInterrupt):
                operator_cli.main(["erase", full.slug])
        answer(monkeypatch, "nein")
        assert operator_cli.main(["erase", full.slug]) == 1
        assert "Nothing was erased" in capsys.readouterr().out
        assert all_rows(superuser) == before
        assert contents(folders / "files") == files
        answer(monkeypatch, full.slug)
        assert operator_cli.main(["erase", full.slug]) == 0
        assert contents(folders / "files") == {}

    def test_killed_after_it_the_same_command_does_the_rest(self, full, monkeypatch, capsys, folders):
        house = this_house()

        class Away:
            def old(self, *given):
                raise StoreAway("no route")

        with monkeypatch.context() as away:
            away.setattr("stadttor.ground.ports.store", Away)
            answer(monkeypatch, full.slug)
            assert operator_cli.main(["erase", full.slug]) == 1
        assert "the same command again does the rest" in capsys.readouterr().err
        assert contents(folders / "files") != {}
        assert list(erasures.erasures(house.heads)) == []
        assert operator_cli.main(["erase", full.slug]) == 0
        assert contents(folders / "files") == {}
        assert [one.slug for one in erasures.erasures(house.heads)] == [full.slug]
        assert operator_cli.main(["erase", full.slug]) == 1

    def test_who_writes_meanwhile_waits_and_is_refused(self, full, database, wipe, superuser, now):
        """Without the authority's row nothing of it can be committed."""
        began, done, refused = threading.Event(), threading.Event(), []

        def write():
            try:
                with psycopg.connect(database["STADTTOR_DATABASE_URL"]) as app:
                    app.execute("SELECT set_config('app.authority', %s, true)", [str(full.id)])
                    app.execute(
                        "INSERT INTO identity_unit (id, authority_id, name, services)"
                        " VALUES (gen_random_uuid(), %s, 'Amt', '{}')",
                        [full.id],
                    )
                    began.set()
                    done.wait(20)
            except psycopg.errors.ForeignKeyViolation as error:
                refused.append(error)

        writer = threading.Thread(target=write)
        writer.start()
        assert began.wait(20)
        wipe(full)
        done.set()
        writer.join()
        assert len(refused) == 1
        assert naming(superuser, full.id) == set()

    def test_the_wall_binds_the_owner_too(self, full, beside, database, superuser):
        """What deletes sees no row of a neighbour, whatever it says."""
        with changing(database["STADTTOR_OWNER_URL"], full.id) as connection:
            assert (
                connection.execute("DELETE FROM identity_unitmember WHERE authority_id = %s", [beside.id]).rowcount == 0
            )
            connection.rollback()


class TestProof:
    def test_it_counts_what_went_and_is_signed(self, full, wipe, superuser):
        with psycopg.connect(superuser) as connection:
            query = "SELECT count(*), max(position) FROM ground_auditseal WHERE authority_id = %s"
            seals, end = connection.execute(query, [full.id]).fetchone()
        proof = wipe(full)
        ours = keys.signing().public_key().public_bytes_raw().hex()
        assert proof.rows["ground_auditseal"] == seals
        assert proof.head[0] == end
        assert proof.is_signed_by(ours)
        assert erasures.parsed(proof.as_line()).is_signed_by(ours)
        changed = json.loads(proof.as_line()) | {"files": 0}
        assert not erasures.parsed(json.dumps(changed)).is_signed_by(ours)

    @pytest.mark.parametrize("text", ["", "[]", "{", '{"authority": 1}', '{"head": [1]}'])
    def test_what_is_no_proof_is_none(self, text):
        assert erasures.parsed(text) is None

    def test_the_chains_verify_with_it_and_do_not_without(self, full, beside, wipe, capsys):
        from stadttor.ground import sealing

        sealing.seal_waiting(beside.id, datetime.now(UTC))
        wipe(full)
        assert audit_cli.main(["verify"]) == 0
        assert f"{full.slug}: erased at" in capsys.readouterr().out
        (this_house().heads / f"{full.id}{erasures.END}").unlink()
        assert audit_cli.main(["verify"]) == 1

    def test_the_command_names_counts_and_asks_for_the_name(self, full, monkeypatch, capsys, superuser):
        before = all_rows(superuser)
        answer(monkeypatch, "ja")
        assert operator_cli.main(["erase", full.slug]) == 1
        assert "cases_case" in capsys.readouterr().out
        assert all_rows(superuser) == before
        answer(monkeypatch, full.slug)
        assert operator_cli.main(["erase", full.slug]) == 0
        with common():
            assert not Authority.objects.filter(id=full.id).exists()
        assert operator_cli.main(["proof", full.slug]) == 0

    def test_what_came_back_is_named(self, full, wipe, capsys, now):
        wipe(full)
        with common(write=True):
            Authority.objects.create(id=full.id, slug=full.slug, name=full.name)
        stored(full.id, b"again", now)
        assert operator_cli.main(["proof", full.slug]) == 1
        assert "ground_blob: 1 are HERE again" in capsys.readouterr().out

    def test_a_file_that_is_no_proof_is_said_in_words(self, database, tmp_path, capsys):
        (tmp_path / "x").write_text("nothing")
        assert operator_cli.main(["proof", str(tmp_path / "x")]) == 1
        assert "holds no proof" in capsys.readouterr().err


def test_an_authority_that_is_not_there_is_refused(database, full, wipe):
    wipe(full)
    with pytest.raises(LeaveProblem, match="not there any more"):
        wipe(full)
