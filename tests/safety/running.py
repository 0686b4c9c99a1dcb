"""Runs rows one after the other; each leaves lines that say when it began and whether it came to its end."""

import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tests.measuring.circumstances import circumstances
from tests.measuring.lines import Lines
from tests.safety.stand import Stand
from tests.safety.standing import folder_of

if TYPE_CHECKING:
    from tests.safety.plan import Planned, Row

Value = TypeVar("Value")


@dataclass(frozen=True)
class Size:
    """How much is injected: `small` shows in a test that a row runs, `ci` is that of `.ci/run`, `night` of `NIGHT=1`."""

    name: str

    def pick(self, *, small: Value, ci: Value, night: Value) -> Value:
        return {"small": small, "ci": ci, "night": night}[self.name]


class RowLines:
    """The raw lines of one row."""

    def __init__(self, lines: Lines, row: str) -> None:
        self._lines, self._subject = lines, f"safety-{row}"

    def write(self, kind: str, **line: Any) -> None:
        """One line; `kind` says what of."""
        self._lines.write(self._subject, kind=kind, **line)


def run_rows(planned: list["Planned"], size: Size, raw: Path, stand: Stand, now: Callable[[], datetime]) -> None:
    """Run those that are built. One that raises leaves a line that says so, and the others go on.

    Each runs in a process, with folders and databases of its own: the signed heads of one row's towns are not those of the next, and
    the memory of what is tried is not that of the rows before it, which a forked process would begin with.
    """
    stand.migrate()
    for one in planned:
        row = one.row()
        if row is not None:
            shutil.rmtree(stand.folder / "var", ignore_errors=True)
            stand.clear()
            _apart(_run, one.name, row, size, RowLines(Lines(folder_of(raw, size.name)), one.name), stand, now())


def _apart(act: Callable[..., None], *words: Any) -> None:
    """Do it in a forked process and wait; what kills that process leaves a run that did not come to its end, or none at all.

    It says so: what happens before the first line stands in no file.
    """
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act(*words)
            code = 0
        except BaseException:  # the process ends here, and with it who could tell
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    if code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        print(f"the process of a row ended with {code}", file=sys.stderr, flush=True)


def _run(name: str, row: "Row", size: Size, lines: RowLines, stand: Stand, now: datetime) -> None:
    begun = time.monotonic()
    print(f"{name} …", flush=True)
    lines.write("begun", size=size.name, **circumstances(now))
    try:
        row.run(size, lines, stand)
    except Exception as error:  # one broken row must not hide the others
        traceback.print_exc()
        lines.write("failed", error=f"{type(error).__name__}: {error}"[:2_000])
    else:
        lines.write("ended", seconds=time.monotonic() - begun)
