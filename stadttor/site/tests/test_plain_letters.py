"""What is no decision (a question, a receipt, "please come by") reaches whoever has no e-mail: it goes to the post."""

from collections.abc import Callable
from uuid import UUID

import pytest

from stadttor.cases import services as cases
from stadttor.cases.services import Asked
from stadttor.forms.models import Submission
from stadttor.ground.actor import CITIZEN, SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.tests.races import at_once
from stadttor.ground.work import work
from stadttor.identity import queries as identity
from stadttor.notices.letters import data
from stadttor.notices.models import Mail, PrintRun
from stadttor.notices.queries import deliveries_of, print_runs
from stadttor.notices.services import make_run, note_printed
from stadttor.records.services import open_file
from stadttor.site import delivery, letters, wiring
from stadttor.site.post_room import post_letters
from tests.isolation.world import Town, in_work

pytestmark = pytest.mark.db


@pytest.fixture
def town(authority) -> Town:
    wiring.connect()
    made = in_work(authority)
    open_file(
        authority_id=made.authority_id, case_id=UUID(made.things["case_id"]), number="1", title="Ausweis", now=now()
    )
    return made


@pytest.fixture
def by_phone(town) -> Town:
    """Her application came in by phone: nobody knows an e-mail address."""
    with work(town.authority_id):
        Submission.objects.filter(id=town.things["submission_id"]).update(email="")
    return town


def version(town: Town) -> tuple[identity.Staff, UUID, int]:
    staff, case_id = identity.staff_of(town.secrets["session"], town.authority_id, now()), UUID(town.things["case_id"])
    return staff, case_id, cases.look_at(staff=staff, case_id=case_id, now=now()).version


def asked(town: Town, before_it_is_sent: Callable[[], None] = lambda: None) -> UUID:
    staff, case_id, seen = version(town)
    items = [Asked("own", "question", "Wann sind Sie eingezogen?")]
    question_id = cases.ask_back(staff=staff, case_id=case_id, version=seen, items=items, now=now())
    before_it_is_sent()
    for _time in range(2):  # every job may run twice
        delivery.send_question(authority_id=town.authority_id, case_id=case_id, question_id=question_id)
    return question_id


def withdrawn(town: Town) -> None:
    cases.withdraw(authority_id=town.authority_id, case_id=UUID(town.things["case_id"]), actor=CITIZEN, now=now())


def taken_back(town: Town) -> None:
    staff, case_id, seen = version(town)
    cases.stop_asking(staff=staff, case_id=case_id, version=seen, now=now())


def opened_again(town: Town) -> None:
    withdrawn(town)
    staff, case_id, seen = version(town)
    cases.reopen(staff=staff, case_id=case_id, version=seen, reason="Sie will doch.", now=now())


def ended(town: Town) -> UUID:
    staff, case_id, seen = version(town)
    about = {"staff": staff, "case_id": case_id, "outcome": "closed", "free_reason": "Doppelt."}
    decision_id = cases.decide(**about, version=seen, now=now())
    delivery.send_decision_letter(authority_id=town.authority_id, case_id=case_id, decision_id=decision_id)
    return decision_id


@pytest.mark.parametrize("what", [asked, ended])
def test_a_letter_to_somebody_without_email_goes_to_the_post_and_begins_no_time(by_phone, what):
    """Report: whoever applied by phone never got a question, nor a letter that was no decision."""
    about = what(by_phone)
    [found] = deliveries_of(by_phone.authority_id, UUID(by_phone.things["case_id"]))
    assert (found.decision_id, found.channel, found.why, found.state) == (about, "post", "no_email", "waiting")
    assert (found.name, len(found.lines), len(found.documents) > 0) == ("Amira Yılmaz", 2, True)
    run_id = make_run(authority_id=by_phone.authority_id, actor=SYSTEM, now=now())
    post_letters(authority_id=by_phone.authority_id, run_id=run_id, day=german_day(now()), actor=SYSTEM)
    [found] = deliveries_of(by_phone.authority_id, UUID(by_phone.things["case_id"]))
    assert (found.state, found.event_on, found.known_on, found.remedy_until) == (
        "posted",
        german_day(now()),
        None,
        None,
    )
    assert "Brief mit der Post" in by_phone.clerk().get(f"/desk/cases/{found.case_id}").content.decode()


