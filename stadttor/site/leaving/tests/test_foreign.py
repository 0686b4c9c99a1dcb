"""What an export that another operator signed does not change here, whoever trusts it."""

import json
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stadttor.catalog.models import Package
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import common, work
from stadttor.identity.models import Membership, StaffAccount, StaffPasskey
from stadttor.identity.services import create_member
from stadttor.rollout.models import Promise, PromiseLine, Steering
from stadttor.site.leaving.archive import Held
from stadttor.site.leaving.door import Door
from stadttor.site.leaving.tests.test_erasing import wipe
from stadttor.site.leaving.tests.test_restoring import bring_back, signed_anew
from stadttor.studio.models import Publisher
from stadttor.tenancy.models import Coverage

pytestmark = pytest.mark.db
__all__ = ["bring_back", "wipe"]
ADLER = "adler@weissenburg.example"


@pytest.fixture
def bring_foreign(bring_back):
    """Another operator's export, which whoever runs this installation trusts; rows may be `added` by table."""

    def act(path, **added):
        key = Ed25519PrivateKey.generate()

        def more(rows):
            return lambda data: data + b"".join(json.dumps(row).encode() + b"\n" for row in rows)

        def counted(one):
            held = {
                name: Held(one.tables[name].rows + len(rows), one.tables[name].columns) for name, rows in added.items()
            }
            return replace(one, tables=one.tables | held)

        other = signed_anew(path, key, {f"rows/{name}.jsonl": more(rows) for name, rows in added.items()}, counted)
        return bring_back(other, trusted=key.public_key().public_bytes_raw().hex())

    return act


@pytest.fixture
def also_beside(full, beside, now):
    """Frau Adler of Weißenburg works for München as well."""
    create_member(
        authority_id=beside.id, email=ADLER, name="Frau Adler", roles=["clerk"], unit_ids=[], password="",
        actor=SYSTEM, now=now,
    )  # fmt: skip
    with common():
        return StaffAccount.objects.get(email=ADLER)


@pytest.fixture
def stranger(beside):
    """A colleague of München who never worked for Weißenburg."""
    with common(write=True):
        return StaffAccount.objects.create(email="eve@muenchen.example", name="Eve", password_hash="x", home=beside)


def row_of(account, **changes):
    return {
        "id": str(account.id), "email": account.email, "name": account.name, "password_hash": account.password_hash,
        "must_change": account.must_change, "active": account.active, "home_id": str(account.home_id),
    } | changes  # fmt: skip


class TestRights:
    def test_nobody_becomes_publisher_or_steering_body(self, full, take_along, wipe, bring_foreign):
        with common():
            assert Publisher.objects.filter(authority=full.id).exists()
            assert Steering.objects.filter(authority=full.id).exists()
        path = take_along(full)
        wipe(full)
        came = bring_foreign(path)
        with common():
            assert not Publisher.objects.exists()
            assert not Steering.objects.exists()
        assert any("1 of studio_publisher stayed behind: who publishes" in line for line in came.told())
        assert any("1 of rollout_steering stayed behind: who steers" in line for line in came.told())

    def test_our_own_export_brings_them_back(self, full, take_along, wipe, bring_back):
        path = take_along(full)
        wipe(full)
        assert bring_back(path).told() == []
        with common():
            assert Publisher.objects.filter(authority=full.id).exists()
            assert Steering.objects.filter(authority=full.id).exists()

    @pytest.mark.parametrize("served", ["095770177177", "095770177"])
    def test_places_that_another_serves_are_not_drawn_away(self, full, beside, take_along, wipe, bring_foreign, served):
        with common(write=True):
            Coverage.objects.filter(authority=full.id).delete()
            for prefix in ("095770177177", "095770136136"):
                Coverage.objects.create(authority_id=full.id, ars_prefix=prefix)
        path = take_along(full)
        wipe(full)
        with common(write=True):
            Coverage.objects.create(authority_id=beside.id, ars_prefix=served)
        came = bring_foreign(path)
        with common():
            mine = Coverage.objects.filter(authority=full.id).values_list("ars_prefix", flat=True)
            assert list(mine) == ["095770136136"]
        assert "1 of tenancy_coverage stayed behind: another authority serves these places here" in came.told()


class TestAccounts:
    def test_who_is_at_home_at_a_neighbour_stays_so(self, full, beside, also_beside, take_along, wipe, bring_foreign):
        """At home, an organiser sets her password."""
        path = take_along(full)
        wipe(full)
        bring_foreign(path)
        with common():
            assert StaffAccount.objects.get(id=also_beside.id).home_id == beside.id
        with work(full.id):
            assert Membership.objects.filter(authority_id=full.id, account=also_beside).exists()

    @pytest.mark.parametrize("since", ["nothing", "added", "removed"])
    def test_our_own_export_brings_her_home_back_and_leaves_her_passkeys_as_they_are(
        self, full, also_beside, take_along, wipe, bring_back, since, now
    ):
        def passkeys():
            with common():
                return set(StaffPasskey.objects.filter(account=also_beside).values_list("id", flat=True))

        path = take_along(full)
        wipe(full)
        assert len(passkeys()) == 1
        with common(write=True):
            if since == "added":
                StaffPasskey.objects.create(
                    account=also_beside,
                    host="muenchen.example",
                    credential_id=b"1",
                    public_key=b"2",
                    name="neu",
                    created=now,
                )
            if since == "removed":
                StaffPasskey.objects.filter(account=also_beside).delete()
        before = passkeys()
        bring_back(path)
        assert passkeys() == before
        with common():
            assert StaffAccount.objects.get(id=also_beside.id).home_id == full.id

    def test_a_stranger_s_account_is_not_taken_over_nor_gets_a_passkey(
        self, full, stranger, take_along, wipe, bring_foreign
    ):
        path = take_along(full)
        wipe(full)
        passkey = {
            "id": str(uuid4()), "account_id": str(stranger.id), "host": "muenchen.example", "credential_id": "\\x01",
            "public_key": "\\x02", "sign_count": 0, "name": "Eve", "created": "2026-11-23T09:00:00Z", "used": None,
        }  # fmt: skip
        bring_foreign(
            path,
            identity_staffaccount=[row_of(stranger, home_id=str(full.id), password_hash="mine", name="Mallory")],
            identity_staffpasskey=[passkey],
        )
        with common():
            there = StaffAccount.objects.get(id=stranger.id)
            assert row_of(there) == row_of(stranger)
            assert not StaffPasskey.objects.filter(account=stranger).exists()

    def test_no_new_account_is_at_home_at_a_neighbour(self, full, beside, take_along, wipe, bring_foreign, stranger):
        path = take_along(full)
        wipe(full)
        new = row_of(stranger, id=str(uuid4()), email="mallory@muenchen.example")
        bring_foreign(path, identity_staffaccount=[new])
        with common():
            assert StaffAccount.objects.get(id=new["id"]).home_id == full.id


