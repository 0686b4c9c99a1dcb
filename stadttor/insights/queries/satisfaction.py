"""Reads: how satisfied applicants are, by service. Services with few answers are left out altogether."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from stadttor.ground.rows import read
from stadttor.ground.work import work
from stadttor.insights.rules.marks import MEASURE, SCORES
from stadttor.insights.rules.spans import months_read, name_of, quarters, told, told_until, year

MOST_COMMENTS = 50
COUNTS_SQL = """
SELECT service, value, sum(count)::int FROM insights_counter
WHERE authority_id = %s AND month BETWEEN %s AND %s AND split_part(measure, ':', 1) = %s GROUP BY 1, 2
"""
BEHIND_SQL = """
SELECT service, month, sum(count)::int FROM insights_counter
WHERE authority_id = %s AND month BETWEEN %s AND %s AND split_part(measure, ':', 1) = %s GROUP BY 1, 2
"""
# Within a month by the random id, which says nothing of who came first.
COMMENTS_SQL = """
SELECT service, comment FROM (
 SELECT service, comment, month, id, row_number() OVER (PARTITION BY service ORDER BY month DESC, id) AS place
 FROM insights_feedback WHERE authority_id = %s AND month <= %s
) AS newest WHERE place <= %s ORDER BY service, month DESC, id
"""


@dataclass(frozen=True)
class Satisfaction:
    """The answers about one service in a span of `months`: how many gave each mark (best first)."""

    service: str
    months: tuple[date, ...]
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def satisfaction(authority_id: UUID, today: date) -> list[Satisfaction]:
    """Each service in the last quarter and in the last year that are over, where they may be told (`rules.spans.told`): by address."""
    last = told_until(today)
    shown = _told(authority_id, last)
    found = []
    with work(authority_id):
        for months in (quarters(last)[1], year(last)):
            counted: dict[str, dict[int, int]] = defaultdict(dict)
            for service, score, count in read(COUNTS_SQL, authority_id, months[0], months[-1], MEASURE):
                counted[service][score] = count
            found += [
                Satisfaction(service, months, tuple(counts.get(score, 0) for score in SCORES))
                for service, counts in counted.items()
                if name_of(months) in shown[service]
            ]
    return sorted(found, key=lambda one: one.service)


def written(authority_id: UUID, today: date) -> dict[str, tuple[str, ...]]:
    """What applicants wrote up to the last month that is told, from the newest month on, by service of which anything is told."""
    last = told_until(today)
    shown = _told(authority_id, last)
    texts: dict[str, list[str]] = defaultdict(list)
    with work(authority_id):
        for service, comment in read(COMMENTS_SQL, authority_id, last, MOST_COMMENTS):
            texts[service].append(comment)
    return {service: tuple(of) for service, of in texts.items() if shown.get(service)}


def _told(authority_id: UUID, last: date) -> dict[str, frozenset[str]]:
    months = months_read(last)
    behind: dict[str, dict[date, tuple[int, ...]]] = defaultdict(dict)
    with work(authority_id):
        for service, month, often in read(BEHIND_SQL, authority_id, months[0], months[-1], MEASURE):
            behind[service][month] = (often,)
    return {service: told(numbers, months) for service, numbers in behind.items()}
