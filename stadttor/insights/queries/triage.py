"""Reads: the comments of applicants to sort, and what an authority answered. Services with few answers are left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.rows import read, rows
from stadttor.ground.work import reading, work
from stadttor.insights.models import Answer
from stadttor.insights.rules.marks import MEASURE, SHOWN_FROM
from stadttor.insights.rules.triage import seal_of

_FOUND = """
FROM insights_feedback f LEFT JOIN insights_triage t ON t.authority_id = f.authority_id AND t.feedback_id = f.id
WHERE f.authority_id = %s AND (
 SELECT sum(c.count) FROM insights_counter c WHERE c.authority_id = f.authority_id AND c.service = f.service
 AND split_part(c.measure, ':', 1) = %s AND c.month > f.month - interval '1 year') >= %s
"""
_COLUMNS = (
    "SELECT f.id, f.service, f.month, f.is_pleased, f.comment, coalesce(t.state, 'new'), coalesce(t.tags, '{}'), t.answer_id,"
    " coalesce(t.checked, '')"
)
# Within a month by the random id, which says nothing of who came first.
_LIST = f"""{_COLUMNS}, count(*) OVER () {_FOUND}
AND f.month >= %s AND (%s::text = '' OR f.service = %s) AND (%s::bool IS NULL OR f.is_pleased = %s)
AND (%s::text = '' OR coalesce(t.state, 'new') = %s) AND (%s::text = '' OR %s = ANY(t.tags))
ORDER BY f.month DESC, f.id LIMIT %s OFFSET %s
"""  # noqa: S608  # words of ours
_ONE = f"{_COLUMNS} {_FOUND} AND f.id = %s"  # noqa: S608
_OWN = "SELECT DISTINCT unnest(tags) FROM insights_triage WHERE authority_id = %s ORDER BY 1 LIMIT 200"
_MANY = f"{_COLUMNS} {_FOUND} AND f.id = ANY(%s::uuid[]) ORDER BY f.month DESC, f.id"  # noqa: S608
MOST_SHOWN = 5


@dataclass(frozen=True)
class Asked:
    """Which comments: since the first day of a month, of a service, of those who were pleased or not, with a state, a tag;
    empty for all."""

    since: date
    service: str = ""
    is_pleased: bool | None = None
    state: str = ""
    tag: str = ""


@dataclass(frozen=True)
class CommentRow:
    """A comment as it stands, with what was made of it."""

    id: UUID
    service: str
    month: date
    is_pleased: bool
    text: str
    state: str
    tags: tuple[str, ...]
    answer_id: UUID | None
    checked: str = ""

    @property
    def is_checked(self) -> bool:
        """Whether somebody looked for personal data in these very words."""
        return self.checked == self.seal

    @property
    def seal(self) -> str:
        return seal_of(self.text)


@dataclass(frozen=True)
class AnswerRow:
    """What the authority said to applicants."""

    id: UUID
    service: str
    said: str
    done: str
    is_quote: bool
    is_public: bool
    at: datetime
    by_name: str


def comments(authority_id: UUID, asked: Asked, *, most: int, skip: int = 0) -> tuple[list[CommentRow], int]:
    """(those asked for, the newest first; how many there are in all)."""
    values = (
        asked.since,
        *(one for one in (asked.service, asked.is_pleased, asked.state, asked.tag) for _twice in (1, 2)),
    )
    with work(authority_id):
        found = read(_LIST, authority_id, MEASURE, SHOWN_FROM, *values, most, skip)
    return [_comment(row) for row in found], found[0][-1] if found else 0


def comment_of(authority_id: UUID, feedback_id: UUID) -> CommentRow:
    """Raises Refused (404)."""
    with work(authority_id):
        found = read(_ONE, authority_id, MEASURE, SHOWN_FROM, feedback_id)
    if not found:
        raise not_found()
    return _comment(found[0])


def comments_of(authority_id: UUID, feedback_ids: Sequence[UUID]) -> list[CommentRow]:
    """Raises Refused (404) when one of them is not there."""
    with work(authority_id):
        found = read(_MANY, authority_id, MEASURE, SHOWN_FROM, list(map(str, feedback_ids)))
    if len(found) != len(set(feedback_ids)):
        raise not_found()
    return [_comment(row) for row in found]


def tags_used(authority_id: UUID) -> list[str]:
    """Every tag that stands at a comment here."""
    with work(authority_id):
        return [row[0] for row in read(_OWN, authority_id)]


def answers(authority_id: UUID) -> list[AnswerRow]:
    """The newest two hundred, public or not."""
    with work(authority_id):
        return [_answer(row) for row in rows(Answer, order=["-at"], most=200, authority_id=authority_id)]


def answer_of(authority_id: UUID, answer_id: UUID) -> AnswerRow:
    """Raises Refused (404)."""
    with work(authority_id):
        found = rows(Answer, most=1, authority_id=authority_id, id=answer_id)
    if not found:
        raise not_found()
    return _answer(found[0])


def published_answers(authority_id: UUID, service: str) -> list[AnswerRow]:
    """What citizens read beside a service."""
    with reading(authority_id):
        found = rows(Answer, order=["-at"], most=MOST_SHOWN, authority_id=authority_id, service=service, is_public=True)
    return [_answer(row) for row in found]


def _comment(row: tuple[object, ...]) -> CommentRow:
    return CommentRow(*row[:6], tuple(row[6]), row[7], row[8])  # type: ignore[arg-type,call-arg]  # as selected


def _answer(row: Answer) -> AnswerRow:
    return AnswerRow(row.id, row.service, row.said, row.done, row.is_quote, row.is_public, row.at, row.by_name)
