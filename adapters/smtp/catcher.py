"""The demo's mail catcher: a mail server on this machine that keeps every mail as a file and sends none on."""

import os
import signal
import threading
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

LARGEST_MAIL = 5 * 1024 * 1024
MOST_MAILS = 500


class Catcher:
    """Keeps mails in a folder: the newest `MOST_MAILS`, one file each, named by time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        content: bytes = envelope.content
        self._keep(content)
        return "250 2.0.0 caught by the demo"

    def _keep(self, content: bytes) -> None:
        """The same Message-ID again replaces the mail, as mailboxes do. Written aside first, so no half mail is shown."""
        known = message_from_bytes(content, policy=policy.default)["Message-ID"]
        name = _safe(known) if known else f"{datetime.now(UTC):%Y%m%d%H%M%S%f}"
        half = self.folder / f".{name}"
        half.write_bytes(content)
        half.rename(self.folder / f"{name}.eml")
        for old in sorted(self.folder.glob("*.eml"), key=lambda file: file.stat().st_mtime)[:-MOST_MAILS]:
            old.unlink(missing_ok=True)


def _safe(message_id: str) -> str:
    """`<0190…@example.org>` as a file name: letters, digits and hyphens of the part before the @."""
    return (
        "".join(c for c in str(message_id).partition("@")[0] if c.isascii() and (c.isalnum() or c == "-"))[:80]
        or "mail"
    )


def controller(folder: Path, port: int) -> Controller:
    """The server, not yet started."""
    return Controller(
        Catcher(folder), hostname="127.0.0.1", port=port, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True
    )


def main() -> int:
    """The command `mail-catcher`: until SIGTERM or SIGINT."""
    folder = Path(os.environ.get("STADTTOR_VAR", "var")) / "demo" / "mail"
    server = controller(folder, int(os.environ.get("STADTTOR_SMTP_PORT", "2525")))
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    server.start()
    ended.wait()
    server.stop()
    return 0
