"""The road map as it is kept."""

from dataclasses import dataclass
from uuid import UUID

from stadttor.ground.rows import first, rows
from stadttor.ground.work import work
from stadttor.inventory import models
from stadttor.inventory.queries.ranking import ranking
from stadttor.inventory.queries.stock import ProcessRow, processes
from stadttor.inventory.rules.ranking import Place
from stadttor.inventory.rules.roadmap import Plan


@dataclass(frozen=True)
class Roadmap:
    """`planned` in German order; `open` are those with a place and without a turn, the first one first; `others` have neither."""

    planned: tuple[tuple[ProcessRow, Plan], ...]
    open: tuple[Place, ...]
    others: tuple[ProcessRow, ...]


def plan(authority_id: UUID, process_id: UUID) -> Plan | None:
    """When a process has its turn, none when nobody said so."""
    with work(authority_id):
        row = first(models.Plan, authority_id=authority_id, process_id=process_id)
    return _plan(row) if row else None


def roadmap(authority_id: UUID) -> Roadmap:
    """Every process of an authority."""
    with work(authority_id):
        kept = {row.process_id: _plan(row) for row in rows(models.Plan, authority_id=authority_id)}
    found = ranking(authority_id)
    return Roadmap(
        planned=tuple((row, kept[row.id]) for row in processes(authority_id) if row.id in kept),
        open=tuple(place for place in found.places if place.rated.id not in kept),
        others=tuple(row for row in found.without if row.id not in kept),
    )


def _plan(row: models.Plan) -> Plan:
    return Plan(row.horizon, row.goal, row.before, row.after, row.lesson, row.verdict)
