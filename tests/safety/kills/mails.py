"""The mail server of the programme: keeps of each mail its Message-ID and when it was taken."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from stadttor.ground.launcher.ports import free_port
from tests.safety.kills.journal import Journal

_CODE = re.compile(r"\b\d{6}$")
"""At the end of a subject: the number that a wallet asks for."""


class Letterbox:
    """Notes a mail before it says that it has it; of those with a number for a wallet it keeps what they say."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._codes: list[tuple[float, str, str]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        if code := _CODE.search(str(mail["Subject"])):
            text = mail.get_body(("plain",))
            self._codes.append((time.monotonic(), code[0], text.get_content() if text else ""))
        self._journal.note("mail", mail=str(mail["Message-ID"]).strip("<>").partition("@")[0], at=time.monotonic())
        return "250 2.0.0 taken"

    def code(self, number: str, since: float) -> str:
        """What came for the application of this number after a moment; empty while nothing did."""
        return next((code for at, code, text in reversed(self._codes) if at > since and number in text), "")


@contextmanager
def mail_server(path: Path) -> Iterator[tuple[int, Letterbox]]:
    """Gives its port and what it knows; mails are noted in a journal at `path`."""
    port, letters = free_port(), Letterbox(Journal(path))
    server = Controller(letters, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    server.start()
    try:
        yield port, letters
    finally:
        server.stop()
