"""The browser's side of a form, run by node without a page."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

from tests.cel.test_corpus import HERE


@dataclass(frozen=True)
class Compared:
    """`server` and `browser` as JSON, an error as its text."""

    source: str
    server: str
    browser: str
    answers: str = ""


def in_the_browser(jobs: list[dict[str, Any]]) -> list[Any]:
    """What `tests/cel/run.mjs` says to each job."""
    node = shutil.which("node")
    assert node, "no node on this machine"
    done = subprocess.run(
        [node, HERE / "run.mjs"], input=json.dumps(jobs), capture_output=True, text=True, check=True, timeout=300
    )
    return list(json.loads(done.stdout))


def exactly(value: Any) -> str:
    """Tells true from 1, which Python's == does not."""
    return json.dumps(value, sort_keys=True)
