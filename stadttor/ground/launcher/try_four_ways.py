"""Tries the demo as root and as a normal user, each with the system's PostgreSQL and with the wheel's.

Each way: an empty folder only its owner may enter, first page, the database killed and back, Ctrl-C, nothing left, a
second start. What cannot be tried on this machine is said with its reason; only a way that fails makes the exit code 1.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .demo import ROOT
from .ports import answers_http, free_port
from .postgres import exits_within, find_binaries
from .problems import LaunchProblem

_ORIGINS = ("system", "wheel")
# Until the first page of an empty folder; the machine of a test run may be slow.
_COLD_S = 300.0
_WARM_S = 60.0
_BACK_S = 30.0
_END_S = 30.0
# Who a normal user is when root tries: an account every Debian and Ubuntu has.
_NORMAL = "nobody"


@dataclass(frozen=True)
class Person:
    """Who starts the demo: words before the command, a Python that may be used, and the sources she may read."""

    name: str
    prefix: tuple[str, ...]
    python: str
    root: Path
    folder: Path
    environment: dict[str, str]


class NotHere(Exception):
    """This way cannot be tried on this machine; the text says why."""


def main() -> int:
    """Try all four ways; 0 when none failed."""
    failed = 0
    for person in (_as_root, _as_normal_user):
        try:
            with person() as who:
                failed += sum(not _tried(who, origin) for origin in _ORIGINS)
        except NotHere as reason:
            print(f"not tried: {reason}", flush=True)
    return 1 if failed else 0


def _tried(person: Person, origin: str) -> bool:
    """Whether the way works or cannot be tried here."""
    way = f"{person.name}, {origin}"
    try:
        find_binaries(wanted=origin)
    except LaunchProblem as problem:
        print(f"not tried: {way}: {problem.what}", flush=True)
        return True
    try:
        print(f"{way}: {_try(person, origin)}", flush=True)
    except AssertionError as failure:
        print(f"{way}: FAILED, {failure}", flush=True)
        return False
    return True


def _try(person: Person, origin: str) -> str:
    var = person.folder / f"var-{origin}"
    with _demo(person, origin, var, _COLD_S) as (cold, port):
        back = _kill_database(var, port)
    with _demo(person, origin, var, _WARM_S) as (warm, _):
        pass
    return f"first page after {cold:.1f} s, database back {back:.1f} s after it was killed, second start {warm:.1f} s"


@contextmanager
def _demo(person: Person, origin: str, var: Path, patience: float) -> Iterator[tuple[float, int]]:
    """A demo that has shown its first page: seconds until then and its port. Ended by Ctrl-C, nothing may stay."""
    port = free_port()
    settings = {"PORT": str(port), "STADTTOR_VAR": str(var), "STADTTOR_POSTGRES": origin}
    command = [*person.prefix, person.python, "-m", "stadttor", "demo"]
    begun = time.monotonic()
    with tempfile.TemporaryFile() as said:
        demo = subprocess.Popen(
            command,
            cwd=person.root,
            env=person.environment | settings,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            shown = _until(lambda: answers_http(port), patience, demo)
            assert shown, f"no page:\n{_text(said)}"
            yield time.monotonic() - begun, port
        finally:
            demo.send_signal(signal.SIGINT)
            ended = exits_within(demo, _END_S)
            demo.kill()
            demo.wait()
        assert ended, f"did not end on Ctrl-C:\n{_text(said)}"
        assert demo.returncode == 0, f"exit code {demo.returncode}:\n{_text(said)}"
    left = _processes_of(var)
    assert not left, f"still running: {', '.join(left)}"
    assert not _postmaster(var), "the database was not shut down cleanly"


def _kill_database(var: Path, port: int) -> float:
    """Seconds until another server runs and the page is there."""
    before = _postmaster(var)
    assert before, "no postmaster.pid"
    begun = time.monotonic()
    os.kill(before, signal.SIGKILL)
    back = _until(lambda: _postmaster(var) not in (0, before) and answers_http(port), _BACK_S)
    assert back, "the database did not come back"
    return time.monotonic() - begun


def _postmaster(var: Path) -> int:
    with suppress(OSError, ValueError, IndexError):
        return int((var / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
    return 0


def _until(happened: Callable[[], bool], patience: float, process: subprocess.Popen[bytes] | None = None) -> bool:
    """Whether it happens in time and before the process ends."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if happened():
            return True
        if process is not None and exits_within(process, 0.05):
            return False
        if process is None:
            time.sleep(0.05)
    return False


