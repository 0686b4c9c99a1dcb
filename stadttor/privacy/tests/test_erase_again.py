"""A restored backup brings no deleted case back for longer than one command."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from stadttor.cases.models import Case
from stadttor.core.ids import new_id
from stadttor.ground import heads
from stadttor.ground.models import AuditEntry
from stadttor.ground.tests.queue import undone
from stadttor.ground.work import work
from stadttor.privacy import cli, services
from stadttor.privacy.models import Deletion
from stadttor.privacy.services import remembering

pytestmark = pytest.mark.db

CLOSED = datetime(2026, 11, 20, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kept(tmp_path):
    """Where the heads lie, and what is remembered beside them."""
    before, settings.STADTTOR_HEADS = settings.STADTTOR_HEADS, tmp_path
    yield tmp_path
    settings.STADTTOR_HEADS = before


def lines(kept: Path, authority):
    path = kept / f"{authority.id}.deleted.jsonl"
    return path.read_text().splitlines() if path.exists() else []


def there(authority):
    with work(authority.id):
        return set(Case.objects.values_list("id", flat=True))


def deleted_before_the_restore(authority, case_id, at=NOW, cause="withdrawn"):
    """The case was deleted after the moment that was restored: its rows are back, its proof is not."""
    remembering.remember(
        Deletion(authority_id=authority.id, case_id=case_id, cause=cause, archive="", at=at, digest="ab" * 32)
    )


def test_a_deletion_is_remembered_outside_the_database_by_ids_alone(authority, closed, lead, kept):
    case_id = closed(CLOSED, state="withdrawn", number="WUG-2026-4F7K-92")
    services.delete_on_request(staff=lead, case_id=case_id, ground="withdrawn", now=NOW)
    [line] = lines(kept, authority)
    with work(authority.id):
        [proof] = Deletion.objects.all()
    told = json.loads(line)
    told.pop("signature")
    assert told == {
        "case": str(case_id), "cause": "withdrawn", "archive": "", "at": NOW.isoformat(), "digest": proof.digest,
    }  # fmt: skip
    assert heads.newest(authority.id) is None, "it is no head"


def test_a_deletion_that_is_rolled_back_is_not_remembered(authority, closed, lead, kept):
    case_id = closed(CLOSED, state="withdrawn")
    undone(
        authority.id,
        lambda: services.delete_on_request(staff=lead, case_id=case_id, ground="withdrawn", now=NOW),
    )
    assert (there(authority), lines(kept, authority)) == ({case_id}, [])


def test_what_a_power_cut_kept_from_being_remembered_follows_later(authority, closed, lead, kept):
    services.delete_on_request(staff=lead, case_id=closed(CLOSED, state="withdrawn"), ground="withdrawn", now=NOW)
    [path] = kept.glob("*.deleted.jsonl")
    whole = path.read_text()
    path.write_text(whole[:40])
    for _ in range(2):
        services.remember_all(authority_id=authority.id)
    half, again = lines(kept, authority)
    assert (half, again) == (whole[:40], whole.strip())


def test_what_had_been_deleted_goes_again_also_from_work_and_nothing_else(
    authority, neighbour, closed, opened, kept, capsys
):
    ended, in_work, other = closed(CLOSED, state="withdrawn"), opened(), opened()
    for case_id in (ended, in_work, new_id()):
        deleted_before_the_restore(authority, case_id)
    deleted_before_the_restore(neighbour, other)
    for told in ("2 cases deleted again, 1 were gone", "0 cases deleted again, 3 were gone"):
        assert cli.main(["erase-again"]) == 0
        assert f"{authority.slug}: {told}" in capsys.readouterr().out
        assert there(authority) == {other}
    with work(authority.id):
        assert {one.cause for one in Deletion.objects.filter(case_id__in=[ended, in_work])} == {"withdrawn"}
        assert AuditEntry.objects.filter(act="privacy.deleted", details__again=True).count() == 2


def test_what_somebody_held_since_and_lines_that_nobody_signed_are_left_and_told(authority, closed, lead, kept, capsys):
    since, before, strange = (closed(CLOSED, state="withdrawn") for _ in range(3))
    services.hold(staff=lead, case_id=since, reason="Klage", until=None, now=NOW + timedelta(hours=1))
    services.hold(staff=lead, case_id=before, reason="Klage", until=None, now=NOW - timedelta(hours=1))
    deleted_before_the_restore(authority, since)
    deleted_before_the_restore(authority, before)
    [path] = kept.glob("*.deleted.jsonl")
    forged = json.loads(lines(kept, authority)[0]) | {"case": str(strange)}
    path.write_text(path.read_text() + json.dumps(forged) + '\n{"case": [[')
    assert cli.main(["erase-again"]) == 1
    assert there(authority) == {since, strange}
    told = capsys.readouterr().out
    assert f"case {since} stays" in told
    assert "line 3" in told
    assert "line 4" in told


def test_wrong_use_is_said(capsys):
    assert cli.main(["erase"]) == 2
