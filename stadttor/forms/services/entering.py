"""A colleague enters an application for somebody who stands before her, calls or wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.forms.models import Draft, Entry
from stadttor.forms.rules.overriding import Override
from stadttor.forms.services.drafting import start_draft
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.rows import change, first, insert
from stadttor.ground.steps import step
from stadttor.ground.web.language import N_
from stadttor.ground.work import work

CHANNELS = ("counter", "phone", "paper")
IDENTITY_DOCUMENTS = ("id_card", "passport", "residence_title", "other")
"""Kinds of documents a colleague can have seen; a number is never kept (§ 20 PAuswG)."""
OLDEST = timedelta(days=366)


@dataclass(frozen=True)
class CameIn:
    """How an application came in: one of CHANNELS, the day of receipt, the kind of identity document seen or nothing.
    `desk_language` is that of the colleague."""

    channel: str
    received_on: date
    identity_document: str = ""
    desk_language: str = "de"


@step
def start_entry(
    *,
    authority_id: UUID,
    came_in: CameIn,
    actor: Actor,
    token: str,
    service: str,
    adoption_id: UUID,
    revision_id: UUID,
    language: str,
    now: datetime,
    answers: Mapping[str, Any] | None = None,
) -> UUID:
    """Begin an application for somebody else to be entered by `actor`; gives the draft's id. Nobody holds its `token`.

    Refused when it came in after today or unbelievably long ago, or when a document was seen through the telephone.
    """
    _must_be_possible(came_in, german_day(now))
    assert actor.id, "only colleagues enter for others"
    with work(authority_id):
        draft_id = start_draft(
            authority_id=authority_id,
            token=token,
            service=service,
            adoption_id=adoption_id,
            revision_id=revision_id,
            language=language,
            now=now,
            answers=answers,
        )
        entry = Entry(
            authority_id=authority_id,
            draft_id=draft_id,
            staff_id=actor.id,
            staff_name=actor.name,
            channel=came_in.channel,
            received_on=came_in.received_on,
            desk_language=came_in.desk_language,
            identity_document=came_in.identity_document,
            started=now,
        )
        insert(entry)
        details = {"channel": came_in.channel, "identity_document": came_in.identity_document}
        subject = ("draft", draft_id)
        audit.record(authority_id, act="entry.started", actor=actor, subject=subject, details=details, at=now)
    return draft_id


def _must_be_possible(came_in: CameIn, today: date) -> None:
    if came_in.channel not in CHANNELS:
        raise Refused("channel", N_("Please choose how the application came in."), field="channel")
    if came_in.received_on > today:
        raise Refused("received_late", N_("The day of receipt cannot be in the future."), field="received_on")
    if came_in.received_on < today - OLDEST:
        text = N_("This day is more than a year ago. Please check the year.")
        raise Refused("received_early", text, field="received_on")
    if came_in.identity_document not in ("", *IDENTITY_DOCUMENTS):
        raise Refused("identity_document", N_("Choose one of the given answers."), field="identity_document")
    if came_in.identity_document and came_in.channel != "counter":
        text = N_("An identity document can only be seen at the counter. Please choose “no document”.")
        raise Refused("identity_document", text, field="identity_document")


def keep_overrides(
    *, authority_id: UUID, draft_id: UUID, overrides: Sequence[Override], actor: Actor, now: datetime
) -> None:
    """Keep which problems of an entry are let pass, in place of those kept so far; nothing for one that was sent."""
    with work(authority_id):
        draft = first(Draft, lock=True, authority_id=authority_id, id=draft_id)
        if draft is None or draft.submission_id:
            return
        kept = [one.stored() for one in overrides]
        change(Entry, {"overrides": kept}, authority_id=authority_id, draft_id=draft_id)
        details = {"fields": [{"path": one.path, "code": one.problem.code} for one in overrides]}
        subject = ("draft", draft_id)
        audit.record(authority_id, act="entry.overridden", actor=actor, subject=subject, details=details, at=now)
