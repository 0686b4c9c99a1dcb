"""Builds the project's virtual environment; needs nothing but Python 3.11 or newer.

    python3 tools/bootstrap.py         what the product needs (requirements.lock)
    python3 tools/bootstrap.py --dev   also what tests and checks need (requirements-dev.lock)

Packages are installed with their hashes checked, and only when a lock has changed since the last time.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
OLDEST = (3, 11)
NEWER = ("python3.11", "python3.12", "python3.13", "python3.14")


class Missing(Exception):
    """Something is not there; `mend` is the command that helps."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what = what
        self.mend = mend


def main(arguments: list[str]) -> int:
    """Make the environment ready; exit code 1 with an explanation when that is not possible."""
    try:
        _check_system()
        _use_new_enough_python()
        _bring_up_to_date(_locks(dev="--dev" in arguments))
    except Missing as missing:
        print(f"\n{missing.what}\n  Try: {missing.mend}\n", file=sys.stderr)
        return 1
    return 0


def _check_system() -> None:
    if not sys.platform.startswith("linux"):
        raise Missing("Stadttor runs on Linux.", "a Debian or Ubuntu machine, virtual machine or container")


def _use_new_enough_python() -> None:
    """Hand over to a newer Python on this machine when called with an old one."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        program = shutil.which(name)
        # A version manager's stand-in may exist without the version itself.
        if program and subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode == 0:
            os.execv(program, [program, *sys.argv])  # noqa: S606  # the same script, no shell wanted
    have = ".".join(str(part) for part in sys.version_info[:2])
    raise Missing(f"Stadttor needs Python 3.11 or newer; here is {have}.", f"{_sudo()}apt install python3.11-venv")


def _locks(*, dev: bool) -> dict[str, str]:
    """The locks to install from by their hash; the last one holds all packages."""
    names = ["requirements.lock", *(["requirements-dev.lock"] if dev else [])]
    for name in names:
        if not (ROOT / name).exists():
            raise Missing(f"{name} is missing.", "git checkout " + name)
    return {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in names}


def _bring_up_to_date(locks: dict[str, str]) -> None:
    have = _installed()
    if _works() and all(have.get(name) == digest for name, digest in locks.items()):
        return
    if not _works():
        _make_environment()
        have = {}
    _install(ROOT / list(locks)[-1])
    STAMP.write_text(json.dumps(have | locks))


def _installed() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def _works() -> bool:
    """Whether the environment's Python runs from here; a moved folder or an upgraded system breaks it."""
    ask = [str(VENV_PYTHON), "-I", "-c", "import sys; print(sys.prefix)"]
    try:
        told = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return False
    # The last file of a complete environment: without it the making was interrupted.
    return bool(told) and Path(told).resolve() == VENV.resolve() and (VENV / "bin" / "pip").exists()


def _make_environment() -> None:
    try:
        import ensurepip  # noqa: F401  # Debian ships Python without it
        import venv
    except ImportError as error:
        name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if Path(sys.executable).name == "python3":
            name = "python3-venv"
        raise Missing("Python's module for virtual environments is missing.", f"{_sudo()}apt install {name}") from error
    print("Making a virtual environment in .venv …", flush=True)
    venv.create(VENV, clear=True, with_pip=True, symlinks=True)


def _install(lock: Path) -> None:
    count = sum(1 for line in _lines(lock) if line[:1].isalnum())
    print(f"Installing {count} packages, each checked by its hash …", flush=True)
    options = [
        "--require-hashes",
        "--no-deps",
        "--only-binary=:all:",
        "--no-input",
        "--disable-pip-version-check",
        "-q",
    ]
    done = subprocess.run([VENV_PYTHON, "-m", "pip", "install", *options, "-r", lock], check=False, cwd=ROOT)
    if done.returncode != 0:
        raise Missing(
            "The packages could not be installed (see above).",
            "check the network and your pip settings, then the same command again",
        )


def _lines(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as lines:
        yield from lines


def _sudo() -> str:
    return "" if os.geteuid() == 0 else "sudo "


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
