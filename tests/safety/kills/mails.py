"""The mail server of the programme: keeps of each mail its Message-ID and when it was taken."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from stadttor.ground.launcher.ports import free_port
from tests.safety.kills.journal import Journal


class _Letterbox:
    """Notes a mail before it says that it has it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        name = str(message_from_bytes(envelope.content, policy=policy.default)["Message-ID"])
        self._journal.note("mail", mail=name.strip("<>").partition("@")[0], at=time.monotonic())
        return "250 2.0.0 taken"


@contextmanager
def mail_server(path: Path) -> Iterator[int]:
    """Gives its port; mails are noted in a journal at `path`."""
    port = free_port()
    server = Controller(_Letterbox(Journal(path)), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    server.start()
    try:
        yield port
    finally:
        server.stop()
