"""A browser over TLS, without JavaScript: keeps cookies, follows nothing by itself, sends forms with their token."""

import http.client
import json
import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

SECONDS = 30
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """One response."""

    status: int
    location: str
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


class _Here(http.client.HTTPSConnection):
    """Every name below localhost is this machine; only browsers know that by themselves."""

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock = self._trusting.wrap_socket(plain, server_hostname=self.host)

    def __init__(self, host: str, port: int, trusting: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._trusting = trusting


@dataclass
class Visit:
    """One person's browser."""

    trusting: ssl.SSLContext
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str) -> Answer:
        return self._ask("GET", address, None, {})

    def post(self, address: str, form: Mapping[str, str]) -> Answer:
        """With the token that the page at this address, or at its own, carries."""
        return self.post_from(address, address, form)

    def post_from(self, page: str, address: str, form: Mapping[str, str]) -> Answer:
        """With the token of a page at another address, as a script of that page posts it."""
        found = _CSRF.search(self.get(page).text)
        words = {"csrfmiddlewaretoken": found[1] if found else "", **form}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": page}
        return self._ask("POST", address, urlencode(words), headers)

    def tell(self, address: str, words: Mapping[str, Any]) -> Answer:
        """JSON, to a program."""
        return self._ask("POST", address, json.dumps(words), {"Content-Type": "application/json"})

    def _ask(self, method: str, address: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(address)
        link = _Here(parts.hostname or "", parts.port or 443, self.trusting)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            link.request(method, path, body, {**headers, "Cookie": self._held()})
            answer = link.getresponse()
            self._keep(answer)
            return Answer(answer.status, answer.getheader("Location", ""), answer.read().decode())
        finally:
            link.close()

    def _held(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _keep(self, answer: http.client.HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0" or not morsel.value:
                    del self.cookies[name]
