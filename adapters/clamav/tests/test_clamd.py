"""The contract of `forms.ports.Scanner`: the adapter against a real clamd and one that speaks INSTREAM, and the fake."""

import shutil
import socket
import struct
import threading
from contextlib import contextmanager, suppress

import pytest

from adapters.clamav import REST_S, Clamd
from adapters.clamav.tests import server as real
from adapters.clamav.tests.server import EICAR
from stadttor.forms.tests.conftest import FakeScanner
from stadttor.ground.launcher.postgres import short_temporary_folder


class FakeClamd:
    """One connection after the other as clamd(8) handles it; `pieces` is how the answer travels, none for by content."""

    def __init__(self, listener, pieces=None, limit=25_000_000):
        self.listener, self.pieces, self.limit, self.heard = listener, pieces, limit, []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            with link, link.makefile("rb") as said:
                self._answer(link, said)

    def _answer(self, link, said):
        assert said.read(10) == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack("!I", said.read(4))[0]:
            data += said.read(size)
            if len(data) > self.limit:
                link.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.heard.append(data)
        verdict = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if b"EICAR" in data else b"stream: OK\0"
        for piece in self.pieces if self.pieces is not None else [verdict]:
            link.sendall(piece)


@contextmanager
def clamd(**more):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Clamd(f"127.0.0.1:{listener.getsockname()[1]}"), FakeClamd(listener, **more)


@contextmanager
def real_clamd():
    """One for the length of the block, where the program is installed."""
    if not real.program():
        pytest.skip(real.ABSENT)
    folder = short_temporary_folder("clamd-")
    try:
        yield real.Scanner(folder)
    finally:
        shutil.rmtree(folder)


@pytest.fixture(params=["real clamd", "clamd", "fake"])
def scanner(request):
    if request.param == "fake":
        yield FakeScanner()
    elif request.param == "clamd":
        with clamd() as (adapter, _server):
            yield adapter
    else:
        with real_clamd() as server, server.up():
            yield Clamd(server.address)


def test_a_real_clamd_that_was_down_is_asked_again():
    with real_clamd() as server:
        adapter = Clamd(server.address)
        assert adapter.scan(EICAR) == "unavailable"
        with server.up():
            assert adapter.scan(EICAR) == "infected"
        assert adapter.scan(EICAR) == "unavailable"


def test_a_clean_file_is_clean_and_an_infected_one_is_found(scanner):
    assert scanner.scan(b"%PDF-1.7 harmless") == "clean"
    assert scanner.scan(EICAR) == "infected"
    assert scanner.scan(b"") == "clean"


def test_a_large_file_arrives_whole(scanner):
    assert scanner.scan(bytes(1_000_000) + EICAR) == "infected"


def test_the_stream_is_the_file_in_its_order():
    data = bytes(range(256)) * 1_000
    with clamd() as (adapter, server):
        adapter.scan(data)
        assert server.heard == [data]


@pytest.mark.parametrize(
    ("pieces", "verdict"),
    [
        ([b"stream: Eicar FO", b"UND\0"], "infected"),
        ([b"stream: ", b"OK", b"\0"], "clean"),
        ([b"stream: OK"], "clean"),
        ([], "unavailable"),
        ([b"INSTREAM: Can't allocate memory ERROR\0"], "unavailable"),
        ([b"UNKNOWN COMMAND\0"], "unavailable"),
        ([b"\xff\xfe\0"], "unavailable"),
        ([b"x" * 100_000], "unavailable"),
    ],
)
def test_an_answer_in_pieces_is_read_whole_and_anything_strange_is_no_verdict(pieces, verdict):
    with clamd(pieces=pieces) as (adapter, _server):
        assert adapter.scan(b"%PDF") == verdict


def test_a_file_larger_than_clamd_takes_is_not_clean():
    with clamd(limit=100_000) as (adapter, _server):
        assert adapter.scan(bytes(3_000_000)) == "unavailable"


def test_a_clamd_that_is_away_or_silent_is_no_verdict(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        monkeypatch.setattr("adapters.clamav.SECONDS", 0.2)
        assert Clamd(f"127.0.0.1:{port}").scan(b"%PDF") == "unavailable"
    assert Clamd(f"127.0.0.1:{port}").scan(b"%PDF") == "unavailable"
    assert Clamd("/nowhere/clamd.sock").scan(b"%PDF") == "unavailable"


def test_it_speaks_over_a_unix_socket_too(tmp_path):
    path = str(tmp_path / "clamd.sock")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        FakeClamd(listener)
        assert Clamd(path).scan(EICAR) == "infected"


def trickling(listener, ended):
    """Takes the file and answers a byte at a time, without end."""
    with suppress(OSError):
        link, _ = listener.accept()
        with link:
            while not ended.wait(0.01):
                link.sendall(b"x")


def test_an_answer_that_trickles_ends_in_the_time_of_one_scan():
    """Report: the time limit was that of each byte, so that a slow scanner held a page for hours."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=trickling, args=(listener, ended), daemon=True).start()
        clock = iter(range(100))
        adapter = Clamd(f"127.0.0.1:{listener.getsockname()[1]}", seconds=20, clock=lambda: float(next(clock)))
        assert adapter.scan(b"harmless") == "unavailable"
        ended.set()


def test_a_scanner_that_lets_time_pass_rests_for_a_while_and_is_asked_again():
    now = [100.0]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        adapter = Clamd(address, seconds=0.05, clock=lambda: now[0])
        assert adapter.scan(b"harmless") == "unavailable"
    with clamd() as (other, server):
        adapter.address = other.address
        now[0] += REST_S - 1
        assert adapter.scan(b"harmless") == "unavailable"
        assert server.heard == []
        now[0] += 2
        assert adapter.scan(b"harmless") == "clean"
