"""Roll-outs that a steering body prepares and has not planned yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.rollout.models import Draft
from stadttor.rollout.rules.groups import Group


@dataclass(frozen=True)
class DraftRow:
    """One with what trying it out found; see `models.Draft`."""

    id: UUID
    version_id: UUID
    kind: str
    group: Group
    given: Mapping[str, Mapping[str, Any]]
    first_percent: int
    law: str
    urgent: bool
    effective_on: date | None
    notice_days: int
    saved_at: datetime
    change: int
    asked: int
    tried: int
    step: int
    steps: int
    found: Mapping[str, Any]

    @property
    def is_tried(self) -> bool:
        """As it stands now."""
        return self.tried == self.change

    @property
    def is_trying(self) -> bool:
        return self.asked == self.change and not self.is_tried

    @property
    def may_be_planned(self) -> bool:
        """Once it was tried out as it stands, and would do something."""
        return self.is_tried and "refused" not in self.found


def draft(authority_id: UUID, draft_id: UUID) -> DraftRow:
    """One of this body's. Raises Refused (404)."""
    with work(authority_id):
        row = first(Draft, authority_id=authority_id, id=draft_id)
    if row is None:
        raise not_found()
    return draft_row(row)


def drafts(authority_id: UUID) -> list[DraftRow]:
    """All of this body's, the one that was saved last first."""
    with work(authority_id):
        return [draft_row(row) for row in Draft.objects.filter(authority_id=authority_id).order_by("-saved_at")]


def draft_row(row: Draft) -> DraftRow:
    """As pages and services read it."""
    return DraftRow(
        id=row.id,
        version_id=row.version_id,
        kind=row.kind,
        group=Group(tuple(row.group["keys"]), row.group["smallest"], row.group["largest"]),
        given=row.given,
        first_percent=row.first_percent,
        law=row.law,
        urgent=row.urgent,
        effective_on=row.effective_on,
        notice_days=row.notice_days,
        saved_at=row.saved_at,
        change=row.change,
        asked=row.asked,
        tried=row.tried,
        step=row.step,
        steps=row.steps,
        found=row.found,
    )
