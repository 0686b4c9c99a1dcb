"""The worker's connections to its queue."""

import asyncio

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException

from stadttor.ground import queue_connections
from stadttor.ground.launcher.dsn import changed
from stadttor.ground.launcher.postgres import SUPERUSER

pytestmark = pytest.mark.db
WHO = "SELECT pg_backend_pid() AS pid"
STARTS = "SELECT xact_start = query_start AS alone FROM pg_stat_activity WHERE pid = pg_backend_pid()"


@pytest.fixture
def end_backend(database):
    """Ends one connection, as a server does that shuts down."""

    def end(pid):
        with psycopg.connect(changed(database["STADTTOR_OWNER_URL"], user=SUPERUSER), autocommit=True) as admin:
            assert admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid]).fetchone() == (True,)

    return end


def asked(*steps):
    """Each step in turn on one open connector: a statement to ask, or something to do with the answer before it."""

    async def run():
        connector = queue_connections.connector()
        await connector.open_async()
        answer = None
        try:
            for step in steps:
                answer = await connector.execute_query_one_async(step) if isinstance(step, str) else step(answer)
        finally:
            await connector.close_async()
        return answer

    return asyncio.run(run())


def test_a_connection_the_server_closed_is_replaced_before_it_is_used(end_backend):
    ended = []

    def end(answer):
        ended.append(answer["pid"])
        end_backend(answer["pid"])

    assert asked(WHO, end, WHO)["pid"] not in ended


def test_without_the_look_the_next_statement_fails(end_backend, monkeypatch):
    """The twin: it is the look at the connection that helps."""
    monkeypatch.setattr(queue_connections, "_must_live", None)
    with pytest.raises(ConnectorException):
        asked(WHO, lambda answer: end_backend(answer["pid"]), WHO)


def test_each_statement_is_a_transaction_of_its_own():
    assert asked(STARTS)["alone"]
