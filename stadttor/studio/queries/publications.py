"""What was asked to be published, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Coalesce

from stadttor.ground.rows import first
from stadttor.ground.work import reading
from stadttor.studio.models import OPEN, Publication


@dataclass(frozen=True)
class PublicationRow:
    """The newest publication of a copy; `state` asked, confirmed, published, refused, withdrawn."""

    id: UUID
    revision: int
    version: str
    state: str
    asked_by_id: UUID | None
    asked_by: str
    asked_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    ended_at: datetime | None
    problem: str

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def publication(authority_id: UUID, copy_id: UUID) -> PublicationRow | None:
    """None before the first was asked for."""
    with reading(authority_id):
        row = first(Publication, order=("-asked_at",), authority_id=authority_id, copy_id=copy_id)
    if row is None:
        return None
    return PublicationRow(
        row.id, row.revision, row.version, row.state, row.asked_by_id, row.asked_by_name, row.asked_at,
        row.confirmed_by_name, row.confirmed_at or row.asked_at, row.ended_at, row.problem,
    )  # fmt: skip


def unpublished(authority_id: UUID, before: datetime, most: int) -> list[UUID]:
    """Publications that were confirmed before then and are neither published nor refused. Inside the open work."""
    found = Publication.objects.filter(authority_id=authority_id, state="confirmed")
    found = found.annotate(since=Coalesce("confirmed_at", "asked_at")).filter(since__lt=before)
    return list(found.order_by("since").values_list("id", flat=True)[:most])
