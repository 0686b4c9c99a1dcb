"""A real mail server in a thread, and the sender that talks to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from adapters.smtp.sender import SmtpSender
from stadttor.ground.launcher.ports import free_port
from stadttor.notices import ports


@dataclass
class Post:
    """A mail server: what it received, and what it answers."""

    answer: str = "250 2.0.0 accepted as 4711"
    received: list[EmailMessage] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if self.answer.startswith("250"):
            self.received.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return self.answer


@pytest.fixture
def post() -> Iterator[Post]:
    """A mail server that takes everything, connected as the installation's sender."""
    handler = Post(port=free_port())
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port, enable_SMTPUTF8=True)
    controller.start()
    ports.use_sender(SmtpSender("127.0.0.1", handler.port, timeout_s=5))
    yield handler
    controller.stop()
    ports.use_sender(ports.NoSender())
