"""Accepted applications that nothing followed: for whoever must know whether a version still works."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, QuerySet

from stadttor.forms.models import Submission
from stadttor.ground.rows import read
from stadttor.ground.work import work

_DRAFT = "SELECT adoption_id, revision_id FROM forms_draft WHERE authority_id = %s AND id = %s"
_SENT = "SELECT adoption_id, revision_id FROM forms_submission WHERE authority_id = %s AND id = %s AND NOT is_test"


@dataclass(frozen=True)
class AcceptedRow:
    """A real application, with which revision of the adoption it was filled in, and when it was accepted."""

    id: UUID
    revision_id: UUID
    received: datetime


def accepted_without(
    authority_id: UUID, adoption_id: UUID, followed: QuerySet[Any], *, since: datetime
) -> list[AcceptedRow]:
    """Real applications for one service, received since a moment, that nothing followed; what follows one the caller says."""
    with work(authority_id):
        rows = Submission.objects.filter(
            ~Exists(followed), authority_id=authority_id, received__gt=since, adoption_id=adoption_id, is_test=False
        )
        return [AcceptedRow(*row) for row in rows.values_list("id", "revision_id", "received")]


def filled_with(authority_id: UUID, *, draft_id: UUID | None, submission_id: UUID | None) -> tuple[UUID, UUID] | None:
    """(adoption, revision) with which a draft or a real application is filled in; none for one that is not there."""
    with work(authority_id):
        found = read(_DRAFT, authority_id, draft_id) if draft_id else []
        found = found or (read(_SENT, authority_id, submission_id) if submission_id else [])
    return (found[0][0], found[0][1]) if found else None
