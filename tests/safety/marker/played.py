"""The journeys of tests/journeys, played once with all that the product can log: what they left is searched for the cast.

With each push those without a browser and two of the others, at night all. They are played by pytest in a process of its
own; after each journey its logs are read where they lie (tests/journeys/conftest.py), and each log that was read is a line.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.journeys.cast import cast
from tests.journeys.quiet import LINES_TO, said_about
from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Line
from tests.safety.least import size_of
from tests.safety.running import RowLines, Size

FEW = "db or test_from_the_application_to_the_letter or test_a_changed_plate_and_a_warden"
"""By marks and names: from the form to the letter with the running product, and everybody who works with a permit."""
LONGEST_S = 3_600
LOGS = ("this process", "web.log", "worker.log", "live.log")
"""What must have been read: of journeys in one process, and of the running product."""
TOGETHER = "all together"
"""The name of no journey: the logs of the running product once more, as a whole."""


def play(size: Size, lines: RowLines, folder: Path) -> None:
    """One line for each journey and log, one that names the journeys, one about how it ended."""
    left = folder / "journeys.jsonl"
    chosen = size.pick(small=["-k", "test_log_lines"], ci=["-k", FEW], night=[])
    command = [sys.executable, "-m", "pytest", "-q", "-m", "db or browser", *chosen, "tests/journeys"]
    ended = subprocess.run(
        command, cwd=ROOT, env=_environment() | {LINES_TO: str(left)}, check=False, timeout=LONGEST_S
    )
    for text in left.read_text().splitlines() if left.exists() else ():
        lines.write(**json.loads(text))
    found = sum(word in said_about(f"refused {word}, again") for word in cast())
    lines.write("played", code=ended.returncode, words=len(cast()), found=found)


def _environment() -> dict[str, str]:
    """Without what this row told its own processes."""
    own = ("STADTTOR_", "PG", "DATABASE", "DJANGO_", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(own)}


def logs_of(lines: Sequence[Line]) -> list[Line]:
    """What was read: a line for each journey and log."""
    return [line for line in lines if line["kind"] == "journey"]


def journeys_of(lines: Sequence[Line]) -> set[str]:
    """Those whose logs were read."""
    return {line["journey"] for line in logs_of(lines)} - {TOGETHER}


def told(lines: Sequence[Line]) -> str:
    """What was played, read and found, in a sentence."""
    logs = [line for line in logs_of(lines) if line["journey"] != TOGETHER]
    known = {name for line in lines if line["kind"] == "journeys" for name in (*line["chosen"], *line["left"])}
    words = sum(line["words"] for line in lines if line["kind"] == "played")
    return (
        f"{len(journeys_of(lines))} of {len(known)} journeys were played and {sum(line['lines'] for line in logs):,} lines"
        f" in {sum(line['bytes'] > 0 for line in logs)} logs of them were searched for {words} words that name the cast:"
        f" {sum(line['hits'] for line in logs_of(lines))} were found."
    )


def leaks(lines: Sequence[Line]) -> Iterator[str]:
    """Journeys that left a word about somebody."""
    yield from (
        f"{line['journey']} left {line['hits']} words about the cast in {line['log']}"
        for line in logs_of(lines)
        if line["hits"]
    )


def unproven(lines: Sequence[Line]) -> Iterator[str]:
    """Where that nothing was found proves nothing."""
    named = [line for line in lines if line["kind"] == "journeys"]
    chosen = {name for line in named for name in line["chosen"]}
    yield from (() if chosen else ("no journey was played",))
    yield from (f"nothing was read of {name}" for name in sorted(chosen - journeys_of(lines)))
    if size_of(lines) == "night" and (left := sum(len(line["left"]) for line in named)):
        yield f"{left} journeys were not played"
    said = {line["log"] for line in logs_of(lines) if line["bytes"]}
    yield from (f"no journey left a word in {name}" for name in LOGS if chosen and name not in said)
    ends = [line for line in lines if line["kind"] == "played"]
    yield from (f"the journeys ended with {line['code']}" for line in ends if line["code"])
    yield from (
        f"{line['words'] - line['found']} words about the cast would not be found"
        for line in ends
        if line["found"] != line["words"] or not line["words"]
    )
    yield from (() if ends else ("the journeys did not come to their end",))