def _processes_of(var: Path) -> list[str]:
    """Commands that still run with this folder in their environment."""
    mark = f"STADTTOR_VAR={var}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip())
    return found


def _text(file: object) -> str:
    read = getattr(file, "read", None)
    seek = getattr(file, "seek", None)
    if read is None or seek is None:
        return ""
    seek(0)
    return str(read().decode(errors="replace"))


# --- the people


@contextmanager
def _as_root() -> Iterator[Person]:
    if os.geteuid() != 0:
        raise NotHere("as root: this is a normal user's session")
    with _folder() as folder:
        yield Person("root", (), sys.executable, ROOT, folder, _environment())


@contextmanager
def _as_normal_user() -> Iterator[Person]:
    with _folder() as folder:
        if os.geteuid() != 0:
            yield Person("normal user", (), sys.executable, ROOT, folder, _environment())
            return
        user = pwd.getpwnam(_NORMAL)
        # setpriv itself still starts programs with root's rights to pass folders; what env starts has the user's own.
        who = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--no-new-privs")
        prefix = ("setpriv", *who, "/usr/bin/env")
        python = _python_for(prefix)
        copy = _copy_sources(folder / "copy")
        for path in (folder, copy, copy / "var", *(copy / "var").rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)
        packages = next((copy / ".venv").glob("lib/python*/site-packages"))
        home = {"HOME": str(folder), "USER": user.pw_name, "PYTHONPATH": str(packages)}
        yield Person("normal user", prefix, python, copy, folder, _environment() | home)


def _python_for(prefix: tuple[str, ...]) -> str:
    """A Python of our version that this user may run."""
    wanted = f"{sys.version_info.major}.{sys.version_info.minor}"
    base = str(Path(sys.base_prefix) / "bin" / f"python{wanted}")
    for python in (base, f"/usr/bin/python{wanted}", f"/usr/local/bin/python{wanted}"):
        answer = subprocess.run([*prefix, python, "-c", ""], capture_output=True, check=False, cwd="/")
        if answer.returncode == 0:
            return python
    raise NotHere(f"as a normal user: {_NORMAL} may not run any Python {wanted} of this machine")


def _copy_sources(copy: Path) -> Path:
    """The working tree with its packages and built files, readable for everybody; linked where that is possible."""
    copy.mkdir(mode=0o755)
    leave_out = {".git", "var", "node_modules"}
    for entry in sorted(ROOT.iterdir()):
        if entry.name not in leave_out and not entry.name.endswith("_cache"):
            linked = entry.name == ".venv" and entry.stat().st_dev == copy.stat().st_dev
            subprocess.run(["/bin/cp", "-al" if linked else "-a", str(entry), str(copy)], check=True)
            if not linked:
                subprocess.run(["/bin/chmod", "-R", "a+rX", str(copy / entry.name)], check=True)
    (copy / "var").mkdir()
    with suppress(FileNotFoundError):
        # Without the stamps of the built files they would be built again, and that is not what is tried here.
        shutil.copy(ROOT / "var" / "build.json", copy / "var" / "build.json")
    return copy


@contextmanager
def _folder() -> Iterator[Path]:
    """A new folder only its owner may enter."""
    folder = Path(tempfile.mkdtemp(prefix="stadttor-ways-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment() -> dict[str, str]:
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("STADTTOR_", "DATABASE_URL"))}
    return rest | {"PYTHONUNBUFFERED": "1"}


if __name__ == "__main__":
    sys.exit(main())
