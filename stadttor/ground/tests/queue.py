"""The queue as tests see it: which jobs wait, and doing them as the worker would."""

from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob

from stadttor.ground.jobs import registered
from stadttor.ground.work import common


def waiting(task: str) -> list[dict[str, Any]]:
    """The arguments of the jobs waiting under this name, oldest first."""
    with common():
        return [job.args for job in ProcrastinateJob.objects.filter(task_name=task, status="todo").order_by("id")]


def do(task: str) -> None:
    """Do what waits under this name; it stays in the queue, so that doing it again shows whether that is safe."""
    for arguments in waiting(task):
        registered()[task].func(**arguments)
