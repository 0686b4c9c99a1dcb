"""The whole product as `make demo` runs it, on a free port and in a folder of its own, for tests in a real browser."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from stadttor.ground.clock import german_day, now
from stadttor.ground.launcher.ports import free_port
from stadttor.ground.launcher.postgres import Cluster, find_binaries
from stadttor.insights.rules.spans import quarters, told_until
from tests.journeys.quiet import Logs

ROOT = Path(__file__).resolve().parents[2]
START_S = 180
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Product:
    """A running product: its port, its folder, its logs."""

    port: int
    var: Path
    logs: Logs

    def at(self, town: str, path: str = "/") -> str:
        """The address of a page of a town; browsers take every name below localhost for this machine."""
        return f"http://{town}{'.' if town else ''}localhost:{self.port}{path}"

    def let_a_minute_pass(self) -> None:
        """The minute in which decisions can be taken back is over: they and the jobs that send them are due now.

        Said in the database as its superuser, where no clock of the product is in the way.
        """
        database = Cluster(self.var / "postgres", find_binaries())
        with psycopg.connect(database.url(database="stadttor"), autocommit=True) as connection:
            let_a_minute_pass(connection)

    def let_a_year_be_counted(self, town: str, service: str) -> None:
        """Counters of a service for twelve months, as the hourly job would have left them: cases of 1 to 12 days."""
        database = Cluster(self.var / "postgres", find_binaries())
        with psycopg.connect(database.url(database="stadttor"), autocommit=True) as connection:
            connection.execute(
                "INSERT INTO insights_counter (id, authority_id, service, month, measure, value, count) "
                "SELECT gen_random_uuid(), a.id, %s, (date_trunc('month', now()) - make_interval(months => m))::date, "
                "measure, value, 1 + (value + m) %% 4 FROM ground_authority a, generate_series(0, 23) m, "
                "(VALUES ('gross', 12), ('net', 8), ('asked', 2), ('score', 5), ('begun', 28), ('sent', 20), "
                "('first_contact', 1), ('not_again', 1), ('online', 1)) AS one (measure, highest), "
                "generate_series(CASE WHEN highest < 3 THEN 0 ELSE 1 END, highest) value WHERE a.slug = %s "
                # What the job itself counted stays as it is.
                "ON CONFLICT DO NOTHING",
                (service, town),
            )

    def let_opinions_be_of_last_quarter(self, town: str) -> None:
        """As if all marks and texts had been given in the last quarter that is told."""
        month = quarters(told_until(german_day(now())))[1][1]
        database = Cluster(self.var / "postgres", find_binaries())
        with psycopg.connect(database.url(database="stadttor"), autocommit=True) as connection:
            for table, which in (("insights_counter", "measure LIKE 'score:%%'"), ("insights_feedback", "true")):
                connection.execute(
                    f"UPDATE {table} SET month = %s FROM ground_authority a "  # noqa: S608  # tables of ours
                    f"WHERE authority_id = a.id AND a.slug = %s AND {which}",
                    (month, town),
                )

    def let_a_year_be_summed(self, service: str) -> None:
        """What the hourly job leaves of a service at many authorities, by Land and over the country."""
        database = Cluster(self.var / "postgres", find_binaries())
        with psycopg.connect(database.url(database="stadttor"), autocommit=True) as connection:
            connection.execute(
                "INSERT INTO insights_summedfigures (id, lands, service, taking_part, year, lately, before, months, at) "
                "SELECT gen_random_uuid(), lands, %(service)s, 7, told, told, told || '{\"net\": [9, 14, 300]}', "
                "(SELECT jsonb_object_agg(to_char(now() - make_interval(months => m), 'YYYY-MM'), told) "
                "FROM generate_series(1, 11) m), now() FROM unnest(array['', '09']) lands, "
                '(SELECT \'{"net": [6, 12, 300], "gross": [8, 15, 300], "online": [250, 320], "satisfied": [80, 90], '
                '"visits": [4200]}\'::jsonb AS told) one ON CONFLICT DO NOTHING',
                {"service": service},
            )


def let_a_minute_pass(connection: psycopg.Connection) -> None:
    """As `Product.let_a_minute_pass`, in any database."""
    connection.execute("UPDATE cases_decision SET send_at = now() WHERE sent_at IS NULL AND send_at > now()")
    connection.execute(
        "UPDATE procrastinate_jobs SET scheduled_at = now() "
        "WHERE task_name = 'cases.send_decision' AND status = 'todo' AND scheduled_at > now()"
    )


def die_with_parent() -> None:
    """Linux ends the launcher when the test run is killed, and the launcher ends its children."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def running(var: Path) -> Iterator[Product]:
    """Start everything, wait for the first page, end everything. It logs all it can: what is said is read for names."""
    product = Product(free_port(), var, Logs(var / "log"))
    var.mkdir(parents=True, exist_ok=True)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("STADTTOR_", "PG", "DATABASE_"))}
    with (var / "launcher.out").open("w") as said:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "stadttor", "demo"],
            cwd=ROOT,
            env=own | {"PORT": str(product.port), "STADTTOR_VAR": str(var), "STADTTOR_LOG_LEVEL": "DEBUG"},
            stdout=said,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
        )
        try:
            _wait(product, launcher)
            yield product
        finally:
            launcher.send_signal(signal.SIGTERM)
            try:
                launcher.wait(30)
            except subprocess.TimeoutExpired:
                launcher.kill()


def _wait(product: Product, launcher: subprocess.Popen[bytes]) -> None:
    """Until the launcher says where it runs, which is after web, worker, live and mail catcher are ready."""
    end = time.monotonic() + START_S
    said = product.var / "launcher.out"
    while "Stadttor runs" not in said.read_text():
        if launcher.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"The product did not start:\n{said.read_text()}")
        time.sleep(0.2)
