"""The wall between authorities, seen from the product's own role."""

import psycopg
import pytest
from django.db import ProgrammingError, connection
from django.db.utils import DataError, IntegrityError

from stadttor.ground.actor import SYSTEM
from stadttor.ground.audit import record
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.wall import walled_models
from stadttor.ground.work import NestedWork, OutsideWork, common, work

pytestmark = pytest.mark.db
NO_AUTHORITY = (ProgrammingError, DataError)


def write(authority, now, act="test.done"):
    with work(authority.id):
        record(authority.id, act=act, actor=SYSTEM, subject=("thing", None), at=now)


def test_a_query_outside_every_door_is_a_bug(authority):
    with pytest.raises(OutsideWork):
        Authority.objects.count()


@pytest.mark.parametrize("model", walled_models(), ids=lambda model: model.__name__)
def test_without_an_authority_a_walled_table_is_an_error_on_fresh_and_used_connections(model, authority):
    for _ in range(2):
        with pytest.raises(NO_AUTHORITY), common():
            model.objects.count()
        with work(authority.id):
            model.objects.count()


def test_the_common_door_reads_the_global_tables(authority):
    with common():
        assert Authority.objects.get().slug == "weissenburg"


def test_each_authority_sees_its_own_rows(authority, neighbour, now):
    write(authority, now)
    with work(neighbour.id):
        assert AuditEntry.objects.count() == 0
    with work(authority.id):
        assert AuditEntry.objects.count() == 1


def test_a_row_for_another_authority_cannot_be_written(authority, neighbour, now):
    with pytest.raises(ProgrammingError, match="row-level security"), work(authority.id):
        record(neighbour.id, act="x", actor=SYSTEM, subject=("thing", None), at=now)


def test_work_for_another_authority_does_not_nest(authority, neighbour):
    with work(authority.id), pytest.raises(NestedWork), work(neighbour.id):
        pass


def test_work_joins_the_open_one_and_rolls_back_whole(authority, now):
    def fail_after_writing():
        with work(authority.id):
            write(authority, now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_writing()
    with work(authority.id):
        assert AuditEntry.objects.count() == 0


def test_after_an_error_the_setting_is_gone(authority):
    with pytest.raises(IntegrityError), work(authority.id):
        Authority.objects.create(slug="weissenburg", name="twice")
    with pytest.raises(NO_AUTHORITY), common():
        AuditEntry.objects.count()


def test_the_product_may_not_change_or_delete_audit_rows(authority, now):
    write(authority, now)
    for statement in ("UPDATE ground_auditentry SET act = 'x'", "DELETE FROM ground_auditentry"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            work(authority.id),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_roles_are_as_the_wall_needs_them(database):
    with psycopg.connect(database["STADTTOR_OWNER_URL"]) as owner:
        rows = owner.execute(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname LIKE 'stadttor%'"
        ).fetchall()
        owned = owner.execute("SELECT count(*) FROM pg_tables WHERE tableowner = 'stadttor_app'").fetchone()
    rights = {name: (superuser, bypass) for name, superuser, bypass in rows}
    assert rights["stadttor_owner"] == (False, False)
    assert rights["stadttor_app"] == (False, False)
    assert rights["stadttor_backup"] == (False, True)
    assert owned == (0,)


def test_a_removed_policy_lets_the_neighbour_see_and_is_noticed(authority, neighbour, now, database):
    """The twin: without its policy the table leaks, so the test above would fail."""
    write(authority, now)
    with psycopg.connect(database["STADTTOR_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ALTER TABLE ground_auditentry NO FORCE ROW LEVEL SECURITY")
        owner.execute("ALTER TABLE ground_auditentry DISABLE ROW LEVEL SECURITY")
        try:
            with work(neighbour.id):
                assert AuditEntry.objects.count() == 1
        finally:
            owner.execute("ALTER TABLE ground_auditentry ENABLE ROW LEVEL SECURITY")
            owner.execute("ALTER TABLE ground_auditentry FORCE ROW LEVEL SECURITY")
