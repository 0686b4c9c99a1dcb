"""Reads: a draft by its secret, an accepted application, its proofs."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Literal
from uuid import UUID

from django.db.models import Exists, QuerySet

from stadttor.citizens.queries import held_keys
from stadttor.core.refused import not_found
from stadttor.forms.models import Amendment, Attachment, Draft, Entry, Retrieval, Reused, Submission
from stadttor.forms.rules.amending import Change, amended
from stadttor.forms.secrets import hashed, opened
from stadttor.ground import files
from stadttor.ground.clock import BERLIN, german_day
from stadttor.ground.holdings import Tables, held, joined
from stadttor.ground.rows import first, read, rows
from stadttor.ground.work import reading, work
from stadttor.identity.assertions import held_assertion

AT_ONCE = 500
NOON = time(12)
LONGEST_SEARCH = "30s"
# By position, so that what is searched for is never a pattern. `answers` hold what was typed, in whatever letters.
ANSWERS_SQL = """
AND authority_id = %s AND id > %s AND (%s = '' OR position(%s in answers::text) > 0)
AND (%s = '' OR lower(email) = lower(%s) OR position(lower(%s) in lower(answers::text)) > 0)
ORDER BY id LIMIT %s
"""
SENT_SQL = """
SELECT id, applicant, email, answers, received, EXISTS (SELECT FROM forms_amendment AS said
 WHERE said.authority_id = forms_submission.authority_id AND said.submission_id = forms_submission.id)
FROM forms_submission WHERE true
"""
BEGUN_SQL = "SELECT id, '', email, answers, edited, false FROM forms_draft WHERE submission_id IS NULL"
# What of it stands only since an answer was given again; the rest is for whoever reads the answers as they are now.
AMENDED_SQL = """
SELECT id FROM forms_submission WHERE authority_id = %s AND id > %s AND EXISTS (SELECT FROM forms_amendment AS said
 WHERE said.authority_id = forms_submission.authority_id AND said.submission_id = forms_submission.id
 AND ((%s <> '' AND position(%s in said.changes::text) > 0)
  OR (%s <> '' AND position(lower(%s) in lower(said.changes::text)) > 0)))
ORDER BY id LIMIT %s
"""


@dataclass(frozen=True)
class Answered:
    """Something somebody wrote: an `application` or a `draft`, with its answers and when it was sent or last edited."""

    kind: Literal["application", "draft"]
    id: UUID
    applicant: str
    email: str
    answers: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class DraftRow:
    """A draft as its pages need it; `answers` in the stored form of docs/package-format.md, `notes` what its page has
    still to say about what was sent last, `written_in` the language of free texts that are not German, by path."""

    id: UUID
    service: str
    adoption_id: UUID
    revision_id: UUID
    language: str
    answers: dict[str, Any]
    email: str
    revision: int
    edited: datetime
    expires: datetime
    submission_id: UUID | None
    notes: Mapping[str, Any] = field(default_factory=dict)
    written_in: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AttachmentRow:
    """A proof: `state` is clean or quarantine, `size` in bytes."""

    id: UUID
    path: str
    blob_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    state: str


@dataclass(frozen=True)
class SubmissionRow:
    """An accepted application; never changes. `received` is when it came in: periods run from there."""

    id: UUID
    number: str
    draft_id: UUID | None
    service: str
    adoption_id: UUID
    revision_id: UUID
    language: str
    channel: str
    trust: str
    answers: dict[str, Any]
    fees: list[dict[str, Any]]
    email: str
    applicant: str
    received: datetime
    is_test: bool = False


@dataclass(frozen=True)
class AmendmentRow:
    """What was said otherwise afterwards: `by` citizen or staff."""

    at: datetime
    by: str
    changes: tuple[Change, ...]


def draft_for(authority_id: UUID, draft_id: UUID, token: str, now: datetime) -> DraftRow:
    """The draft, for whoever holds its secret; not found otherwise, and when its time is over."""
    with reading(authority_id):
        row = first(Draft, authority_id=authority_id, id=draft_id, token_hash=hashed(token))
    if row is None or _is_over(row, now):
        raise not_found()
    return draft_row(row)


def what_opens(authority_id: UUID, token: str, now: datetime) -> tuple[Literal["draft", "submission"], UUID] | None:
    """What a secret link opens: the application, else the draft; none when it was deleted or never there."""
    secret = hashed(token)
    with work(authority_id):
        sent = Submission.objects.filter(authority_id=authority_id, token_hash=secret).values_list("id", flat=True)
        if found := sent.first():
            return "submission", found
        drafts = Draft.objects.filter(authority_id=authority_id, token_hash=secret, expires__gt=now)
        if found := drafts.values_list("id", flat=True).first():
            return "draft", found
    return None


def _is_over(row: Draft, now: datetime) -> bool:
    """§ 8a Abs. 3 OZG: also while the job that deletes it is late. What was sent leads to its application."""
    return row.submission_id is None and row.expires <= now


def submission_for(authority_id: UUID, submission_id: UUID, token: str) -> SubmissionRow:
    """The application, for whoever holds its secret; not found otherwise."""
    with reading(authority_id):
        row = first(Submission, authority_id=authority_id, id=submission_id, token_hash=hashed(token))
    if row is None:
        raise not_found()
    return _submission(row)


def submission(authority_id: UUID, submission_id: UUID) -> SubmissionRow:
    """The application, for the authority's own work."""
    with reading(authority_id):
        row = first(Submission, authority_id=authority_id, id=submission_id)
    if row is None:
        raise not_found()
    return _submission(row)


