"""What the demo says when something is in the way."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from stadttor.ground.launcher.demo import Setting, _granian

ROOT = Path(__file__).resolve().parents[4]
CALL = "import sys; from stadttor.ground.launcher.demo import run_demo; sys.exit(run_demo(sys.argv[1:]))"


def demo(var: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    rest = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-c", CALL, *arguments]
    return subprocess.run(
        command,
        env=rest | {"STADTTOR_VAR": str(var)} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_port_in_use_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = demo(tmp_path, PORT=str(port))
    assert said.returncode == 1
    assert f"Port {port} is in use" in said.stderr
    assert f"PORT={port + 1}" in said.stderr


def test_nonsense_as_port_is_refused(tmp_path: Path) -> None:
    assert "PORT=abc is no port" in demo(tmp_path, PORT="abc").stderr


def test_reset_removes_the_data_and_keeps_the_logs(tmp_path: Path) -> None:
    for name in ("postgres", "files", "log"):
        (tmp_path / name).mkdir()
    assert demo(tmp_path, "--reset").returncode == 0
    assert not (tmp_path / "postgres").exists()
    assert not (tmp_path / "files").exists()
    assert (tmp_path / "log").exists()


def test_reset_never_touches_a_server_of_ours(tmp_path: Path) -> None:
    said = demo(tmp_path, "--reset", DATABASE_URL="postgresql://postgres:secret@db/postgres")
    assert said.returncode == 1
    assert "secret" not in said.stderr


def test_the_launcher_works_without_the_product() -> None:
    code = "import sys, stadttor.ground.launcher.demo as demo; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_web_server_keeps_lines_and_no_columns(tmp_path: Path) -> None:
    command = _granian(Setting(var=tmp_path, host="127.0.0.1", port=1, database_url="", postgres=""))
    look = "import json; print(next(json.dumps.__code__.co_positions()))"
    said = subprocess.run(
        [*command[: command.index("-m")], "-c", look], capture_output=True, text=True, check=True, timeout=60
    )
    first, _last, *columns = said.stdout.strip("()\n").split(", ")
    assert first.isdigit()
    assert columns == ["None", "None"]
