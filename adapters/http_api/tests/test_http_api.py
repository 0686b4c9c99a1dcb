"""A real HTTP endpoint as target: the contract, what it may answer, where we may go."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from adapters.http_api import HttpApi
from stadttor.exchange.ports import Place, TargetAway, TargetRefuses
from stadttor.exchange.tests.way_contract import PARCEL, WayContract

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
        self.target.take(self.headers["Idempotency-Key"], self.headers.get_filename() or "", data)
        if self.target.breaks_now("after"):
            return self._hang_up()
        return self._answer(503 if self.target.breaks_now("unwell") else 201, b'{"id": "FV-2026-17"}')

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
    """Implements `Target` of the contract."""

    breaks = ("body", "before", "after", "unwell")

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.read: list[tuple[str, bytes]] = []
        self.status, self.followed = 201, 0
        self._keys: set[str] = set()
        self._breaks: dict[str, int] = {}
        self._server = ThreadingHTTPServer(("localhost", 0), type("H", (Handler,), {"target": self}))
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.place = Place("weissenburg", f"http://{self.host}/faelle", secret=TOKEN)

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    def break_at(self, moment: str, times: int = 1) -> None:
        self._breaks[moment] = times

    def breaks_now(self, moment: str) -> bool:
        left = self._breaks.get(moment, 0)
        self._breaks[moment] = left - 1
        return left > 0

    def take(self, key: str, name: str, data: bytes) -> None:
        if key not in self._keys:
            self._keys.add(key)
            self.read.append((name, data))

    def fetch(self) -> list[tuple[str, bytes]]:
        return self.read

    def lies(self) -> list[str]:
        """Nothing is kept for us."""
        return []

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def target() -> Iterator[Endpoint]:
    running = Endpoint()
    yield running
    running.stop()


@pytest.fixture
def way(target: Endpoint) -> HttpApi:
    return HttpApi([target.host], seconds=10, plain=[target.host])


class TestHttpApi(WayContract):
    pass


def test_the_receipt_is_what_the_target_calls_it(way: HttpApi, target: Endpoint) -> None:
    assert way.deliver(target.place, PARCEL) == "201 FV-2026-17"
    headers = target.asked[0]
    assert headers["Idempotency-Key"] == f'"{PARCEL.id}"'
    assert headers["Content-Digest"].startswith("sha-256=:")


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_what_the_target_refuses_waits_for_a_person(way: HttpApi, target: Endpoint, status: int) -> None:
    target.status = status
    with pytest.raises(TargetRefuses, match=f"status_{status}"):
        way.deliver(target.place, PARCEL)


@pytest.mark.parametrize("status", [404, 409, 429, 500, 503])
def test_what_may_pass_is_tried_again(way: HttpApi, target: Endpoint, status: int) -> None:
    target.status = status
    with pytest.raises(TargetAway, match=f"status_{status}") as caught:
        way.deliver(target.place, PARCEL)
    assert not isinstance(caught.value, TargetRefuses)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirection_is_followed(way: HttpApi, target: Endpoint, status: int) -> None:
    target.status = status
    with pytest.raises(TargetAway, match=f"status_{status}"):
        way.deliver(target.place, PARCEL)
    assert (len(target.asked), target.followed) == (1, 0)


def test_a_wrong_token_reads_so(way: HttpApi, target: Endpoint) -> None:
    with pytest.raises(TargetAway, match="login"):
        way.look(replace(target.place, secret="falsch"))


@pytest.mark.parametrize("secret", ["ein\ntoken", "ein\r\nX-Other: y", "tokén→"])
def test_a_token_that_fits_into_no_header_reads_like_a_wrong_one(way: HttpApi, target: Endpoint, secret: str) -> None:
    with pytest.raises(TargetAway, match="login"):
        way.deliver(replace(target.place, secret=secret), PARCEL)
    assert target.asked == []


@pytest.mark.parametrize(
    ("hosts", "place"),
    [
        (["api.example.org"], "https://other.example.org/x"),
        (["api.example.org"], "http://api.example.org/x"),
        (["169.254.169.254"], "https://169.254.169.254/latest/meta-data"),
        (["[fd00:ec2::254]"], "https://[fd00:ec2::254]/latest/meta-data"),
        (["[::ffff:169.254.169.254]"], "https://[::ffff:169.254.169.254]/"),
    ],
)
def test_elsewhere_we_do_not_go(hosts: list[str], place: str) -> None:
    with pytest.raises(TargetAway, match="host"):
        HttpApi(hosts).deliver(Place("weissenburg", place), PARCEL)
