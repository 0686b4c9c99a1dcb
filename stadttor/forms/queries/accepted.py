"""Accepted applications that nothing followed: for whoever must know whether a version still works."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, QuerySet

from stadttor.forms.models import Submission
from stadttor.ground.work import work


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
