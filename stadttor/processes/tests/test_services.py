from datetime import datetime, timedelta
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.models import Authority
from stadttor.ground.work import common, work
from stadttor.processes import events, queries, services
from stadttor.processes.models import Definition, Step
from stadttor.processes.rules import TaskNotOpen

pytestmark = pytest.mark.db


def begun(authority: Authority, now: datetime) -> services.Progress:
    return services.start(
        authority_id=authority.id, definition_hash="", subject_id=new_id(), flags={"four_eyes": False}, now=now
    )


def done(authority: Authority, instance_id: UUID, task: str, outcome: str, now: datetime) -> services.Progress:
    return services.complete(authority_id=authority.id, instance_id=instance_id, task=task, outcome=outcome, now=now)


def test_an_instance_is_its_steps(authority: Authority, now: datetime) -> None:
    instance = begun(authority, now).instance
    progress = done(authority, instance.id, "check", "ready", now)
    assert [task.id for task in progress.instance.open] == ["decide"]
    assert queries.open_tasks(authority.id, instance.subject_id) == progress.instance.open
    with work(authority.id):
        assert Step.objects.filter(authority_id=authority.id).count() == 2


def test_a_step_that_does_not_fit_leaves_nothing_behind(authority: Authority, now: datetime) -> None:
    instance = begun(authority, now).instance
    with pytest.raises(TaskNotOpen):
        done(authority, instance.id, "close", "closed", now)
    assert queries.running(authority.id, instance.subject_id) == instance


def test_the_neighbour_has_no_such_instance(authority: Authority, neighbour: Authority, now: datetime) -> None:
    instance = begun(authority, now).instance
    with pytest.raises(Refused) as refused:
        done(neighbour, instance.id, "check", "ready", now)
    assert refused.value.status == 404
    assert queries.running(neighbour.id, instance.subject_id) is None


def test_answers_of_people_are_no_flags(authority: Authority, now: datetime) -> None:
    for flags in ({"name": "Amira"}, {"outcome": "x" * 61}, {"channel": ["online"]}):
        with pytest.raises(ValueError, match="not a flag"):
            services.start(
                authority_id=authority.id,
                definition_hash="",
                subject_id=new_id(),
                flags=flags,
                now=now,  # type: ignore[arg-type]
            )


def test_a_definition_is_stored_once_by_its_hash(authority: Authority, now: datetime) -> None:
    changed = queries.BUILTIN.replace(b"Entscheiden", b"Bescheid erteilen")
    first, second = services.store_definition(xml=changed, now=now), services.store_definition(xml=changed, now=now)
    assert first == second != queries.BUILTIN_HASH
    assert queries.stored_xml(first) == changed
    instance = services.start(
        authority_id=authority.id, definition_hash=first, subject_id=new_id(), flags={}, now=now
    ).instance
    assert done(authority, instance.id, "check", "ready", now).instance.open[0].name == "Bescheid erteilen"


def test_a_refused_definition_leaves_nothing_behind(authority: Authority, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        services.store_definition(xml=b"<definitions/>", now=now)
    assert refused.value.code == "process_refused"
    with work(authority.id):
        assert not Definition.objects.exists()


def test_a_timer_wakes_the_process_and_publishes_its_effect_once(authority: Authority, now: datetime) -> None:
    heard: list[events.EffectReached] = []
    events.listen(heard.append)
    instance = begun(authority, now).instance
    done(authority, instance.id, "check", "ask_back", now)
    for days in (13, 15, 16):
        services.wake(authority_id=authority.id, instance_id=instance.id, now=now + timedelta(days=days))
    events.forget(heard.append)
    assert [(event.effect, event.subject_id) for event in heard] == [("remind", instance.subject_id)]


def test_a_timer_that_rings_too_early_rings_again(authority: Authority, now: datetime) -> None:
    """The queue compares with the clock of the database, the job with its own: one may be behind."""
    instance = begun(authority, now).instance
    asked = done(authority, instance.id, "check", "ask_back", now).instance
    assert asked.due is not None
    with common():
        ProcrastinateJob.objects.all().delete()
    services.wake(authority_id=authority.id, instance_id=instance.id, now=asked.due - timedelta(milliseconds=5))
    with common():
        (again,) = ProcrastinateJob.objects.filter(task_name="processes.wake")
    assert again.args["instance_id"] == str(instance.id)
    assert asked.due < again.scheduled_at < asked.due + timedelta(seconds=1)


def test_a_new_run_begins_after_the_end(authority: Authority, now: datetime) -> None:
    instance = begun(authority, now).instance
    ended = services.send(authority_id=authority.id, instance_id=instance.id, message="withdraw", now=now)
    assert ended.instance.ended
    services.start(authority_id=authority.id, definition_hash="", subject_id=instance.subject_id, flags={}, now=now)
    assert [task.id for task in queries.open_tasks(authority.id, instance.subject_id)] == ["check"]
