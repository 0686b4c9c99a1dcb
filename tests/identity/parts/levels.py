"""Each package × level × way of signing in (tests/identity/levels.py), in a process and on a database of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests.identity.levels import WAYS
from tests.identity.packages import names
from tests.identity.plan import note
from tests.identity.stand import Stand
from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Line
from tests.safety.stand import stand as database_stand


def run(stand: Stand) -> Iterator[Line]:
    """A line for each combination."""
    with database_stand() as ground:
        around = ground.database("levels").environment() | {"STADTTOR_VAR": str(stand.folder / "levels")}
        command = [sys.executable, "-m", "tests.identity.levels"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | around, stdout=subprocess.PIPE, text=True
        )  # fmt: skip
        assert process.stdout is not None
        for text in process.stdout:
            yield json.loads(text)
        if process.wait(60):
            raise RuntimeError("tests.identity.levels did not come to its end")
    yield note(f"{len(names())} packages, 4 levels, {len(WAYS)} ways")
