"""Reads: how satisfied applicants are, by service. Services with few answers are left out altogether."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from stadttor.ground.rows import read
from stadttor.ground.work import work
from stadttor.insights.rules.marks import SCORES, SHOWN_FROM

MOST_COMMENTS = 50
COUNTS_SQL = """
SELECT service, score, count(*) FROM insights_feedback WHERE authority_id = %s GROUP BY service, score
"""
# Within a day by the random id, which says nothing of who came first.
COMMENTS_SQL = """
SELECT service, comment FROM (
 SELECT service, comment, day, id, row_number() OVER (PARTITION BY service ORDER BY day DESC, id) AS place
 FROM insights_feedback WHERE authority_id = %s AND comment <> ''
) AS newest WHERE place <= %s ORDER BY service, day DESC, id
"""


@dataclass(frozen=True)
class Satisfaction:
    """The answers about one service: how many gave each mark (best first), and what they wrote, from the newest day on."""

    service: str
    counts: tuple[int, ...]
    comments: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def satisfaction(authority_id: UUID) -> list[Satisfaction]:
    """Services with at least SHOWN_FROM answers, by address."""
    counted: dict[str, dict[int, int]] = defaultdict(dict)
    comments: dict[str, list[str]] = defaultdict(list)
    with work(authority_id):
        for service, score, count in read(COUNTS_SQL, authority_id):
            counted[service][score] = count
        for service, comment in read(COMMENTS_SQL, authority_id, MOST_COMMENTS):
            comments[service].append(comment)
    return [
        Satisfaction(service, tuple(counts.get(score, 0) for score in SCORES), tuple(comments[service]))
        for service, counts in sorted(counted.items())
        if sum(counts.values()) >= SHOWN_FROM
    ]
