"""An organiser gives a process its marks, and says what counts how much."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.inventory.models import Process, Rating, Weighting
from stadttor.inventory.rules.ranking import CRITERIA, GIVEN, must_be_marks, must_be_weights


def rate(
    *, authority_id: UUID, process_id: UUID, marks: Mapping[str, int], effort: int, actor: Actor, now: datetime
) -> None:
    """Keep the marks of a process; those before are replaced. Refused when one is missing; 404 for an unknown process."""
    must_be_marks(marks, effort)
    values = {"marks": {name: marks[name] for name in GIVEN}, "effort": effort, "changed": now}
    with work(authority_id):
        if first(Process, lock=True, authority_id=authority_id, id=process_id) is None:
            raise not_found()
        Rating.objects.update_or_create(authority_id=authority_id, process_id=process_id, defaults=values)
        audit.record(authority_id, act="process.rated", actor=actor, subject=("process", process_id), at=now)


def set_weights(*, authority_id: UUID, weights: Mapping[str, int], actor: Actor, now: datetime) -> None:
    """Keep what counts how much. Refused outside of 0 to 10, and when nothing counts."""
    must_be_weights(weights)
    kept = {name: weights[name] for name in CRITERIA}
    with work(authority_id):
        values = {"weights": kept, "changed": now}
        Weighting.objects.update_or_create(authority_id=authority_id, defaults=values)
        audit.record(
            authority_id,
            act="process.weighted",
            actor=actor,
            subject=("process", None),
            at=now,
            details={"weights": kept},
        )
