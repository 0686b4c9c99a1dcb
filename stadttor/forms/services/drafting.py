"""A draft's life: started, saved page by page, reminded, deleted."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.forms.models import Draft
from stadttor.forms.secrets import hashed
from stadttor.forms.services.erasing import erase_draft
from stadttor.ground import audit
from stadttor.ground.actor import CITIZEN, SYSTEM, Actor
from stadttor.ground.rows import change, insert
from stadttor.ground.steps import step
from stadttor.ground.web.language import N_
from stadttor.ground.work import work

EDITED_ELSEWHERE = N_(
    "You changed this application in another window. Please reload this page; then enter your last change again."
)
LARGEST_ANSWERS = 300_000
DRAFT_LASTS = timedelta(days=30)
"""§ 8a Abs. 3 OZG: drafts end 30 days after the last edit."""
AT_ONCE = 500


@step
def start_draft(
    *,
    authority_id: UUID,
    token: str,
    service: str,
    adoption_id: UUID,
    revision_id: UUID,
    language: str,
    now: datetime,
    answers: Mapping[str, Any] | None = None,
) -> UUID:
    """Begin an application; `token` is the secret that opens it again. Gives the draft's id."""
    with work(authority_id):
        draft = Draft(
            authority_id=authority_id,
            token_hash=hashed(token),
            service=service,
            adoption_id=adoption_id,
            revision_id=revision_id,
            language=language,
            answers=dict(answers or {}),
            created=now,
            edited=now,
            expires=now + DRAFT_LASTS,
        )
        insert(draft)
    return draft.id


@step
def save_answers(
    *,
    authority_id: UUID,
    draft_id: UUID,
    revision: int,
    answers: Mapping[str, Any],
    language: str,
    now: datetime,
    notes: Mapping[str, Any] | None = None,
    written_in: Mapping[str, str] | None = None,
) -> int:
    """Replace the answers if nobody saved since `revision`; gives the new revision. `notes` is what the page that comes
    next has to say about them, `written_in` the language of free texts; without them the earlier ones stay.

    Refused when they are larger than any form of ours needs.

    Refused when another window saved meanwhile (nothing is overwritten) or the draft was already submitted.
    """
    if len(json.dumps(answers)) > LARGEST_ANSWERS:
        raise Refused("answers_large", "These answers are too long. Please shorten your texts.", status=413)
    with work(authority_id):
        values = {"answers": dict(answers), "language": language, "edited": now, "expires": now + DRAFT_LASTS}
        values["revision"] = revision + 1
        if notes is not None:
            values["notes"] = dict(notes)
        if written_in is not None:
            values["written_in"] = dict(written_in)
        if not change(Draft, values, authority_id=authority_id, id=draft_id, revision=revision, submission_id=None):
            _explain(authority_id, draft_id)
    return revision + 1


def _explain(authority_id: UUID, draft_id: UUID) -> None:
    draft = Draft.objects.filter(authority_id=authority_id, id=draft_id).first()
    if draft is None:
        raise not_found()
    if draft.submission_id:
        raise Refused("already_submitted", "You already sent this application. Its status page shows where it is.")
    raise Refused(
        "edited_elsewhere",
        EDITED_ELSEWHERE,
        status=409,
    )


def keep_email(*, authority_id: UUID, draft_id: UUID, email: str) -> None:
    """Remember where the link to this draft was sent."""
    with work(authority_id):
        Draft.objects.filter(authority_id=authority_id, id=draft_id).update(email=email)


def renew_secret(*, authority_id: UUID, draft_id: UUID, token: str) -> None:
    """Only this secret opens the draft from now on, and no address is known to which an earlier one was sent."""
    with work(authority_id):
        values = {"token_hash": hashed(token), "email": ""}
        if not change(Draft, values, authority_id=authority_id, id=draft_id, submission_id=None):
            raise not_found()


def delete_draft(*, authority_id: UUID, draft_id: UUID, now: datetime, actor: Actor = CITIZEN) -> None:
    """Delete the draft with its files and mails, at once and for good. A submitted one is refused: withdraw it instead."""
    with work(authority_id):
        draft = Draft.objects.select_for_update().filter(authority_id=authority_id, id=draft_id).first()
        if draft is None:
            raise not_found()
        if draft.submission_id:
            raise Refused("already_submitted", "You already sent this application. Its status page shows where it is.")
        _delete(draft, actor, now)


def _delete(draft: Draft, actor: Actor, now: datetime) -> None:
    erase_draft(draft.authority_id, draft.id)
    audit.record(draft.authority_id, act="draft.deleted", actor=actor, subject=("draft", draft.id), at=now)


def delete_expired(*, authority_id: UUID, now: datetime) -> int:
    """Delete the drafts whose time is over; gives how many."""
    with work(authority_id):
        expired = Draft.objects.filter(authority_id=authority_id, expires__lt=now, submission_id__isnull=True)
        # Locked, so that an edit of this very moment keeps its draft; one that is being edited waits for the next time.
        drafts = list(expired.select_for_update(skip_locked=True)[:AT_ONCE])
        for draft in drafts:
            _delete(draft, SYSTEM, now)
    return len(drafts)
