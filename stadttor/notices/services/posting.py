"""Messages in the mailbox on the status page."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.notices.models import Message


@step
def post_message(
    *,
    authority_id: UUID,
    key: str,
    subject_id: UUID,
    language: str,
    title: str,
    body: str,
    now: datetime,
    documents: Sequence[UUID] = (),
    subject_kind: str = "submission",
) -> UUID:
    """Put a message into the mailbox of a subject, once per `key`. `documents` are ids of filed documents."""
    with work(authority_id):
        message, _ = Message.objects.get_or_create(
            authority_id=authority_id,
            key=key,
            defaults={
                "subject_kind": subject_kind,
                "subject_id": subject_id,
                "language": language,
                "title": title,
                "body": body,
                "documents": [str(one) for one in documents],
                "created": now,
            },
        )
    return message.id


def mark_read(*, authority_id: UUID, subject_id: UUID, message_id: UUID, now: datetime) -> None:
    """Note when a message of this subject was first opened. Refused as not found when it is not there or not its."""
    with work(authority_id):
        rows = Message.objects.filter(authority_id=authority_id, subject_id=subject_id, id=message_id)
        if not rows.exists():
            raise not_found()
        rows.filter(read_at=None).update(read_at=now)
