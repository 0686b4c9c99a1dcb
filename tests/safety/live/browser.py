"""A browser without JavaScript for somebody patient: keeps cookies, sends forms with files, tries again. Loopback only."""

import http.client
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from uuid import uuid4

TIMEOUT_S = 20
PAUSE_S = 0.2
NUMBER = re.compile(r'class="st-number"><bdi>([^<]+)<')
"""The number of an application on its status page."""
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Away(RuntimeError):
    """No answer but errors for longer than anybody waits."""


@dataclass(frozen=True)
class Answer:
    """One response; `status` 0 when the connection broke."""

    status: int
    location: str = ""
    text: str = ""
    head: str = ""
    """All headers, as they came."""
    body: bytes = b""

    @property
    def path(self) -> str:
        """Where it leads to, without the question mark and what follows."""
        return self.location.partition("?")[0]

    @property
    def csrf(self) -> str:
        return self.value(_CSRF)

    def value(self, pattern: "re.Pattern[str]") -> str:
        """The first group of the first match, empty without one."""
        found = pattern.search(self.text)
        return found[1] if found else ""


Values = Sequence[tuple[str, str]]
Files = Mapping[str, tuple[str, str, bytes]]
"""By field: name, media type, bytes."""
Tell = Callable[[str, str, int], None]
"""Is told method, path and status of each request."""


@dataclass
class Browser:
    """One person at one town."""

    port: int
    slug: str
    tell: Tell = lambda method, path, status: None
    cookies: dict[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection: http.client.HTTPConnection | None = None
        self.last = ""

    def get(self, path: str) -> Answer:
        return self._once("GET", path, None, {})

    def post(self, path: str, values: Values, files: Files | None = None) -> Answer:
        """A form as a browser sends it."""
        body, kind = _multipart(values, files or {})
        return self._once("POST", path, body, {"Content-Type": kind})

    def send(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Anything else, as a program does."""
        return self._once("POST", path, body, headers)

    def patiently(self, ask: Callable[[], Answer | None], seconds: float = 150) -> Answer:
        """Ask again while nothing or an error of the server comes back. Raises Away after `seconds`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            answer = ask()
            if answer is not None and 0 < answer.status < 500:
                return answer
            time.sleep(PAUSE_S)
        raise Away(f"{seconds} s without the answer that leads on; last: {self.last}")

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def _once(self, method: str, path: str, body: bytes | None, more: Mapping[str, str]) -> Answer:
        try:
            answer = self._exchange(method, path, body, more)
        except (OSError, http.client.HTTPException):
            self.close()
            answer = Answer(0)
        self.last = f"{method} {path}: {answer.status}"
        self.tell(method, path, answer.status)
        return answer

    def _exchange(self, method: str, path: str, body: bytes | None, more: Mapping[str, str]) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        headers = {
            "Host": f"{self.slug}.localhost:{self.port}",
            "Accept-Language": "de",
            "Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items()),
            **self.headers,
            **more,
        }
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(line).items()}
        location, text = response.headers.get("Location", ""), content.decode(errors="replace")
        return Answer(response.status, location, text, str(response.headers), content)


def _multipart(values: Values, files: Files) -> tuple[bytes, str]:
    """(body, media type) of a form (RFC 7578)."""
    mark = uuid4().hex
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
             for name, value in values]  # fmt: skip
    for name, (file_name, kind, data) in files.items():
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        parts.append(f"{head}Content-Type: {kind}\r\n\r\n".encode() + data + b"\r\n")
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
