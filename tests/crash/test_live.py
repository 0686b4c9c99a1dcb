"""The live process tells a member what changed, and nobody else."""

import http.client
import socket
import time
from uuid import uuid4

import pytest

from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now as this_moment
from stadttor.ground.launcher.ports import free_port
from stadttor.ground.live import announce
from stadttor.ground.work import work
from stadttor.identity.services import create_member, sign_in
from tests.crash.processes import process, until

pytestmark = pytest.mark.db


@pytest.fixture
def port(authority):
    found = free_port()
    with process("live", STADTTOR_LIVE_PORT=str(found)) as running:
        until(lambda: running.poll() is not None or answers(found), "the live process")
        yield found


def answers(port):
    with socket.socket() as link:
        return link.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def token(authority):
    create_member(
        authority_id=authority.id, email="olsen@weissenburg.example", name="Herr Olsen", roles=["clerk"], unit_ids=[],
        password="ein-gutes-kennwort", actor=SYSTEM, now=this_moment(),
    )  # fmt: skip
    return sign_in(
        authority_id=authority.id, email="olsen@weissenburg.example", password="ein-gutes-kennwort",
        address="127.0.0.1", now=this_moment(),
    )  # fmt: skip


def ask(port, *, token="", host="weissenburg.localhost", topic="cases", origin=""):
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Host": f"{host}:{port}", "Cookie": f"stadttor_staff={token}"} | ({"Origin": origin} if origin else {})
    link.request("GET", f"/events/{topic}", headers=headers)
    return link.getresponse()


def lines(response, seconds=15):
    """What the stream says, line by line, until it is silent for long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield response.readline().decode().strip()


def test_a_member_is_told_the_id_of_what_changed(authority, port, token):
    response, changed = ask(port, token=token), uuid4()
    assert response.status == 200
    assert response.getheader("content-type") == "text/event-stream"
    assert next(lines(response)) == "retry: 3000"
    response.fp.raw._sock.settimeout(0.5)
    assert until(lambda: told(authority, response, changed), "the event") == f"data: {changed}"


def told(authority, response, changed):
    """Announce, since the process may not be listening yet, and read on for half a second."""
    with work(authority.id):
        announce(authority.id, "cases", changed)
    try:
        return next((line for line in lines(response, 0.5) if line.startswith("data:")), None)
    except TimeoutError:
        response.fp = response.fp.raw._sock.makefile("rb")
        return None


@pytest.mark.parametrize(
    "more",
    [
        {"token": ""},
        {"token": "made-up"},
        {"host": "muenchen.localhost"},
        {"host": "nirgendwo.localhost"},
        {"host": "weissenburg"},
        {"host": "localhost"},
        {"topic": "everything"},
        {"topic": "../cases"},
    ],
    ids=lambda more: next(iter(more.values())) or "no cookie",
)
def test_everybody_else_gets_nothing(authority, neighbour, port, token, more):
    assert ask(port, **({"token": token} | more)).status == 404


def test_only_pages_of_the_same_town_may_listen(port, token):
    """Report: a script on another town's pages could read along with the cookie of a colleague of both."""
    own = ask(port, token=token, origin="http://weissenburg.localhost:8000")
    assert own.getheader("access-control-allow-origin") == "http://weissenburg.localhost:8000"
    for foreign in ("http://muenchen.localhost:8000", "http://localhost", "https://evil.example", "null"):
        assert ask(port, token=token, origin=foreign).getheader("access-control-allow-origin") is None


def test_what_is_no_message_of_ours_does_not_end_the_listening():
    from stadttor.site import live

    for payload in ("", "nonsense", "[]", "{}", '{"authority": 1, "topic": "cases"}'):
        live._pass_on(payload)
