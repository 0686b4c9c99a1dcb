"""Reads: which answers were taken from an earlier application."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from stadttor.forms.models import Reused
from stadttor.ground.rows import rows
from stadttor.ground.work import reading


@dataclass(frozen=True)
class ReusedRow:
    """Where an answer came from, number and day of that application, and what it said."""

    number: str
    day: date
    value: Any


def reused(authority_id: UUID, draft_id: UUID | None) -> dict[str, ReusedRow]:
    """By path; of a draft, or of the application made of it."""
    if draft_id is None:
        return {}
    with reading(authority_id):
        found = rows(Reused, authority_id=authority_id, draft_id=draft_id)
    return {row.path: ReusedRow(row.number, row.day, row.value) for row in found}
