"""`make demo`: everything on one machine, from an empty folder to a page in the browser.

PORT and HOST say where the web server listens (8000 on 127.0.0.1), DATABASE_URL names a server to use instead of a
private one, STADTTOR_POSTGRES=system|wheel forces where the private one comes from.
"""

import fcntl
import json
import os
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from .dsn import changed, place_of
from .ports import accepts, answers_http, free_port, is_taken
from .postgres import Cluster, clean_environment, existing_major, find_binaries
from .problems import LaunchProblem
from .roles import LOGIN_ROLES, Dsns, bootstrap
from .stamps import DatabaseStamps, FileStamps, fingerprint
from .supervisor import Ended, Program, Supervisor

ROOT = Path(__file__).resolve().parents[3]
# What a demo writes below var/; the logs stay, they may explain why somebody starts over.
_DEMO_FOLDERS = ("postgres", "demo", "files", "keys", "audit-heads", "mail")
# Variables that only the launcher may know: they open more than a process of the product needs.
_OURS = ("DATABASE_URL", "STADTTOR_DATABASE_URL", "STADTTOR_OWNER_URL", "STADTTOR_BACKUP_URL")


@dataclass(frozen=True)
class Setting:
    """What the person who starts the demo has chosen."""

    var: Path
    host: str
    port: int
    database_url: str
    postgres: str

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}/"

    @property
    def lock(self) -> Path:
        return self.var / "launcher.lock"


def run_demo(argv: list[str]) -> int:
    """Run the demo until Ctrl-C, or with `--reset` throw its data away. Returns the exit code."""
    begun = time.monotonic()
    try:
        setting = _setting(os.environ)
        with _only_one(setting):
            if "--reset" in argv:
                _reset(setting)
            else:
                _serve(setting, begun)
    except LaunchProblem as problem:
        print(f"\n{problem}\n", file=sys.stderr, flush=True)
        return 1
    except (Ended, KeyboardInterrupt):
        return 0
    return 0


def _setting(environment: Mapping[str, str]) -> Setting:
    port = environment.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise LaunchProblem(f"PORT={port} is no port.", "make demo PORT=8001")
    return Setting(
        var=Path(environment.get("STADTTOR_VAR") or ROOT / "var").resolve(),
        host=environment.get("HOST") or "127.0.0.1",
        port=int(port),
        database_url=environment.get("DATABASE_URL", ""),
        postgres=environment.get("STADTTOR_POSTGRES", ""),
    )


@contextmanager
def _only_one(setting: Setting) -> Iterator[None]:
    """Two launchers in one folder would fight over the database: the second one is told where the first one is."""
    setting.var.mkdir(parents=True, exist_ok=True)
    with setting.lock.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise LaunchProblem(
                f"Stadttor already runs from this folder: {lock.read().strip()}", "end it there with Ctrl-C"
            ) from error
        _write_address(lock, setting.address)
        yield


def _write_address(lock: IO[str], address: str) -> None:
    lock.truncate(0)
    lock.write(address)
    lock.flush()


def _reset(setting: Setting) -> None:
    if setting.database_url:
        raise LaunchProblem(
            "The demo's data is on a server of yours (DATABASE_URL); it is not deleted from here.",
            f"dropdb, for {place_of(changed(setting.database_url, dbname='stadttor'))}",
        )
    for name in _DEMO_FOLDERS:
        shutil.rmtree(setting.var / name, ignore_errors=True)
    print("The demo's data is gone. `make demo` starts over.")


def _serve(setting: Setting, begun: float) -> None:
    if is_taken(setting.host, setting.port):
        raise LaunchProblem(f"Port {setting.port} is in use by another program.", f"make demo PORT={setting.port + 1}")
    with Supervisor(setting.var / "log", tell=_tell) as supervisor:
        dsns = _database(setting, supervisor)
        _prepare(setting, supervisor, dsns)
        web, *others = _processes(setting, dsns)
        # The page first: side by side nobody would see it before all of them have loaded.
        supervisor.start(web)
        supervisor.start(*others)
        _show(setting, time.monotonic() - begun)
        supervisor.watch()
        _tell("Ending …")
    _tell("Everything has ended.")


def _tell(line: str) -> None:
    print(line, flush=True)


# --- the database


def _database(setting: Setting, supervisor: Supervisor) -> Dsns:
    if setting.database_url:
        return bootstrap(setting.database_url, passwords=_passwords(setting.var / "demo" / "passwords.json"))
    folder = setting.var / "postgres"
    binaries = find_binaries(wanted=setting.postgres, major=existing_major(folder))
    cluster = Cluster(folder, binaries)
    if existing_major(folder) is None:
        _tell(f"Making a database (PostgreSQL {binaries.major}, {binaries.origin}) …")
    cluster.prepare()
    command = tuple(cluster.command())
    supervisor.start(
        Program(
            "postgres",
            command,
            clean_environment(),
            ready=cluster.is_ready,
            # Fast shutdown: open sessions are ended, nothing is lost.
            stop_signal=signal.SIGINT,
            patience=10.0,
        )
    )
    return bootstrap(cluster.url())


def _passwords(path: Path) -> dict[str, str]:
    """Passwords of our roles on a server reached by network: made once, readable for the owner of the folder only."""
    if path.exists():
        return dict(json.loads(path.read_text()))
    made = {role: secrets.token_urlsafe(24) for role in LOGIN_ROLES}
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(made, file)
    return made


