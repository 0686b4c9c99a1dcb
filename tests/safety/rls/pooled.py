"""Many transactions of both towns over few connections, some ending in errors: nobody ever sees what is not his."""

import random
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Queue
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from stadttor.ground.launcher.dsn import changed
from stadttor.ground.launcher.postgres import end, exits_within, server_account
from tests.safety.rls.checks import NO_AUTHORITY, Attack, Connection, as_town
from tests.safety.running import RowLines

CLIENTS, CONNECTIONS = 8, 3
BATCH = 25
PORT = 6432


def pooled(attacks: list[Attack], lines: RowLines, *, way: str, address: str, batches: int, seed: int) -> None:
    """`batches` of transactions by eight clients. Over our own pool statements are prepared, so that a plan made for one
    town is used for the other; a bouncer in transaction mode gives each transaction any connection. The twin sets the
    authority for the connection instead of the transaction, and must be seen to leak.
    """
    prepared = 1 if way != "bouncer" else None
    pool: Queue[Connection] = Queue()
    count = CONNECTIONS if way != "bouncer" else CLIENTS
    opened = [psycopg.connect(address, prepare_threshold=prepared, autocommit=True) for _ in range(count)]
    for connection in opened:
        pool.put(connection)

    def batch(number: int) -> None:
        chance = random.Random(f"{seed} {way} {number}")
        seen = [_transaction(pool, chance, chance.choice(attacks), way != "twin") for _ in range(BATCH)]
        bad = [one for one in seen if one]
        lines.write("pooled", way=way, batch=number, transactions=BATCH, leaked=len(bad), seen=bad[:3])

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(batch, range(batches)))
    for connection in opened:
        connection.close()


def _transaction(pool: "Queue[Connection]", chance: random.Random, attack: Attack, local: bool) -> str:
    """What was seen and should not be, else nothing. One in four forgets the authority, one in four fails halfway."""
    kind, town = chance.choice(("read", "read", "fail", "forget")), chance.choice((attack.own, attack.other))
    query = sql.SQL("SELECT authority_id FROM {}").format(sql.Identifier(attack.table.name))
    connection = pool.get()
    try:
        if kind == "forget":
            return _forgotten(connection, query)
        seen = _seen(connection, query, town, kind == "fail", local)
        return "" if seen == {town} else f"{kind} {attack.table.name} as {town}: {sorted(map(str, seen))}"
    finally:
        pool.put(connection)


def _forgotten(connection: Connection, query: sql.Composed) -> str:
    try:
        rows = connection.execute(query).fetchall()
    except psycopg.Error as error:
        return "" if error.sqlstate in NO_AUTHORITY else str(error)
    return f"without an authority {len(rows)} rows"


def _seen(connection: Connection, query: sql.Composed, town: UUID, fails: bool, local: bool) -> set[Any]:
    rows: list[tuple[Any, ...]] = []
    with suppress(psycopg.errors.DivisionByZero), as_town(connection, town, local):
        rows = connection.execute(query).fetchall()
        if fails:
            connection.execute("SELECT 1 / 0")
    return {row[0] for row in rows}


def bouncer_program() -> str | None:
    """PgBouncer, when it is on the machine."""
    return shutil.which("pgbouncer") or next((path for path in ("/usr/sbin/pgbouncer",) if Path(path).exists()), None)


@contextmanager
def bouncer(program: str, folder: Path, address: str) -> Iterator[str]:
    """In transaction mode before the database of `address`; gives the address through it."""
    parts = psycopg.conninfo.conninfo_to_dict(address)
    folder.mkdir()
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\n* = host={parts['host']} user={parts['user']}\n[pgbouncer]\nlisten_addr =\nlisten_port = {PORT}\n"
        f"unix_socket_dir = {folder}\nauth_type = any\npool_mode = transaction\n"
        f"default_pool_size = {CONNECTIONS}\nignore_startup_parameters = extra_float_digits,options\n"
    )
    account = server_account()
    for path in (folder.parent, folder, settings):
        path.chmod(0o755 if path.is_dir() else 0o644)
    process = subprocess.Popen([*account.prefix, program, str(settings)], stderr=subprocess.DEVNULL)
    through = changed(address, host=str(folder), port=str(PORT))
    try:
        _wait(process, through)
        yield through
    finally:
        end(process)


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    for _ in range(100):
        with suppress(psycopg.OperationalError):
            psycopg.connect(address, connect_timeout=2).close()
            return
        if exits_within(process, 0.1):
            break
    raise RuntimeError("PgBouncer did not start")
