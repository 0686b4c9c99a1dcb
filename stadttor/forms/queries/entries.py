"""Reads: the applications that colleagues enter for somebody."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.forms.models import Draft, Entry
from stadttor.forms.queries import DraftRow, draft_row
from stadttor.forms.rules.overriding import Override
from stadttor.ground.rows import first
from stadttor.ground.work import reading, work

MOST_OPEN = 50


@dataclass(frozen=True)
class EntryRow:
    """How an application came in that a colleague enters; `received_on` the day from which its periods run."""

    draft_id: UUID
    staff_id: UUID
    staff_name: str
    channel: str
    received_on: date
    desk_language: str
    identity_document: str
    overrides: tuple[Override, ...]
    started: datetime


@dataclass(frozen=True)
class OpenEntry:
    """One that is not sent yet."""

    draft_id: UUID
    service: str
    staff_name: str
    edited: datetime


def entry_of(authority_id: UUID, draft_id: UUID | None) -> EntryRow | None:
    """How the application made of this draft came in; None where nobody of the house entered it."""
    if draft_id is None:
        return None
    with reading(authority_id):
        row = first(Entry, authority_id=authority_id, draft_id=draft_id)
    return _entry(row) if row else None


def entered_draft(
    authority_id: UUID, draft_id: UUID, staff_id: UUID, *, sees_all: bool, now: datetime
) -> tuple[DraftRow, EntryRow]:
    """The draft that this colleague enters for somebody, or any colleague's. Refused as not found otherwise."""
    with reading(authority_id):
        draft = first(Draft, authority_id=authority_id, id=draft_id)
        entry = first(Entry, authority_id=authority_id, draft_id=draft_id)
    if draft is None or entry is None or (entry.staff_id != staff_id and not sees_all):
        raise not_found()
    if draft.submission_id is None and draft.expires <= now:
        raise not_found()
    return draft_row(draft), _entry(entry)


def open_entries(authority_id: UUID, staff_id: UUID, now: datetime) -> list[OpenEntry]:
    """What this colleague began and did not send yet, the last one first."""
    with work(authority_id):
        mine = Entry.objects.filter(authority_id=authority_id, staff_id=staff_id).order_by("-started")
        ids = list(mine.values_list("draft_id", flat=True)[:MOST_OPEN])
        drafts = Draft.objects.filter(
            authority_id=authority_id, id__in=ids, submission_id__isnull=True, expires__gt=now
        )
        by_id = {row.id: row for row in drafts}
        return [OpenEntry(one, by_id[one].service, "", by_id[one].edited) for one in ids if one in by_id]


def _entry(row: Entry) -> EntryRow:
    return EntryRow(
        row.draft_id,
        row.staff_id,
        row.staff_name,
        row.channel,
        row.received_on,
        row.desk_language,
        row.identity_document,
        tuple(Override.of(one) for one in row.overrides),
        row.started,
    )
