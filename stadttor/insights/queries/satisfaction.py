"""Reads: how satisfied applicants are, by service. Services with few answers are left out altogether."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from stadttor.core.periods import months_later
from stadttor.ground.rows import read
from stadttor.ground.work import work
from stadttor.insights.rules.marks import MEASURE, SCORES, SHOWN_FROM

MOST_COMMENTS = 50
MONTHS = 12
COUNTS_SQL = """
SELECT service, value, sum(count)::int FROM insights_counter
WHERE authority_id = %s AND month > %s AND split_part(measure, ':', 1) = %s GROUP BY 1, 2
"""
# Within a month by the random id, which says nothing of who came first.
COMMENTS_SQL = """
SELECT service, comment FROM (
 SELECT service, comment, month, id, row_number() OVER (PARTITION BY service ORDER BY month DESC, id) AS place
 FROM insights_feedback WHERE authority_id = %s
) AS newest WHERE place <= %s ORDER BY service, month DESC, id
"""


@dataclass(frozen=True)
class Satisfaction:
    """The answers about one service: how many gave each mark (best first), and what they wrote, from the newest month on."""

    service: str
    counts: tuple[int, ...]
    comments: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def satisfaction(authority_id: UUID, today: date) -> list[Satisfaction]:
    """Services with at least SHOWN_FROM answers in the last MONTHS up to this one, by address."""
    counted: dict[str, dict[int, int]] = defaultdict(dict)
    comments: dict[str, list[str]] = defaultdict(list)
    with work(authority_id):
        for service, score, count in read(
            COUNTS_SQL, authority_id, months_later(today.replace(day=1), -MONTHS), MEASURE
        ):
            counted[service][score] = count
        for service, comment in read(COMMENTS_SQL, authority_id, MOST_COMMENTS):
            comments[service].append(comment)
    return [
        Satisfaction(service, tuple(counts.get(score, 0) for score in SCORES), tuple(comments[service]))
        for service, counts in sorted(counted.items())
        if sum(counts.values()) >= SHOWN_FROM
    ]
