"""The verbs on the real database: each story as a clerk would tell it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from stadttor.cases import events, queries, services
from stadttor.cases.models import Case, CaseWord, Event, Question
from stadttor.cases.ports import Document
from stadttor.cases.services import Asked, Given
from stadttor.cases.services.deciding import stands_already
from stadttor.cases.tests.fakes import FakeApplications
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.actor import CITIZEN
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.tests.storing import stored
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.processes import queries as processes

pytestmark = pytest.mark.db

Open = Callable[..., UUID]
Version = Callable[[Staff, UUID], int]
ZB1 = Asked("zulassungsbescheinigung", "document", "Zulassungsbescheinigung Teil I")


def ask(who: Staff, case_id: UUID, version: Version, now: datetime) -> UUID:
    return services.ask_back(staff=who, case_id=case_id, version=version(who, case_id), items=[ZB1], now=now)


def grant(who: Staff, case_id: UUID, version: Version, now: datetime) -> UUID:
    return services.decide(staff=who, case_id=case_id, version=version(who, case_id), outcome="granted", now=now)


def sent(who: Staff, case_id: UUID, version: Version, now: datetime) -> None:
    deliver(who, case_id, grant(who, case_id, version, now), now + timedelta(minutes=1))


def deliver(who: Staff, case_id: UUID, decision_id: UUID, at: datetime, letter: Callable[[], UUID] = new_id) -> bool:
    """The letter was written: file it with `letter`, and the decision has left."""
    return services.deliver_decision(
        authority_id=who.authority_id, case_id=case_id, decision_id=decision_id, deliver=letter, now=at
    )


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_a_submission_becomes_one_case(
    authority: Authority, applications: FakeApplications, adler: Staff, heard: list[events.CaseFact], now: datetime
) -> None:
    submission = applications.submitted(number="WUG-2026-4F7K-92")
    first = services.open_case(authority_id=authority.id, submission_id=submission, now=now)
    second = services.open_case(authority_id=authority.id, submission_id=submission, now=now + timedelta(hours=1))
    assert first == second
    case = queries.case_for(adler, first, now)
    assert (case.number, case.applicant, case.state) == ("WUG-2026-4F7K-92", "Amira Yılmaz", "received")
    assert (case.due, case.colour, case.next) == (date(2026, 12, 7), "fine", "take")
    assert [type(fact) for fact in heard] == [events.CaseOpened]
    with work(authority.id):
        assert AuditEntry.objects.filter(authority_id=authority.id, act="case.opened").count() == 1


def test_words_and_process_belong_to_the_opened_case(authority: Authority, opened: Open, now: datetime) -> None:
    case_id = opened()
    assert [task.id for task in processes.open_tasks(authority.id, case_id)] == ["check"]
    with work(authority.id):
        words = set(CaseWord.objects.filter(authority_id=authority.id).values_list("word", flat=True))
        case = Case.objects.get(authority_id=authority.id, id=case_id)
    assert {"amira", "yilmaz", "bewohnerparkausweis"} <= words
    assert case.instance_id == processes.running(authority.id, case_id).id  # type: ignore[union-attr]


def test_taking_a_case_over_shows_in_its_history(
    opened: Open, adler: Staff, olsen: Staff, version: Version, now: datetime
) -> None:
    case_id = opened()
    services.take(staff=adler, case_id=case_id, version=1, now=now)
    services.take(staff=olsen, case_id=case_id, version=2, now=now + timedelta(hours=1))
    case = queries.case_for(olsen, case_id, now)
    assert (case.assignee_name, case.mine, case.state, case.next) == ("Herr Olsen", True, "in_review", "decide")
    assert [(event.act, event.actor_name) for event in case.history[:2]] == [
        ("taken", "Herr Olsen"),
        ("taken", "Frau Adler"),
    ]
    assert case.history[0].details == {"to": str(olsen.id), "from": str(adler.id)}


def test_asking_back_stops_the_clock_until_the_answer(
    authority: Authority,
    opened: Open,
    adler: Staff,
    version: Version,
    heard: list[events.CaseFact],
    now: datetime,
) -> None:
    case_id = opened()
    question_id = ask(adler, case_id, version, now)
    waiting = queries.case_for(adler, case_id, now + timedelta(days=9))
    assert (waiting.state, waiting.colour, waiting.assignee_name) == ("waiting_for_citizen", "paused", "Frau Adler")
    services.answer_question(
        authority_id=authority.id,
        case_id=case_id,
        question_id=question_id,
        answers=[
            Given("zulassungsbescheinigung", "Bitte sehr", (Document(new_id(), "zb1.pdf", "application/pdf", 9),))
        ],
        actor=CITIZEN,
        now=now + timedelta(days=9),
    )
    answered = queries.case_for(adler, case_id, now + timedelta(days=9))
    assert (answered.state, answered.due) == ("in_review", date(2026, 12, 16))
    assert answered.questions[0].answer_to("zulassungsbescheinigung")["documents"][0]["name"] == "zb1.pdf"
    assert answered.open_question is None
    assert [type(fact) for fact in heard[1:]] == [events.QuestionAsked, events.QuestionAnswered]


def test_a_question_is_answered_once_and_only_with_what_was_asked(
    authority: Authority, opened: Open, adler: Staff, version: Version, now: datetime
) -> None:
    case_id = opened()
    question_id = ask(adler, case_id, version, now)

    def answer(*answers: Given) -> None:
        services.answer_question(
            authority_id=authority.id, case_id=case_id, question_id=question_id, answers=answers, actor=CITIZEN, now=now
        )

    assert refusal(lambda: answer()) == "nothing_answered"
    assert refusal(lambda: answer(Given("zulassungsbescheinigung", "   "))) == "nothing_answered"
    assert refusal(lambda: answer(Given("something_else", "x"))) == "not_found"
    answer(Given("zulassungsbescheinigung", "Habe ich nicht."))
    assert refusal(lambda: answer(Given("zulassungsbescheinigung", "Doch."))) == "answered_already"


def test_asking_needs_something_to_ask(opened: Open, adler: Staff, now: datetime) -> None:
    case_id = opened()
    for items in ([], [Asked("q", "question", "  ")]):
        assert (
            refusal(
                lambda items=items: services.ask_back(staff=adler, case_id=case_id, version=1, items=items, now=now)
            )
            == "nothing_asked"
        )  # type: ignore[misc]
    assert (
        refusal(lambda: services.ask_back(staff=adler, case_id=case_id, version=1, items=[ZB1, ZB1], now=now))
        == "too_many_items"
    )


def test_an_open_question_is_reminded_of(
    authority: Authority, opened: Open, adler: Staff, version: Version, heard: list[events.CaseFact], now: datetime
) -> None:
    case_id = opened()
    services.remind_of_question(authority_id=authority.id, case_id=case_id, now=now)
    ask(adler, case_id, version, now)
    for _run_again_after_a_crash in range(2):
        services.remind_of_question(authority_id=authority.id, case_id=case_id, now=now + timedelta(days=15))
    assert [type(fact) for fact in heard].count(events.QuestionOverdue) == 1


def test_a_decision_leaves_the_house_after_a_minute(
    authority: Authority, opened: Open, adler: Staff, version: Version, heard: list[events.CaseFact], now: datetime
) -> None:
    case_id = opened()
    decision_id = grant(adler, case_id, version, now)
    due = now + timedelta(seconds=60)
    services.send_due_decision(authority_id=authority.id, case_id=case_id, decision_id=decision_id, now=due)
    assert [type(fact) for fact in heard].count(events.DecisionDue) == 1
    assert [deliver(adler, case_id, decision_id, due + timedelta(seconds=more)) for more in (0, 1, 3600)] == [True] * 3
    case = queries.case_for(adler, case_id, now)
    assert (case.state, case.outcome, case.next) == ("decided", "granted", "close")
    assert case.decision is not None
    assert case.decision.sent_at == due
    assert [type(fact) for fact in heard].count(events.DecisionSent) == 1
    assert refusal(lambda: services.undo(staff=adler, case_id=case_id, version=case.version, now=now)) == "sent_already"


def test_a_job_that_runs_before_the_minute_is_over_is_tried_again(
    authority: Authority, opened: Open, adler: Staff, version: Version, heard: list[events.CaseFact], now: datetime
) -> None:
    """The queue compares with the clock of the database, the job with its own: one may be behind."""
    case_id = opened()
    decision_id = grant(adler, case_id, version, now)
    early = now + timedelta(seconds=59)
    with pytest.raises(services.NotYet):
        services.send_due_decision(authority_id=authority.id, case_id=case_id, decision_id=decision_id, now=early)
    assert queries.case_for(adler, case_id, now).decision.pending  # type: ignore[union-attr]
    assert events.DecisionDue not in {type(fact) for fact in heard}


def test_without_a_letter_nothing_was_sent(
    authority: Authority, opened: Open, adler: Staff, version: Version, heard: list[events.CaseFact], now: datetime
) -> None:
    """The date of sending matters (§ 41 Abs. 2 VwVfG): it is that of a letter that is on file."""
    case_id = opened()
    decision_id = grant(adler, case_id, version, now)
    later = now + timedelta(minutes=1)
    services.send_due_decision(authority_id=authority.id, case_id=case_id, decision_id=decision_id, now=later)
    with pytest.raises(ZeroDivisionError):
        deliver(adler, case_id, decision_id, later, lambda: UUID(int=1 // 0))
    case = queries.case_for(adler, case_id, later)
    assert case.decision is not None
    assert case.decision.pending
    assert "sent" not in [event.act for event in case.history]
    assert (
        refusal(lambda: services.close(staff=adler, case_id=case_id, version=case.version, now=later)) == "not_sent_yet"
    )
    assert events.DecisionSent not in {type(fact) for fact in heard}


def test_a_letter_written_for_a_decision_taken_back_meanwhile_is_not_filed(
    opened: Open, adler: Staff, version: Version, now: datetime
) -> None:
    case_id = opened()
    decision_id = grant(adler, case_id, version, now)
    services.undo(staff=adler, case_id=case_id, version=version(adler, case_id), now=now)
    filed: list[UUID] = []

    def letter() -> UUID:
        filed.append(new_id())
        return filed[0]

    assert not deliver(adler, case_id, decision_id, now + timedelta(minutes=1), letter)
    assert filed == []


def test_within_the_minute_a_decision_can_be_taken_back_and_made_anew(
    authority: Authority, opened: Open, adler: Staff, version: Version, heard: list[events.CaseFact], now: datetime
) -> None:
    case_id = opened()
    first = grant(adler, case_id, version, now)
    services.undo(staff=adler, case_id=case_id, version=version(adler, case_id), now=now + timedelta(seconds=30))
    services.send_due_decision(
        authority_id=authority.id, case_id=case_id, decision_id=first, now=now + timedelta(minutes=2)
    )
    case = queries.case_for(adler, case_id, now)
    assert (case.state, case.outcome, case.decision) == ("in_review", "", None)
    assert events.DecisionDue not in {type(fact) for fact in heard}
    ask(adler, case_id, version, now + timedelta(minutes=3))
    assert queries.case_for(adler, case_id, now).state == "waiting_for_citizen"


def test_a_refusal_carries_its_reasons_in_words(opened: Open, adler: Staff, now: datetime) -> None:
    case_id = opened()
    services.decide(
        staff=adler,
        case_id=case_id,
        version=1,
        outcome="refused",
        reasons=["keine_hauptwohnung"],
        free_reason="  Sie wohnen in Gebiet A. ",
        conditions=[],
        now=now,
    )
    decision = queries.case_for(adler, case_id, now).decision
    assert decision is not None
    assert [reason["text"] for reason in decision.reasons] == [
        "Sie haben in der Zone keine Wohnung.",
        "Sie wohnen in Gebiet A.",
    ]


def test_four_eyes_are_two_people(
    opened: Open, adler: Staff, olsen: Staff, version: Version, heard: list[events.CaseFact], now: datetime
) -> None:
    case_id = opened(four_eyes=True)
    grant(adler, case_id, version, now)
    case = queries.case_for(adler, case_id, now)
    assert (case.state, case.outcome, case.next) == ("awaiting_second", "", None)
    assert (
        refusal(lambda: services.confirm_second(staff=adler, case_id=case_id, version=case.version, now=now))
        == "same_person"
    )
    assert queries.case_for(olsen, case_id, now).next == "confirm"
    services.confirm_second(staff=olsen, case_id=case_id, version=case.version, now=now)
    confirmed = queries.case_for(olsen, case_id, now)
    assert (confirmed.state, confirmed.outcome) == ("decided", "granted")
    assert confirmed.decision is not None
    assert (confirmed.decision.decided_by_name, confirmed.decision.confirmed_by_name) == ("Frau Adler", "Herr Olsen")
    assert [type(fact) for fact in heard].count(events.Decided) == 1


def test_four_eyes_belong_to_people_not_to_a_token(
    opened: Open, adler: Staff, system: Staff, version: Version, now: datetime
) -> None:
    """Whoever holds a token is not known: she could propose with it and confirm as herself."""
    case_id = opened(four_eyes=True)
    assert refusal(lambda: grant(system, case_id, version, now)) == "people_decide"
    assert queries.case_for(adler, case_id, now).state == "received"
    grant(adler, case_id, version, now)
    seen = version(system, case_id)
    assert (
        refusal(lambda: services.confirm_second(staff=system, case_id=case_id, version=seen, now=now))
        == "people_decide"
    )


def test_a_token_decides_without_taking_the_case(opened: Open, system: Staff, version: Version, now: datetime) -> None:
    case_id, asked = opened(), opened()
    grant(system, case_id, version, now)
    ask(system, asked, version, now)
    for one in (case_id, asked):
        assert queries.case_for(system, one, now).assignee_id is None


def test_the_second_person_sends_back_with_a_reason(
    opened: Open, adler: Staff, olsen: Staff, version: Version, now: datetime
) -> None:
    case_id = opened(four_eyes=True)
    grant(adler, case_id, version, now)
    seen = version(olsen, case_id)

    def back(reason: str) -> None:
        services.send_back(staff=olsen, case_id=case_id, version=seen, reason=reason, now=now)

    assert refusal(lambda: back(" ")) == "reason_missing"
    back("Zone prüfen")
    case = queries.case_for(adler, case_id, now)
    assert (case.state, case.notes[0].text) == ("in_review", "Zone prüfen")
    grant(adler, case_id, version, now)


def test_a_proposal_can_be_taken_back_by_its_author(
    opened: Open, adler: Staff, version: Version, now: datetime
) -> None:
    case_id = opened(four_eyes=True)
    grant(adler, case_id, version, now)
    services.undo(staff=adler, case_id=case_id, version=version(adler, case_id), now=now)
    assert queries.case_for(adler, case_id, now).state == "in_review"


def test_a_decision_is_taken_back_by_who_made_it_or_the_lead(
    opened: Open, adler: Staff, olsen: Staff, lead: Staff, version: Version, now: datetime
) -> None:
    case_id = opened()
    grant(adler, case_id, version, now)
    seen = queries.case_for(olsen, case_id, now)
    assert (seen.next, seen.may_undo) == (None, False)
    assert (
        refusal(lambda: services.undo(staff=olsen, case_id=case_id, version=seen.version, now=now))
        == "not_your_decision"
    )
    services.undo(staff=lead, case_id=case_id, version=seen.version, now=now)


def test_closing_waits_for_the_letter(
    opened: Open, adler: Staff, version: Version, heard: list[events.CaseFact], now: datetime
) -> None:
    case_id = opened()
    grant(adler, case_id, version, now)
    seen = version(adler, case_id)
    assert refusal(lambda: services.close(staff=adler, case_id=case_id, version=seen, now=now)) == "not_sent_yet"


def test_a_closed_case_can_be_opened_again(
    authority: Authority, opened: Open, adler: Staff, version: Version, now: datetime
) -> None:
    case_id = opened()
    sent(adler, case_id, version, now)
    services.close(staff=adler, case_id=case_id, version=version(adler, case_id), now=now + timedelta(hours=1))
    closed = queries.case_for(adler, case_id, now)
    assert (closed.state, closed.outcome, closed.closed_at) == ("closed", "granted", now + timedelta(hours=1))
    with pytest.raises(Refused, match="reason_missing"):
        services.reopen(staff=adler, case_id=case_id, version=closed.version, reason=" \r\n", now=now)
    services.reopen(
        staff=adler, case_id=case_id, version=closed.version, reason="Neue Unterlage.", now=now + timedelta(days=7)
    )
    assert queries.case_for(adler, case_id, now).notes[0].text == "Neue Unterlage."
    again = queries.case_for(adler, case_id, now)
    assert (again.state, again.due, again.outcome) == ("in_review", date(2026, 12, 14), "")
    sent(adler, case_id, version, now + timedelta(days=8))
    assert len(queries.case_for(adler, case_id, now).decisions) == 2


@pytest.mark.parametrize("before", ["received", "waiting", "awaiting_second"])
def test_the_applicant_may_withdraw_until_it_is_decided(
    before: str,
    authority: Authority,
    opened: Open,
    adler: Staff,
    version: Version,
    heard: list[events.CaseFact],
    now: datetime,
) -> None:
    case_id = opened(four_eyes=True)
    if before == "waiting":
        ask(adler, case_id, version, now)
    if before == "awaiting_second":
        grant(adler, case_id, version, now)
    services.withdraw(authority_id=authority.id, case_id=case_id, actor=CITIZEN, now=now)
    case = queries.case_for(adler, case_id, now)
    assert (case.state, case.outcome, case.open_question) == ("withdrawn", "withdrawn", None)
    assert processes.running(authority.id, case_id).ended  # type: ignore[union-attr]
    assert isinstance(heard[-1], events.Withdrawn)


def test_after_the_decision_withdrawing_is_too_late(
    authority: Authority, opened: Open, adler: Staff, version: Version, now: datetime
) -> None:
    case_id = opened()
    grant(adler, case_id, version, now)
    assert (
        refusal(lambda: services.withdraw(authority_id=authority.id, case_id=case_id, actor=CITIZEN, now=now))
        == "not_now"
    )


def test_whoever_looked_at_an_older_page_overwrites_nothing(
    opened: Open, adler: Staff, olsen: Staff, now: datetime
) -> None:
    case_id = opened()
    services.take(staff=adler, case_id=case_id, version=1, now=now)
    acts: list[Callable[[], object]] = [
        lambda: services.take(staff=olsen, case_id=case_id, version=1, now=now),
        lambda: services.ask_back(staff=olsen, case_id=case_id, version=1, items=[ZB1], now=now),
        lambda: services.decide(staff=olsen, case_id=case_id, version=1, outcome="granted", now=now),
        lambda: services.close(staff=olsen, case_id=case_id, version=1, now=now),
    ]
    assert {refusal(act) for act in acts} == {"changed_meanwhile"}


def test_a_decision_stands_already_for_who_made_it_in_these_words(
    opened: Open, adler: Staff, olsen: Staff, now: datetime
) -> None:
    case_id = opened()
    refused = {"outcome": "refused", "reasons": [], "free_reason": "Sie wohnen nicht hier."}
    refused |= {"conditions": [], "free_condition": ""}
    stands = partial(stands_already, case_id=case_id, now=now)
    assert not stands(staff=adler, **refused)
    services.decide(staff=adler, case_id=case_id, version=1, now=now, **refused)
    assert stands(staff=adler, **refused)
    assert not stands(staff=olsen, **refused)
    assert not stands(staff=adler, **refused | {"free_reason": "Ein anderer Grund."})
    services.undo(staff=adler, case_id=case_id, version=2, now=now)
    assert not stands(staff=adler, **refused)


def test_the_same_answer_again_is_the_answer_that_is_there(
    authority: Authority, opened: Open, adler: Staff, version: Version, heard: list[events.CaseFact], now: datetime
) -> None:
    """Report: who pressed twice was told that there is no such page; the answer had arrived."""
    case_id = opened()
    question_id = ask(adler, case_id, version, now)

    def answered(data: bytes, text: str = "") -> bool:
        kept = stored(authority.id, data, now, media_type="application/pdf")
        document = Document(kept.blob_id, "zb1.pdf", kept.media_type, kept.size)
        given = [Given("zulassungsbescheinigung", text, (document,))]
        return services.answer_question(
            authority_id=authority.id, case_id=case_id, question_id=question_id, answers=given, actor=CITIZEN, now=now
        )

    assert [answered(b"eins"), answered(b"eins")] == [True, False]
    assert [type(fact) for fact in heard].count(events.QuestionAnswered) == 1
    for data, text in ((b"zwei", ""), (b"eins", "Und noch etwas")):
        assert refusal(partial(answered, data, text)) == "answered_already"


def test_notes_do_not_overwrite_each_other(opened: Open, adler: Staff, olsen: Staff, now: datetime) -> None:
    case_id = opened()
    services.note(staff=adler, case_id=case_id, text="Ruft morgen zurück", now=now)
    services.note(staff=olsen, case_id=case_id, text="Hat angerufen", now=now + timedelta(hours=1))
    assert [note.author_name for note in queries.case_for(adler, case_id, now).notes] == ["Herr Olsen", "Frau Adler"]
    assert refusal(lambda: services.note(staff=adler, case_id=case_id, text=" ", now=now)) == "note_empty"


def test_a_refused_act_leaves_nothing_behind(
    authority: Authority, opened: Open, adler: Staff, heard: list[events.CaseFact], now: datetime
) -> None:
    case_id = opened()
    before = queries.case_for(adler, case_id, now)
    refusal(lambda: services.decide(staff=adler, case_id=case_id, version=1, outcome="refused", now=now))
    assert queries.case_for(adler, case_id, now) == before
    assert len(heard) == 1
    with work(authority.id):
        assert Event.objects.filter(authority_id=authority.id).count() == 1
        assert not Question.objects.filter(authority_id=authority.id).exists()


def test_colleagues_see_who_looks(opened: Open, adler: Staff, olsen: Staff, now: datetime) -> None:
    case_id = opened()
    services.look_at(staff=adler, case_id=case_id, now=now)
    services.look_at(staff=adler, case_id=case_id, now=now + timedelta(seconds=20))
    assert queries.colleagues_at(olsen, case_id, now + timedelta(seconds=60)) == ["Frau Adler"]
    assert queries.colleagues_at(adler, case_id, now + timedelta(seconds=60)) == []
    assert queries.colleagues_at(olsen, case_id, now + timedelta(seconds=120)) == []


def test_the_applicant_sees_no_decision_before_it_left_the_house(
    authority: Authority, opened: Open, adler: Staff, version: Version, now: datetime
) -> None:
    case_id = opened()
    submission = queries.case_for(adler, case_id, now).ref.submission_id
    assert submission is not None
    decision_id = grant(adler, case_id, version, now)
    status = queries.status_of(authority.id, submission)
    assert status is not None
    assert (status.state, status.outcome, [event.act for event in status.events]) == ("in_review", "", ["opened"])
    letter = new_id()
    deliver(adler, case_id, decision_id, now + timedelta(minutes=1), lambda: letter)
    status = queries.status_of(authority.id, submission)
    assert status is not None
    assert (status.state, status.outcome, status.letter_document_id) == ("decided", "granted", letter)
    assert [event.act for event in status.events] == ["opened", "sent"]


def test_the_applicant_sees_the_open_question(
    authority: Authority, opened: Open, adler: Staff, version: Version, now: datetime
) -> None:
    case_id = opened()
    ask(adler, case_id, version, now)
    status = queries.status_of(authority.id, queries.case_for(adler, case_id, now).ref.submission_id)  # type: ignore[arg-type]
    assert status is not None
    assert status.open_question is not None
    assert status.open_question.items[0]["text"] == "Zulassungsbescheinigung Teil I"
    assert status.may_withdraw


@pytest.mark.parametrize(
    ("asked", "land", "until"),
    [
        (date(2026, 12, 11), "BY", date(2026, 12, 28)),  # Christmas Day, a Friday
        (date(2027, 7, 31), "BY", date(2027, 8, 16)),  # a Saturday, then a Sunday
        (date(2028, 8, 1), "BY", date(2028, 8, 15)),
        (date(2028, 8, 1), "BY+assumption", date(2028, 8, 16)),
    ],
)
def test_nobody_must_answer_on_a_day_off(  # § 31 Abs. 3 VwVfG, § 193 BGB
    authority: Authority, opened: Open, adler: Staff, version: Version, asked: date, land: str, until: date
) -> None:
    at = datetime(asked.year, asked.month, asked.day, 9, tzinfo=UTC)
    case_id = opened()
    with work(authority.id):
        Case.objects.filter(authority_id=authority.id, id=case_id).update(land=land)
    ask(adler, case_id, version, at)
    question = queries.case_for(adler, case_id, at).open_question
    assert question is not None
    assert question.until == until
