"""PostgreSQL's own programs: found in the version that fits, run without a shell, their errors in one sentence."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict

from stadttor.ground.launcher.dsn import changed
from stadttor.ground.launcher.postgres import clean_environment, program_folders

from .problems import BackupProblem, disk_full

LAST_WORDS = 3
Watch = Callable[[str], None]


def program(name: str, major: int) -> Path | None:
    """The program in the server's version, else the oldest newer one (they read older servers); None when there is none."""
    found = {version: path for path in _candidates(name) if (version := _major(path)) >= major}
    return found[min(found)] if found else None


def wanted(name: str, major: int) -> Path:
    """The same; raises BackupProblem when there is none."""
    path = program(name, major)
    if path is None:
        raise BackupProblem(
            f"{name} for PostgreSQL {major} is not on this machine.", f"apt install postgresql-client-{major}"
        )
    return path


def address(url: str) -> str:
    """The address as a word of a command: without its password, which everybody on the machine could read."""
    return changed(url, password="")


def environment(url: str) -> dict[str, str]:
    """The environment of a program that goes to this address, with the password in it."""
    password = conninfo_to_dict(url).get("password")
    return clean_environment() | ({"PGPASSWORD": str(password)} if password else {})


def run(command: Sequence[str | Path], *, url: str, into: Path, watch: Watch = lambda _line: None) -> None:
    """Run to the end; `watch` gets each line it says. Raises BackupProblem in its last words."""
    words = [str(word) for word in command]
    process = subprocess.Popen(  # noqa: S603  # a program of PostgreSQL, our own words, no shell
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env=environment(url), errors="replace",
    )  # fmt: skip
    assert process.stderr
    last: list[str] = []
    for line in _lines(process.stderr):
        watch(line)
        last = [*last, line][-LAST_WORDS:]
    if process.wait() != 0:
        raise _problem(Path(words[0]).name, " ".join(last), into)


def _problem(name: str, said: str, into: Path) -> BackupProblem:
    if "No space left" in said or "Disk quota" in said or "File too large" in said:
        return disk_full(into)
    return BackupProblem(f"{name}: {said or 'it ended without a word'}")


def _lines(stream: IO[str]) -> Iterator[str]:
    for line in stream:
        yield from (piece.strip() for piece in line.split("\r") if piece.strip())


def _candidates(name: str) -> Iterator[Path]:
    on_path = shutil.which(name)
    folders = [*([Path(on_path).resolve().parent] if on_path else []), *program_folders()]
    yield from (folder / name for folder in folders if (folder / name).exists())


def _major(path: Path) -> int:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  # as above
    number = re.search(r"\) (\d+)", told)
    return int(number.group(1)) if number else 0
