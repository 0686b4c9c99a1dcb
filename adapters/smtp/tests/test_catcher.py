import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

from adapters.smtp.sender import SmtpSender
from stadttor.ground.launcher.ports import accepts, free_port


def a_mail() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "post@example.org", "amira.yilmaz@example.org", "Grüße"
    message["Message-ID"] = "<0190-1@example.org>"
    message.set_content("Guten Tag")
    return message


def test_the_catcher_keeps_what_is_sent_and_ends_on_sigterm(tmp_path: Path) -> None:
    port = free_port()
    environment = os.environ | {"STADTTOR_VAR": str(tmp_path), "STADTTOR_SMTP_PORT": str(port)}
    with subprocess.Popen([sys.executable, "-m", "stadttor", "mail-catcher"], env=environment) as process:
        deadline = time.monotonic() + 20
        while not accepts(port):
            assert time.monotonic() < deadline
        delivery = SmtpSender("127.0.0.1", port).send(a_mail())
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert (delivery.outcome, delivery.reply) == ("accepted", "250 2.0.0 caught by the demo")
    [kept] = (tmp_path / "demo" / "mail").glob("*.eml")
    assert kept.name == "0190-1.eml"


def test_a_server_that_never_answers_costs_a_bounded_time() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        begun = time.monotonic()
        delivery = SmtpSender("127.0.0.1", silent.getsockname()[1], timeout_s=0.5).send(a_mail())
    assert delivery.outcome == "away"
    assert time.monotonic() - begun < 5


def test_a_server_that_trickles_costs_a_bounded_time() -> None:
    """Report: the time limit was that of each byte, so that a slow server held the worker for hours."""
    ended = threading.Event()

    def trickle() -> None:
        with suppress(OSError):
            link, _ = slow.accept()
            with link:
                while not ended.wait(0.01):
                    link.sendall(b"2")

    with socket.create_server(("127.0.0.1", 0)) as slow:
        threading.Thread(target=trickle, daemon=True).start()
        sender = SmtpSender("127.0.0.1", slow.getsockname()[1], timeout_s=5, longest_s=0.2)
        assert sender.send(a_mail()).outcome == "away"
        ended.set()


def test_a_server_without_what_was_agreed_gets_no_mail() -> None:
    """No login or no encryption there is a fault of the installation: the mail waits until it is mended."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink

    port = free_port()
    server = Controller(Sink(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        assert SmtpSender("127.0.0.1", port, "stadttor", "geheim").send(a_mail()).outcome == "away"
        assert SmtpSender("127.0.0.1", port, tls=True).send(a_mail()).outcome == "away"
    finally:
        server.stop()