def is_accepted(authority_id: UUID, submission_id: UUID) -> bool:
    """Whether there is such an application (still)."""
    with reading(authority_id):
        return first(Submission, authority_id=authority_id, id=submission_id) is not None


def written_in(authority_id: UUID, row: SubmissionRow) -> Mapping[str, str]:
    """The language of free texts that were written on a page that was not German, by path."""
    with reading(authority_id):
        draft = first(Draft, authority_id=authority_id, id=row.draft_id) if row.draft_id else None
    return draft.written_in if draft else {}


def amendments(authority_id: UUID, submission_id: UUID) -> tuple[AmendmentRow, ...]:
    """What was said otherwise since the application was accepted, oldest first."""
    with reading(authority_id):
        found = rows(Amendment, authority_id=authority_id, submission_id=submission_id, order=("at", "id"))
    return tuple(AmendmentRow(row.at, row.by, tuple(Change(**one) for one in row.changes)) for row in found)


def answers_now(authority_id: UUID, row: SubmissionRow, *, until: datetime | None = None) -> dict[str, Any]:
    """The answers of an application as they are now, with everything that was said otherwise since; or until a time."""
    said = (one for one in amendments(authority_id, row.id) if until is None or one.at <= until)
    return amended(row.answers, (change for one in said for change in one.changes))


def submission_of_draft(authority_id: UUID, draft_id: UUID) -> UUID | None:
    """The id of the application a draft became, none while it is a draft."""
    with work(authority_id):
        sent = Submission.objects.filter(authority_id=authority_id, draft_id=draft_id)
        return sent.values_list("id", flat=True).first()


def link_token(authority_id: UUID, submission_id: UUID) -> str:
    """The secret of the application's status page, for mails to the applicant."""
    with reading(authority_id):
        row = first(Submission, authority_id=authority_id, id=submission_id)
    if row is None:
        raise not_found()
    return opened(authority_id, bytes(row.token_sealed))


def attachments(authority_id: UUID, draft_id: UUID | None) -> list[AttachmentRow]:
    """The proofs of a draft, or of the submission made of it, oldest first."""
    if draft_id is None:
        return []
    with reading(authority_id):
        found = rows(Attachment, authority_id=authority_id, draft_id=draft_id, order=("created", "id"))
    return [_attachment(row) for row in found]


def attachment_bytes(authority_id: UUID, attachment_id: UUID) -> tuple[AttachmentRow, bytes]:
    """A proof with its content, for the authority's own work; not found while in quarantine."""
    with work(authority_id):
        row = Attachment.objects.filter(authority_id=authority_id, id=attachment_id, state="clean").first()
        if row is None:
            raise not_found()
    return _attachment(row), files.read(authority_id, row.blob_id)


def unscanned_attachments(authority_id: UUID, before: datetime, most: int) -> list[UUID]:
    """Proofs handed in before a time that still wait for the virus scanner, oldest first."""
    with work(authority_id):
        waiting = Attachment.objects.filter(authority_id=authority_id, state="quarantine", created__lt=before)
        return list(waiting.order_by("created").values_list("id", flat=True)[:most])


def received_without(
    authority_id: UUID, followed: QuerySet[Any], *, since: datetime, before: datetime, most: int
) -> list[UUID]:
    """Applications received in this time that nothing followed, oldest first; what follows one is the caller's to say."""
    with work(authority_id):
        received = Submission.objects.filter(authority_id=authority_id, received__gt=since, received__lt=before)
        return list(received.filter(~Exists(followed)).order_by("received").values_list("id", flat=True)[:most])


