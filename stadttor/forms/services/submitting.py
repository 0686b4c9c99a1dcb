"""The moment of acceptance: a submission exists if and only if its receipt does."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from stadttor.core.refused import Refused, not_found
from stadttor.forms.events import Submitted
from stadttor.forms.models import Draft, Submission
from stadttor.forms.rules.receipt import receipt_number
from stadttor.forms.secrets import hashed, sealed
from stadttor.forms.services.drafting import EDITED_ELSEWHERE
from stadttor.ground import audit
from stadttor.ground.actor import CITIZEN, Actor
from stadttor.ground.events import publish
from stadttor.ground.work import work


@dataclass(frozen=True)
class Accepted:
    """A durable receipt. `again` tells that the same key had already been accepted."""

    submission_id: UUID
    number: str
    again: bool = False


@dataclass(frozen=True)
class Application:
    """What is handed in: checked answers without hidden ones, fees as `(id, cents, text)` rows."""

    service: str
    adoption_id: UUID
    revision_id: UUID
    answers: Mapping[str, Any]
    fees: Sequence[Mapping[str, Any]]
    language: str
    email: str
    applicant: str
    channel: str = "online"
    trust: str = "none"


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
        revision = _locked_revision(authority_id, draft_id)
        known = _by_key(authority_id, key) or _of_draft(authority_id, draft_id)
        if known:
            return known
        if draft_revision is not None and draft_revision != revision:
            raise Refused("edited_elsewhere", EDITED_ELSEWHERE, status=409)
        row = Submission(
            authority_id=authority_id,
            key=key,
            number=_free_number(authority_id, prefix, now.year, randomness),
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
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            # The same key arrived at the same moment and was first.
            known = _by_key(authority_id, key)
            if known is None:
                raise
            return known
        if draft_id:
            rows = Draft.objects.filter(authority_id=authority_id, id=draft_id)
            rows.update(submission_id=row.id, answers={}, email="")
        subject = ("submission", row.id)
        audit.record(authority_id, act="submission.accepted", actor=actor, subject=subject, at=now)
        publish(Submitted(authority_id, row.id))
    return Accepted(row.id, row.number)


def _locked_revision(authority_id: UUID, draft_id: UUID | None) -> int | None:
    """The draft's revision. Submitting and saving the same draft wait for each other."""
    if draft_id is None:
        return None
    rows = Draft.objects.select_for_update().filter(authority_id=authority_id, id=draft_id)
    revision = rows.values_list("revision", flat=True).first()
    if revision is None:
        raise not_found()
    return revision


def _free_number(authority_id: UUID, prefix: str, year: int, randomness: bytes) -> str:
    """A number nobody has; a large town meets a taken one once in some hundred thousand applications."""
    number = receipt_number(prefix, year, randomness)
    while Submission.objects.filter(authority_id=authority_id, number=number).exists():
        randomness = hashlib.sha256(randomness).digest()
        number = receipt_number(prefix, year, randomness)
    return number


def _by_key(authority_id: UUID, key: str) -> Accepted | None:
    row = Submission.objects.filter(authority_id=authority_id, key=key).only("id", "number").first()
    return Accepted(row.id, row.number, again=True) if row else None


def _of_draft(authority_id: UUID, draft_id: UUID | None) -> Accepted | None:
    """What this draft became already, whatever the key was."""
    if draft_id is None:
        return None
    row = Submission.objects.filter(authority_id=authority_id, draft_id=draft_id).only("id", "number").first()
    return Accepted(row.id, row.number, again=True) if row else None
