"""A permit that costs a fee is granted when the fee is settled; a refusal may go out without it."""

import os
from datetime import timedelta

import pytest

from stadttor.cases import services as cases
from stadttor.cases.queries import case_for
from stadttor.cases.queries import status_of as status_of_case
from stadttor.cases.services.deciding import decide
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.forms.models import Submission
from stadttor.forms.rules.filled import Filled
from stadttor.forms.services.submitting import Application
from stadttor.ground.actor import CITIZEN, SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.tests.queue import do
from stadttor.ground.web.formats import day
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.notices.models import Mail
from stadttor.notices.queries import messages_for
from stadttor.notices.services import post_message
from stadttor.notices.wording import mail_text
from stadttor.payments import services as payments
from stadttor.payments.models import SimulatedOrder
from stadttor.payments.queries import payment_of
from stadttor.portal.services import accept
from stadttor.site import fees
from stadttor.site.demo_cast import APPLICATIONS
from stadttor.site.fees import let_fee_go
from stadttor.site.panels import PaymentPanel

pytestmark = pytest.mark.db


@pytest.fixture
def olsen(authority):
    return Staff(SYSTEM.id or authority.id, "Herr Olsen", "", authority.id, frozenset({"clerk", "lead"}), frozenset())


@pytest.fixture
def case(authority, permit, now):
    """Amira's application for a replacement, opened as a case: (case id, submission id)."""
    answers = APPLICATIONS[0]["answers"]
    filled = Filled(permit.form, answers, permit.parameters, german_day(now))
    fees = [{"id": line.id, "cents": line.cents, "text": "Ersatz"} for line in filled.fees(permit.fees).lines]
    accepted = accept(
        form=permit,
        application=Application(
            service=permit.slug,
            adoption_id=permit.adoption_id,
            revision_id=permit.revision_id,
            answers=filled.clean(),
            fees=fees,
            language="de",
            email="",
            applicant="Amira Yılmaz",
        ),
        key="test:amira",
        token="t" * 43,
        randomness=os.urandom(16),
        now=now,
    )
    case_id = cases.open_case(authority_id=authority.id, submission_id=accepted.submission_id, now=now)
    return case_id, accepted.submission_id


def settle(olsen, case_id, outcome, now, **reasons):
    version, until = case_for(olsen, case_id, now).version, german_day(now) + timedelta(days=365)
    return decide(staff=olsen, case_id=case_id, version=version, outcome=outcome, valid_until=until, now=now, **reasons)


def test_an_open_fee_keeps_the_permit_from_being_granted(case, olsen, now):
    with pytest.raises(Refused) as refusal:
        settle(olsen, case[0], "granted", now)
    assert refusal.value.code == "fee_open"


def test_a_waived_fee_lets_it_go(case, olsen, authority, now):
    payments.waive(authority_id=authority.id, subject_id=case[1], actor=SYSTEM, now=now)
    assert settle(olsen, case[0], "granted", now)


def refuse(olsen, case_id, at):
    """Refuse; a minute later the letter is written and the decision leaves."""
    decision_id = settle(olsen, case_id, "refused", at, free_reason="Sie wohnen nicht im Gebiet.")
    cases.deliver_decision(
        authority_id=olsen.authority_id,
        case_id=case_id,
        decision_id=decision_id,
        deliver=new_id,
        now=at + timedelta(minutes=1),
    )


def withdraw(olsen, case_id, at):
    cases.withdraw(authority_id=olsen.authority_id, case_id=case_id, actor=CITIZEN, now=at)


def received_money(authority, submission_id, at):
    """Amira paid at the payment page."""
    payments.try_to_pay(authority_id=authority.id, subject_id=submission_id, key="k1", return_to="/", now=at)
    with work(authority.id):
        SimulatedOrder.objects.filter(authority_id=authority.id, key="k1").update(state="paid")
    assert payments.settle(authority_id=authority.id, key="k1", now=at) == "paid"


def panel(olsen, case_id, at):
    """What the clerk sees of the fee."""
    return PaymentPanel().view(case_for(olsen, case_id, at).ref, olsen).context


@pytest.fixture
def amira(client, case):
    """Amira's browser and the address of her status page."""
    opened = client.get(f"/weiter/{'t' * 43}")
    return client, opened.headers["location"]


def test_a_refusal_needs_no_fee(case, olsen, authority, now):
    assert settle(olsen, case[0], "refused", now, free_reason="Sie wohnen nicht im Gebiet.")
    assert payment_of(authority.id, case[1]).state == "open"


@pytest.mark.parametrize("end", [refuse, withdraw])
def test_an_application_that_ends_without_a_permit_owes_nothing(case, olsen, authority, amira, now, end):
    browser, status = amira
    assert "Jetzt bezahlen" in browser.get(status).content.decode()
    end(olsen, case[0], now)
    assert "Jetzt bezahlen" not in browser.get(status).content.decode()
    assert browser.post(status + "/zahlen").status_code == 409
    for _ in range(2):
        do("site.let_fee_go")
    assert payment_of(authority.id, case[1]).state == "waived"


def test_an_application_in_work_owes_its_fee(case, olsen, authority, amira, now):
    settle(olsen, case[0], "refused", now, free_reason="Sie wohnen nicht im Gebiet.")
    let_fee_go(authority_id=authority.id, case_id=case[0])
    assert payment_of(authority.id, case[1]).state == "open"
    assert "Jetzt bezahlen" in amira[0].get(amira[1]).content.decode()


def close(olsen, case_id, at):
    cases.close(staff=olsen, case_id=case_id, version=case_for(olsen, case_id, at).version, now=at)


def change_fee(act, olsen, case, **more):
    fees.change_fee(act, authority_id=olsen.authority_id, case_id=case[0], subject_id=case[1], staff=olsen, **more)


