"""A real clamd for tests: no signature but that of the EICAR test file, a socket and settings of its own, no root needed."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner finds and no machine runs (EICAR, anti-malware test file)."""
SIGNATURE = f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n"
"""The extended format of ClamAV (.ndb): name, any kind of file, at any place, bytes."""
ABSENT = "no clamd on this machine: apt install clamav-daemon"
READY_S = 30.0


def program() -> str | None:
    """clamd, on the path or where Debian puts it."""
    return shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


class Scanner:
    """A clamd with its folder, which exists; it runs while `up` lasts, and each time begins anew."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "clamd.sock")
        self._settings, self._log = folder / "clamd.conf", folder / "clamd.log"
        signatures = folder / "signatures"
        signatures.mkdir()
        (signatures / "eicar.ndb").write_text(SIGNATURE)
        lines = (f"DatabaseDirectory {signatures}", f"LocalSocket {self.address}", "Foreground yes", "MaxThreads 2")
        self._settings.write_text("\n".join((*lines, "")))

    @contextmanager
    def up(self) -> Iterator[None]:
        """From when it answers to the end of the block. Raises RuntimeError with what it said."""
        clamd = program()
        assert clamd, ABSENT
        words = [clamd, "--config-file", str(self._settings)]
        with self._log.open("ab") as log, subprocess.Popen(words, stdout=log, stderr=log) as process:  # noqa: S603  # our own words
            try:
                self._wait(process)
                yield
            finally:
                process.terminate()

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + READY_S
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"clamd did not start: {self._log.read_text()[-400:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        from adapters.clamav import Clamd

        return Clamd(self.address).scan(b"") == "clean"
