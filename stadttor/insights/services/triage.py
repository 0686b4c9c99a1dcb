"""A colleague sorts the comments of applicants, strikes out what names people, and answers all who asked."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import change, insert, insert_unless_taken
from stadttor.ground.work import work
from stadttor.insights.models import Answer, Feedback, Triage
from stadttor.insights.queries.triage import comment_of, comments_of
from stadttor.insights.rules.triage import BY_HAND, cleaned, must_be_answer, seal_of, struck, tags_of


def sort_in(
    *, authority_id: UUID, feedback_id: UUID, fixed: Iterable[str], own: str, state: str, actor: Actor, now: datetime
) -> None:
    """Say what a comment is about, and that somebody read it. Refused (404) for one that is not there."""
    tags = tags_of(fixed, own)
    with work(authority_id):
        before = comment_of(authority_id, feedback_id)
        _mark(authority_id, feedback_id, tags=tags, state=state if state in BY_HAND else before.state)
        audit.record(authority_id, act="feedback.sorted", actor=actor, subject=("feedback", feedback_id), at=now)


def strike(
    *, authority_id: UUID, feedback_id: UUID, places: Collection[int], seen: str, actor: Actor, now: datetime
) -> None:
    """Take words out of a comment for good: nothing keeps them; without places say that there is nothing to take out.

    What is left counts as checked. `seen` is the seal of what the colleague read.

    Refused (409) when a colleague took words out meanwhile: other words would be taken out.
    """
    with work(authority_id):
        before = comment_of(authority_id, feedback_id)
        left = struck(before.text, places)
        if before.seal != seen or not change(
            Feedback, {"comment": left}, authority_id=authority_id, id=feedback_id, comment=before.text
        ):
            raise Refused("comment_changed", "This comment changed a moment ago. Please look at it again.", status=409)
        _mark(authority_id, feedback_id, checked=seal_of(left))
        audit.record(authority_id, act="feedback.struck", actor=actor, subject=("feedback", feedback_id), at=now)


def answer(
    *,
    authority_id: UUID,
    feedback_ids: Sequence[UUID],
    said: str,
    done: str,
    is_quote: bool,
    is_public: bool,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Answer comments about one service, for everybody or for the house alone; gives the answer's id.

    Refused for an applicant's own words that nobody released, and (404) for comments that are not there or of two services.
    """
    with work(authority_id):
        found = comments_of(authority_id, feedback_ids)
        if len({one.service for one in found}) != 1:
            raise not_found()
        answer_id = _write(
            authority_id, found[0].service, said, done, [one.text for one in found], is_quote, is_public, actor, now
        )
        for one in found:
            _mark(authority_id, one.id, state="answered", answer_id=answer_id)
    return answer_id


def announce(
    *, authority_id: UUID, service: str, said: str, done: str, is_public: bool, actor: Actor, now: datetime
) -> UUID:
    """Tell applicants of a service what became of a wish; gives the answer's id. `service` is one the authority offers."""
    with work(authority_id):
        return _write(authority_id, service, said, done, [], False, is_public, actor, now)


def publish_answer(*, authority_id: UUID, answer_id: UUID, is_public: bool, actor: Actor, now: datetime) -> None:
    """Show an answer on the portal, or no longer. Refused (404) for one that is not there."""
    with work(authority_id):
        if not change(Answer, {"is_public": is_public}, authority_id=authority_id, id=answer_id):
            raise not_found()
        act = "feedback.published" if is_public else "feedback.withdrawn"
        audit.record(authority_id, act=act, actor=actor, subject=("answer", answer_id), at=now)


def became_request(*, authority_id: UUID, feedback_ids: Sequence[UUID]) -> None:
    """Note that comments were sent on as a wish to change the package. Refused (404) when one is not there."""
    with work(authority_id):
        for one in comments_of(authority_id, feedback_ids):
            _mark(authority_id, one.id, state="request")


def _write(
    authority_id: UUID,
    service: str,
    said: str,
    done: str,
    comments: Sequence[str],
    is_quote: bool,
    is_public: bool,
    actor: Actor,
    now: datetime,
) -> UUID:
    said, done = cleaned(said), cleaned(done)
    must_be_answer(said, done, comments=comments, is_quote=is_quote)
    row = Answer(
        id=new_id(), authority_id=authority_id, service=service, said=said, done=done, is_quote=is_quote,
        is_public=is_public, at=now, by_name=actor.name,
    )  # fmt: skip
    insert(row)
    audit.record(authority_id, act="feedback.answered", actor=actor, subject=("answer", row.id), at=now)
    return row.id


def _mark(authority_id: UUID, feedback_id: UUID, **values: object) -> None:
    row = Triage(id=new_id(), authority_id=authority_id, feedback_id=feedback_id, **{"state": "new", **values})
    if not insert_unless_taken(row):
        change(Triage, values, authority_id=authority_id, feedback_id=feedback_id)
