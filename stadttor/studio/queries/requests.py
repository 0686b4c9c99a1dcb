"""Reads: change requests as an authority sees those of its packages, and as their publisher sees them with who asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.rows import read, rows
from stadttor.ground.work import common, work
from stadttor.studio.models import Publisher, RequestLine
from stadttor.studio.queries.publishers import PublisherRow
from stadttor.studio.rules.copies import within
from stadttor.studio.rules.requests import Standing

MOST = 1_000
# Row-level security adds which of them are to be seen; the filters say the same once more.
_REQUESTS = """
SELECT r.id, p.name, p.slug, r.version, r.title, r.wrong, r.place, r.law, r.urgency, r.tag, r.at,
 coalesce(l.number, 0), coalesce(l.state, 'open'), coalesce(l.body, ''), l.decide_by, coalesce(l.reason, ''),
 coalesce(l.planned, ''), coalesce(l.published, ''), l.into_id, coalesce(l.at, r.at), a.at, a.seen, a.quotes, coalesce(a.mail, false)
FROM studio_changerequest r JOIN catalog_package p ON p.id = r.package_id
LEFT JOIN LATERAL (
 SELECT * FROM studio_requestline n WHERE n.request_id = r.id ORDER BY n.number DESC LIMIT 1) l ON true
LEFT JOIN studio_asking a ON a.request_id = r.id AND a.authority_id = %s
"""
_NEWEST = " ORDER BY r.at DESC, r.id LIMIT %s"
_AT_USERS = f"""{_REQUESTS}
WHERE r.package_id IN (SELECT package_id FROM catalog_adoption WHERE authority_id = %s){_NEWEST}"""  # noqa: S608  # words of ours
_AT_PUBLISHER = f"{_REQUESTS} WHERE r.publisher_id = %s{_NEWEST}"  # noqa: S608
_ASKED = """
SELECT a.request_id, g.name, a.at, a.quotes FROM studio_asking a JOIN ground_authority g ON g.id = a.authority_id
JOIN studio_changerequest r ON r.id = a.request_id WHERE r.publisher_id = %s ORDER BY a.at, g.name
"""

_ASKING = """
SELECT DISTINCT a.authority_id FROM studio_asking a JOIN studio_changerequest r ON r.id = a.request_id
LEFT JOIN LATERAL (
 SELECT n.into_id FROM studio_requestline n WHERE n.request_id = r.id ORDER BY n.number DESC LIMIT 1) l ON true
WHERE r.publisher_id = %s AND a.mail AND (r.id = %s OR l.into_id = %s)
"""


@dataclass(frozen=True)
class Asked:
    """An authority that asked, and the comments it sent along."""

    name: str
    at: datetime
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class RequestRow:
    """A request and how it stands since when. `asked_at`: since when this authority asks too; `seen`: when it took note last,
    `mail`: whether it is told of an answer by mail.

    `askers` is for the publisher; of a request that others became part of it has theirs as well.
    """

    id: UUID
    package: str
    slug: str
    version: str
    title: str
    wrong: str
    place: str
    law: str
    urgency: str
    tag: str
    at: datetime
    standing: Standing
    since: datetime
    asked_at: datetime | None = None
    seen: datetime | None = None
    quotes: tuple[str, ...] = ()
    mail: bool = False
    askers: tuple[Asked, ...] = field(default=())

    @property
    def has_asked(self) -> bool:
        return self.asked_at is not None

    @property
    def is_news(self) -> bool:
        """Whether the publisher answered something that this authority did not take note of."""
        known = max(filter(None, (self.asked_at, self.seen)), default=None)
        return known is not None and self.standing.is_answered and self.since > known

    @property
    def count(self) -> int:
        """How many authorities asked."""
        return len({one.name for one in self.askers})


def requests_for(authority_id: UUID) -> list[RequestRow]:
    """Of all packages the authority uses, the newest first; one that became part of another stands as that one does."""
    with work(authority_id):
        found = [_row(row) for row in read(_AT_USERS, authority_id, authority_id, MOST)]
    by_id = {row.id: row for row in found}
    return [_as_its_whole(row, by_id) for row in found]


def request_for(authority_id: UUID, request_id: UUID) -> RequestRow:
    """Raises Refused (404)."""
    return _one(requests_for(authority_id), request_id)


def requests_at(publisher_id: UUID) -> list[RequestRow]:
    """Everything a publisher was sent, with who asked."""
    askers: dict[UUID, list[Asked]] = defaultdict(list)
    with work(publisher_id):
        found = [_row(row) for row in read(_AT_PUBLISHER, publisher_id, publisher_id, MOST)]
        for request_id, name, at, quotes in read(_ASKED, publisher_id):
            askers[request_id].append(Asked(name, at, tuple(quotes)))
    for row in found:
        if row.standing.into:
            askers[row.standing.into] += askers[row.id]
    return [replace(row, askers=tuple(askers[row.id])) for row in found]


def request_at(publisher_id: UUID, request_id: UUID) -> RequestRow:
    """Raises Refused (404)."""
    return _one(requests_at(publisher_id), request_id)


def asking(publisher_id: UUID, request_id: UUID) -> list[UUID]:
    """The authorities that asked for it, or for what became part of it, and want mails about it."""
    with work(publisher_id):
        return [row[0] for row in read(_ASKING, publisher_id, request_id, request_id)]


def lines_of(authority_id: UUID, request_id: UUID) -> list[tuple[datetime, Standing]]:
    """How the request stood from when on, the oldest first; `authority_id` is who looks."""
    with work(authority_id):
        found = rows(RequestLine, order=["number"], request_id=request_id)
    return [
        (row.at, Standing(row.number, row.state, row.body, row.decide_by, row.reason, row.planned, row.published, row.into_id))
        for row in found
    ]  # fmt: skip


def publisher_of(package: str) -> PublisherRow | None:
    """Whose package this is: the nearest namespace counts. None where its publisher is not in this installation."""
    with common():
        found = [row for row in Publisher.objects.all() if within(package, row.namespace)]
    row = max(found, key=lambda one: len(one.namespace), default=None)
    return PublisherRow(row.authority_id, row.namespace, row.name) if row else None


def _one(found: Iterable[RequestRow], request_id: UUID) -> RequestRow:
    row = next((row for row in found if row.id == request_id), None)
    if row is None:
        raise not_found()
    return row


def _as_its_whole(row: RequestRow, by_id: Mapping[UUID, RequestRow]) -> RequestRow:
    whole = by_id.get(row.standing.into) if row.standing.into else None
    if whole is None or not whole.standing.is_answered:
        return row
    return replace(row, standing=replace(whole.standing, into=row.standing.into), since=whole.since)


def _row(row: Sequence[object]) -> RequestRow:
    standing = Standing(*row[11:19])  # type: ignore[arg-type]  # as selected
    since, asked_at, seen, quotes, mail = row[19:]
    return RequestRow(*row[:11], standing, since, asked_at, seen, tuple(quotes or ()), mail)  # type: ignore[arg-type,call-arg]
