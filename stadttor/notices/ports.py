"""What notices need from outside: somebody who carries e-mails."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal, Protocol


@dataclass(frozen=True)
class Delivery:
    """What became of one try. `accepted`: the mail server has it; `refused`: it never will; `away`: try again later."""

    outcome: Literal["accepted", "refused", "away"]
    reply: str


class MailSender(Protocol):
    """Hands a mail to a mail server, within a bounded time."""

    def send(self, message: EmailMessage) -> Delivery: ...


class NoSender:
    """No mail server is connected: mails wait."""

    def send(self, message: EmailMessage) -> Delivery:
        return Delivery("away", "no mail server is connected")


_sender: MailSender = NoSender()


def use_sender(sender: MailSender) -> None:
    """Set at start-up by the composition root."""
    global _sender
    _sender = sender


def sender() -> MailSender:
    """The installation's sender."""
    return _sender
