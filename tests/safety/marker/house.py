"""Web server, worker, live process and a catcher of mails as in production, on a database of the row; logs in files."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from stadttor.ground.launcher.demo import Setting, _granian
from stadttor.ground.launcher.ports import accepts, answers_http, free_port
from stadttor.ground.launcher.roles import Dsns
from tests.bench.stand import environment_of, process, wait_until

PROCESSES = ("web", "worker", "live")
SERVED = "tests.safety.marker.served:application"


@dataclass(frozen=True)
class House:
    """The ports of web server and live process; `logs` holds a file for each process."""

    port: int
    live_port: int
    logs: Path
    mails: Path


@contextmanager
def house(addresses: Dsns, var: Path, logs: Path) -> Iterator[House]:
    """Runs for the length of the block. No demo: its mailbox shows the mails of all towns."""
    logs.mkdir(parents=True, exist_ok=True)
    port, live, smtp = free_port(), free_port(), free_port()
    environment = environment_of(addresses, var, port) | {
        "STADTTOR_PAYMENT": "simulator", "STADTTOR_LIVE_PORT": str(live), "STADTTOR_LOG_LEVEL": "DEBUG",
        "STADTTOR_SMTP_HOST": "127.0.0.1", "STADTTOR_SMTP_PORT": str(smtp),
    }  # fmt: skip
    *web, _product = _granian(Setting(var=var, host="127.0.0.1", port=port, database_url="", postgres=""))
    words = {"mail": "mail-catcher", "worker": "worker", "live": "live"}
    commands = {"web": (*web, SERVED)} | {
        name: (sys.executable, "-m", "stadttor", word) for name, word in words.items()
    }
    with ExitStack() as running:
        for name, command in commands.items():
            running.enter_context(process(command, environment, logs / f"{name}.log"))
        wait_until(partial(answers_http, port), "the web server")
        wait_until(partial(accepts, live), "the live process")
        wait_until(partial(accepts, smtp), "the catcher of e-mails")
        yield House(port, live, logs, var / "demo" / "mail")
