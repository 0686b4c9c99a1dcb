"""Another installation's web server, which says whatever a test wants: over real HTTP, in a thread of the test."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = bytes | Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """`pages` by path: bytes, or what is done with the request. `asked` are the paths that were asked for."""

    address: str
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def index(self, content: Answer) -> None:
        self.pages["/catalogue/index.json"] = content

    def archive(self, package: str, version: str, content: Answer) -> None:
        self.pages[f"/catalogue/{package}/{version}.stadttor.zip"] = content


@contextmanager
def serving() -> Iterator[Server]:
    """A server on a free port of this machine, gone at the end of the block."""
    server: Server

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            found = server.pages.get(self.path)
            if found is None:
                self.send_error(404)
            elif isinstance(found, bytes):
                self.send_response(200)
                self.send_header("Content-Length", str(len(found)))
                self.end_headers()
                self.wfile.write(found)
            else:
                found(self)

        def log_message(self, *_: object) -> None:
            """Nothing is to be said."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = Server(f"http://127.0.0.1:{http.server_address[1]}")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


def half(content: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """Announces all of it and hangs up in the middle."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content[: len(content) // 2])

    return answer


def endless(request: BaseHTTPRequestHandler) -> None:
    """Says no length, and sends until nobody listens."""
    request.send_response(200)
    request.end_headers()
    try:
        while True:
            request.wfile.write(b" " * 65_536)
    except OSError:
        return


def leads_to(address: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", address)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def trickle(over: threading.Event) -> Callable[[BaseHTTPRequestHandler], None]:
    """A byte now and then, for as long as the test lasts."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000000")
        request.end_headers()
        try:
            while not over.wait(0.05):
                request.wfile.write(b" ")
        except OSError:
            return

    return answer
