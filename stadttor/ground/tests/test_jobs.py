"""Jobs: enqueued with their cause or not at all, patient, and without a word about a person."""

import inspect
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import IntegrityError
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from stadttor.ground.jobs import _waits_already, enqueue, job, registered
from stadttor.ground.models import AuditEntry
from stadttor.ground.queue_tasks import ATTEMPTS, LONGEST_WAIT_S, Patience, add_jobs
from stadttor.ground.rows import insert
from stadttor.ground.tests.queue import do, undone, waiting
from stadttor.ground.work import work

done = []


@job("tests.remember")
def remember(*, authority_id: UUID, thing_id: UUID, count: int = 1) -> None:
    done.append((authority_id, thing_id, count))


THING = UUID(int=7)
LATER = datetime(2030, 5, 1, 6, tzinfo=UTC)


@pytest.mark.db
def test_a_job_waits_if_and_only_if_its_work_was_done(authority):
    undone(authority.id, lambda: enqueue(remember, authority_id=authority.id, thing_id=THING))
    assert waiting("tests.remember") == []
    with work(authority.id):
        enqueue(remember, authority_id=authority.id, thing_id=THING)
    assert len(waiting("tests.remember")) == 1


@pytest.mark.db
def test_in_the_worker_too_a_job_waits_if_and_only_if_its_work_was_done(authority):
    """Report: in the worker jobs were seen before the case they were about, and outlived a work that was rolled back."""
    with app.replace_connector(app.connector.get_worker_connector()):
        undone(authority.id, lambda: enqueue(remember, authority_id=authority.id, thing_id=THING))
        assert waiting("tests.remember") == []
        with work(authority.id):
            enqueue(remember, authority_id=authority.id, thing_id=THING)
    assert len(waiting("tests.remember")) == 1


@pytest.mark.db
def test_ids_arrive_as_ids(authority):
    done.clear()
    with work(authority.id):
        enqueue(remember, authority_id=authority.id, thing_id=THING, count=3)
    do("tests.remember")
    assert done == [(authority.id, THING, 3)]


@pytest.mark.db
def test_the_same_key_waits_once_and_the_rest_of_the_work_is_kept(authority):
    with work(authority.id):
        for _ in range(3):
            enqueue(remember, authority_id=authority.id, key="same", thing_id=THING)
        enqueue(remember, authority_id=authority.id, thing_id=UUID(int=8))
    assert len(waiting("tests.remember")) == 2


@pytest.mark.db
@pytest.mark.parametrize("key", [None, "same"])
@pytest.mark.parametrize("run_at", [None, LATER])
def test_a_job_is_written_as_procrastinate_writes_it(authority, key, run_at):
    with work(authority.id):
        enqueue(remember, authority_id=authority.id, key=key, run_at=run_at, thing_id=THING, count=3)
        written = newest_job()
        ProcrastinateJob.objects.filter(id=written.pop("id")).update(queueing_lock=None)
        worker = App(connector=DjangoConnector())
        add_jobs(worker)
        task = worker.tasks["tests.remember"].configure(queueing_lock=written["queueing_lock"], schedule_at=run_at)
        task.defer(authority_id=str(authority.id), thing_id=str(THING), count=3)
        expected = newest_job()
    assert expected.pop("id")
    assert written == expected


def newest_job():
    return ProcrastinateJob.objects.order_by("-id").values().first()


@pytest.mark.db
def test_only_a_key_that_is_taken_counts_as_a_job_that_waits(authority, now):
    entry = AuditEntry(authority_id=authority.id, at=now, act="test.done", actor_kind="system", subject_kind="thing")
    entry.subject_id = THING
    with work(authority.id):
        insert(entry)
    with pytest.raises(IntegrityError) as raised, work(authority.id):
        insert(entry)
    assert not _waits_already(raised.value)


@pytest.mark.db
def test_the_same_key_of_the_neighbour_is_another_job(authority, neighbour):
    """Report: keys were compared across authorities, so one town's job could keep another's from being enqueued."""
    for one in (authority, neighbour):
        with work(one.id):
            enqueue(remember, authority_id=one.id, key="same", thing_id=THING)
    assert len(waiting("tests.remember")) == 2


def test_a_failed_job_is_tried_again_in_doubling_pauses_and_given_up_after_hours():
    def pause(attempts):
        decision = Patience().get_retry_decision(exception=OSError(), job=SimpleNamespace(attempts=attempts))
        return decision and decision.retry_at

    def seconds(attempts):
        return round((pause(attempts) - datetime.now(UTC)).total_seconds())

    assert [seconds(n) for n in range(4)] == [2, 4, 8, 16]
    assert seconds(50) == LONGEST_WAIT_S
    assert pause(ATTEMPTS) is None


def test_every_job_takes_ids_keys_and_counts_by_keyword_only():
    """The queue's tables are global: nothing of a person may be an argument."""
    allowed = ("_id", "_key", "_hash", "key", "count", "number", "version", "state", "code", "topic", "act", "revision")
    for name, task in registered().items():
        function = inspect.unwrap(_original(task))
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                continue  # a listener: its event's fields are looked at below
            assert parameter.kind is inspect.Parameter.KEYWORD_ONLY, f"{name}: {parameter}"
            assert parameter.name.endswith(allowed), f"{name}: {parameter.name}"
            assert parameter.annotation in (UUID, int, str, UUID | None, "UUID"), f"{name}: {parameter}"


def test_every_event_carries_ids_and_codes_only():
    from dataclasses import fields

    from stadttor.ground.events import _listeners

    assert _listeners
    for kind in _listeners:
        assert all(field.name.endswith(("_id", "_key")) for field in fields(kind)), kind


def _original(task):
    """The function a job was made of."""
    from stadttor.ground.jobs import _names

    return next(function for function, name in _names.items() if registered()[name] is task)
