"""The case and its process go together: a verb finishes the step it stands for."""

from collections.abc import Mapping
from datetime import datetime

from stadttor.cases.models import Case
from stadttor.processes import queries as processes
from stadttor.processes.ports import CHECK, CLOSE, DECIDE, Flag, TaskNotOpen
from stadttor.processes.queries import InstanceRow
from stadttor.processes.services import Progress, start
from stadttor.processes.services import complete as complete_task

# Deciding without pressing "checked" first, and checking once more after a decision was taken back.
DETOURS = {(CHECK, DECIDE): (CHECK, "ready"), (DECIDE, CHECK): (DECIDE, "check_again")}


def instance_of(case: Case) -> InstanceRow:
    """The running process of the case. Raises TaskNotOpen when it has none."""
    instance = processes.running(case.authority_id, case.id)
    if instance is None:
        raise TaskNotOpen("")
    return instance


def begin_anew(case: Case, now: datetime) -> None:
    """The case runs through its process once more, from the beginning; what was open of the former run ends."""
    before = instance_of(case)
    if before.is_open(CLOSE):
        finish(case, CLOSE, "closed", now)
    progress = start(
        authority_id=case.authority_id,
        definition_hash=before.definition_hash,
        subject_id=case.id,
        flags={"four_eyes": case.four_eyes, "channel": case.channel, "trust": case.trust},
        now=now,
    )
    case.instance_id = progress.instance.id


def finish(case: Case, task: str, outcome: str, now: datetime, flags: Mapping[str, Flag] | None = None) -> Progress:
    """Finish a step with an outcome, after the detour that opens it. Raises TaskNotOpen when it cannot be reached."""
    instance = instance_of(case)
    if not instance.is_open(task):
        instance = _detour(case, instance, task, now)
    return complete_task(
        authority_id=case.authority_id, instance_id=instance.id, task=task, outcome=outcome, flags=flags, now=now
    )


def _detour(case: Case, instance: InstanceRow, task: str, now: datetime) -> InstanceRow:
    for (open_task, wanted), (finished, outcome) in DETOURS.items():
        if wanted == task and instance.is_open(open_task):
            progress = complete_task(
                authority_id=case.authority_id, instance_id=instance.id, task=finished, outcome=outcome, now=now
            )
            return progress.instance
    raise TaskNotOpen(task)
