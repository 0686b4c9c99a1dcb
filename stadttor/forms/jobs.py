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
    """Scan a file in quarantine: release it, or say in its state what it is and delete its content.

    The content goes last and outside the work; while the store keeps it, the queue comes again for it.
    """
    with work(authority_id):
        row = Attachment.objects.filter(authority_id=authority_id, id=attachment_id).exclude(state="clean").first()
    if row is None:
        return
    if row.state == "infected" or _settled(row) == "infected":
        files.erase(authority_id, row.blob_id)


def _settled(row: Attachment) -> str:
    """The verdict, noted once."""
    found = scanner().scan(files.read(row.authority_id, row.blob_id))
    if found == "unavailable":
        raise ScannerAway
    with work(row.authority_id):
        waiting = Attachment.objects.filter(authority_id=row.authority_id, id=row.id, state="quarantine")
        if waiting.update(state=found):
            note_proof(row.authority_id, row.draft_id, row.id, f"proof.{found}", SYSTEM, now())
            publish(_told(row, found))
    return found


def _told(row: Attachment, found: str) -> ProofReleased | ProofInfected:
    if found == "clean":
        return ProofReleased(row.authority_id, row.draft_id)
    return ProofInfected(row.authority_id, row.draft_id, row.id)
