"""What becomes of a work when the database says no, or goes away, at each of its moments."""

import os

import psycopg
import pytest
from django.db import Error, OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError
from psycopg.pq import ExecStatus

from stadttor.ground import wire
from stadttor.ground.models import AuditEntry
from stadttor.ground.rows import insert, read, rows
from stadttor.ground.tests.writing import acts, write
from stadttor.ground.work import OutsideWork, work

pytestmark = pytest.mark.db


def hang_up(pid):
    """As a server does that restarts: from outside, while we know nothing of it. Returns when that backend is gone."""
    with psycopg.connect(os.environ["STADTTOR_DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def our_pid():
    return read("SELECT pg_backend_pid()")[0][0]


def nothing_is_left(authority):
    assert acts(authority) == []
    assert connection.get_autocommit()
    with pytest.raises(OutsideWork):
        rows(AuditEntry, authority_id=authority.id)


def test_a_caught_failure_is_not_taken_for_a_commit(authority, now):
    told = []

    def go_on_after_a_failure():
        kept = write(authority, now)
        transaction.on_commit(lambda: told.append("committed"))
        with pytest.raises(Error):
            insert(kept)

    with pytest.raises(TransactionManagementError, match="rolled back"), work(authority.id):
        go_on_after_a_failure()
    assert told == []
    nothing_is_left(authority)


def test_what_the_server_did_not_say_is_a_lost_line():
    """Seen: the database stopped for want of room, and people were told of an error of ours, with nothing to do."""
    connection.ensure_connection()
    result = connection.connection.pgconn.make_empty_result(ExecStatus.FATAL_ERROR)
    with pytest.raises(psycopg.OperationalError, match="lost"):
        wire._check(connection.connection, result)


def test_a_statement_that_takes_too_long_ends_the_work_as_django_says(authority, now):
    def take_long():
        write(authority, now)
        read("SELECT set_config('statement_timeout', '20', true)")
        read("SELECT pg_sleep(60)")

    with pytest.raises(OperationalError, match="statement timeout"), work(authority.id):
        take_long()
    nothing_is_left(authority)


def test_every_work_has_the_time_outs_of_the_product(authority):
    with work(authority.id):
        read("SELECT set_config('statement_timeout', '20', true)")
    with work(authority.id):
        (found,) = read(
            "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),"
            " current_setting('idle_in_transaction_session_timeout')"
        )
    assert found == ("5s", "3s", "15s")


def test_a_connection_lost_between_two_statements_is_an_error_and_nothing_is_kept(authority, now):
    def lose_it_between():
        write(authority, now)
        hang_up(our_pid())
        write(authority, now)

    with pytest.raises(OperationalError), work(authority.id):
        lose_it_between()
    nothing_is_left(authority)


def test_a_connection_lost_before_the_commit_is_an_error_and_nothing_is_told(authority, now):
    told = []

    def lose_it_at_the_end():
        write(authority, now)
        transaction.on_commit(lambda: told.append("committed"))
        hang_up(our_pid())

    with pytest.raises(OperationalError), work(authority.id):
        lose_it_at_the_end()
    assert told == []
    nothing_is_left(authority)


def test_a_connection_lost_between_two_works_goes_unnoticed(authority, now):
    with work(authority.id):
        write(authority, now, "before")
        pid = our_pid()
    hang_up(pid)
    with work(authority.id):
        write(authority, now, "behind")
    assert acts(authority) == ["before", "behind"]


def test_no_statement_stays_prepared_on_the_server_and_the_setting_ends_with_the_work(authority, now):
    """A pooler that hands out a connection per transaction may stand between us and the server."""
    with work(authority.id):
        for _ in range(8):
            write(authority, now)
            assert AuditEntry.objects.filter(authority_id=authority.id).exists()
        assert read("SELECT count(*) FROM pg_prepared_statements") == [(0,)]
    assert connection.connection.pgconn.exec_(b"SELECT current_setting('app.authority', true)").get_value(0, 0) == b""