# --- steps that are done once


def _prepare(setting: Setting, supervisor: Supervisor, dsns: Dsns) -> None:
    in_files, in_database = FileStamps(ROOT / "var" / "build.json"), DatabaseStamps(dsns.owner)
    wanted = {"assets": _assets_print(), "texts": _texts_print(), "migrate": tables_print()}
    have = {step: in_database.get(step) if step == "migrate" else in_files.get(step) for step in wanted}
    due = [step for step in wanted if have[step] != wanted[step] or _lost(step)]
    if due:
        _tell(f"Preparing: {', '.join(due)} …")
        supervisor.run(*(_step(setting, dsns, step) for step in due))
        for step in due:
            (in_database if step == "migrate" else in_files).put(step, wanted[step])
    if not in_database.get("demo-data"):
        _tell("Loading the demo's towns, packages and people …")
        supervisor.run(_step(setting, dsns, "demo-data"))
        in_database.put("demo-data", "loaded")


def _step(setting: Setting, dsns: Dsns, name: str) -> Program:
    words = ("texts", "compile") if name == "texts" else (name,)
    rights = dsns.environment() if name in ("migrate", "demo-data") else {}
    return _stadttor(name, *words, environment=_environment(setting, dsns) | rights)


def _lost(step: str) -> bool:
    """Whether the result of a step is gone although its stamp is there."""
    if step == "assets":
        return not (ROOT / "stadttor/ground/web/static/build/manifest.json").exists()
    if step == "texts":
        return any(not text.with_name("messages.mo").exists() for text in _texts())
    return False


def _assets_print() -> str:
    web = ROOT / "stadttor" / "ground" / "web"
    sources = [file for file in (web / "assets").rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    lists = [ROOT / "package.json", ROOT / "package-lock.json", *web.glob("assets*.py")]
    return fingerprint(ROOT, [*sources, *(file for file in lists if file.exists())])


def _texts() -> list[Path]:
    return [*(ROOT / "stadttor").rglob("*.po"), *(ROOT / "adapters").rglob("*.po")]


def _texts_print() -> str:
    return fingerprint(ROOT, _texts())


def tables_print() -> str:
    """Migrations, and what the wall reads from the models; the lock stands for the tables of installed packages."""
    roots = (ROOT / "stadttor", ROOT / "adapters")
    patterns = ("migrations/*.py", "models.py", "models/*.py", "wall.py")
    files = [file for root in roots for pattern in patterns for file in root.rglob(pattern)]
    lock = ROOT / "requirements.lock"
    return fingerprint(ROOT, [*files, *([lock] if lock.exists() else [])])


# --- the processes


def _environment(setting: Setting, dsns: Dsns) -> dict[str, str]:
    """For a process of the product: the app's address of the database and no other."""
    own = {name: value for name, value in os.environ.items() if name not in _OURS and not name.startswith("PG")}
    return own | {
        "STADTTOR_DATABASE_URL": dsns.app,
        "STADTTOR_VAR": str(setting.var),
        "STADTTOR_DEMO": "1",
        "PORT": str(setting.port),
        "HOST": setting.host,
        "PYTHONUNBUFFERED": "1",
    }


def _processes(setting: Setting, dsns: Dsns) -> list[Program]:
    live, smtp = free_port(), free_port()
    ports = {"STADTTOR_LIVE_PORT": str(live), "STADTTOR_SMTP_PORT": str(smtp), "STADTTOR_SMTP_HOST": "127.0.0.1"}
    environment = _environment(setting, dsns) | ports
    web_host = "127.0.0.1" if setting.host == "0.0.0.0" else setting.host  # noqa: S104  # compares, does not bind
    return [
        Program(
            "web",
            _granian(setting),
            environment,
            folder=ROOT,
            ready=partial(answers_http, setting.port, web_host),
        ),
        _stadttor("worker", "worker", environment=environment),
        _stadttor("live", "live", environment=environment, ready_port=live),
        _stadttor("mail-catcher", "mail-catcher", environment=environment, ready_port=smtp),
    ]


def _granian(setting: Setting) -> tuple[str, ...]:
    where = ("--host", setting.host, "--port", str(setting.port))
    # By default one killed worker ends the whole server.
    lives = ("--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "4")
    size = ("--workers", "2", "--blocking-threads", "4", "--backlog", "512")
    application = ("--interface", "wsgi", "--no-ws", "stadttor.site.wsgi:application")
    # Tracebacks name file and line; the columns of every instruction would cost each worker half a megabyte.
    interpreter = (sys.executable, "-X", "no_debug_ranges")
    return (*interpreter, "-m", "granian", *where, *lives, *size, *application)


def _stadttor(name: str, *words: str, environment: Mapping[str, str], ready_port: int | None = None) -> Program:
    ready = partial(accepts, ready_port) if ready_port else None
    return Program(name, (sys.executable, "-m", "stadttor", *words), environment, folder=ROOT, ready=ready)


# --- the screen


def _show(setting: Setting, seconds: float) -> None:
    logins = setting.var / "demo" / "logins.txt"
    lines = ["", f"  Stadttor runs: {setting.address}", ""]
    if logins.exists():
        lines += [f"  {line}" for line in logins.read_text().splitlines()] + [""]
    lines += [f"  Started in {seconds:.1f} s. Logs: {setting.var / 'log'}. Ctrl-C ends everything.", ""]
    _tell("\n".join(lines))
