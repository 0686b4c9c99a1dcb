"""The queue as tests see it: which jobs wait, and doing them as the worker would."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from procrastinate.contrib.django.models import ProcrastinateJob

from stadttor.ground.jobs import registered
from stadttor.ground.work import common, work


def waiting(task: str) -> list[dict[str, Any]]:
    """The arguments of the jobs waiting under this name, oldest first."""
    with common():
        return [job.args for job in ProcrastinateJob.objects.filter(task_name=task, status="todo").order_by("id")]


def do(task: str) -> None:
    """Do what waits under this name; it stays in the queue, so that doing it again shows whether that is safe."""
    for arguments in waiting(task):
        registered()[task](**arguments)


def undone(authority_id: UUID, act: Callable[[], Any]) -> Any:
    """Does something in a work that fails after it; gives what it gave."""
    with suppress(ZeroDivisionError), work(authority_id):
        given = act()
        raise ZeroDivisionError
    return given
