"""A real HTTP endpoint in a thread, which takes each key once and hangs up where a test says so."""

import ssl
import threading
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from stadttor.exchange.ports import Place

TOKEN = "ein-token"


class Handler(BaseHTTPRequestHandler):
    """Takes each key once; hangs up where it is told to."""

    target: ClassVar["Endpoint"]

    def do_POST(self) -> None:
        target, size = self.target, int(self.headers["Content-Length"])
        target.asked.append(self.headers)
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._answer(401, b"")
        elif target.breaks_now("body"):
            self.rfile.read(size // 2)
            self._hang_up()
        elif target.status != 201:
            self.rfile.read(size)
            self._answer(target.status, b"no")
        else:
            self._take(self.rfile.read(size))

    def _take(self, data: bytes) -> None:
        if self.target.breaks_now("before"):
            return self._hang_up()
        self.target.take(self.headers["Idempotency-Key"], self._files(data))
        if self.target.breaks_now("after"):
            return self._hang_up()
        return self._answer(503 if self.target.breaks_now("unwell") else 201, b'{"id": "FV-2026-17"}')

    def _files(self, data: bytes) -> list[tuple[str, bytes]]:
        """The file, or each part of a form as a library of others reads it."""
        kind = self.headers["Content-Type"]
        if not kind.startswith("multipart/form-data"):
            return [(self.headers.get_filename() or "", data)]
        form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + data, policy=HTTP)
        return [(one.get_filename() or "", one.get_payload(decode=True)) for one in form.iter_parts()]

    def do_OPTIONS(self) -> None:
        self._answer(204 if self.headers["Authorization"] == f"Bearer {TOKEN}" else 401, b"")

    def do_GET(self) -> None:
        self.target.followed += 1
        self._answer(200, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"http://localhost:{self.target.port}/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal of the tests."""


class Endpoint:
    """Implements `Target` of the contract; with `tls` it is asked over TLS, as the product does outside of tests."""

    breaks = ("body", "before", "after", "unwell")

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Any] = []
        self.read: list[tuple[str, bytes]] = []
        self.status, self.followed = 201, 0
        self._keys: set[str] = set()
        self._breaks: dict[str, int] = {}
        self._server = ThreadingHTTPServer(("localhost", 0), type("H", (Handler,), {"target": self}))
        self.port = self._server.server_address[1]
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.place = Place("weissenburg", f"{'https' if tls else 'http'}://{self.host}/faelle", secret=TOKEN)

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    def break_at(self, moment: str, times: int = 1, skip: int = 0) -> None:
        """One call for all pieces: there is nothing to skip."""
        self._breaks[moment] = times if skip == 0 else 0

    def breaks_now(self, moment: str) -> bool:
        left = self._breaks.get(moment, 0)
        self._breaks[moment] = left - 1
        return left > 0

    def take(self, key: str, files: list[tuple[str, bytes]]) -> None:
        if key not in self._keys:
            self._keys.add(key)
            self.read += files

    def fetch(self) -> list[tuple[str, bytes]]:
        return self.read

    def lies(self) -> list[str]:
        """Nothing is kept for us."""
        return []

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
