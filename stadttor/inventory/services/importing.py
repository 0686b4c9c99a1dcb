"""Many processes at once, all or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import change, insert_unless_taken, rows
from stadttor.ground.work import work
from stadttor.inventory import models
from stadttor.inventory.queries.stock import row_of
from stadttor.inventory.rules.importing import merged
from stadttor.inventory.rules.stock import Process, must_be_sound
from stadttor.inventory.services.keeping import must_have_room, row_for, values_of


@dataclass(frozen=True)
class Imported:
    """How many were added, changed, and were so already."""

    added: int
    changed: int
    same: int


def import_processes(
    *,
    authority_id: UUID,
    processes: Sequence[Process],
    columns: frozenset[str],
    seen: Mapping[str, int],
    actor: Actor,
    now: datetime,
) -> Imported:
    """Add those whose name is new, change the others in what the table has `columns` for.

    `seen` are the versions the organiser was shown, by name. Refused, and nothing is kept, when one cannot be, or was added,
    changed or deleted since.
    """
    for one in processes:
        must_be_sound(one)
    with work(authority_id):
        known = {row.name: row for row in rows(models.Process, lock=True, authority_id=authority_id)}
        if any(seen.get(one.name, 0) != (known[one.name].version if one.name in known else 0) for one in processes):
            raise _changed_since()
        must_have_room(authority_id, sum(one.name not in known for one in processes))
        outcome = {"added": 0, "changed": 0, "same": 0}
        for one in processes:
            outcome[_put(authority_id, known.get(one.name), one, columns, now)] += 1
        if outcome["added"] or outcome["changed"]:
            subject = ("process", None)
            audit.record(authority_id, act="process.imported", actor=actor, subject=subject, at=now, details=outcome)
    return Imported(**outcome)


def _put(authority_id: UUID, row: models.Process | None, given: Process, columns: frozenset[str], now: datetime) -> str:
    if row is None:
        if not insert_unless_taken(row_for(authority_id, given, now)):
            raise _changed_since()
        return "added"
    kept = row_of(row).is_of
    wanted = merged(kept, given, columns)
    if wanted == kept:
        return "same"
    values = {**values_of(wanted), "version": row.version + 1, "changed": now}
    change(models.Process, values, authority_id=authority_id, id=row.id)
    return "changed"


def _changed_since() -> Refused:
    return Refused(
        "changed_since", "Somebody changed the stock in the meantime. Please send the table again.", field="file"
    )
