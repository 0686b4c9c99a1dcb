"""The processes of an authority, and one of them."""

from dataclasses import dataclass
from uuid import UUID

from stadttor.core.german_sort import sort_key
from stadttor.core.refused import not_found
from stadttor.ground.rows import first, rows
from stadttor.ground.work import work
from stadttor.inventory import models
from stadttor.inventory.rules.stock import Process, Step


@dataclass(frozen=True)
class ProcessRow:
    """A process as it is kept; who changes it says which `version` she saw."""

    id: UUID
    version: int
    is_of: Process


def processes(authority_id: UUID) -> list[ProcessRow]:
    """All of them in German order."""
    with work(authority_id):
        found = [row_of(row) for row in rows(models.Process, authority_id=authority_id)]
    return sorted(found, key=lambda row: sort_key(row.is_of.name))


def process(authority_id: UUID, process_id: UUID) -> ProcessRow:
    """One of them. Raises Refused (404)."""
    with work(authority_id):
        row = first(models.Process, authority_id=authority_id, id=process_id)
    if row is None:
        raise not_found()
    return row_of(row)


def minutes_by_service(authority_id: UUID) -> dict[str, int]:
    """How many minutes a case of a service takes by the steps written down for it; only where somebody wrote some."""
    return {
        row.is_of.service: row.is_of.minutes
        for row in processes(authority_id)
        if row.is_of.service and row.is_of.minutes
    }


def row_of(row: models.Process) -> ProcessRow:
    """The frozen row."""
    steps = tuple(Step(one["name"], one["minutes"], tuple(one["breaks"])) for one in row.steps)
    made = Process(row.name, row.service, row.volume, row.demand, row.systems, row.law, steps)
    return ProcessRow(row.id, row.version, made)
