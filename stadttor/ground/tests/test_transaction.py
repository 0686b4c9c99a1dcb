"""The transaction of `work()` keeps what Django promises of its own."""

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from stadttor.core.ids import new_id
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.rows import change, insert
from stadttor.ground.tests.writing import acts, write
from stadttor.ground.work import common, work

pytestmark = pytest.mark.db


def twice(entry, act="test.done"):
    """A new act, then one that is there already."""
    insert(AuditEntry(**{**columns(entry), "id": new_id(), "act": act}))
    insert(entry)


def columns(entry):
    return {field.attname: getattr(entry, field.attname) for field in AuditEntry._meta.concrete_fields}


def test_a_block_of_atomic_inside_is_a_savepoint(authority, now):
    with work(authority.id):
        kept = write(authority, now, "kept")
        with pytest.raises(IntegrityError), transaction.atomic():
            twice(kept, act="lost")
        write(authority, now, "after")
    assert acts(authority) == ["after", "kept"]


def test_without_a_savepoint_a_failed_statement_ends_the_whole_work(authority, now):
    def go_on_after_an_error():
        kept = write(authority, now)
        with pytest.raises(IntegrityError):
            insert(kept)
        with pytest.raises(Error, match="aborted"):
            write(authority, now, "after")

    with pytest.raises(TransactionManagementError), work(authority.id):
        go_on_after_an_error()
    assert acts(authority) == []


def test_what_waits_for_the_commit_runs_after_it_and_not_after_an_error(authority, now):
    told = []
    with work(authority.id):
        transaction.on_commit(lambda: told.append("committed"))
        assert told == []
    with pytest.raises(IntegrityError), work(authority.id):
        wait_and_fail(authority, now, told)
    with work(authority.id):
        pass
    assert told == ["committed"]


def wait_and_fail(authority, now, told):
    transaction.on_commit(lambda: told.append("rolled back"))
    twice(write(authority, now))


def test_rows_can_be_locked_and_an_outermost_block_is_refused(authority, now):
    with work(authority.id):
        write(authority, now)
        assert AuditEntry.objects.select_for_update().filter(authority_id=authority.id).count() == 1
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic(durable=True):
            pass
    with transaction.atomic(), pytest.raises(RuntimeError, match="its own"), work(authority.id):
        pass


def write_and_close(authority, now):
    write(authority, now)
    connection.close()


def test_a_connection_closed_inside_takes_the_work_with_it(authority, now):
    with pytest.raises(TransactionManagementError), work(authority.id):
        write_and_close(authority, now)
    assert acts(authority) == []


def test_a_lost_connection_is_an_error_and_the_next_work_has_a_new_one(authority, now):
    def go_on_after_the_loss():
        write_and_close(authority, now)
        write(authority, now)

    with pytest.raises(Error, match="current transaction"), work(authority.id):
        go_on_after_the_loss()
    assert acts(authority) == []


def write_and_hang_up(authority, now):
    write(authority, now)
    connection.connection.close()


def test_a_commit_that_fails_is_an_error_and_leaves_nothing_open(authority, now):
    with pytest.raises(Error), work(authority.id):
        write_and_hang_up(authority, now)
    assert acts(authority) == []
    assert connection.get_autocommit()


def test_the_common_door_rolls_back_what_was_written_without_a_cursor(authority):
    with pytest.raises(ZeroDivisionError), common(write=True):
        1 // (change(Authority, {"name": "Anderswo"}, id=authority.id) - 1)
    with common():
        assert Authority.objects.get(id=authority.id).name == authority.name
