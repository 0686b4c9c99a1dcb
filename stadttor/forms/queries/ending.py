"""Drafts that will be deleted soon, so that their people can be told before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from stadttor.forms.models import Draft
from stadttor.ground.work import work


@dataclass(frozen=True)
class EndingDraft:
    """A draft that nobody changed for long; `email` is where its link was sent, empty where it was not."""

    id: UUID
    revision_id: UUID
    email: str
    language: str
    expires: datetime
    answers: Mapping[str, Any]


def ending(authority_id: UUID, since: datetime, until: datetime) -> list[EndingDraft]:
    """Unsent drafts that end between the two moments."""
    with work(authority_id):
        found = Draft.objects.filter(
            authority_id=authority_id, expires__gt=since, expires__lte=until, submission_id__isnull=True
        )
        columns = found.values_list("id", "revision_id", "email", "language", "expires", "answers")
        return [EndingDraft(*row) for row in columns.order_by("expires")]