def test_letter_status_page_and_desk_say_the_same_of_a_fee_paid_for_a_refusal(case, olsen, authority, amira, now):
    """Seen: the letter promised it back, the status page was checking, the desk offered to keep it and to close."""
    browser, status = amira
    received_money(authority, case[1], now)
    refuse(olsen, case[0], now)
    ref = case_for(olsen, case[0], now).ref
    (task,) = fees.fee_is_left(ref)
    assert task.title == "Erstatten Sie die Gebühr von 10,00\xa0€"
    assert "Sie bekommen die Gebühr zurück." in browser.get(status).content.decode()
    with pytest.raises(Refused, match="fee_is_left"):
        close(olsen, case[0], now)
    with pytest.raises(Refused, match="fee_promised"):
        change_fee("keep", olsen, case, reason="Wir behalten sie.")
    change_fee("refund", olsen, case, reason="Abgelehnt.")
    assert fees.fee_is_left(ref) == ()
    close(olsen, case[0], now)
    assert "Zurückgezahlt:" in browser.get(status).content.decode()


def test_a_fee_of_a_withdrawn_application_is_kept_only_with_a_reason(case, olsen, authority, amira, now):
    browser, status = amira
    received_money(authority, case[1], now)
    withdraw(olsen, case[0], now)
    with pytest.raises(Refused, match="reason_missing"):
        change_fee("keep", olsen, case, reason="")
    change_fee("keep", olsen, case, reason="Der Ausweis war schon gedruckt.")
    assert fees.fee_is_left(case_for(olsen, case[0], now).ref) == ()
    assert "Die Gebühr wird nicht erstattet." in browser.get(status).content.decode()


def test_who_pays_or_withdraws_has_it_by_mail(case, olsen, authority, now):
    with work(authority.id):
        Submission.objects.filter(id=case[1]).update(email="amira@example.org")
    received_money(authority, case[1], now)
    withdraw(olsen, case[0], now)
    change_fee("refund", olsen, case, reason="Zurückgenommen.", amount="5")
    for name in ("site.paid", "site.tell_of_withdrawal", "site.refunded"):
        for _ in range(2):
            do(name)
    with work(authority.id):
        mails = {mail.kind: mail_text(mail.kind, mail.language, mail.values) for mail in Mail.objects.all()}
    assert set(mails) == {"paid", "withdrawn", "refunded"}
    number = case_for(olsen, case[0], now).number
    assert f"Sie haben am {day(german_day(now))} 10,00 € bezahlt. Das ist Ihre Quittung." in mails["paid"].body
    assert number in mails["paid"].body
    assert number in mails["withdrawn"].subject
    assert "5,00 €" in mails["refunded"].body


def test_a_case_opened_again_is_told_and_shown_as_such(case, olsen, authority, amira, now):
    browser, status = amira
    refuse(olsen, case[0], now)
    close(olsen, case[0], now)
    version = case_for(olsen, case[0], now).version
    later = now + timedelta(days=3)
    cases.reopen(staff=olsen, case_id=case[0], version=version, reason="Neuer Mietvertrag.", now=later)
    do("site.tell_of_reopening")
    shown = browser.get(status).content.decode()
    assert "Wieder aufgenommen" in shown
    assert "Diese Entscheidung gilt, bis Sie eine neue bekommen." in shown
    assert "Wir bearbeiten Ihren Antrag wieder" in shown
    assert "Neuer Mietvertrag" not in shown
    settle(olsen, case[0], "refused", later, free_reason="Noch immer nicht.")
    assert status_of_case(authority.id, case[1]).state == "in_review"


@pytest.mark.parametrize("end", [refuse, withdraw])
def test_a_fee_paid_for_nothing_is_a_task_of_the_clerk(case, olsen, authority, amira, now, end):
    received_money(authority, case[1], now)
    assert not panel(olsen, case[0], now)["to_check"]
    end(olsen, case[0], now)
    do("site.let_fee_go")
    assert payment_of(authority.id, case[1]).state == "paid"
    shown = panel(olsen, case[0], now)
    assert shown["to_check"]
    assert shown["may_refund"]
    said = amira[0].get(amira[1]).content.decode()
    assert ("bekommen die Gebühr zurück" if end is refuse else "ob Sie die Gebühr zurückbekommen") in said
    payments.refund(authority_id=authority.id, subject_id=case[1], actor=olsen.actor(), now=now)
    assert not panel(olsen, case[0], now)["to_check"]


def test_money_that_comes_after_the_end_is_a_task_too(case, olsen, authority, now):
    withdraw(olsen, case[0], now)
    payments.try_to_pay(authority_id=authority.id, subject_id=case[1], key="k1", return_to="/", now=now)
    do("site.let_fee_go")
    with work(authority.id):
        SimulatedOrder.objects.filter(authority_id=authority.id, key="k1").update(state="paid")
    payments.settle(authority_id=authority.id, key="k1", now=now)
    assert panel(olsen, case[0], now)["to_check"]


def test_a_message_counts_as_read_once_the_status_page_has_shown_it(case, authority, amira, now):
    browser, status = amira
    post_message(
        authority_id=authority.id,
        key="decision:1",
        subject_id=case[1],
        language="de",
        title="Ihr Antrag ist entschieden",
        body="Sie finden den Brief unter Dokumente.",
        now=now,
    )
    browser.head(status)
    assert messages_for(authority.id, case[1])[0].read_at is None
    assert "Ihr Antrag ist entschieden" in browser.get(status).content.decode()
    first = messages_for(authority.id, case[1])[0].read_at
    assert first is not None
    browser.get(status)
    assert messages_for(authority.id, case[1])[0].read_at == first
