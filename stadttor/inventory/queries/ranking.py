"""What comes first, by the marks and weights that are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from stadttor.ground.rows import first, rows
from stadttor.ground.work import work
from stadttor.inventory.models import Rating, Weighting
from stadttor.inventory.queries.stock import ProcessRow, processes
from stadttor.inventory.rules.ranking import ALIKE, Place, Rated, Swap, ranked, swaps, volume_mark


@dataclass(frozen=True)
class Ranking:
    """All processes: those that have a place, with what would swap the first ones; and those of which something is not known."""

    weights: Mapping[str, int]
    places: tuple[Place, ...]
    swaps: tuple[Swap, ...]
    without: tuple[ProcessRow, ...]


@dataclass(frozen=True)
class RatingRow:
    """The marks of one process as they are kept."""

    marks: Mapping[str, int]
    effort: int


def weights_of(authority_id: UUID) -> Mapping[str, int]:
    """The weights an authority set; all alike before."""
    with work(authority_id):
        row = first(Weighting, authority_id=authority_id)
    return row.weights if row else ALIKE


def rating(authority_id: UUID, process_id: UUID) -> RatingRow | None:
    """The marks of a process, none before it has some."""
    with work(authority_id):
        row = first(Rating, authority_id=authority_id, process_id=process_id)
    return RatingRow(row.marks, row.effort) if row else None


def ranking(authority_id: UUID) -> Ranking:
    """Every process of an authority, the first one first."""
    with work(authority_id):
        given = {row.process_id: row for row in rows(Rating, authority_id=authority_id)}
    weights = weights_of(authority_id)
    rated, without = [], []
    for row in processes(authority_id):
        volume, found = row.is_of.volume, given.get(row.id)
        if found is None or volume is None:
            without.append(row)
        else:
            marks = {**found.marks, "volume": volume_mark(volume)}
            rated.append(Rated(row.id, row.is_of.name, marks, found.effort))
    return Ranking(weights, tuple(ranked(rated, weights)), tuple(swaps(rated, weights)), tuple(without))
