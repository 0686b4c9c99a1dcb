"""Reads: how satisfied applicants are, by service. Services with few answers are left out altogether."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from uuid import UUID

from stadttor.ground.work import work
from stadttor.insights.models import Feedback
from stadttor.insights.rules import LONGEST_COMMENT, SCORES, SHOWN_FROM, WORDS, is_score

__all__ = ["LONGEST_COMMENT", "WORDS", "Satisfaction", "is_score", "satisfaction"]

MOST_COMMENTS = 50


@dataclass(frozen=True)
class Satisfaction:
    """The answers about one service: how many gave each mark (best first), and what they wrote, in no order of time."""

    service: str
    counts: tuple[int, ...]
    comments: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def satisfaction(authority_id: UUID) -> list[Satisfaction]:
    """Services with at least SHOWN_FROM answers, by address."""
    counted: dict[str, Counter[int]] = defaultdict(Counter)
    comments: dict[str, list[str]] = defaultdict(list)
    with work(authority_id):
        rows = Feedback.objects.filter(authority_id=authority_id)
        for service, score, comment in rows.values_list("service", "score", "comment"):
            counted[service][score] += 1
            if comment:
                comments[service].append(comment)
    return [
        Satisfaction(
            service, tuple(counts[score] for score in SCORES), tuple(sorted(comments[service])[:MOST_COMMENTS])
        )
        for service, counts in sorted(counted.items())
        if counts.total() >= SHOWN_FROM
    ]
