"""An organiser says when a process has its turn, and what came of its pilot."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.inventory import models
from stadttor.inventory.rules.roadmap import Plan, must_be_plan


def plan_process(*, authority_id: UUID, process_id: UUID, plan: Plan | None, actor: Actor, now: datetime) -> None:
    """Put a process on the road map, or take it off with None. Refused for what a plan cannot be; 404 for an unknown process."""
    if plan:
        must_be_plan(plan)
    with work(authority_id):
        if first(models.Process, lock=True, authority_id=authority_id, id=process_id) is None:
            raise not_found()
        if plan:
            values = {**asdict(plan), "changed": now}
            models.Plan.objects.update_or_create(authority_id=authority_id, process_id=process_id, defaults=values)
        else:
            models.Plan.objects.filter(authority_id=authority_id, process_id=process_id).delete()
        act = "process.planned" if plan else "process.unplanned"
        details = {"horizon": plan.horizon, "verdict": plan.verdict} if plan else {}
        audit.record(authority_id, act=act, actor=actor, subject=("process", process_id), at=now, details=details)
