"""A publisher names who decides about a request and by when, says what was decided, and where it was published."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from stadttor.catalog.queries import versions
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.jobs import enqueue
from stadttor.ground.rows import insert_unless_taken, read
from stadttor.ground.work import work
from stadttor.insights.rules.triage import cleaned
from stadttor.studio.models import RequestLine
from stadttor.studio.queries.requests import RequestRow, request_at, requests_at
from stadttor.studio.rules import requests as rules
from stadttor.studio.rules.requests import CHANGED, Standing

_ALONE_SQL = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))::text"


def name_body(
    *,
    publisher_id: UUID,
    request_id: UUID,
    seen: int,
    body: str,
    decide_by: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    """A body decides until a day. `seen` is the number of the line that the colleague saw, as in all verbs here:
    Refused (409) when somebody wrote one since, and (404) for another publisher's request."""
    step = lambda before: rules.named(before, body=cleaned(body), decide_by=decide_by, today=german_day(now))  # noqa: E731  # said once
    _write(publisher_id, request_id, seen, step, "request.body", actor, now)


def decide(
    *,
    publisher_id: UUID,
    request_id: UUID,
    seen: int,
    outcome: str,
    reason: str,
    planned: str,
    actor: Actor,
    now: datetime,
) -> None:
    """What the body decided, for all that asked."""
    step = lambda before: rules.decided(before, outcome=outcome, reason=cleaned(reason), planned=cleaned(planned))  # noqa: E731
    _write(publisher_id, request_id, seen, step, "request.decided", actor, now)


def note_published(
    *, publisher_id: UUID, request_id: UUID, seen: int, version: str, actor: Actor, now: datetime
) -> None:
    """The change is in a published version. Refused for a version of the package that is not in the catalogue."""
    row = request_at(publisher_id, request_id)
    if not any((one.package, one.version) == (row.package, version) for one in versions()):
        raise Refused("request_version", "Please choose one of the listed values.", field="version")
    _write(
        publisher_id, request_id, seen, lambda before: rules.published(before, version=version), "request.published",
        actor, now,
    )  # fmt: skip


def merge(*, publisher_id: UUID, request_id: UUID, seen: int, into: UUID, actor: Actor, now: datetime) -> None:
    """Make a request part of another one about the same package; what became part of it before goes along.

    One at a time for each publisher: two merged into each other at the same moment would both be gone.
    """
    with work(publisher_id):
        read(_ALONE_SQL, f"studio merge:{publisher_id}")
        found = {row.id: row for row in requests_at(publisher_id)}
        one, whole = found.get(request_id), found.get(into)
        if one is None or whole is None or one is whole or whole.package != one.package or whole.standing.into:
            raise Refused("request_into", "Please choose one of the listed values.", field="into")
        _write(
            publisher_id, request_id, seen, lambda before: rules.merged(before, into=into), "request.merged", actor, now
        )
        for part in found.values():
            if part.standing.into == request_id:
                _add(part, Standing(**{**vars(part.standing), "into": into}), now)
        if whole.standing.is_answered:
            _let_tell(publisher_id, whole.id, whole.standing.number)


def _write(
    publisher_id: UUID,
    request_id: UUID,
    seen: int,
    step: Callable[[Standing], Standing],
    act: str,
    actor: Actor,
    now: datetime,
) -> None:
    with work(publisher_id):
        row = request_at(publisher_id, request_id)
        if row.standing.number != seen:
            raise Refused("request_changed", CHANGED, status=409)
        standing = step(row.standing)
        _add(row, standing, now)
        if standing.is_answered:
            _let_tell(publisher_id, request_id, row.standing.number + 1)
        audit.record(publisher_id, act=act, actor=actor, subject=("request", request_id), at=now)


def _let_tell(publisher_id: UUID, request_id: UUID, number: int) -> None:
    """Mails to those who asked, once this is committed."""
    from stadttor.studio.jobs import tell_answer  # which calls verbs of this package

    enqueue(
        tell_answer, authority_id=publisher_id, key=f"{request_id} {number}", request_id=request_id, line_key=number
    )


def _add(row: RequestRow, standing: Standing, now: datetime) -> None:
    values = {**vars(standing), "number": row.standing.number + 1}
    values["into_id"] = values.pop("into")
    if not insert_unless_taken(RequestLine(id=new_id(), request_id=row.id, at=now, **values)):
        raise Refused("request_changed", CHANGED, status=409)