def test_a_question_is_not_posted_any_more_once_the_application_is_withdrawn(by_phone):
    """Found in review: she was asked about what she had taken back."""
    asked(by_phone)
    withdrawn(by_phone)
    assert states(by_phone) == ["withheld"]


@pytest.mark.parametrize("ends", [withdrawn, taken_back, opened_again])
@pytest.mark.parametrize("email", [True, False])
def test_a_question_whose_job_comes_late_is_not_sent_when_nobody_needs_the_answer(town, email, ends):
    """Report: the job ran after the withdrawal, and the question was posted all the same."""
    if not email:
        with work(town.authority_id):
            Submission.objects.filter(id=town.things["submission_id"]).update(email="")
    question_id = asked(town, lambda: ends(town))
    delivery.remind_of_question(
        authority_id=town.authority_id, case_id=UUID(town.things["case_id"]), question_id=question_id
    )
    assert states(town) == []
    with work(town.authority_id):
        assert not Mail.objects.filter(kind="question").exists()


def test_it_is_not_sent_either_when_she_withdraws_while_it_is_set(by_phone, monkeypatch):
    def slow(*given) -> bytes:
        withdrawn(by_phone)
        return b"%PDF-1.7"

    monkeypatch.setattr(delivery, "question_letter", slow)
    asked(by_phone)
    assert states(by_phone) == []


@pytest.mark.parametrize("printed", [False, True])
def test_a_withdrawal_takes_the_question_out_of_a_print_run_that_nobody_printed(by_phone, printed):
    """Report: what lay in a run went out, also where nobody had printed the run yet."""
    asked(by_phone)
    about = {"authority_id": by_phone.authority_id, "actor": SYSTEM}
    run_id = make_run(**about, now=now())
    if printed:
        note_printed(**about, run_id=run_id, now=now())
    withdrawn(by_phone)
    assert states(by_phone) == ["printed" if printed else "withheld"]
    assert len(print_runs(by_phone.authority_id)) == (1 if printed else 0), "a run without letters is taken apart"


def test_a_withdrawal_does_not_wait_for_who_enters_the_day_of_posting(by_phone):
    """She holds the run and waits for the case, which the withdrawal holds: neither would end."""
    asked(by_phone)
    run_id = make_run(authority_id=by_phone.authority_id, actor=SYSTEM, now=now())

    def withdraws() -> str:
        withdrawn(by_phone)
        return "withdrawn"

    with work(by_phone.authority_id):
        PrintRun.objects.select_for_update().get(id=run_id)
        assert at_once(withdraws) == ["withdrawn"]
    assert states(by_phone) == ["printed"], "it may be in its envelope"


def states(town: Town) -> list[str]:
    return [one.state for one in deliveries_of(town.authority_id, UUID(town.things["case_id"]))]


def test_whoever_has_an_email_address_is_told_by_mail(town):
    asked(town)
    assert deliveries_of(town.authority_id, UUID(town.things["case_id"])) == []
    with work(town.authority_id):
        assert Mail.objects.filter(kind="question").exists()


def test_the_clerk_reads_how_it_arrives_and_the_letter_asks_for_no_page(by_phone, monkeypatch):
    case, kept = f"/desk/cases/{by_phone.things['case_id']}", []
    for page in ("ask", "decide"):
        assert "nächsten Drucklauf" in by_phone.clerk().get(f"{case}/{page}").content.decode()
    monkeypatch.setattr(letters, "letter_data", lambda facts: kept.append(facts) or data.letter_data(facts))
    asked(by_phone)
    assert "Rathaus" in kept[0].body
    assert "Seite" not in kept[0].body
