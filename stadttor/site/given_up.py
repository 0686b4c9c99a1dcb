"""Jobs that gave up: named, and taken note of when somebody has seen to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinatePeriodicDefer

from stadttor.ground import audit, authorities
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import common, work

FAILED, DOING = "failed", "doing"


@dataclass(frozen=True)
class GivenUp:
    """A job by its number in the queue; `authority_id` is none for a job of the whole house."""

    number: int
    name: str
    attempts: int
    authority_id: UUID | None

    def line(self) -> str:
        """As an operator reads it."""
        town = authorities.by_id(self.authority_id) if self.authority_id else None
        return f"{self.number:10} {self.name:32} {town.slug if town else '–':24} {self.attempts:3} tries"


def given_up() -> list[GivenUp]:
    """The jobs that gave up, oldest first."""
    with common():
        rows = ProcrastinateJob.objects.filter(status=FAILED).order_by("id")
        return [_row(*row) for row in rows.values_list("id", "task_name", "attempts", "args")]


def acknowledge(numbers: Sequence[int], now: datetime, tell: Callable[[str], object]) -> int:
    """Take jobs that gave up out of the queue, each with its line in the audit chain of its authority; gives how many.

    What is no number of such a job is left alone: a second time is as good as once.
    """
    wanted = [one for one in given_up() if one.number in set(numbers)]
    for one in wanted:
        _acknowledge(one, now)
        tell(one.line())
    return len(wanted)


def forget_overtaken() -> int:
    """Delete failed runs of jobs by the clock that a later run made good; gives how many.

    A restart of the database fails the run of that moment; the next one does its work, and nobody has to see to it.
    """
    with common(write=True):
        newest = ProcrastinatePeriodicDefer.objects.values_list("task_name", "job__status")
        # A run that was done is no longer there, so its status is none.
        going_well = [name for name, status in newest if status in (None, DOING)]
        _all, by_table = ProcrastinateJob.objects.filter(status=FAILED, task_name__in=going_well).delete()
    return by_table.get(ProcrastinateJob._meta.label, 0)


def _acknowledge(one: GivenUp, now: datetime) -> None:
    known = one.authority_id if one.authority_id and authorities.by_id(one.authority_id) else None
    with work(known) if known else common(write=True):
        deleted, _by_table = ProcrastinateJob.objects.filter(id=one.number, status=FAILED).delete()
        if known and deleted:
            details = {"job": one.number, "name": one.name, "attempts": one.attempts}
            audit.record(known, act="job.acknowledged", actor=SYSTEM, subject=("job", None), at=now, details=details)


def _row(number: int, name: str, attempts: int, arguments: dict[str, object]) -> GivenUp:
    town = arguments.get("authority_id")
    return GivenUp(number, name, attempts, UUID(town) if isinstance(town, str) else None)
