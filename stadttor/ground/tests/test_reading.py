"""The door for a single read: one round trip, the same wall, and nothing written."""

import pytest
from django.db import DataError, InternalError, OperationalError, connection, transaction

from stadttor.core.ids import new_id
from stadttor.ground import wire
from stadttor.ground.models import AuditEntry
from stadttor.ground.rows import change, first, insert, read, rows
from stadttor.ground.work import NestedWork, OutsideWork, common, reading, work

pytestmark = pytest.mark.db


def entry(authority, now, act="test.done"):
    return AuditEntry(
        authority_id=authority.id, at=now, act=act, actor_kind="system", subject_kind="thing", subject_id=new_id()
    )


@pytest.fixture
def written(authority, now):
    row = entry(authority, now)
    with work(authority.id):
        insert(row)
    return row


def seen(authority, **equal):
    with reading(authority.id):
        return [row.id for row in rows(AuditEntry, **equal)]


def test_it_reads_what_work_reads(authority, written):
    with reading(authority.id):
        found = first(AuditEntry, authority_id=authority.id, id=written.id)
    with work(authority.id):
        expected = first(AuditEntry, authority_id=authority.id, id=written.id)
    columns = [field.attname for field in AuditEntry._meta.concrete_fields]
    assert [getattr(found, name) for name in columns] == [getattr(expected, name) for name in columns]


def test_the_wall_stands(authority, neighbour, written):
    assert seen(authority, id=written.id) == [written.id]
    assert seen(neighbour, id=written.id) == []
    with reading(neighbour.id):
        assert read("SELECT count(*) FROM ground_auditentry") == [(0,)]


def test_the_setting_ends_with_the_read(authority, written):
    seen(authority, id=written.id)
    with common():
        assert read("SELECT coalesce(current_setting('app.authority', true), '')") == [("",)]
        with pytest.raises(DataError):
            read("SELECT count(*) FROM ground_auditentry")


def test_nothing_can_be_written(authority, written, now):
    for write in (lambda: insert(entry(authority, now)), lambda: change(AuditEntry, {"act": "x"}, id=written.id)):
        with pytest.raises(InternalError, match="read-only"), reading(authority.id):
            write()
    with work(authority.id):
        insert(entry(authority, now, act="after"))
    assert len(seen(authority, authority_id=authority.id)) == 2


def test_an_error_leaves_nothing_behind(authority, neighbour, written):
    with reading(authority.id):
        with pytest.raises(DataError, match="division by zero"):
            read("SELECT 1 / %s::int", 0)
        assert [row.id for row in rows(AuditEntry, authority_id=authority.id)] == [written.id]
    assert seen(neighbour, id=written.id) == []
    with work(authority.id):
        assert AuditEntry.objects.count() == 1


def test_a_cursor_of_django_is_refused(authority):
    with pytest.raises(OutsideWork), reading(authority.id):
        AuditEntry.objects.count()


def test_inside_work_it_joins_and_elsewhere_it_does_not_nest(authority, neighbour, now):
    row = entry(authority, now)
    with work(authority.id):
        insert(row)
        assert seen(authority, id=row.id) == [row.id]
        with pytest.raises(NestedWork), reading(neighbour.id):
            pass
    with reading(authority.id), pytest.raises(NestedWork), work(authority.id):
        pass
    with transaction.atomic(), pytest.raises(RuntimeError, match="its own"), reading(authority.id):
        pass


def test_after_the_server_hung_up_it_reads_by_a_new_connection(authority, written):
    hang_up()
    assert seen(authority, id=written.id) == [written.id]


def test_a_connection_lost_in_the_middle_is_an_error_and_the_next_read_has_a_new_one(authority, written):
    with pytest.raises(OperationalError), reading(authority.id):
        read("SELECT pg_terminate_backend(pg_backend_pid())")
    assert seen(authority, id=written.id) == [written.id]


def test_a_value_larger_than_the_buffers_of_the_socket_arrives(authority):
    """Report: the rest of the statement was never sent, and the thread waited for ever."""
    with reading(authority.id):
        assert read("SELECT length(%s::text), %s::text", "x" * 8_000_000, "y" * 8_000_000) == [
            (8_000_000, "y" * 8_000_000)
        ]


def test_a_server_that_says_nothing_is_not_waited_for(authority, written, monkeypatch):
    with monkeypatch.context() as patient:
        patient.setattr(wire, "LONGEST_SILENCE_MS", 1)
        with pytest.raises(OperationalError, match="no answer"), reading(authority.id):
            read("SELECT pg_sleep(3)")
    assert seen(authority, id=written.id) == [written.id]


def hang_up():
    """As a server that restarts does: the connection ends while nobody uses it."""
    other = connection.copy()
    other.connect()
    other.connection.execute("SELECT pg_terminate_backend(%s, 10000)", [connection.connection.info.backend_pid])
    other.close()
