"""The table of all addresses, as the tests of routes read it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """One address: `name` as `module:page`, `pattern` as written in the urls, its page."""

    name: str
    pattern: str
    page: Callable[..., Any]
    converters: tuple[str, ...]

    @property
    def required_role(self) -> str | None:
        return getattr(self.page, "required_role", None)

    @property
    def answers_get(self) -> bool:
        """Whether it can be opened: asked by OPTIONS, which every page of ours refuses with what it allows."""
        try:
            answer = self.page(RequestFactory().options("/"), **dict.fromkeys(self.converters))
        except Exception:
            return True
        return answer.status_code != 405 or "GET" in answer.headers.get("Allow", "")


def routes() -> list[Route]:
    """Every route of the product, in the order of the urls."""
    return list(_walk(get_resolver().url_patterns))


def _walk(patterns: list[Any], space: tuple[str, ...] = (), before: str = "") -> Iterator[Route]:
    for one in patterns:
        if isinstance(one, URLResolver):
            inside = (*space, one.namespace) if one.namespace else space
            yield from _walk(one.url_patterns, inside, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            name = ":".join((*space, one.name or ""))
            yield Route(name, before + str(one.pattern), one.callback, tuple(one.pattern.converters))
