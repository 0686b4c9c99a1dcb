"""A browser as far as signing in needs one: cookies, forms, no script; it follows nothing by itself."""

import http.client
import re
import ssl
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass(frozen=True)
class Seen:
    """An answer: `place` is the path it leads on to, `query` what that carries."""

    status: int
    place: str
    text: str
    cookies: dict[str, str]
    query: str = ""

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page."""
        return {name: unescape(value) for name, value in HIDDEN.findall(self.text)}


@dataclass
class Browser:
    """On 127.0.0.1, as if by the host's name."""

    host: str
    port: int
    tls: ssl.SSLContext
    kept: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Seen:
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: dict[str, str], *, origin: str = "") -> Seen:
        """A form of ours, or of another site's page (`origin`)."""
        here = f"https://{self.host}:{self.port}"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin or here}
        return self._ask("POST", path, urlencode(fields), headers)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Seen:
        line = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.tls, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.kept.items())
        line.request(method, path, body, {"Host": f"{self.host}:{self.port}", "Cookie": cookies} | headers)
        answer = line.getresponse()
        text = answer.read().decode("utf-8", "replace")
        given = SimpleCookie()
        raw = answer.headers.get_all("Set-Cookie") or []
        for one in raw:
            given.load(one)
        line.close()
        self.kept |= {name: one.value for name, one in given.items()}
        named = {one.split("=", 1)[0]: one for one in raw}
        leads = urlsplit(answer.headers.get("Location", ""))
        return Seen(answer.status, leads.path, text, named, leads.query)
