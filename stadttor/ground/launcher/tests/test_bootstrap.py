"""What tools/bootstrap.py says on a machine where something is missing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[4] / "tools" / "bootstrap.py"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of the project, as far as the script sees it; its lock names no package."""
    (tmp_path / "tools").mkdir()
    shutil.copy(SCRIPT, tmp_path / "tools")
    (tmp_path / "requirements.lock").touch()
    return tmp_path


def bootstrap(clone: Path, before: str = "pass", *arguments: str) -> subprocess.CompletedProcess[str]:
    script = str(clone / "tools" / "bootstrap.py")
    code = f"import runpy, sys; {before}; sys.argv[0] = {script!r}; runpy.run_path({script!r}, run_name='__main__')"
    command = [getattr(sys, "_base_executable", sys.executable), "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=clone, timeout=120, check=False)


def test_a_missing_venv_module_is_named_with_its_package(clone: Path) -> None:
    said = bootstrap(clone, "sys.modules['ensurepip'] = None")
    assert said.returncode == 1
    assert "-venv" in said.stderr
    assert "apt install" in said.stderr


def test_a_python_too_old_is_named(clone: Path) -> None:
    said = bootstrap(clone, "import os; os.environ['PATH'] = ''; sys.version_info = (3, 9, 2)")
    assert said.returncode == 1
    assert "needs Python 3.11" in said.stderr


def test_a_missing_lock_is_named(clone: Path) -> None:
    assert "requirements-dev.lock is missing" in bootstrap(clone, "pass", "--dev").stderr


def test_a_second_call_has_nothing_to_do(clone: Path) -> None:
    assert bootstrap(clone).returncode == 0
    stamped = (clone / ".venv" / "installed.json").stat().st_mtime_ns
    again = bootstrap(clone)
    assert (again.returncode, again.stdout) == (0, "")
    assert (clone / ".venv" / "installed.json").stat().st_mtime_ns == stamped
