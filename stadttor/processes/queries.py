"""Reads: definitions by hash, where a subject's process stands."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.holdings import Tables, held, joined
from stadttor.ground.work import common, work
from stadttor.processes.models import Definition as DefinitionRow
from stadttor.processes.models import Instance
from stadttor.processes.models import Step as StepRow
from stadttor.processes.rules import Definition, OpenTask, Step, diagram_of, laid_out, parse
from stadttor.processes.rules import Diagram as Diagram
from stadttor.processes.rules import Flow as Flow
from stadttor.processes.rules import Shape as Shape
from stadttor.processes.rules import drawn as drawn
from stadttor.processes.rules.foreign import LARGEST as LARGEST

BUILTIN = (Path(__file__).parent / "builtin" / "antrag.bpmn").read_bytes()
BUILTIN_HASH = hashlib.sha256(BUILTIN).hexdigest()


@dataclass(frozen=True)
class InstanceRow:
    """Where a process stands: its open steps, whether it ended, when its next timer is due."""

    id: UUID
    definition_hash: str
    subject_id: UUID
    open: tuple[OpenTask, ...]
    ended: bool
    due: datetime | None

    def is_open(self, task: str) -> bool:
        return any(open_task.id == task for open_task in self.open)


@lru_cache(maxsize=500)
def definition(definition_hash: str) -> Definition:
    """The parsed definition; not found for an unknown hash. A definition never changes, so it is kept in memory."""
    return parse(BUILTIN if definition_hash == BUILTIN_HASH else stored_xml(definition_hash))


def stored_xml(definition_hash: str) -> bytes:
    """The BPMN of this hash as it was stored; not found for an unknown one."""
    with common():
        row = DefinitionRow.objects.filter(hash=definition_hash).only("xml").first()
    if row is None:
        raise not_found()
    return bytes(row.xml)


def diagram(xml: bytes | None) -> Diagram:
    """The picture of a checked definition, of the built-in process for None."""
    return diagram_of(xml or BUILTIN)


def chain(names: Sequence[str]) -> Diagram:
    """The picture of steps that follow each other, between a beginning and an end."""
    shapes = [
        Shape("start", "start"),
        *(Shape(f"step{number}", "user", name) for number, name in enumerate(names)),
        Shape("end", "end"),
    ]
    return laid_out(shapes, [Flow(one.id, next_one.id) for one, next_one in pairwise(shapes)])


def running(authority_id: UUID, subject_id: UUID) -> InstanceRow | None:
    """The newest instance of a subject, none when it never had one."""
    with work(authority_id):
        found = Instance.objects.filter(authority_id=authority_id, subject_id=subject_id).order_by("-run").first()
    return row_of(found) if found else None


def open_tasks(authority_id: UUID, subject_id: UUID) -> tuple[OpenTask, ...]:
    """What is to be done next in the subject's process; empty after its end."""
    found = running(authority_id, subject_id)
    return found.open if found else ()


def overdue_timers(authority_id: UUID, due_before: datetime, most: int) -> list[tuple[UUID, datetime]]:
    """Instances that still run although a timer of theirs was due before a time, with that timer; longest due first."""
    with work(authority_id):
        late = Instance.objects.filter(authority_id=authority_id, ended=False, due__lt=due_before)
        return [(key, due) for key, due in late.order_by("due").values_list("id", "due")[:most] if due]


def steps_of(authority_id: UUID, instance_id: UUID) -> list[Step]:
    """All steps of an instance in order, inside the open work."""
    rows = StepRow.objects.filter(authority_id=authority_id, instance_id=instance_id).order_by("position")
    return [Step(row.kind, row.at, row.task, row.outcome, row.flags) for row in rows]  # type: ignore[arg-type]  # written by us


def held_runs(authority_id: UUID, subject_id: UUID) -> Tables:
    """Every run of a subject with its steps."""
    runs = held(Instance, authority_id, subject_id=subject_id)
    steps = [held(StepRow, authority_id, instance_id=UUID(run["id"])) for found in runs.values() for run in found]
    return joined(runs, *steps)


def row_of(instance: Instance) -> InstanceRow:
    """The frozen row of an instance."""
    tasks = tuple(OpenTask(task["id"], task["name"], task["waits_for"]) for task in instance.open)
    return InstanceRow(instance.id, instance.definition_hash, instance.subject_id, tasks, instance.ended, instance.due)
