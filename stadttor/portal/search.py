"""Finding a service by everyday words: folded, tolerant of typos, the best first."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from stadttor.catalog.queries import ServiceSummary
from stadttor.core.german_sort import search_key

GOOD_ENOUGH = 78.0


def found(services: Sequence[ServiceSummary], words: str) -> list[ServiceSummary]:
    """The services the words may mean, the best first; empty when none is near."""
    asked = search_key(words)
    ranked = sorted(((_nearness(service, asked), service) for service in services), key=lambda pair: -pair[0])
    return [service for nearness, service in ranked if nearness >= GOOD_ENOUGH]


def _nearness(service: ServiceSummary, asked: str) -> float:
    texts = [service.title, service.summary, service.slug, *service.search]
    return max(fuzz.partial_ratio(asked, search_key(text)) for text in texts)
