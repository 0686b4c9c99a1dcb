"""Senders who let a byte through now and then: others are answered meanwhile, and nothing of theirs stays."""

import http.client
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from stadttor.ground.launcher.roles import Dsns
from tests.safety.running import RowLines

PROMISED, MANY = 3, 12
"""Fewer than one process answers at once; more than both do."""
ASKED, PATIENCE_S, PAUSE_S = 4, 2.0, 0.1
SLUG = "weissenburg"
SIZE = 500_000


def try_slow(lines: RowLines, addresses: Dsns, folder: Path, town: UUID, stored: Callable[[], int]) -> None:
    """At a real web server with nothing before it. `stored` counts what is kept of uploads."""
    from django.db import connections

    from stadttor.catalog.queries import adopted_form
    from stadttor.ground.clock import now
    from stadttor.portal import access, services
    from stadttor.site.api.tests.builders import adopted_with_files
    from tests.safety.live.server import Server

    adopted_with_files(town, now())
    token = os.urandom(32).hex()
    draft = services.start(form=adopted_form(town, "muster"), token=token, language="de", now=now())
    connections.close_all()
    page, cookie = f"/antrag/{draft}/seite/anliegen", f"{access.cookie_name(draft)}={token}"
    with Server(folder, addresses) as server:
        for clients in (PROMISED, MANY):
            before = stored()
            with _sending(server.port, page, cookie, clients):
                late = sum(not _is_answered(server.port) for _ in range(ASKED))
            _must_answer_again(server.port)
            kept = stored() - before
            lines.write("slow", clients=clients, promised=clients == PROMISED, asked=ASKED, late=late, stored=kept)


@contextmanager
def _sending(port: int, page: str, cookie: str, clients: int) -> Iterator[None]:
    """So many, in the middle of a file; at the end they go away."""
    status, token, form_cookie = _asked(port, page, cookie, 20)
    assert status == 200, status
    open_ones = [_begun(port, page, f"{cookie}; {form_cookie}", token) for _ in range(clients)]
    try:
        for _ in range(5):
            for one in open_ones:
                one.sendall(b"y")
            time.sleep(PAUSE_S)
        yield
    finally:
        for one in open_ones:
            one.close()


def _begun(port: int, page: str, cookies: str, token: str) -> socket.socket:
    """A form as the browser sends it, up to the first bytes of its file."""
    form = [f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n--x\r\n']
    form.append('Content-Disposition: form-data; name="anliegen.beleg"; filename="b.pdf"\r\n\r\n%PDF-1.7\n')
    head = [f"POST {page} HTTP/1.1", f"Host: {SLUG}.localhost:{port}", f"Cookie: {cookies}"]
    head += ["Content-Type: multipart/form-data; boundary=x", f"Content-Length: {SIZE}", "", ""]
    opened = socket.create_connection(("127.0.0.1", port))
    opened.sendall("\r\n".join(head).encode() + "".join(form).encode())
    return opened


def _asked(port: int, page: str, cookie: str = "", patience: float = PATIENCE_S) -> tuple[int, str, str]:
    """Status, form token and its cookie."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        connection.request("GET", page, headers={"Host": f"{SLUG}.localhost:{port}", "Cookie": cookie})
        answer = connection.getresponse()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
        return answer.status, token[1] if token else "", answer.headers.get("Set-Cookie", "").partition(";")[0]
    finally:
        connection.close()


def _is_answered(port: int) -> bool:
    try:
        return _asked(port, "/")[0] == 200
    except OSError:
        return False


def _must_answer_again(port: int) -> None:
    """Once they are gone. Raises TimeoutError."""
    deadline = time.monotonic() + 20
    while not _is_answered(port):
        if time.monotonic() > deadline:
            raise TimeoutError("the web server stays held after slow senders went away")
