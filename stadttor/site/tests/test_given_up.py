"""Jobs that gave up stay on the list until somebody says that they are seen to."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from stadttor.core.ids import new_id
from stadttor.ground.jobs import enqueue
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import common, work
from stadttor.notices import jobs
from stadttor.site import watcher
from stadttor.site.given_up import forget_overtaken, given_up

pytestmark = pytest.mark.db


@pytest.fixture
def gave_up(authority, database):
    """A mail that was never sent; gives the job's number."""
    import psycopg

    with work(authority.id):
        enqueue(jobs.send, authority_id=authority.id, mail_id=new_id())
    with psycopg.connect(database["STADTTOR_OWNER_URL"], autocommit=True) as owner:
        return owner.execute("UPDATE procrastinate_jobs SET status = 'failed', attempts = 60 RETURNING id").fetchone()[
            0
        ]


def audited(authority):
    with work(authority.id):
        return list(AuditEntry.objects.filter(act="job.acknowledged").values_list("actor_kind", "details"))


def test_a_job_that_gave_up_is_named_and_ends_with_one(authority, gave_up, capsys):
    assert watcher.main(["jobs"]) == 1
    said = capsys.readouterr().out
    assert said.split() == [str(gave_up), "notices.send_mail", "weissenburg", "60", "tries"]


def test_once_acknowledged_it_counts_no_more_and_stands_in_the_audit(authority, gave_up, now):
    """Report: one job that gave up kept `stadttor watch` at 1 for ever."""
    assert watcher.main([], now) == 1
    assert watcher.main(["acknowledge", str(gave_up)], now) == 0
    assert watcher.main([], now) == 0
    assert watcher.main(["jobs"]) == 0
    assert audited(authority) == [("system", {"job": gave_up, "name": "notices.send_mail", "attempts": 60})]


@pytest.fixture
def clockwork(database):
    """A job by the clock whose run failed; gives the statement that enqueues its next run, and the connection for it."""
    import psycopg

    run = """SELECT procrastinate_defer_periodic_job_v2('prompt', NULL, NULL, 'site.take_back_jobs', 0, '', %s,
    jsonb_build_object('timestamp', %s::bigint))"""
    with psycopg.connect(database["STADTTOR_OWNER_URL"], autocommit=True) as owner:
        owner.execute(run, [10, 10])
        owner.execute("UPDATE procrastinate_jobs SET status = 'failed'")
        yield owner, run


def test_a_run_by_the_clock_that_failed_is_forgotten_when_the_next_one_was_done(authority, gave_up, clockwork):
    """Report: after each restart of the database an operator had to acknowledge what had done its work long ago."""
    owner, run = clockwork
    assert forget_overtaken() == 0
    (number,) = owner.execute(run, [20, 20]).fetchone()
    assert forget_overtaken() == 0, "the next run waits"
    owner.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [number])
    assert forget_overtaken() == 0, "the next run failed too"
    (number,) = owner.execute(run, [30, 30]).fetchone()
    owner.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [number])
    assert forget_overtaken() == 2
    assert [one.number for one in given_up()] == [gave_up]


def test_what_did_not_give_up_is_left_alone(authority, gave_up, now):
    with work(authority.id):
        enqueue(jobs.send, authority_id=authority.id, mail_id=new_id())
    with common():
        waiting = ProcrastinateJob.objects.get(status="todo").id
    assert watcher.main(["acknowledge", str(waiting), "99999999"], now) == 1
    with common():
        assert ProcrastinateJob.objects.count() == 2
    assert audited(authority) == []


@pytest.mark.parametrize("wrong", [["acknowledge"], ["acknowledge", "x"], ["acknowledge", "1; DROP"], ["jobs", "1"]])
def test_wrong_use_is_explained(wrong):
    assert watcher.main(wrong) == 2


def test_a_job_of_the_whole_house_is_acknowledged_too(authority, database, now, gave_up):
    import psycopg

    with psycopg.connect(database["STADTTOR_OWNER_URL"], autocommit=True) as owner:
        owner.execute("UPDATE procrastinate_jobs SET task_name = 'site.sweep_files', args = '{\"timestamp\": 0}'")
    assert watcher.main(["acknowledge", str(gave_up)], now) == 0
    assert watcher.main([], now) == 0
    assert audited(authority) == []