class TestJobs:
    """Report: an export could bring jobs of any name, which the worker then did."""

    def job(self, full, name, *, queue="default", key=None, lock=None, **ids):
        return {
            "queue_name": queue, "task_name": name, "priority": 0, "lock": lock, "queueing_lock": key, "status": "todo",
            "args": {"authority_id": str(full.id), **ids}, "scheduled_at": None, "attempts": 0,
        }  # fmt: skip

    def test_only_those_come_that_are_enqueued_here_for_this_authority(
        self, full, beside, take_along, wipe, bring_foreign, superuser
    ):
        path = take_along(full)
        wipe(full)
        mine = self.job(full, "forms.rescan", key=f"forms.rescan:{full.id}:1", attachment_id=str(uuid4()))
        others = [
            self.job(full, "site.sweep_files"),
            self.job(full, "builtin.remove_old_jobs"),
            self.job(full, "forms.rescan", queue="prompt"),
            self.job(full, "forms.rescan", lock="everything"),
            self.job(full, "forms.rescan", key=f"forms.rescan:{beside.id}:1"),
            self.job(full, "rollout.go_on", queue="many", rollout_id=str(uuid4())),
            self.job(full, "studio.publish", publication_id=str(uuid4())),
        ]
        came = bring_foreign(path, procrastinate_jobs=[mine, *others])
        with psycopg.connect(superuser) as connection:
            query = "SELECT task_name, queueing_lock FROM procrastinate_jobs WHERE args ->> 'authority_id' = %s"
            there = set(connection.execute(query, [str(full.id)]).fetchall())
        assert ("forms.rescan", mine["queueing_lock"]) in there
        names = [name for name, _key in there]
        assert names.count("forms.rescan") == 1
        assert not {"site.sweep_files", "builtin.remove_old_jobs", "rollout.go_on", "studio.publish"} & set(names)
        assert came.behind["procrastinate_jobs"] == len(others)
        assert any("none that this installation does for it" in line for line in came.told())

    def test_our_own_export_brings_a_publication_back(self, full):
        row = self.job(full, "studio.publish")
        assert (
            Door(full.id, False, frozenset(), frozenset()).outside(None, "procrastinate_jobs", json.dumps(row), {})
            == ""
        )


def test_promises_in_another_s_name_stay_behind(full, beside, take_along, wipe, bring_foreign, now):
    """Report: who signs an export could promise packages in the name of a body of this installation."""
    with common():
        package = str(Package.objects.values_list("id", flat=True)[0])
    path = take_along(full)
    wipe(full)

    def promise(authority_id, by, key=""):
        return {
            "id": str(uuid4()), "package_id": package, "authority_id": authority_id and str(authority_id), "key": key,
            "goal": "foreign", "by_id": str(by),
        }  # fmt: skip

    def line(one, by, number):
        return {
            "id": str(uuid4()), "promise_id": one["id"], "number": number, "due": "2027-01-01", "reason": "",
            "entered_by_id": str(by), "at": now.isoformat(),
        }  # fmt: skip

    own = promise(full.id, full.id)
    others = [promise(full.id, beside.id), promise(beside.id, full.id), promise(None, full.id, "09")]
    lines = [line(own, full.id, 1), line(own, beside.id, 2), *(line(one, full.id, 1) for one in others[1:])]
    came = bring_foreign(path, rollout_promise=[own, *others], rollout_promiseline=lines)
    with common():
        there = Promise.objects.filter(goal="foreign")
        assert {str(one.id) for one in there} == {own["id"]}
        assert [one.number for one in PromiseLine.objects.filter(promise__in=there)] == [1]
    assert any(
        "of rollout_promise stayed behind" in line and "not this authority's to say" in line for line in came.told()
    )


def test_the_command_says_what_stayed_behind(full, take_along, wipe, capsys):
    from stadttor.site import operator_cli
    from stadttor.site.leaving.cli import fingerprint_of

    key = Ed25519PrivateKey.generate()
    path = signed_anew(take_along(full), key, {})
    wipe(full)
    signer = fingerprint_of(key.public_key().public_bytes_raw().hex())
    assert operator_cli.main(["restore", full.slug, "--from", str(path), "--signed-by", signer]) == 0
    assert "1 of studio_publisher stayed behind" in capsys.readouterr().out
