"""Jobs of forms: files that waited for the virus scanner."""

from uuid import UUID

from stadttor.forms.events import ProofInfected, ProofReleased
from stadttor.forms.models import Attachment
from stadttor.forms.ports import scanner
from stadttor.forms.proofs import note_proof
from stadttor.ground import files
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.events import publish
from stadttor.ground.jobs import job
from stadttor.ground.work import work


class ScannerAway(RuntimeError):
    """The scanner still cannot be asked; the queue tries again later."""


@job("forms.rescan")
def rescan(*, authority_id: UUID, attachment_id: UUID) -> None:
    """Scan a file in quarantine: release it, or delete its content and say so in its state."""
    with work(authority_id):
        row = Attachment.objects.filter(authority_id=authority_id, id=attachment_id, state="quarantine").first()
        data = files.read(authority_id, row.blob_id) if row else b""
    if row is None:
        return
    found = scanner().scan(data)
    if found == "unavailable":
        raise ScannerAway
    with work(authority_id):
        state = "clean" if found == "clean" else "infected"
        waiting = Attachment.objects.filter(authority_id=authority_id, id=attachment_id, state="quarantine")
        if not waiting.update(state=state):
            return
        note_proof(authority_id, row.draft_id, row.id, f"proof.{state}", SYSTEM, now())
        if found == "clean":
            publish(ProofReleased(authority_id, row.draft_id))
        else:
            files.erase(authority_id, row.blob_id)
            publish(ProofInfected(authority_id, row.draft_id, row.id))
