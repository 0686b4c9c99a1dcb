"""PostgreSQL restarts: the first request afterwards works."""

from uuid import UUID

import psycopg
import pytest
from django.db import connection

from stadttor.ground.launcher.dsn import changed
from stadttor.ground.launcher.postgres import SUPERUSER, Cluster, find_binaries, short_temporary_folder
from stadttor.ground.launcher.testing import FAST_AND_SMALL
from stadttor.ground.work import common, work

pytestmark = pytest.mark.db


@pytest.fixture
def hang_up(database):
    """Ends every connection of the product, as a server does that shuts down."""

    def end_all():
        with psycopg.connect(changed(database["STADTTOR_OWNER_URL"], user=SUPERUSER), autocommit=True) as admin:
            ended = admin.execute(
                "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE usename = 'stadttor_app'"
            ).fetchone()
        assert ended[0] >= 1

    return end_all


def test_the_first_page_after_a_restart_is_a_page(client, permit, hang_up):
    from stadttor.ground import authorities

    for path in ("/", "/leistungen/bewohnerparkausweis", "/desk/sign-in"):
        assert client.get(path).status_code == 200
        hang_up()
        authorities.forget()
        assert client.get(path).status_code == 200


def test_a_signed_in_clerk_stays_signed_in(client, authority, now, hang_up):
    from stadttor.ground.actor import SYSTEM
    from stadttor.identity.services import create_member

    create_member(
        authority_id=authority.id, email="o@x.example", name="Herr Olsen", roles=["clerk"], unit_ids=[],
        password="ein-gutes-kennwort", actor=SYSTEM, now=now,
    )  # fmt: skip
    hang_up()
    client.post("/desk/sign-in", {"email": "o@x.example", "password": "ein-gutes-kennwort"})
    hang_up()
    assert client.get("/desk/cases/").status_code == 200


def test_without_the_look_at_the_line_the_first_question_fails(authority, hang_up, monkeypatch):
    """The twin: it is the look at the connection that helps."""
    from django.db import Error

    from stadttor.ground import work as doors

    monkeypatch.setattr(doors, "_hung_up", lambda socket: False)
    with common():
        ask()
    hang_up()
    with pytest.raises(Error), common():
        ask()


def ask():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.authority', true)")
        return cursor.fetchone()[0]


def test_work_and_common_go_on_after_a_real_restart():
    from conftest import _point_django_at

    folder = short_temporary_folder("stadttor-test-")
    cluster = Cluster(folder, find_binaries(), settings=FAST_AND_SMALL)
    before = dict(connection.settings_dict)
    connection.close()
    try:
        for _ in range(2):
            with cluster.running(log=folder / "postgres.log"):
                _point_django_at(cluster.url())
                with common():
                    ask()
                with work(UUID(int=3)):
                    assert UUID(ask()) == UUID(int=3)
    finally:
        connection.close()
        connection.settings_dict.update(before)
