"""What the live process tells one person."""

import http.client
import threading
from contextlib import suppress


class Stream:
    """An open stream of changed cases; `told` is what came. With a cookie of the staff, at one host."""

    def __init__(self, port: int, slug: str, cookie: str) -> None:
        self.told = b""
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self._link.request("GET", "/events/cases", headers={"Host": f"{slug}.localhost:{port}", "Cookie": cookie})
        self._answer = self._link.getresponse()
        self.status = self._answer.status
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with suppress(OSError):
            if self._link.sock:
                self._link.sock.shutdown(2)
        self._thread.join(5)

    def _listen(self) -> None:
        with suppress(OSError, http.client.HTTPException, ValueError, AttributeError):
            while line := self._answer.readline():
                self.told += line
