"""Carrying open drafts over to another version of their form."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from stadttor.forms.models import Attachment, Draft
from stadttor.ground import files
from stadttor.ground.work import work

AT_ONCE = 500


def carry_over(
    *,
    authority_id: UUID,
    revision_id: UUID,
    to: UUID,
    answers: Callable[[Mapping[str, Any]], dict[str, Any]],
    path: Callable[[str], str | None],
) -> int:
    """Give the open drafts of one adopted revision to another; gives how many.

    `answers` brings answers to their new places, `path` says where a file belongs now, None when nobody asks for it
    any more: then it is deleted. Who has such a draft open is told to reload it when she saves.
    """
    with work(authority_id):
        drafts = Draft.objects.filter(authority_id=authority_id, revision_id=revision_id, submission_id__isnull=True)
        carried = 0
        for draft in drafts.select_for_update().iterator(AT_ONCE):
            draft.answers, draft.revision_id = answers(draft.answers), to
            draft.revision += 1
            draft.save(update_fields=["answers", "revision_id", "revision"])
            _carry_files(draft, path)
            carried += 1
    return carried


def _carry_files(draft: Draft, path: Callable[[str], str | None]) -> None:
    for proof in Attachment.objects.filter(authority_id=draft.authority_id, draft_id=draft.id):
        place = path(proof.path)
        if place is None:
            proof.delete()
            files.delete(draft.authority_id, proof.blob_id)
        elif place != proof.path:
            proof.path = place
            proof.save(update_fields=["path"])
