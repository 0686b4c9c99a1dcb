"""Jobs of processes."""

from datetime import datetime
from uuid import UUID

from stadttor.ground.clock import now
from stadttor.ground.jobs import job
from stadttor.processes import services


def wake_key(instance_id: UUID, due: datetime | None) -> str:
    """Under which key a timer waits: one job for each time of each instance."""
    return f"process:{instance_id}:{due.isoformat() if due else ''}"


@job("processes.wake")
def wake_up(*, authority_id: UUID, instance_id: UUID) -> None:
    """Let the timers of an instance fire that are due by now."""
    services.wake(authority_id=authority_id, instance_id=instance_id, now=now())
