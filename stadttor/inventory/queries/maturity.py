"""What was said about the maturity of services."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.ground.rows import first, rows
from stadttor.ground.work import work
from stadttor.inventory import models
from stadttor.inventory.queries.stock import ProcessRow, processes


@dataclass(frozen=True)
class Assessed:
    """Answers by question, when they were given, and how often they were saved (0: never)."""

    answers: Mapping[str, str]
    version: int = 0
    changed: datetime | None = None


NOTHING = Assessed({})


def maturity(authority_id: UUID, process_id: UUID) -> Assessed:
    """What was said of one process."""
    with work(authority_id):
        row = first(models.Maturity, authority_id=authority_id, process_id=process_id)
    return _assessed(row) if row else NOTHING


def maturities(authority_id: UUID) -> list[tuple[ProcessRow, Assessed]]:
    """Every process in German order with what was said of it."""
    with work(authority_id):
        kept = {row.process_id: _assessed(row) for row in rows(models.Maturity, authority_id=authority_id)}
    return [(row, kept.get(row.id, NOTHING)) for row in processes(authority_id)]


def _assessed(row: models.Maturity) -> Assessed:
    return Assessed(row.answers, row.version, row.changed)
