"""Asking another installation: bounded in size and time, never into our own network, never led elsewhere."""

import ipaddress
import socket
import threading

import pytest

from adapters.other_catalogue import OtherCatalogues
from stadttor.catalog.ports import CatalogueRefused
from stadttor.catalog.tests import other_server as hostile
from stadttor.core.network import is_public


@pytest.fixture
def there():
    with hostile.serving() as server:
        yield server


def refused(there, answer, *, most=1_000, path="/x", seconds=10.0):
    there.pages[path] = answer
    with pytest.raises(CatalogueRefused) as error:
        OtherCatalogues(trying=True, seconds=seconds).get(there.address + path, most=most)
    return error.value.code


def test_what_is_there_comes_whole(there):
    there.pages["/x"] = b"a" * 1_000
    assert OtherCatalogues(trying=True).get(f"{there.address}/x", most=1_000) == b"a" * 1_000


def test_more_than_allowed_is_refused_before_it_comes_and_while_it_does(there):
    assert refused(there, b"a" * 1_001) == "too_large"
    assert refused(there, hostile.endless) == "too_large"


def test_what_breaks_off_is_not_taken_for_whole(there):
    assert refused(there, hostile.half(b"a" * 1_000)) == "broken_off"


def test_who_sends_slowly_is_left_in_time(there):
    over = threading.Event()
    assert refused(there, hostile.trickle(over), most=1_000_000, seconds=0.5) == "slow"
    over.set()


def test_nobody_is_led_to_another_address(there):
    there.pages["/secret"] = b"x"
    assert refused(there, hostile.leads_to(f"{there.address}/secret")) == "redirect"
    assert there.asked == ["/x"]


def test_what_is_not_given_out_is_said_so(there):
    with pytest.raises(CatalogueRefused) as error:
        OtherCatalogues(trying=True).get(f"{there.address}/nothing", most=10)
    assert error.value.code == "status"


def test_compressed_bytes_are_not_unpacked(there):
    def answer(request):
        request.send_response(200)
        request.send_header("Content-Encoding", "gzip")
        request.send_header("Content-Length", "1")
        request.end_headers()
        request.wfile.write(b"x")

    assert refused(there, answer) == "status"


def test_who_is_not_there_is_away():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/x"
        with pytest.raises(CatalogueRefused) as error:
            OtherCatalogues(trying=True).get(address, most=10)
    assert error.value.code == "away"


@pytest.mark.parametrize("address", ["http://catalogue.example/x", "ftp://catalogue.example/x", "file:///etc/passwd"])
def test_without_tls_nobody_is_asked(address):
    with pytest.raises(CatalogueRefused) as error:
        OtherCatalogues(inside=["catalogue.example"]).get(address, most=10)
    assert error.value.code == "host"


def resolving_to(monkeypatch, *addresses):
    """Every name lies at these addresses; whoever is connected to is written down."""
    asked = []
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    def connect(where, **_):
        asked.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return asked


@pytest.mark.parametrize("addresses", [["10.0.0.7"], ["127.0.0.1"], ["169.254.169.254"], ["8.8.8.8", "10.0.0.7"]])
def test_a_name_that_lies_in_our_own_network_is_not_asked(monkeypatch, addresses):
    asked = resolving_to(monkeypatch, *addresses)
    with pytest.raises(CatalogueRefused) as error:
        OtherCatalogues().get("https://catalogue.example/x", most=10)
    assert (error.value.code, asked) == ("host", [])


def test_a_name_that_the_operator_named_may_lie_there_but_not_with_the_secrets_of_a_cloud(monkeypatch):
    asked = resolving_to(monkeypatch, "10.0.0.7")
    with pytest.raises(CatalogueRefused):
        OtherCatalogues(inside=["catalogue.example"]).get("https://catalogue.example/x", most=10)
    assert asked == [("10.0.0.7", 443)]
    asked = resolving_to(monkeypatch, "169.254.169.254")
    with pytest.raises(CatalogueRefused) as error:
        OtherCatalogues(inside=["catalogue.example"]).get("https://catalogue.example/x", most=10)
    assert (error.value.code, asked) == ("host", [])


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("8.8.8.8", True),
        ("2a00:1450:4001::1", True),
        ("10.1.2.3", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fc00::1", False),
        ("fe80::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::10.0.0.1", False),
        ("64:ff9b::8.8.8.8", True),
        ("2002:0a00:0001::1", False),
    ],
)
def test_which_addresses_lie_in_the_open_internet(address, is_one):
    assert is_public(ipaddress.ip_address(address)) is is_one
