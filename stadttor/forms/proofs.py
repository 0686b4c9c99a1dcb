"""What happens to a proof, for the audit chain: ids only, the file's name is the applicant's."""

from datetime import datetime
from uuid import UUID

from stadttor.ground import audit
from stadttor.ground.actor import Actor


def note_proof(
    authority_id: UUID, draft_id: UUID, attachment_id: UUID | None, act: str, actor: Actor, now: datetime
) -> None:
    """Inside the open work. No attachment: nothing was kept of the file."""
    details = {"attachment_id": str(attachment_id)} if attachment_id else {}
    audit.record(authority_id, act=act, actor=actor, subject=("draft", draft_id), at=now, details=details)
