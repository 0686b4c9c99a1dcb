"""An organiser assesses how mature a service of her authority is."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.inventory import models
from stadttor.inventory.rules.maturity import QUESTIONS, must_be_answers


def assess(
    *, authority_id: UUID, process_id: UUID, answers: Mapping[str, str], seen: int, actor: Actor, now: datetime
) -> None:
    """Keep the answers about a process; empty ones are open.

    Refused for unknown answers, and when somebody else saved since `seen` (0: nothing was there); 404 for an unknown process.
    """
    must_be_answers(answers)
    kept = {name: answers[name] for name in QUESTIONS if answers.get(name)}
    with work(authority_id):
        if first(models.Process, lock=True, authority_id=authority_id, id=process_id) is None:
            raise not_found()
        there = first(models.Maturity, authority_id=authority_id, process_id=process_id)
        if (there.version if there else 0) != seen:
            raise Refused(
                "changed_since",
                "Somebody changed this in the meantime. Open it again, so that nothing is lost.",
                field=next(iter(QUESTIONS)),
            )
        values = {"answers": kept, "version": seen + 1, "changed": now}
        models.Maturity.objects.update_or_create(authority_id=authority_id, process_id=process_id, defaults=values)
        audit.record(authority_id, act="process.assessed", actor=actor, subject=("process", process_id), at=now)
