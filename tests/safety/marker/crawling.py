"""Follows every link and every form that only asks, as far as one person gets; tells what she was shown."""

import html
import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from tests.safety.live.browser import Answer, Browser

MOST_PAGES, MOST_OF_PATH, MOST_OF_KIND = 400, 6, 24
_LEAVES = ("/static/", "/desk/sign-out", "mailto:", "tel:", "#", "javascript:")

Show = Callable[[str, Answer], None]
"""Is told each address and what came."""


class _Ways(HTMLParser):
    """Where a page leads: links, pictures, and forms that ask by GET."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._word = word
        self._form: tuple[str, dict[str, str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found += [given[name] for name in ("href", "src") if name in given and tag != "link"]
        if tag == "form" and given.get("method", "get").lower() == "get":
            self._form = (given.get("action", ""), {})
        if self._form and tag == "input" and given.get("name"):
            is_typed = given.get("type", "text") in ("text", "search")
            self._form[1][given["name"]] = self._word if is_typed else given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form:
            action, values = self._form
            self.found.append(f"{action}?{urlencode(values)}")
            self._form = None


@dataclass
class Crawler:
    """One person; `word` is typed into every form that asks. `kind` tells what a path is: of each some are looked at."""

    browser: Browser
    show: Show
    word: str
    kind: Callable[[str], str] = lambda path: path
    seen: set[str] = field(default_factory=set)

    def crawl(self, starts: Iterable[str]) -> None:
        """From these addresses to wherever they lead at this host."""
        waiting, variants, kinds = deque(starts), Counter[str](), Counter[str]()
        while waiting and len(self.seen) < MOST_PAGES:
            address = waiting.popleft()
            path = urlsplit(address).path
            kind = self.kind(path)
            if address in self.seen or variants[path] >= MOST_OF_PATH or kinds[kind] >= MOST_OF_KIND:
                continue
            kinds[kind] += 1
            self.seen.add(address)
            variants[path] += 1
            answer = self.ask(address)
            self.show(address, answer)
            waiting += list(self._ways(path, answer))

    def ask(self, address: str) -> Answer:
        """Once more where a connection that was kept had ended."""
        answer = self.browser.get(address)
        return answer if answer.status else self.browser.get(address)

    def _ways(self, path: str, answer: Answer) -> Iterator[str]:
        for way in [answer.location, *_listed(path, answer, self.word)]:
            here = self._here(path, html.unescape(way)) if way else ""
            if here and not here.startswith(_LEAVES) and "lang=" not in here:
                yield here

    def _here(self, path: str, way: str) -> str:
        """The address at this host, empty for one elsewhere."""
        parts = urlsplit(way)
        host = self.browser.headers.get("Host", f"{self.browser.slug}.localhost:{self.browser.port}")
        if parts.scheme not in ("", "http") or (parts.netloc and parts.netloc != host):
            return ""
        return urljoin(path, parts.path) + (f"?{parts.query}" if parts.query else "")


def _listed(path: str, answer: Answer, word: str) -> list[str]:
    if answer.text[:1] == "{":
        return list(_in_json(path, answer.text))
    if "text/html" not in answer.head.lower():
        return []
    page = _Ways(word)
    page.feed(answer.text)
    return [way for way in page.found if not way.startswith(_LEAVES)]


def _in_json(path: str, text: str) -> Iterator[str]:
    """Addresses in an answer of the API, and those of the cases it lists."""
    yield from re.findall(r'"(https?://[^"]+)"', text)
    listed = json.loads(text).get("items", [])
    if path.endswith("/cases"):
        for one in listed:
            yield from (f"{path}/{one['id']}", f"{path}/{one['id']}/documents")
