"""The door for one act at many authorities: the wall stands in it as in every other."""

import pytest
from django.db import ProgrammingError, connection
from django.db.utils import DataError

from stadttor.ground.actor import SYSTEM
from stadttor.ground.audit import record
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.work import NestedWork, OutsideWork, common, in_turn, work

pytestmark = pytest.mark.db
NO_AUTHORITY = (ProgrammingError, DataError)


def write(authority, now):
    record(authority.id, act="test.done", actor=SYSTEM, subject=("thing", None), at=now)


def entries(authority):
    with work(authority.id):
        return AuditEntry.objects.count()


def test_each_authority_sees_its_own_rows_in_its_turn(authority, neighbour, now):
    with in_turn() as turns:
        with turns.of(authority.id):
            write(authority, now)
        with turns.of(neighbour.id):
            assert AuditEntry.objects.count() == 0
            write(neighbour, now)
    assert (entries(authority), entries(neighbour)) == (1, 1)


def test_before_the_first_turn_a_walled_table_is_an_error_and_a_global_one_is_not(authority):
    with pytest.raises(NO_AUTHORITY), in_turn():
        assert [Authority.objects.count(), AuditEntry.objects.count()] == []


def read_after_a_turn(authority):
    with in_turn() as turns:
        with turns.of(authority.id):
            AuditEntry.objects.count()
        AuditEntry.objects.count()


def test_after_a_turn_a_walled_table_is_an_error(authority):
    with pytest.raises(NO_AUTHORITY):
        read_after_a_turn(authority)


def test_a_row_for_another_authority_cannot_be_written_in_a_turn(authority, neighbour, now):
    with pytest.raises(ProgrammingError, match="row-level security"), in_turn() as turns, turns.of(authority.id):
        write(neighbour, now)


def test_turns_do_not_nest_and_no_door_opens_inside_another(authority, neighbour):
    with in_turn() as turns:
        with turns.of(authority.id):
            with pytest.raises(NestedWork), turns.of(neighbour.id):
                pass
            with work(authority.id):
                AuditEntry.objects.count()
            with pytest.raises(NestedWork), work(neighbour.id):
                pass
        with pytest.raises(NestedWork), work(authority.id):
            pass
    with work(authority.id), pytest.raises(NestedWork), in_turn():
        pass


def test_all_turns_are_kept_or_none(authority, neighbour, now):
    def write_one_and_fail_at_the_other():
        with in_turn() as turns:
            with turns.of(authority.id):
                write(authority, now)
            with turns.of(neighbour.id):
                raise RuntimeError

    with pytest.raises(RuntimeError):
        write_one_and_fail_at_the_other()
    assert entries(authority) == 0


def test_after_the_last_turn_nothing_stays_open(authority, now):
    with in_turn() as turns, turns.of(authority.id):
        write(authority, now)
    with pytest.raises(OutsideWork):
        Authority.objects.count()
    with pytest.raises(NO_AUTHORITY), common(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ground_auditentry")


def test_a_turn_that_failed_leaves_nobody_set(authority):
    def fail_and_go_on():
        with in_turn() as turns:
            with pytest.raises(KeyError), turns.of(authority.id):
                raise KeyError
            AuditEntry.objects.count()

    with pytest.raises(NO_AUTHORITY):
        fail_and_go_on()