def held_application(authority_id: UUID, submission_id: UUID) -> Tables:
    """Everything that is kept of an application: answers, amendments, draft, proofs (without their bytes)."""
    row = submission(authority_id, submission_id)
    amended = held(Amendment, authority_id, submission_id=submission_id)
    draft, keys = held_draft(authority_id, row.draft_id), held_keys(authority_id, submission_id)
    return joined(held(Submission, authority_id, id=submission_id), amended, draft, keys)


def held_draft(authority_id: UUID, draft_id: UUID | None) -> Tables:
    """Everything that is kept of a draft, with what the sign-in said who fills it in."""
    if draft_id is None:
        return {}
    entered, proofs = held(Entry, authority_id, draft_id=draft_id), held(Attachment, authority_id, draft_id=draft_id)
    taken = held(Reused, authority_id, draft_id=draft_id)
    asked = held(Retrieval, authority_id, draft_id=draft_id)
    asserted, keys = held_assertion(authority_id, draft_id), held_keys(authority_id, draft_id)
    return joined(held(Draft, authority_id, id=draft_id), entered, proofs, taken, asked, asserted, keys)


def answers_with(authority_id: UUID, needle: str, email: str) -> Iterator[Answered]:
    """Applications and open drafts whose answers hold this text and that came with this address or hold it; all of them.

    What is empty is not asked for; without either there is nothing. An application that was amended comes as it was sent
    and as it is now. Whether it stands for the person is the caller's to see.
    """
    if needle or email:
        given = (needle, needle, email, email)
        for row in _all_pages(f"{SENT_SQL} {ANSWERS_SQL}", authority_id, *given, email):
            yield _answered("application", *row[:5])
            if row[5]:
                yield _corrected(authority_id, row[0])
        for (id,) in _all_pages(AMENDED_SQL, authority_id, *given):
            yield _corrected(authority_id, id)
        for row in _all_pages(f"{BEGUN_SQL} {ANSWERS_SQL}", authority_id, *given, email):
            yield _answered("draft", *row[:5])


def _all_pages(sql: str, authority_id: UUID, *given: str) -> Iterator[tuple[Any, ...]]:
    """A date of birth may stand in any number of applications, so they are looked at some hundred at a time."""
    last = UUID(int=0)
    while True:
        page = _patient(authority_id, sql, authority_id, last, *given, AT_ONCE)
        yield from page
        if len(page) < AT_ONCE:
            return
        last = page[-1][0]


def _patient(authority_id: UUID, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Reads every application of a town, some seconds in a large one; asked seldom, and by leads alone."""
    with work(authority_id):
        [(usual,)] = read("SELECT current_setting('statement_timeout')")
        read("SELECT set_config('statement_timeout', %s, true)", LONGEST_SEARCH)
        found = read(sql, *values)
        read("SELECT set_config('statement_timeout', %s, true)", usual)
    return found


def _corrected(authority_id: UUID, submission_id: UUID) -> Answered:
    """An application with its answers as they are now."""
    row = submission(authority_id, submission_id)
    now = answers_now(authority_id, row)
    return Answered("application", row.id, row.applicant, row.email, now, row.received)


def _answered(kind: str, id: UUID, applicant: str, email: str, answers: Any, at: datetime) -> Answered:
    said = json.loads(answers) if isinstance(answers, str) else answers
    return Answered("draft" if kind == "draft" else "application", id, applicant, email, said, at)


def draft_row(row: Draft) -> DraftRow:
    """A draft as its pages need it."""
    return DraftRow(
        row.id, row.service, row.adoption_id, row.revision_id, row.language, row.answers, row.email, row.revision,
        row.edited, row.expires, row.submission_id, row.notes, row.written_in,
    )  # fmt: skip


def _submission(row: Submission) -> SubmissionRow:
    return SubmissionRow(
        row.id, row.number, row.draft_id, row.service, row.adoption_id, row.revision_id, row.language, row.channel,
        row.trust, row.answers, row.fees, row.email, row.applicant, _came_in(row), row.is_test,
    )  # fmt: skip


def _came_in(row: Submission) -> datetime:
    """When it came in. Of one that was entered later only the day is known: noon of it, on which nothing hangs."""
    if row.received_on is None or row.received_on == german_day(row.received):
        return row.received
    return datetime.combine(row.received_on, NOON, BERLIN)


def _attachment(row: Attachment) -> AttachmentRow:
    return AttachmentRow(
        row.id, row.path, row.blob_id, row.name, row.media_type, row.size, row.sha256, row.state
    )  # fmt: skip
