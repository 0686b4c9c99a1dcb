from datetime import timedelta

import pytest
from django.db import ProgrammingError

from stadttor.core.ids import new_id
from stadttor.ground.models import AuditEntry, AuditSeal, Blob
from stadttor.ground.rows import change, first, insert, insert_unless_taken, read, rows
from stadttor.ground.work import OutsideWork, work

pytestmark = pytest.mark.db


def entry(authority, at, act="test.done", **more):
    return AuditEntry(
        authority_id=authority.id,
        at=at,
        act=act,
        actor_kind="system",
        subject_kind="thing",
        subject_id=new_id(),
        **more,
    )


def test_a_row_is_read_as_the_query_compiler_reads_it(authority, now):
    with work(authority.id):
        AuditEntry.objects.bulk_create([entry(authority, now, details={"town": "Weißenburg", "n": [1, None]})])
        found = first(AuditEntry, authority_id=authority.id, act="test.done")
        expected = AuditEntry.objects.get(authority_id=authority.id)
    columns = [field.attname for field in AuditEntry._meta.concrete_fields]
    assert [getattr(found, name) for name in columns] == [getattr(expected, name) for name in columns]


def test_a_row_is_written_as_the_model_would_write_it(authority, now):
    written = entry(authority, now, details={"town": "Weißenburg"})
    with work(authority.id):
        insert(written)
        found = AuditEntry.objects.get(authority_id=authority.id)
    assert (found.id, found.at, found.details, found.actor_name) == (written.id, now, {"town": "Weißenburg"}, "")


def test_order_and_bound_are_kept(authority, now):
    with work(authority.id):
        for hours in (2, 1, 3):
            insert(entry(authority, now + timedelta(hours=hours)))
        newest = rows(AuditEntry, authority_id=authority.id, order=("-at", "id"), most=2)
    assert [row.at for row in newest] == [now + timedelta(hours=3), now + timedelta(hours=2)]


def test_the_wall_stands_here_too(authority, neighbour, now):
    with work(authority.id):
        insert(entry(authority, now))
    with work(neighbour.id):
        assert rows(AuditEntry, authority_id=authority.id) == []
    with pytest.raises(ProgrammingError, match="row-level security"), work(neighbour.id):
        insert(entry(authority, now))
    with pytest.raises(OutsideWork):
        rows(AuditEntry, authority_id=authority.id)


def test_a_statement_of_ours_is_read_behind_the_same_door(authority, neighbour, now):
    with work(authority.id):
        insert(entry(authority, now))
        found = read(
            "SELECT act, at FROM ground_auditentry WHERE authority_id = %s AND act = %s", authority.id, "test.done"
        )
    assert found == [("test.done", now)]
    with work(neighbour.id):
        assert read("SELECT act FROM ground_auditentry WHERE authority_id = %s", authority.id) == []
    with pytest.raises(OutsideWork):
        read("SELECT 1")


def test_a_row_whose_key_is_taken_is_not_written(authority, now):
    seal = AuditSeal(authority_id=authority.id, position=1, entry_id=new_id(), digest=b"1", sealed_at=now)
    other = AuditSeal(authority_id=authority.id, position=1, entry_id=new_id(), digest=b"2", sealed_at=now)
    with work(authority.id):
        assert insert_unless_taken(seal)
        assert not insert_unless_taken(other)
        assert (seal._state.adding, other._state.adding) == (False, True)
        assert AuditSeal.objects.get(authority_id=authority.id).entry_id == seal.entry_id


def test_only_the_rows_that_are_meant_change(authority, now):
    small, large = (
        Blob(authority_id=authority.id, sha256=b"1", size=size, media_type="text/plain", created=now) for size in (1, 9)
    )
    with work(authority.id):
        insert(small)
        insert(large)
        assert change(Blob, {"size": 2, "media_type": "image/png"}, authority_id=authority.id, id=small.id) == 1
        assert change(Blob, {"size": 3}, authority_id=authority.id, id=large.id, size=8) == 0
        found = set(Blob.objects.filter(authority_id=authority.id).values_list("size", "media_type"))
    assert found == {(2, "image/png"), (9, "text/plain")}


def test_none_finds_the_rows_that_have_nothing_there(authority, now):
    with work(authority.id):
        for actor_id in (None, new_id()):
            insert(entry(authority, now, actor_id=actor_id))
        found = rows(AuditEntry, order=("id",), actor_id=None, authority_id=authority.id)
        (expected,) = AuditEntry.objects.filter(authority_id=authority.id, actor_id=None)
        assert [row.id for row in found] == [expected.id]
