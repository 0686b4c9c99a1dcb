"""How the worker asks its queue: every statement of the queue is a transaction of its own, on a connection of a pool."""

import select
from typing import Any

import psycopg
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg_pool import AsyncConnectionPool

Connection = psycopg.AsyncConnection[Any]


def connector() -> PsycopgConnector:
    """The queue's connections for a worker; procrastinate's own would ask four times for each statement.

    It would look whether the connection lives by a statement, and wrap each statement in BEGIN and COMMIT.
    """
    return PsycopgConnector(
        pool_factory=_pool, kwargs=connector_params(), configure=_each_statement_for_itself, min_size=1, max_size=4
    )


def _pool(**arguments: Any) -> AsyncConnectionPool[Connection]:
    return AsyncConnectionPool(**arguments | {"check": _must_live})


async def _each_statement_for_itself(connection: Connection) -> None:
    await connection.set_autocommit(True)


async def _must_live(connection: Connection) -> None:
    """A server that went away has said goodbye: an idle connection has something to read. Asks the kernel only."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        await connection.close()
        raise psycopg.OperationalError("the server has closed this connection")
