"""The moment of acceptance: a submission exists if and only if its receipt does."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.core.trust import Trust
from stadttor.forms.events import Submitted
from stadttor.forms.models import Draft, Submission
from stadttor.forms.rules.receipt import receipt_number
from stadttor.forms.secrets import hashed, sealed
from stadttor.forms.services.drafting import EDITED_ELSEWHERE
from stadttor.forms.services.retrieving import throw_away
from stadttor.ground import audit
from stadttor.ground.actor import CITIZEN, Actor
from stadttor.ground.events import publish
from stadttor.ground.rows import change, first, insert_unless_taken
from stadttor.ground.steps import step
from stadttor.ground.work import work

MOST_TRIES = 20


@dataclass(frozen=True)
class Accepted:
    """A durable receipt. `again` tells that the same key had already been accepted."""

    submission_id: UUID
    number: str
    again: bool = False


@dataclass(frozen=True)
class Application:
    """What is handed in: checked answers without hidden ones, fees as `(id, cents, text)` rows.

    `is_test`: the service is only tried out. `received_on`: the day it came in, where a colleague entered it.
    """

    service: str
    adoption_id: UUID
    revision_id: UUID
    answers: Mapping[str, Any]
    fees: Sequence[Mapping[str, Any]]
    language: str
    email: str
    applicant: str
    channel: str = "online"
    trust: Trust = "none"
    is_test: bool = False
    received_on: date | None = None


@step
def submit(
    *,
    authority_id: UUID,
    key: str,
    application: Application,
    token: str,
    prefix: str,
    randomness: bytes,
    now: datetime,
    draft_id: UUID | None = None,
    draft_revision: int | None = None,
    actor: Actor = CITIZEN,
) -> Accepted:
    """Accept an application once per `key`: the same key again gives the same receipt and has no second effect.

    Refused when the draft was saved since `draft_revision`: what is accepted is what was last written. The draft's own
    copy of the answers ends here.
    """
    with work(authority_id):
        draft = _locked(authority_id, draft_id)
        if draft and draft.submission_id:
            return _again(authority_id, id=draft.submission_id)
        if draft and draft_revision not in (None, draft.revision):
            raise Refused("edited_elsewhere", EDITED_ELSEWHERE, status=409)
        row = Submission(
            authority_id=authority_id,
            key=key,
            draft_id=draft_id,
            token_hash=hashed(token),
            token_sealed=sealed(authority_id, token),
            service=application.service,
            adoption_id=application.adoption_id,
            revision_id=application.revision_id,
            language=application.language,
            channel=application.channel,
            trust=application.trust,
            answers=dict(application.answers),
            fees=[dict(fee) for fee in application.fees],
            email=application.email,
            applicant=application.applicant,
            received=now,
            received_on=application.received_on,
            is_test=application.is_test,
        )
        if not _write(row, prefix, randomness):
            return _again(authority_id, key=key)
        if draft:
            throw_away(authority_id=authority_id, draft_id=draft.id, now=now)
            kept = {"submission_id": row.id, "answers": {}, "notes": {}, "email": ""}
            change(Draft, kept, authority_id=authority_id, id=draft.id)
        subject = ("submission", row.id)
        audit.record(authority_id, act="submission.accepted", actor=actor, subject=subject, at=now)
        publish(Submitted(authority_id, row.id))
    return Accepted(row.id, row.number)


def _locked(authority_id: UUID, draft_id: UUID | None) -> Draft | None:
    """Submitting and saving the same draft wait for each other."""
    if draft_id is None:
        return None
    draft = first(Draft, lock=True, authority_id=authority_id, id=draft_id)
    if draft is None:
        raise not_found()
    return draft


def _write(row: Submission, prefix: str, randomness: bytes) -> bool:
    """Write it under a number nobody has; gives False when its key was accepted before, be it at this very moment.

    A large town meets a taken number once in some hundred thousand applications.
    """
    for _try in range(MOST_TRIES):
        row.number = receipt_number(prefix, row.received.year, randomness)
        if insert_unless_taken(row):
            return True
        if Submission.objects.filter(authority_id=row.authority_id, key=row.key).exists():
            return False
        randomness = hashlib.sha256(randomness).digest()
    raise RuntimeError("no number is free")


def _again(authority_id: UUID, **equal: Any) -> Accepted:
    """The receipt that was given already."""
    row = first(Submission, authority_id=authority_id, **equal)
    assert row is not None
    return Accepted(row.id, row.number, again=True)
