"""Work for later: enqueued in the same transaction as its cause, done by the worker at least once.

Arguments are ids and keys, never data of a person (the queue's tables are global). Each job opens its own `work()`
and is safe to repeat.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, close_old_connections, connection, transaction

from stadttor.ground.rows import read
from stadttor.ground.steps import named_step

# What procrastinate's `defer` sends, but on the open work's connection. Its own way would not do: in the worker it is a
# connection that commits at once, so that a job could be seen before its cause, and stay when its cause is rolled back.
DEFER_SQL = (
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(%s, %s, %s, %s, %s, %s::jsonb, %s)::procrastinate_job_to_defer_v1])"
)
ONE_WAITS = "procrastinate_jobs_queueing_lock_idx_v1"  # its name for: one job at most waits under a key
QUEUE, PRIORITY = "default", 0
BRING_FORWARD_SQL = """
UPDATE procrastinate_jobs SET scheduled_at = %s WHERE queueing_lock = %s AND status = 'todo' AND scheduled_at > %s
"""
CANCEL_SQL = """
DELETE FROM procrastinate_jobs WHERE status IN ('todo', 'failed') AND args ->> 'authority_id' = %s
AND EXISTS (SELECT FROM jsonb_each_text(args) AS given WHERE given.value = ANY(%s))
"""

_runs: dict[str, Callable[..., None]] = {}
_names: dict[Any, str] = {}
_queues: dict[str, str] = {}


def job(name: str, queue: str = QUEUE) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as the job `module.verb`; it stays callable directly (tests, other jobs).

    A `queue` of its own (a lane of the worker) is for what may take long and must not keep the others waiting.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        def run(**arguments: Any) -> None:
            close_old_connections()
            function(**{key: _typed(key, value) for key, value in arguments.items()})

        _runs[name] = named_step(f"job {name}", run)
        _names[function] = name
        _queues[name] = queue
        return function

    return register


def enqueue(
    function: Callable[..., None],
    *,
    authority_id: UUID,
    key: str | None = None,
    run_at: datetime | None = None,
    forward: bool = False,
    **ids: UUID | str | int,
) -> None:
    """Enqueue inside the open work. With a `key`, a job waiting under the same key is left to do it.

    It is left to do it when it would; with `forward` at `run_at` at the latest, which must then be given.

    Keys are the authority's and the job's own: the same key elsewhere is another one.
    """
    name = _names[function]
    arguments = {kind: _plain(value) for kind, value in {"authority_id": authority_id, **ids}.items()}
    if key is None:
        _defer(name, arguments, None, run_at)
        return
    lock = f"{name}:{authority_id}:{key}"
    try:
        with transaction.atomic():
            _defer(name, arguments, lock, run_at)
    except IntegrityError as error:
        if not _waits_already(error):
            raise
        if forward:
            _bring_forward(lock, run_at)


def cancel_about(authority_id: UUID, subject_ids: Iterable[UUID]) -> int:
    """Take the jobs off the queue that name one of these and do not run; inside the open work. Gives how many."""
    with connection.cursor() as cursor:
        cursor.execute(CANCEL_SQL, [str(authority_id), [str(one) for one in subject_ids]])
        return int(cursor.rowcount)


def _defer(name: str, arguments: dict[str, str | int], key: str | None, run_at: datetime | None) -> None:
    no_lock = None
    read(DEFER_SQL, _queues[name], name, PRIORITY, no_lock, key, json.dumps(arguments), run_at)


def _bring_forward(lock: str, run_at: datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BRING_FORWARD_SQL, [run_at, lock, run_at])


def _waits_already(error: IntegrityError) -> bool:
    diagnosis = getattr(error.__cause__, "diag", None)
    return diagnosis is not None and diagnosis.constraint_name == ONE_WAITS


def queue_of(name: str) -> str:
    """The queue of a registered job."""
    return _queues[name]


def registered() -> dict[str, Callable[..., None]]:
    """Every job by name: what the worker can do (`queue_tasks`)."""
    return dict(_runs)


def _plain(value: UUID | str | int) -> str | int:
    return str(value) if isinstance(value, UUID) else value


def _typed(key: str, value: Any) -> Any:
    return UUID(value) if key.endswith("_id") and isinstance(value, str) else value
