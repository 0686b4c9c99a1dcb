"""A browser without JavaScript: keeps cookies, sends forms, tells what each request took. Loopback only."""

import http.client
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TIMEOUT_S = 30
_SEEN = re.compile(r'name="seen" value="([^"]+)"')
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Unexpected(RuntimeError):
    """The product answered with another status than the step needs."""


@dataclass(frozen=True)
class Answer:
    """One response. `wall_ms` from the first byte sent to the last byte read."""

    status: int
    location: str
    body: bytes
    wall_ms: float

    @property
    def csrf(self) -> str:
        found = _CSRF.search(self.body.decode())
        return found.group(1) if found else ""

    @property
    def seen(self) -> str:
        """Of a summary: what its declaration stands on."""
        found = _SEEN.search(self.body.decode())
        return found.group(1) if found else ""


Observer = Callable[[str, Answer], None]
"""Is told the name of a request and its answer."""


@dataclass
class Browser:
    """One person at the portal of one authority, over one connection that is kept alive."""

    port: int
    slug: str
    tell: Observer = lambda name, answer: None
    before: Callable[[], None] = lambda: None
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)

    def close(self) -> None:
        self._connection.close()

    def get(self, name: str, path: str, expect: int = 200) -> Answer:
        return self._send(name, "GET", path, None, expect)

    def post(self, name: str, path: str, values: Mapping[str, str], expect: int = 302) -> Answer:
        return self._send(name, "POST", path, urlencode(values), expect)

    def _send(self, name: str, method: str, path: str, body: str | None, expect: int) -> Answer:
        headers = {
            "Host": f"{self.slug}.localhost:{self.port}",
            "Accept-Language": "de",
            "Accept-Encoding": "gzip",
            "Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.before()
        begun = time.perf_counter()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        answer = Answer(
            response.status, response.headers.get("Location", ""), content, (time.perf_counter() - begun) * 1000
        )
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(line).items()}
        self.tell(name, answer)
        if answer.status != expect:
            raise Unexpected(f"{method} {path} at {self.slug}: {answer.status} instead of {expect}")
        return answer


def apply(browser: Browser, slug: str, posted: Mapping[str, str], *, form_gets: int = 1) -> None:
    """One complete application on a one-page service: seven requests, more if the form is asked for more often."""
    service = browser.get("service", f"/leistungen/{slug}")
    started = browser.post("start", f"/leistungen/{slug}/antrag", {"csrfmiddlewaretoken": service.csrf})
    for _ in range(form_gets):
        form = browser.get("form", started.location)
    saved = browser.post("save", started.location, {**posted, "csrfmiddlewaretoken": form.csrf, "go": "on"})
    summary = browser.get("summary", saved.location)
    sending = {"csrfmiddlewaretoken": summary.csrf, "seen": summary.seen, "declared": "yes"}
    sent = browser.post("submit", saved.location, sending)
    browser.get("status", sent.location)


def look_for(browser: Browser, words: str) -> str:
    """The address of all cases with these words."""
    page = browser.get("cases", "/desk/cases/?scope=all")
    values = {"csrfmiddlewaretoken": page.csrf, "scope": "all", "q": words}
    return browser.post("look_for", "/desk/cases/search", values, expect=303).location


def sign_in(browser: Browser, email: str, password: str) -> None:
    """Sign in as a member of staff."""
    page = browser.get("sign_in", "/desk/sign-in")
    values = {"csrfmiddlewaretoken": page.csrf, "email": email, "password": password, "next": ""}
    browser.post("sign_in", "/desk/sign-in", values)
