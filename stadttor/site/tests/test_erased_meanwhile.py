"""A case is deleted while a job of it runs: nothing of it is written anew, and the job is done."""

from uuid import UUID

import pytest

from stadttor.cases import jobs as case_jobs
from stadttor.cases.models import Case, Event, Question
from stadttor.cases.queries import ended_case
from stadttor.core.ids import new_id
from stadttor.forms.models import Submission
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.models import Blob
from stadttor.ground.tests.queue import do
from stadttor.ground.work import work
from stadttor.notices.models import Mail, Message
from stadttor.payments.queries import strays
from stadttor.payments.services import settle
from stadttor.payments.simulator import choose
from stadttor.privacy.services.erasing import Why, erase_all
from stadttor.records.models import Document, File
from stadttor.site import delivery, sheets, telling, wiring
from tests.isolation.world import made

pytestmark = pytest.mark.db
TABLES = (Case, Event, Submission, File, Document, Blob, Mail, Message)
JOBS = {
    "file_application": delivery.file_application,
    "send_question": delivery.send_question,
    "remind_of_question": delivery.remind_of_question,
    "file_answer": delivery.file_answer,
    "tell_of_withdrawal": telling.tell_of_withdrawal,
    "tell_of_reopening": telling.tell_of_reopening,
}
KEYS = {"tell_of_withdrawal": "withdrawal_key", "tell_of_reopening": "reopening_key"}


@pytest.fixture
def town(authority):
    """A town whose case has a file, a question and an answer with a document."""
    wiring.connect()
    return made(authority)


def case_of(town):
    return UUID(town.things["case_id"])


def erase(town):
    """Delete the case as a lead does it on request; gives what is left of the town's rows."""
    with work(town.authority_id):
        Case.objects.filter(id=case_of(town)).update(active=False, state="withdrawn", closed_at=now())
        end = ended_case(town.authority_id, case_of(town), lock=True)
        erase_all(town.authority_id, end, Why("unlawful", "", SYSTEM, now()))
    return left(town)


def left(town):
    with work(town.authority_id):
        return {model.__name__: model.objects.count() for model in TABLES}


def erased_after(monkeypatch, town, module, name):
    """The case goes as soon as the job has read this, or has set it in print; gives the list of what was left then."""
    real, seen = getattr(module, name), []

    def then_erased(*arguments, **named):
        given = real(*arguments, **named)
        if not seen:
            seen.append(erase(town))
        return given

    monkeypatch.setattr(module, name, then_erased)
    return seen


def arguments(town, name):
    given = {"authority_id": town.authority_id, "case_id": case_of(town)}
    if "question" in name or "answer" in name:
        given["question_id"] = UUID(town.things["question_id"])
    return given | ({KEYS[name]: "once more"} if name in KEYS else {})


@pytest.mark.parametrize("name", ["file_application", "send_question", "file_answer", "tell_of_reopening"])
def test_a_job_writes_nothing_about_a_case_that_goes_while_it_runs(town, monkeypatch, name):
    seen = erased_after(monkeypatch, town, telling if name in KEYS else delivery, "matter_of")
    JOBS[name](**arguments(town, name))
    assert seen == [left(town)]


def test_a_receipt_is_not_promised_when_the_case_went_after_filing(town, monkeypatch):
    seen = erased_after(monkeypatch, town, delivery, "_open_fee")
    delivery.file_application(**arguments(town, "file_application"))
    assert seen == [left(town)]


def test_sheets_of_a_case_that_goes_while_they_are_set_are_not_filed(town, monkeypatch):
    seen = erased_after(monkeypatch, town, sheets, "_set")
    sheets.file_sheets(**arguments(town, "sheets"))
    assert seen == [left(town)]


def test_jobs_of_a_case_are_done_when_it_is_gone_and_tried_again_while_it_is_there(town):
    with pytest.raises(Question.DoesNotExist):
        delivery.send_question(**arguments(town, "question") | {"question_id": new_id()})
    about, submission_id = arguments(town, "decision"), UUID(town.things["submission_id"])
    after = erase(town)
    for name, job in JOBS.items():
        job(**arguments(town, name))
    delivery.send_decision_letter(**about, decision_id=new_id())
    case_jobs.send_decision(**about, decision_id=new_id())
    case_jobs.remind(**about)
    telling.note_payment(town.authority_id, submission_id, "paid")
    telling.send_receipt_of_payment(town.authority_id, submission_id)
    telling.tell_of_refund(town.authority_id, submission_id, new_id())
    assert left(town) == after


def paid_afterwards(town):
    """The payment service says that the fee came in; gives what an organiser sees of it."""
    settle(authority_id=town.authority_id, key=town.things["key"], now=now())
    do("site.paid")
    return [(one.reference, one.cents) for one in strays(town.authority_id) if one.reference != "alt"]


def test_money_that_comes_when_its_application_is_gone_is_shown_to_an_organiser(town):
    choose(authority_id=town.authority_id, key=town.things["key"], paid=True)
    erase(town)
    assert paid_afterwards(town) == [(town.things["number"], 1000)]


def test_money_that_came_for_nothing_is_shown_when_its_case_goes(town):
    choose(authority_id=town.authority_id, key=town.things["key"], paid=True)
    settle(authority_id=town.authority_id, key=town.things["key"], now=now())
    erase(town)
    assert [one.reference for one in strays(town.authority_id)] == ["alt", town.things["number"]]


def test_money_that_comes_for_a_case_that_is_there_is_its_clerks(town):
    choose(authority_id=town.authority_id, key=town.things["key"], paid=True)
    assert paid_afterwards(town) == []
