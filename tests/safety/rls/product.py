"""The same tables through the product's own doors: after an exception, outside every door, and in a job."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

from django.db import DatabaseError, connections
from django.db.models import Model

from stadttor.ground.jobs import enqueue, job
from stadttor.ground.wall import walled_models
from stadttor.ground.work import OutsideWork, common, work
from tests.safety.rls.checks import Found

LANE = "safety"
_seen_in_job: dict[str, list[Found]] = {}


class _Interrupted(Exception):
    """Whatever a view or a job may raise in the middle of its work."""


def after_exceptions(own: UUID, other: UUID) -> Iterator[tuple[str, Found]]:
    """By table: what the connection shows after a work that failed."""
    for model in walled_models():
        _interrupt(model, own)
        yield model._meta.db_table, _through_common(model, "after an exception")
        yield model._meta.db_table, _outside(model)
        yield model._meta.db_table, _other_only(model, own, other, "after an exception")


def in_a_job(own: UUID, other: UUID) -> Iterator[tuple[str, Found]]:
    """By table: what a job of `own` sees, run by the product's worker."""
    _seen_in_job.clear()
    with work(own):
        enqueue(_look, authority_id=own, other_id=other)
    connections.close_all()
    asyncio.run(_one_round())
    for table, seen in _seen_in_job.items():
        yield from ((table, found) for found in seen)


@job("safety.look", queue=LANE)
def _look(*, authority_id: UUID, other_id: UUID) -> None:
    for model in walled_models():
        _seen_in_job[model._meta.db_table] = [
            _through_common(model, "in a job"),
            _other_only(model, authority_id, other_id, "in a job"),
        ]


async def _one_round() -> None:
    from procrastinate.contrib.django import app

    from stadttor.ground import queue_connections
    from stadttor.ground.queue_tasks import add_jobs

    add_jobs(app)
    with app.replace_connector(queue_connections.connector()) as worker:
        async with worker.open_async():
            # This lane alone: what is due by the clock, as tidying up, would take away the rows that are looked at next.
            await worker.run_worker_async(queues=[LANE], wait=False, install_signal_handlers=False, listen_notify=False)


def _interrupt(model: type[Model], own: UUID) -> None:
    try:
        with work(own):
            model._default_manager.count()
            raise _Interrupted
    except _Interrupted:
        pass


def _through_common(model: type[Model], check: str) -> Found:
    try:
        with common():
            seen = f"{model._default_manager.count()} rows"
    except DatabaseError as error:
        return Found(check, "no authority", type(error).__name__, leaked=False)
    return Found(check, "no authority", seen, leaked=True)


def _outside(model: type[Model]) -> Found:
    try:
        seen = f"{model._default_manager.count()} rows"
    except OutsideWork:
        return Found("after an exception", "outside every door", "OutsideWork", leaked=False)
    return Found("after an exception", "outside every door", seen, leaked=True)


def _other_only(model: type[Model], own: UUID, other: UUID, check: str) -> Found:
    with work(own):
        seen = set(model._default_manager.values_list("authority_id", flat=True))
    return Found(check, "wrong authority", ", ".join(map(str, seen)), leaked=seen != {own})
