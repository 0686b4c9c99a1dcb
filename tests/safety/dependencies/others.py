"""The dependencies themselves, as small as can be: a stand-in for clamd, a mail server, a payment service."""

import contextlib
import http.client
import json
import socket
import struct
import threading
from collections.abc import Iterator
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

from aiosmtpd.controller import Controller

from adapters.clamav.tests.server import EICAR
from stadttor.payments.ports import Order, Outcome, ProviderAway

LONGEST_S = 2.0
"""Time limits are shortened here, so that a fault costs two seconds and not ten; the code is that of the product."""


@contextlib.contextmanager
def clamd() -> Iterator[int]:
    """Stands in for clamd behind a line with faults: its INSTREAM, and the one signature everybody knows; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_scan_all, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]


def _scan_all(listener: socket.socket) -> None:
    while True:
        try:
            link, _ = listener.accept()
        except OSError:
            return
        with contextlib.suppress(OSError, struct.error), link, link.makefile("rb") as said:
            said.read(10)
            data = b""
            while size := struct.unpack("!I", said.read(4))[0]:
                data += said.read(size)
            link.sendall(b"stream: Eicar-Signature FOUND\0" if EICAR in data else b"stream: OK\0")


class Mailbox:
    """What arrived, by Message-ID: the same mail twice is one mail in two copies."""

    def __init__(self) -> None:
        self.arrived: dict[str, list[str]] = {}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content)
        self.arrived.setdefault(str(mail["Message-ID"]), []).append(str(mail["To"]))
        return "250 2.0.0 kept"


@contextlib.contextmanager
def mail_server(mailbox: Mailbox) -> Iterator[int]:
    """Gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield port
    finally:
        server.stop()


class Bank(ThreadingHTTPServer):
    """A payment service over HTTP: POST makes an order known, GET says what came of it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.orders: dict[str, str] = {}


class _Desk(BaseHTTPRequestHandler):
    server: Bank

    def do_POST(self) -> None:
        self.server.orders.setdefault(self.path.strip("/"), "open")
        self._say({"page": f"/bank{self.path}"})

    def do_GET(self) -> None:
        self._say({"outcome": self.server.orders.get(self.path.strip("/"), "open")})

    def _say(self, answer: dict[str, str]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quietly."""


@contextlib.contextmanager
def bank() -> Iterator[Bank]:
    """A payment service that runs for the length of the block."""
    server = Bank()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class Remote:
    """A provider as an adapter would be: the port `stadttor.payments.ports.Provider` over HTTP, bounded in all."""

    name = "bank"

    def __init__(self, port: int) -> None:
        self._port = port

    def start(self, order: Order) -> str:
        return self._asked("POST", order.key)["page"]

    def ask(self, authority_id: UUID, key: str) -> Outcome:
        outcome = self._asked("GET", key)["outcome"]
        return "paid" if outcome == "paid" else "failed" if outcome == "failed" else "open"

    def refund(self, authority_id: UUID, key: str, cents: int) -> None:
        self._asked("POST", key)

    def _asked(self, method: str, key: str) -> dict[str, str]:
        link = http.client.HTTPConnection("127.0.0.1", self._port, timeout=LONGEST_S)
        watch = threading.Timer(LONGEST_S, lambda: link.sock and link.sock.shutdown(socket.SHUT_RDWR))
        watch.start()
        try:
            link.request(method, f"/{key}")
            answer: dict[str, str] = json.loads(link.getresponse().read())
            return answer
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ProviderAway from error
        finally:
            watch.cancel()
            link.close()
