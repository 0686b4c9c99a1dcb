"""A fee on the way through its case: warned of before the decision, waived, asked for anew when the case goes on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from stadttor.cases.models import Case, Event, Note
from stadttor.cases.queries.detail import reference_of
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import Authority
from stadttor.ground.tests.queue import do, waiting
from stadttor.ground.work import work
from stadttor.identity import services as accounts
from stadttor.identity.queries import STAFF_COOKIE, Staff
from stadttor.payments import services as payments
from stadttor.payments.models import SimulatedOrder
from stadttor.payments.queries import payment_of
from stadttor.payments.services import request_payment
from stadttor.site import fees
from stadttor.site.panels import payment_marks

pytestmark = pytest.mark.db
SUBJECT = UUID(int=5)


@pytest.fixture
def case(authority: Authority, now: datetime) -> Case:
    """A case in review whose application owes 30,70 €."""
    with work(authority.id):
        case = Case.objects.create(
            authority_id=authority.id,
            number="WUG-2026-4F7K-92",
            submission_id=SUBJECT,
            adoption_id=new_id(),
            service="bewohnerparkausweis",
            title="Bewohnerparkausweis",
            applicant="Amira Yılmaz",
            applicant_key="yilmaz",
            state="in_review",
            received=now,
        )
        request_payment(authority_id=authority.id, subject_id=SUBJECT, reference="x", items=[], cents=3070, now=now)
    return case


def changed(act: str, case: Case, reason: str = "Härtefall.", amount: str = "") -> str:
    roles = frozenset({"clerk", "lead"})
    clerk = Staff(UUID(int=1), "Frau Adler", "adler@weissenburg.example", case.authority_id, roles, frozenset())
    mine = {"authority_id": case.authority_id, "case_id": case.id, "subject_id": SUBJECT, "staff": clerk}
    fees.change_fee(act, **mine, reason=reason, amount=amount)  # type: ignore[arg-type]  # passed on as they are
    payment = payment_of(case.authority_id, SUBJECT)
    assert payment is not None
    return payment.state


def test_a_list_says_of_each_case_whether_its_fee_came_in(case: Case) -> None:
    """Report: paid and unpaid cases looked alike in the work list."""
    kinds = [payment_marks(case.authority_id, [SUBJECT, UUID(int=9)])]
    pay(case)
    kinds.append(payment_marks(case.authority_id, [SUBJECT]))
    assert [{one: mark["kind"] for one, mark in marks.items()} for marks in kinds] == [
        {SUBJECT: "warning"},
        {SUBJECT: "success"},
    ]


def test_an_open_fee_is_warned_of_until_it_is_settled(case: Case) -> None:
    (caution,) = fees.fee_is_open(reference_of(case))
    assert "30,70" in caution.title
    assert caution.href.endswith("#fee")
    assert changed("waive", case) == "waived"
    assert fees.fee_is_open(reference_of(case)) == ()


def test_a_waived_fee_is_asked_for_anew_only_when_its_case_was_opened_again(case: Case) -> None:
    changed("waive", case)
    payment = payment_of(case.authority_id, SUBJECT)
    assert payment is not None
    assert payment.settled is not None
    assert not fees.was_opened_again(reference_of(case), payment)
    with work(case.authority_id):
        Event.objects.create(
            authority_id=case.authority_id,
            case_id=case.id,
            at=payment.settled + timedelta(days=1),
            act="reopened",
            actor_kind="staff",
            public=True,
        )
    assert fees.was_opened_again(reference_of(case), payment)
    assert changed("ask", case) == "open"
    assert len(waiting("site.tell_of_fee")) == 1
    with work(case.authority_id):
        noted = Event.objects.filter(authority_id=case.authority_id, case_id=case.id, actor_name="Frau Adler")
        assert set(noted.values_list("act", flat=True)) == {"payment_waived", "noted", "payment_asked_anew"}


def pay(case: Case, key: str = "k1") -> None:
    """The fee comes in."""
    at = case.received
    payments.try_to_pay(authority_id=case.authority_id, subject_id=SUBJECT, key=key, return_to="/", now=at)
    with work(case.authority_id):
        SimulatedOrder.objects.filter(authority_id=case.authority_id, key=key).update(state="paid")
    assert payments.settle(authority_id=case.authority_id, key=key, now=at) == "paid"


def history(case: Case) -> list[tuple[str, str, int]]:
    with work(case.authority_id):
        lines = Event.objects.filter(authority_id=case.authority_id, case_id=case.id).order_by("at", "id")
        return [(line.act, line.actor_name, line.details.get("cents", 0)) for line in lines]


def notes(case: Case) -> list[str]:
    with work(case.authority_id):
        mine = Note.objects.filter(authority_id=case.authority_id, case_id=case.id)
        return list(mine.order_by("at").values_list("text", flat=True))


def test_who_pays_back_says_why_and_is_named_in_the_history(case: Case) -> None:
    pay(case)
    with pytest.raises(Refused, match="reason_missing"):
        changed("refund", case, reason=" ")
    assert changed("refund", case, reason="Nur für fünf Monate.", amount="15,35") == "paid"
    assert changed("refund", case, reason="Doch alles.") == "refunded"
    assert [line for line in history(case) if line[0] != "noted"] == [("payment_refunded", "Frau Adler", 1535)] * 2
    assert notes(case) == [
        "Gebühr erstattet (15,35\xa0€): Nur für fünf Monate.",
        "Gebühr erstattet (15,35\xa0€): Doch alles.",
    ]


@pytest.mark.parametrize("amount", ["0", "30,71", "-1", "viel", "1,234", "1.000,00"])
def test_no_more_goes_back_than_was_paid(case: Case, amount: str) -> None:
    pay(case)
    with pytest.raises(Refused, match="refund_amount"):
        changed("refund", case, amount=amount)
    assert notes(case) == []


@pytest.fixture
def desk(authority: Authority, case: Case, now: datetime) -> Callable[[str], Client]:
    """The browser of a lead of this name."""

    def signed_in(name: str) -> Client:
        account = {"email": f"{name}@weissenburg.example", "password": "ein langes Kennwort"}
        accounts.create_member(
            authority_id=authority.id, name=name, roles=["clerk", "lead"], unit_ids=[], actor=SYSTEM, now=clock.now(), **account
        )  # fmt: skip
        browser = Client(headers={"host": "weissenburg.localhost", "accept-language": "de"})
        browser.cookies[STAFF_COOKIE] = accounts.sign_in(
            authority_id=authority.id, address="::1", now=clock.now(), **account
        )
        return browser

    return signed_in


def test_a_part_is_paid_back_once_however_often_the_button_is_pressed(
    case: Case, desk: Callable[[str], Client]
) -> None:
    """Seen: a second press paid the same part back again."""
    pay(case)
    adler, olsen, page = desk("adler"), desk("olsen"), f"/desk/cases/{case.id}/fee/refund"
    assert 'name="left" value="3070"' in adler.get(page).content.decode()
    form = {"left": "3070", "amount": "15,35", "reason": "Nur für fünf Monate."}
    told = [adler.post(page, form) for _ in range(2)]
    assert [one.status_code for one in told] == [302, 302]
    assert told[0]["Location"] == told[1]["Location"]
    late = [olsen.post(page, form), adler.post(page, form | {"amount": "10"}), adler.post(page, form | {"left": "x"})]
    assert [one.status_code for one in late] == [409] * 3
    assert all('name="left" value="1535"' in one.content.decode() for one in late)
    payment = payment_of(case.authority_id, SUBJECT)
    assert payment is not None
    assert payment.left_cents == 1535
    assert [line for line in history(case) if line[0] != "noted"] == [("payment_refunded", "adler", 1535)]
    assert len(notes(case)) == 1
    for _ in range(2):
        assert adler.post(page, form | {"left": "1535"}).status_code == 302
    assert len(waiting("payments.pay_back")) == 2


def test_what_went_back_is_asked_for_anew_or_waived_before_anything_is_granted(case: Case) -> None:
    """Seen: refused, refunded, opened again and granted, with a letter that named a fee nobody owed."""
    pay(case)
    changed("refund", case)
    with pytest.raises(Refused, match="fee_went_back"):
        fees.fee_must_be_settled(reference_of(case), "granted")
    fees.fee_must_be_settled(reference_of(case), "refused")
    (caution,) = fees.fee_went_back(reference_of(case))
    assert "30,70" in caution.title
    do("payments.pay_back")
    assert changed("ask", case) == "open"
    with pytest.raises(Refused, match="fee_open"):
        fees.fee_must_be_settled(reference_of(case), "granted")
    pay(case, "k2")
    fees.fee_must_be_settled(reference_of(case), "granted")


def test_a_warning_before_the_decision_is_gone_with_the_decision(case: Case) -> None:
    with work(case.authority_id):
        Case.objects.filter(id=case.id).update(state="decided", outcome="refused")
    assert fees.fee_is_open(reference_of(case)) == ()
