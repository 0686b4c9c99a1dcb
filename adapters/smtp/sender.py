"""Hands mails to a mail server by SMTP."""

import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from stadttor.ground.steps import step
from stadttor.notices.ports import Delivery

PERMANENT = range(500, 600)


class _Bounded(smtplib.SMTP):
    """Ends after `longest_s` whatever the server does: the timeout of a socket is only that of each byte."""

    def __init__(self, host: str, port: int, timeout: float, longest_s: float) -> None:
        self._longest_s = longest_s
        self._watch: threading.Timer | None = None
        super().__init__(host, port, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        link = socket.create_connection((host, port), timeout)
        self._watch = threading.Timer(self._longest_s, _hang_up, [link])
        self._watch.daemon = True
        self._watch.start()
        return link

    def close(self) -> None:
        if self._watch:
            self._watch.cancel()
        super().close()


def _hang_up(link: socket.socket) -> None:
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class SmtpSender:
    """A mail server; `tls` upgrades the connection by STARTTLS (RFC 3207). Implements notices' `MailSender`."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    timeout_s: float = 10.0
    longest_s: float = 30.0

    @step
    def send(self, message: EmailMessage) -> Delivery:
        """One try. Whatever is not a lasting refusal of this very mail counts as away: it is tried again."""
        try:
            with _Bounded(self.host, self.port, self.timeout_s, self.longest_s) as server:
                self._log_in(server)
                return _hand_over(server, message)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            return _answer(code, text)
        except smtplib.SMTPDataError as error:
            return _answer(error.smtp_code, error.smtp_error)
        except smtplib.SMTPResponseException as error:
            return Delivery("away", _line(error.smtp_code, error.smtp_error))
        except (smtplib.SMTPException, OSError) as error:
            return Delivery("away", type(error).__name__)

    def _log_in(self, server: smtplib.SMTP) -> None:
        if self.tls:
            server.starttls(context=ssl.create_default_context())
        if self.user:
            server.login(self.user, self.password)


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> Delivery:
    """MAIL, RCPT and DATA by hand, because smtplib's own send_message drops the server's last line: the proof."""
    server.ehlo_or_helo_if_needed()
    sender, to = (message[name].addresses[0].addr_spec for name in ("From", "To"))
    wide = () if to.isascii() else ("SMTPUTF8",)
    code, text = server.mail(sender, wide)
    if code != 250:
        return Delivery("away", _line(code, text))
    code, text = server.rcpt(to)
    if code not in (250, 251):
        return _answer(code, text)
    return _answer(*server.data(_as_bytes(message)))


def _as_bytes(message: EmailMessage) -> bytes:
    """Headers in ASCII (encoded words), unless the address itself needs more (RFC 6531)."""
    return message.as_bytes(policy=SMTP if message["To"].addresses[0].addr_spec.isascii() else SMTPUTF8)


def _answer(code: int, text: bytes | str) -> Delivery:
    if code in PERMANENT:
        return Delivery("refused", _line(code, text))
    return Delivery("accepted" if 200 <= code < 300 else "away", _line(code, text))


def _line(code: int, text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"[:500]
