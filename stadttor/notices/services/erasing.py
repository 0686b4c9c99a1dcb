"""What was told about something goes with it: mails, messages, deliveries."""

from uuid import UUID

from stadttor.ground.erasing import Erased, erase
from stadttor.ground.jobs import cancel_about
from stadttor.ground.rows import rows
from stadttor.ground.work import work
from stadttor.notices.models import LegalDelivery, Mail, Message


def erase_about(*, authority_id: UUID, subject_id: UUID) -> Erased:
    """Delete the mails, messages and deliveries about a subject. A mail not sent yet is not sent any more."""
    with work(authority_id):
        cancel_about(authority_id, [mail.id for mail in rows(Mail, authority_id=authority_id, subject_id=subject_id)])
        gone = erase(Mail, authority_id, subject_id=subject_id)
        gone += erase(LegalDelivery, authority_id, subject_id=subject_id)
        return gone + erase(Message, authority_id, subject_id=subject_id)
