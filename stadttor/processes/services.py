"""Verbs of processes: store a definition, start, complete a step, send a message, wake at a timer, erase."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground.erasing import Erased, erase, witnessed
from stadttor.ground.jobs import cancel_about, enqueue
from stadttor.ground.rows import change, first, insert, rows
from stadttor.ground.work import common, work
from stadttor.processes import events, queries
from stadttor.processes.models import Definition as DefinitionRow
from stadttor.processes.models import Instance
from stadttor.processes.models import Step as StepRow
from stadttor.processes.queries import InstanceRow, row_of
from stadttor.processes.rules import Flag, ProcessFault, State, Step, TaskNotOpen, check_bpmn, replay
from stadttor.processes.rules.vocabulary import must_be_flags

__all__ = [
    "ProcessFault",
    "Progress",
    "check_bpmn",
    "complete",
    "erase_runs",
    "send",
    "start",
    "store_definition",
    "wake",
]

CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class Progress:
    """What a step led to: the instance after it and the effects (`notify`, `remind`) that the caller sees to."""

    instance: InstanceRow
    effects: tuple[str, ...]


def store_definition(*, xml: bytes, now: datetime) -> str:
    """Keep a definition and give its hash; the same bytes twice are stored once. Refused when it has faults."""
    if faults := check_bpmn(xml):
        raise Refused("process_refused", "The process was refused: {fault}", fault=str(faults[0]))
    definition_hash = hashlib.sha256(xml).hexdigest()
    with common(write=True):
        row = DefinitionRow(hash=definition_hash, xml=xml, created=now)
        DefinitionRow.objects.bulk_create([row], ignore_conflicts=True)
    return definition_hash


def start(
    *, authority_id: UUID, definition_hash: str, subject_id: UUID, flags: Mapping[str, Flag], now: datetime
) -> Progress:
    """Begin a (further) run of the process for a subject."""
    must_be_flags(flags)
    definition_hash = definition_hash or queries.BUILTIN_HASH
    with work(authority_id):
        if definition_hash == queries.BUILTIN_HASH:
            _keep_builtin(now)
        runs = len(rows(Instance, authority_id=authority_id, subject_id=subject_id))
        instance = Instance(
            authority_id=authority_id, definition_hash=definition_hash, subject_id=subject_id, run=runs + 1
        )
        return _go(instance, [], Step("start", now, flags=dict(flags)))


def complete(
    *,
    authority_id: UUID,
    instance_id: UUID,
    task: str,
    outcome: str,
    now: datetime,
    flags: Mapping[str, Flag] | None = None,
) -> Progress:
    """Finish an open step with an outcome. Raises TaskNotOpen when it is not open."""
    return _step(authority_id, instance_id, Step("task", now, task, outcome, dict(flags or {})))


def send(*, authority_id: UUID, instance_id: UUID, message: str, now: datetime) -> Progress:
    """Tell the process something from outside, such as `withdraw`. Raises TaskNotOpen when it does not wait for it."""
    return _step(authority_id, instance_id, Step("message", now, message))


def wake(*, authority_id: UUID, instance_id: UUID, now: datetime) -> None:
    """Let due timers fire and publish their effects; nothing is due yet: it rings again then."""
    with work(authority_id):
        instance = _locked(authority_id, instance_id)
        if instance.ended or instance.due is None:
            return
        if instance.due > now:
            # The queue goes by the database's clock: where ours is behind, that long after the hour it is the hour.
            _ring(instance, instance.due + min(instance.due - now, CLOCKS_DIFFER))
            return
        progress = _go(instance, queries.steps_of(authority_id, instance_id), Step("timer", now))
        for effect in progress.effects:
            events.publish(events.EffectReached(authority_id, instance.subject_id, effect, now))


def erase_runs(*, authority_id: UUID, subject_id: UUID) -> Erased:
    """Delete every run of a subject, with its steps and the timers that wait for it."""
    with work(authority_id):
        gone, runs = Erased(), rows(Instance, authority_id=authority_id, subject_id=subject_id)
        cancel_about(authority_id, [run.id for run in runs])
        for run in runs:
            gone += witnessed(StepRow, authority_id, instance_id=run.id)
        return gone + erase(Instance, authority_id, subject_id=subject_id)


def _keep_builtin(now: datetime) -> None:
    """The built-in process of this version is stored too, so that a later version can still replay it."""
    with common(write=True):
        if first(DefinitionRow, hash=queries.BUILTIN_HASH) is None:
            store_definition(xml=queries.BUILTIN, now=now)


def _step(authority_id: UUID, instance_id: UUID, step: Step) -> Progress:
    must_be_flags(step.flags)
    with work(authority_id):
        instance = _locked(authority_id, instance_id)
        if instance.ended:
            raise TaskNotOpen(step.task)
        return _go(instance, queries.steps_of(authority_id, instance_id), step)


def _locked(authority_id: UUID, instance_id: UUID) -> Instance:
    found = first(Instance, lock=True, authority_id=authority_id, id=instance_id)
    if found is None:
        raise not_found()
    return found


def _go(instance: Instance, before: list[Step], step: Step) -> Progress:
    """Replay with the new step, then keep what it led to and the step."""
    state = replay(queries.definition(instance.definition_hash), [*before, step])
    _keep_state(instance, state)
    row = StepRow(
        authority_id=instance.authority_id,
        instance_id=instance.id,
        position=len(before) + 1,
        kind=step.kind,
        task=step.task,
        outcome=step.outcome,
        flags=dict(step.flags),
        at=step.at,
    )
    insert(row)
    return Progress(row_of(instance), state.effects)


def _keep_state(instance: Instance, state: State) -> None:
    reached = {"open": [asdict(task) for task in state.open], "due": state.due, "ended": state.ended}
    for name, value in reached.items():
        setattr(instance, name, value)
    if instance._state.adding:
        insert(instance)
    else:
        change(Instance, reached, authority_id=instance.authority_id, id=instance.id)
    if state.due and not state.ended:
        _ring(instance, state.due)


def _ring(instance: Instance, at: datetime) -> None:
    """Have the instance woken at a time; the same timer waits once."""
    from stadttor.processes.jobs import wake_key, wake_up  # here, because the job calls this module

    enqueue(
        wake_up,
        authority_id=instance.authority_id,
        key=wake_key(instance.id, instance.due),
        run_at=at,
        instance_id=instance.id,
    )
