"""Work for later: enqueued in the same transaction as its cause, done by the worker at least once.

Arguments are ids and keys, never data of a person (the queue's tables are global). Each job opens its own `work()`
and is safe to repeat.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import close_old_connections, transaction
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

ATTEMPTS = 60
LONGEST_WAIT_S = 300


class Patience(BaseRetryStrategy):
    """Doubling pauses, five minutes at most, for about four hours; then the job stays as failed and is alarmed."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": min(2 ** (job.attempts + 1), LONGEST_WAIT_S)})


_tasks: dict[str, Any] = {}
_names: dict[Any, str] = {}


def job(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as the job `module.verb`; it stays callable directly (tests, other jobs)."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        def run(**arguments: Any) -> None:
            close_old_connections()
            function(**{key: _typed(key, value) for key, value in arguments.items()})

        _tasks[name] = app.task(name=name, retry=Patience())(run)
        _names[function] = name
        return function

    return register


def enqueue(
    function: Callable[..., None],
    *,
    authority_id: UUID,
    key: str | None = None,
    run_at: datetime | None = None,
    **ids: UUID | str | int,
) -> None:
    """Enqueue inside the open work. With a `key`, a job waiting under the same key is left to do it.

    Keys are the authority's and the job's own: the same key elsewhere is another one.
    """
    lock = f"{_names[function]}:{authority_id}:{key}" if key is not None else None
    task = _tasks[_names[function]].configure(queueing_lock=lock, schedule_at=run_at)
    task.job_manager = _queue()
    arguments = {name: _plain(value) for name, value in {"authority_id": authority_id, **ids}.items()}
    if key is None:
        task.defer(**arguments)
        return
    try:
        with transaction.atomic():
            task.defer(**arguments)
    except AlreadyEnqueued:
        return


@cache
def _queue() -> JobManager:
    """The queue by way of the open work's connection. The app's own way would not do: in the worker it is a connection
    that commits at once, so that a job could be seen before its cause, and stay when its cause is rolled back."""
    return JobManager(DjangoConnector())


def registered() -> dict[str, Any]:
    """Every job by name: what the worker can do."""
    return dict(_tasks)


def _plain(value: UUID | str | int) -> str | int:
    return str(value) if isinstance(value, UUID) else value


def _typed(key: str, value: Any) -> Any:
    return UUID(value) if key.endswith("_id") and isinstance(value, str) else value
