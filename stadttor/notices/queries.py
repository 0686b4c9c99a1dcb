"""What was told to whom, and what of it arrived."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.ground.holdings import Tables, held
from stadttor.ground.rows import rows
from stadttor.ground.work import work
from stadttor.notices.models import Mail, Message

MOST = 200


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A mailbox entry; `documents` are ids of filed documents, `read_at` is none until it was opened."""

    id: UUID
    language: str
    title: str
    body: str
    documents: tuple[UUID, ...]
    created: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class MailRow:
    """The delivery of one mail. `reply` is the mail server's last answer, `state` queued, sent or failed."""

    id: UUID
    kind: str
    recipient: str
    language: str
    state: str
    attempts: int
    reply: str
    created: datetime
    sent_at: datetime | None


def messages_for(authority_id: UUID, subject_id: UUID) -> list[MessageRow]:
    """The mailbox of a subject, newest first."""
    with work(authority_id):
        found = rows(Message, authority_id=authority_id, subject_id=subject_id, order=("-created", "-id"), most=MOST)
    return [_message(row) for row in found]


def mails_for(authority_id: UUID, subject_id: UUID) -> list[MailRow]:
    """The proof of delivery: every mail about a subject, newest first."""
    with work(authority_id):
        rows = Mail.objects.filter(authority_id=authority_id, subject_id=subject_id).order_by("-created", "-id")
        return [_mail(row) for row in rows[:MOST]]


def unsent_mails(authority_id: UUID, before: datetime, most: int) -> list[UUID]:
    """Mails written before a time that neither went out nor failed for good, oldest first."""
    with work(authority_id):
        waiting = Mail.objects.filter(authority_id=authority_id, state="queued", created__lt=before)
        return list(waiting.order_by("created").values_list("id", flat=True)[:most])


def held_notices(authority_id: UUID, subject_id: UUID) -> Tables:
    """Everything that was told about a subject, for the person it was told."""
    return {**held(Mail, authority_id, subject_id=subject_id), **held(Message, authority_id, subject_id=subject_id)}


def _message(row: Message) -> MessageRow:
    documents = tuple(UUID(one) for one in row.documents)
    return MessageRow(row.id, row.language, row.title, row.body, documents, row.created, row.read_at)


def _mail(row: Mail) -> MailRow:
    return MailRow(
        row.id, row.kind, row.recipient, row.language, row.state, row.attempts, row.reply, row.created, row.sent_at
    )
