"""The product under measurement: one PostgreSQL that syncs to disk, and on it stands with a database and servers each."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from stadttor.ground.launcher.children import dies_with_parent
from stadttor.ground.launcher.demo import Setting, _granian
from stadttor.ground.launcher.ports import accepts, answers_http, free_port
from stadttor.ground.launcher.postgres import Cluster, end, find_binaries
from stadttor.ground.launcher.roles import Dsns, bootstrap
from tests.bench import cpu
from tests.bench.seed import Seeded, Task

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60
SEED_S = 1_800


@dataclass(frozen=True)
class Ground:
    """The running database server: `pid` is the process we started for it."""

    cluster: Cluster
    pid: int

    def cpu_ms(self) -> float:
        """Processor time of the server with all its backends."""
        return cpu.cpu_ms(cpu.tree(self.pid))


@dataclass
class Stand:
    """One installation: its web server runs, `seeded` says what is in it."""

    name: str
    dsns: Dsns
    environment: dict[str, str]
    port: int
    seeded: Seeded
    web: int
    web_pids: list[int]

    def web_cpu_ms(self) -> float:
        return cpu.cpu_ms(self.web_pids)

    def workers(self) -> list[int]:
        """The processes that answer requests: what granian itself started."""
        return [pid for pid in self.web_pids if pid != self.web]


def prepare() -> None:
    """Build style sheets, scripts, fonts, texts and bytecode if they are not there: a clean clone has none.

    A worker that compiles its modules itself keeps 2 MB more; an installation does it once (docs/operating/install.md).
    """
    compileall = (sys.executable, "-m", "compileall", "-q", "stadttor", "adapters")
    subprocess.run(compileall, cwd=ROOT, check=True, timeout=600)
    for words in (("assets",), ("texts", "compile")):
        subprocess.run(
            [sys.executable, "-m", "stadttor", *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=600
        )


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """A private server with the settings of the launcher's own, for the length of the block."""
    cluster = Cluster(folder / "postgres", find_binaries())
    with cluster.running(log=folder / "postgres.log"):
        yield Ground(cluster, _postmaster(cluster))


def _postmaster(cluster: Cluster) -> int:
    """Our child: as root it may be the one that lends the server a user namespace."""
    return min(pid for pid in cpu.tree(os.getpid()) if str(cluster.data) in cpu.command(pid))


@contextmanager
def stand(on: Ground, name: str, folder: Path, task: Task, tell: Callable[[str], None]) -> Iterator[Stand]:
    """Migrate and fill a database of its own, then serve it by two web workers as the launcher does."""
    dsns = bootstrap(on.cluster.url(), database=f"bench_{name}")
    port = free_port()
    environment = environment_of(dsns, folder / name, port)
    rights = environment | dsns.environment()
    tell(f"{name}: tables")
    subprocess.run([sys.executable, "-m", "stadttor", "migrate"], env=rights, cwd=ROOT, check=True, timeout=300)
    tell(f"{name}: authorities, services, cases")
    seeded = _seed(rights, task)
    command = _granian(Setting(var=folder / name, host="127.0.0.1", port=port, database_url="", postgres=""))
    with process(command, environment, folder / f"{name}-web.log") as pid:
        wait_until(partial(answers_http, port), "the web server")
        yield Stand(name, dsns, environment, port, seeded, pid, cpu.tree(pid))


@contextmanager
def worker(of: Stand, folder: Path) -> Iterator[int]:
    """The worker of a stand and a catcher for its e-mails; gives the worker's process."""
    smtp = free_port()
    environment = of.environment | {"STADTTOR_SMTP_HOST": "127.0.0.1", "STADTTOR_SMTP_PORT": str(smtp)}
    catcher = (sys.executable, "-m", "stadttor", "mail-catcher")
    work = (sys.executable, "-m", "stadttor", "worker")
    with process(catcher, environment, folder / "mail.log"):
        wait_until(partial(accepts, smtp), "the catcher of e-mails")
        with process(work, environment, folder / "worker.log") as pid:
            yield pid


def environment_of(dsns: Dsns, var: Path, port: int) -> dict[str, str]:
    """As in production: no demo, the app's address of the database only."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "STADTTOR_", "DATABASE"))}
    return own | {
        "STADTTOR_DATABASE_URL": dsns.app,
        "STADTTOR_VAR": str(var),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }


def _seed(environment: Mapping[str, str], task: Task) -> Seeded:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.seed"],
        input=json.dumps(asdict(task)),
        env=dict(environment),
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=SEED_S,
    )
    found = json.loads(done.stdout)
    return Seeded(**found | {"slugs": tuple(found["slugs"])})


@contextmanager
def process(command: tuple[str, ...], environment: Mapping[str, str], log: Path) -> Iterator[int]:
    """Runs for the length of the block; what it says goes to the log. Gives its number."""
    with log.open("ab") as out:
        started = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
    try:
        yield started.pid
    finally:
        end(started, patience=15)


def wait_until(ready: Callable[[], bool], what: str) -> None:
    """Raises TimeoutError when it does not come."""
    deadline = time.monotonic() + PATIENCE_S
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not start within {PATIENCE_S} s")
        time.sleep(0.05)
