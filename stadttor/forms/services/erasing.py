"""An accepted application goes for good, with its draft, its proofs and the mails about it."""

from uuid import UUID

from stadttor.citizens.services import forget_thing
from stadttor.forms.models import Amendment, Attachment, Draft, Entry, Retrieval, Reused, Submission
from stadttor.ground.erasing import Erased, erase, erase_files, witnessed
from stadttor.ground.rows import first, rows
from stadttor.ground.work import work
from stadttor.identity.assertions import drop
from stadttor.notices.services import erase_about


def erase_application(*, authority_id: UUID, submission_id: UUID) -> Erased:
    """Delete it; whether that may be is the caller's to know. One that is gone already is gone."""
    with work(authority_id):
        row = first(Submission, lock=True, authority_id=authority_id, id=submission_id)
        if row is None:
            return Erased()
        gone = witnessed(Amendment, authority_id, submission_id=submission_id)
        gone += erase(Submission, authority_id, id=submission_id)
        gone += erase_about(authority_id=authority_id, subject_id=submission_id)
        gone += forget_thing(authority_id=authority_id, thing_id=submission_id)
        return gone + erase_draft(authority_id, row.draft_id) if row.draft_id else gone


def erase_draft(authority_id: UUID, draft_id: UUID) -> Erased:
    """A draft with its proofs, the mails that carried its link and who signed in for it, inside the open work."""
    proofs = rows(Attachment, authority_id=authority_id, draft_id=draft_id)
    asked = rows(Retrieval, authority_id=authority_id, draft_id=draft_id)
    waiting = [one.blob_id for one in asked if one.blob_id]
    gone = erase(Attachment, authority_id, draft_id=draft_id)
    gone += erase(Retrieval, authority_id, draft_id=draft_id)
    gone += erase(Entry, authority_id, draft_id=draft_id)
    gone += erase(Reused, authority_id, draft_id=draft_id)
    gone += erase_files(authority_id, [proof.blob_id for proof in proofs] + waiting)
    gone += erase_about(authority_id=authority_id, subject_id=draft_id)
    gone += drop(authority_id=authority_id, draft_id=draft_id)
    gone += forget_thing(authority_id=authority_id, thing_id=draft_id)
    return gone + erase(Draft, authority_id, id=draft_id)
