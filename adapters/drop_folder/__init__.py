"""Hand-over into a folder that the target reads: on this machine, or a share that the operator mounted."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

from adapters.drop_folder.folder import PROBLEMS
from stadttor.exchange.ports import Parcel, Piece, Place, TargetAway

SECONDS, DYING_S = 30.0, 2.0


class DropFolder:
    """Implements `stadttor.exchange.ports.Way`; each authority has its own folders below `root`.

    The file appears under its name by a rename, so that nobody reads half of it. A mark beside it says that it was whole
    before it appeared: found without the part, it appeared, even where the target has fetched it meanwhile.
    Another process does it, because a share that is dead holds whoever asks it: after `seconds` it is killed.
    """

    def __init__(self, root: Path, *, seconds: float = SECONDS) -> None:
        self._root, self._seconds = root, seconds

    def allows(self, place: str) -> bool:
        """Every name below the folder of the authority."""
        return True

    def deliver(self, place: Place, parcel: Parcel) -> str:
        """All pieces first lie there whole, then they appear one after the other, the file when its proofs have."""
        ending = monotonic() + self._seconds
        for one in parcel.pieces:
            self._do("stage", place, [one], one.data, ending)
        self._do("appear", place, parcel.pieces, b"", ending)
        return parcel.name

    def forget(self, place: Place, parcel: Parcel) -> None:
        self._do("forget", place, parcel.pieces)

    def look(self, place: Place) -> None:
        self._do("look", place)

    def _do(
        self, act: str, place: Place, pieces: Sequence[Piece] = (), data: bytes = b"", ending: float | None = None
    ) -> None:
        """Until `ending`, which is that of the whole try: the next one goes on where it stopped."""
        seconds = self._seconds if ending is None else ending - monotonic()
        if seconds <= 0:
            raise TargetAway("slow")
        named = [word for one in pieces for word in (str(one.id), one.name)]
        status = self._run([act, str(self._root / place.authority / place.place), *named], data, seconds)
        if status:
            raise TargetAway(PROBLEMS.get(status, "write"))

    def _run(self, arguments: list[str], data: bytes, seconds: float) -> int:
        """The exit status of the other process. Raises TargetAway when it had to be killed."""
        program = str(Path(__file__).with_name("folder.py"))
        command = [sys.executable, "-I", "-S", program, *arguments]
        child = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own program, no shell
        try:
            child.communicate(data, seconds)
        except subprocess.TimeoutExpired as error:
            child.kill()
            # Not for ever: where the kernel itself waits for the share, it dies when the share answers.
            with suppress(subprocess.TimeoutExpired):
                child.wait(DYING_S)
            raise TargetAway("slow") from error
        return child.returncode
