"""The fee of a case at the counter: taken, printed, undone by a colleague, once however often a button is pressed."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from stadttor.cases.models import Case, Event, Note
from stadttor.cases.queries.detail import reference_of
from stadttor.core.ids import new_id
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import Authority
from stadttor.ground.work import work
from stadttor.identity import services as accounts
from stadttor.identity.queries import STAFF_COOKIE, Staff
from stadttor.payments.queries import payment_of
from stadttor.payments.queries.finance import receipts_of
from stadttor.payments.services import request_payment
from stadttor.payments.services.finance import Books, set_rules
from stadttor.site.panels import PaymentPanel

pytestmark = pytest.mark.db
SUBJECT = UUID(int=5)
KEY = re.compile(r'name="key" value="(\w+)"')


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


@pytest.fixture
def desk(authority: Authority) -> Callable[..., Client]:
    """`desk("olsen")` is his browser."""

    def signed_in(name: str, *roles: str) -> Client:
        account = {"email": f"{name}@weissenburg.example", "password": "stadttor-demo"}
        given = list(roles) or ["clerk", "lead"]
        accounts.create_member(
            authority_id=authority.id, name=name, roles=given, unit_ids=[], actor=SYSTEM, now=clock.now(), **account
        )  # fmt: skip
        browser = Client(headers={"host": "weissenburg.localhost", "accept-language": "de"})
        browser.cookies[STAFF_COOKIE] = accounts.sign_in(
            authority_id=authority.id, address="::1", now=clock.now(), **account
        )
        return browser

    return signed_in


@pytest.fixture
def books(authority: Authority, now: datetime) -> None:
    rules = Books("577", 6, "mod97", "Q-", {"*/": "4311.01"})
    set_rules(authority_id=authority.id, valid_from=date(2026, 1, 1), books=rules, actor=SYSTEM, now=now)


def key_of(browser: Client, page: str) -> str:
    found = KEY.search(browser.get(page).content.decode())
    assert found is not None
    return found[1]


def history(case: Case) -> list[tuple[str, str, int, str]]:
    with work(case.authority_id):
        lines = Event.objects.filter(authority_id=case.authority_id, case_id=case.id).order_by("at", "id")
        return [(one.act, one.actor_name, one.details.get("cents", 0), one.details.get("receipt", "")) for one in lines]


def test_taken_and_undone_with_one_click_or_two(case: Case, desk: Callable[..., Client], books: None) -> None:
    olsen, page = desk("olsen"), f"/desk/finance/cases/{case.id}/take"
    posted = {"key": key_of(olsen, page), "seen": "3070", "method": "cash"}
    answers = [olsen.post(page, posted), olsen.post(page, posted)]
    assert {one["location"].partition("?")[2] for one in answers} == {"done=fee_taken"}
    payment = payment_of(case.authority_id, SUBJECT)
    assert payment is not None
    (receipt,) = receipts_of(case.authority_id, payment.id)
    undo = f"/desk/finance/cases/{case.id}/receipts/{receipt.id}/undo"
    again = {"key": key_of(olsen, undo), "mistake": "method", "text": "Es war die Karte."}
    assert [olsen.post(undo, again).status_code for _ in range(2)] == [302, 302]
    assert history(case) == [
        ("fee_taken", "olsen", 3070, "Q-2026-000001"),
        ("fee_undone", "olsen", 3070, "Q-2026-000002"),
        ("noted", "olsen", 0, ""),
    ]
    with work(case.authority_id):
        assert (
            Note.objects.get(authority_id=case.authority_id).text == "Anders bezahlt als eingetragen: Es war die Karte."
        )
    clerk = Staff(
        UUID(int=1), "Olsen", "olsen@weissenburg.example", case.authority_id, frozenset({"clerk"}), frozenset()
    )
    view = PaymentPanel().view(reference_of(case), clerk)
    assert view is not None
    receipts: Any = view.context["receipts"]
    assert [(one["row"].number, one["row"].undoes, one["row"].undone, one["may_undo"]) for one in receipts] == [
        ("Q-2026-000001", "", True, False),
        ("Q-2026-000002", "Q-2026-000001", False, False),
    ]


def test_what_is_missing_is_said_at_its_field(case: Case, desk: Callable[..., Client], books: None) -> None:
    olsen, page = desk("olsen"), f"/desk/finance/cases/{case.id}/take"
    answer = olsen.post(page, {"key": key_of(olsen, page), "seen": "3070"})
    assert answer.status_code == 422
    assert "Bitte wählen Sie, wie bezahlt wird." in answer.content.decode()
    assert history(case) == []


def test_without_rules_it_is_said_who_must_do_something(case: Case, desk: Callable[..., Client]) -> None:
    shown = desk("olsen").get(f"/desk/finance/cases/{case.id}/take").content.decode()
    assert "Buchung und Konten" in shown
    assert 'name="method"' not in shown


def test_an_organiser_sets_the_books_and_reads_what_is_wrong(desk: Callable[..., Client]) -> None:
    kern, page = desk("kern", "organiser"), "/desk/finance/books"
    typed = {
        "valid_from.day": "1", "valid_from.month": "1", "valid_from.year": "2031", "prefix": "577", "digits": "6",
        "check": "mod97", "receipt_prefix": "q-", "accounts": "4311.01", "holder": "Stadtkasse", "days": "3", "close_days": "2",
        "iban": "DE02 1203 0000 0000 2020 52", "bic": "",
    }  # fmt: skip
    wrong = kern.post(page, typed)
    assert (wrong.status_code, "Diese IBAN stimmt nicht" in wrong.content.decode()) == (422, True)
    right = kern.post(page, typed | {"iban": "DE02 1203 0000 0000 2020 51"})
    assert right.status_code == 302
    assert "4311.01" in kern.get(page).content.decode()


def test_another_town_reads_no_receipt(case: Case, desk: Callable[..., Client], books: None) -> None:
    olsen, page = desk("olsen"), f"/desk/finance/cases/{case.id}/take"
    olsen.post(page, {"key": key_of(olsen, page), "seen": "3070", "method": "cash"})
    wrong = f"/desk/finance/cases/{case.id}/receipts/{new_id()}.pdf"
    assert olsen.post(wrong).status_code == 404
