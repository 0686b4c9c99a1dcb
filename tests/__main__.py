"""`make test`: both halves of the tests at the same time, as neither of them keeps two cores busy.

Each half is a process with a database of its own: the modules' own tests, and those that cross modules or drive a browser
and the running product. What the other says is seen at once, what this one says stands below it as a whole. Arguments are
handed to both.
"""

import subprocess
import sys
import tempfile
from typing import IO

MODULES, ACROSS = "not slow and not browser and not across", "not slow and (browser or across)"
NOTHING_FOUND = 5  # pytest's exit code when the arguments leave no test in one half


def main(arguments: list[str]) -> int:
    """0 when both halves passed."""
    with tempfile.TemporaryFile() as said:
        behind = _begin(ACROSS, arguments, said)
        try:
            ended = [_begin(MODULES, arguments).wait()]
            print("And the tests across modules and in a browser:", flush=True)
            ended.append(behind.wait())
        finally:
            behind.terminate()
        said.seek(0)
        sys.stdout.write(said.read().decode(errors="replace"))
    return max(0 if code == NOTHING_FOUND else abs(code) for code in ended)


def _begin(marked: str, arguments: list[str], said: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pytest", "-q", "--durations=12", "-m", marked, *arguments]
    return subprocess.Popen(command, stdout=said, stderr=said and subprocess.STDOUT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
