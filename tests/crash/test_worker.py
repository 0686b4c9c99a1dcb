"""A real worker process: an application becomes a case with its file, even when a worker is killed in the middle."""

from functools import partial

import psycopg
import pytest

from stadttor.cases.models import Case, Event
from stadttor.cases.queries import case_of_submission
from stadttor.forms.models import Submission
from stadttor.forms.services.submitting import Application
from stadttor.ground.tests.queue import waiting
from stadttor.ground.work import work
from stadttor.payments.models import Payment
from stadttor.portal import services as portal
from stadttor.records import queries as records
from stadttor.site import delivery, matter, telling
from stadttor.site.demo import _apply
from stadttor.site.demo_cast import APPLICATIONS
from tests.crash.processes import process, until

pytestmark = pytest.mark.db


@pytest.fixture
def applied(authority, permit, now):
    """Amira Yılmaz has applied; gives the id of her application."""
    _apply(authority.id, APPLICATIONS[0], now)
    with work(authority.id):
        return Submission.objects.get().id


@pytest.fixture
def owner(database):
    with psycopg.connect(database["STADTTOR_OWNER_URL"], autocommit=True) as link:
        yield link


def filed(authority, applied):
    """The documents of her case, none while there is no case."""
    case_id = case_of_submission(authority.id, applied)
    return records.documents(authority.id, case_id) if case_id else []


def cases(authority):
    with work(authority.id):
        return Case.objects.count()


def test_an_application_becomes_a_case_with_its_document_on_file(authority, applied):
    with process("worker"):
        (document,) = until(lambda: filed(authority, applied), "the filed application")
    assert document.kind == "application"
    assert cases(authority) == 1


def test_a_worker_killed_in_the_middle_loses_nothing(authority, applied, owner):
    def doing():
        return owner.execute(
            "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND task_name = 'site.submitted'"
        ).fetchone()

    with psycopg.connect(owner.info.dsn) as holder, process("worker") as worker:
        # The job cannot finish while somebody holds the table, so the worker dies with the work half done.
        holder.execute("LOCK TABLE cases_case IN ACCESS EXCLUSIVE MODE")
        until(doing, "the job to be taken")
        worker.kill()
        worker.wait()
    assert cases(authority) == 0
    owner.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    with process("worker"):
        until(lambda: filed(authority, applied), "the filed application")
    assert cases(authority) == 1


def test_a_killed_job_whose_twin_waits_does_not_stop_the_others_from_being_taken_back(authority, applied, owner):
    """Report: one stalled job with a waiting twin under the same key stopped the return of all stalled jobs."""
    owner.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status)"
        " VALUES ('default', 'site.sweep_files', 'site.sweep_files', '{\"timestamp\": 0}', 'doing'),"
        " ('default', 'site.sweep_files', 'site.sweep_files', '{\"timestamp\": 0}', 'todo')"
    )
    owner.execute(
        "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 day' WHERE queueing_lock IS NOT NULL AND status = 'todo'"
    )
    owner.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'site.submitted'")
    with process("worker"):
        until(lambda: filed(authority, applied), "the filed application")


def test_a_payment_that_is_noted_before_the_case_exists_waits_for_it(authority, applied):
    """Report: paid before the worker had opened the case, the history never told of it."""
    with pytest.raises(matter.CaseNotYet):
        telling.note_payment(authority.id, applied, "paid")
    with process("worker"):
        until(lambda: filed(authority, applied), "the case")
    for _ in range(2):
        telling.note_payment(authority.id, applied, "paid")
    with work(authority.id):
        assert Event.objects.filter(act="payment_paid").count() == 1


def test_an_application_and_its_fee_exist_together_or_not_at_all(authority, permit, now, monkeypatch):
    application = Application(
        service=permit.slug, adoption_id=permit.adoption_id, revision_id=permit.revision_id,
        answers=APPLICATIONS[0]["answers"], fees=[{"id": "grund", "cents": 3070, "text": "Gebühr"}], language="de",
        email="", applicant="Amira Yılmaz",
    )  # fmt: skip
    apply = partial(
        portal.accept, form=permit, application=application, key="k", token="t", randomness=bytes(16), now=now
    )
    with monkeypatch.context() as broken:
        broken.setattr(portal, "request_payment", fails)
        with pytest.raises(RuntimeError):
            apply()
    with work(authority.id):
        assert (Submission.objects.count(), Payment.objects.count()) == (0, 0)
    assert waiting("site.submitted") == []
    assert apply().submission_id == apply().submission_id
    with work(authority.id):
        assert (Submission.objects.count(), Payment.objects.get().cents) == (1, 3070)


def fails(**_):
    raise RuntimeError


def test_a_proof_released_after_the_case_was_opened_is_still_filed(authority, applied):
    """Report: a proof that waited for the scanner while the case was opened never came on file."""
    with process("worker"):
        until(lambda: filed(authority, applied), "the case")
    delivery.file_late_proofs(authority.id, applied)
    with work(authority.id):
        Submission.objects.filter(id=applied).update(draft_id=applied)
    delivery.file_late_proofs(authority.id, applied)
    assert len(filed(authority, applied)) == 1
