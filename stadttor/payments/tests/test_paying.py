"""A fee and what comes of it: once, late, twice, out of order."""

from collections import Counter
from datetime import timedelta
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError

from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry
from stadttor.ground.tests.queue import do, waiting
from stadttor.ground.tests.races import at_once
from stadttor.ground.work import work
from stadttor.payments import jobs, queries, services
from stadttor.payments.models import Attempt, Payment
from stadttor.payments.rules import ASK_AFTER, ATTEMPT_LASTS, left_over

pytestmark = pytest.mark.db


def state(authority, subject_id):
    return queries.payment_of(authority.id, subject_id).state


def attempt(authority, key="versuch"):
    with work(authority.id):
        return Attempt.objects.get(authority_id=authority.id, provider_key=key)


def test_what_is_owed_is_requested_once(authority, owed, subject_id, now):
    again = services.request_payment(
        authority_id=authority.id, subject_id=subject_id, reference="other", items=[], cents=1, now=now
    )
    row = queries.payment_of(authority.id, subject_id)
    assert (again, row.cents, row.state) == (owed, 3070, "open")


def test_nothing_owed_is_no_payment(authority, subject_id, now, pay):
    assert queries.payment_of(authority.id, subject_id) is None
    with pytest.raises(Refused, match="not_found"):
        pay()
    with pytest.raises(IntegrityError):
        services.request_payment(
            authority_id=authority.id, subject_id=subject_id, reference="x", items=[], cents=0, now=now
        )


def test_paid_is_paid_once_however_often_we_are_told(authority, bank, owed, subject_id, pay, settle):
    assert pay() == "https://bank.example/versuch"
    bank.books["versuch"] = "paid"
    assert [settle() for _ in range(3)] == ["paid", "paid", "paid"]
    assert len(waiting("site.paid")) == 1
    with work(authority.id):
        assert AuditEntry.objects.filter(act="payment.paid").count() == 1


def test_while_the_payment_service_is_away_the_fee_stays_open_and_can_be_paid_later(
    authority, bank, owed, subject_id, pay, settle
):
    """Report: a payment service that did not answer was an error of ours (500)."""
    bank.away = True
    with pytest.raises(Refused, match="payment_away"):
        pay("erster")
    assert state(authority, subject_id) == "open"
    bank.away = False
    pay()
    bank.books["versuch"] = "paid"
    assert settle() == "paid"


def test_an_open_attempt_changes_nothing(authority, bank, owed, subject_id, pay, settle):
    pay()
    assert settle() == "open"
    assert attempt(authority).state == "started"


def test_failed_then_paid_by_a_second_attempt(authority, bank, owed, subject_id, pay, settle):
    pay("erster")
    bank.books["erster"] = "failed"
    assert settle("erster") == "open"
    pay("zweiter")
    bank.books["zweiter"] = "paid"
    assert settle("zweiter") == "paid"


@pytest.mark.parametrize("first", ["failed", "expired"])
def test_a_success_after_another_end_counts_and_can_be_paid_back(
    authority, bank, owed, subject_id, pay, settle, now, first
):
    """Money that came in by an attempt we had given up would never have gone back."""
    pay()
    bank.books["versuch"] = "failed" if first == "failed" else "open"
    settle(at=now + ATTEMPT_LASTS + timedelta(seconds=1))
    assert attempt(authority).state == first
    bank.books["versuch"] = "paid"
    assert settle() == "paid"
    services.refund(authority_id=authority.id, subject_id=subject_id, actor=SYSTEM, now=now)
    do("payments.pay_back")
    assert bank.returned == {"versuch": 3070}


def test_late_and_out_of_order_a_failure_does_not_undo_a_success(authority, bank, owed, subject_id, pay, settle):
    pay()
    bank.books["versuch"] = "paid"
    settle()
    bank.books["versuch"] = "failed"
    assert settle() == "paid"
    assert attempt(authority).state == "paid"


def test_paid_after_it_was_waived_counts(authority, bank, owed, subject_id, pay, settle, now):
    pay()
    services.waive(authority_id=authority.id, subject_id=subject_id, actor=SYSTEM, now=now)
    bank.books["versuch"] = "paid"
    assert settle() == "paid"


@pytest.mark.parametrize("end", ["waived", "paid", "refunded"])
def test_nobody_is_led_to_pay_what_is_not_open(authority, bank, owed, subject_id, pay, settle, now, end):
    if end == "waived":
        services.waive(authority_id=authority.id, subject_id=subject_id, actor=SYSTEM, now=now)
    else:
        pay()
        bank.books["versuch"] = "paid"
        settle()
    if end == "refunded":
        services.refund(authority_id=authority.id, subject_id=subject_id, actor=SYSTEM, now=now)
    with pytest.raises(Refused, match="payment_state"):
        pay("noch einmal")


def test_paid_in_two_windows_the_second_money_goes_back(authority, bank, owed, subject_id, pay, settle):
    for key in ("fenster-1", "fenster-2"):
        pay(key)
        bank.books[key] = "paid"
    for key in ("fenster-1", "fenster-2", "fenster-2"):
        assert settle(key) == "paid"
    do("payments.pay_back")
    assert bank.returned == {"fenster-2": 3070}
    assert attempt(authority, "fenster-2").state == "returned"
    assert settle("fenster-2") == "paid"
    assert len(waiting("payments.pay_back")) == 1


def test_a_fee_is_paid_back_once(authority, bank, owed, subject_id, pay, settle, now):
    pay()
    bank.books["versuch"] = "paid"
    settle()
    services.refund(authority_id=authority.id, subject_id=subject_id, actor=SYSTEM, now=now)
    with pytest.raises(Refused, match="payment_state"):
        services.refund(authority_id=authority.id, subject_id=subject_id, actor=SYSTEM, now=now)
    assert len(waiting("payments.pay_back")) == 1
    for _ in range(2):
        do("payments.pay_back")
    assert bank.returned == {"versuch": 3070}
    assert settle() == "refunded"


def test_what_comes_in_after_a_refund_and_a_waiver_can_go_back_too(authority, bank, owed, subject_id, pay, settle, now):
    """Found by the fuzz row: what had gone back before was counted against the new money."""
    act = {"authority_id": authority.id, "subject_id": subject_id, "actor": SYSTEM, "now": now}
    pay("eins"), pay("zwei")
    bank.books |= {"eins": "paid", "zwei": "paid"}
    settle("eins")
    services.refund(**act)
    do("payments.pay_back")
    services.waive(**act)
    assert settle("zwei") == "paid"
    assert services.refund(**act) == 3070
    assert state(authority, subject_id) == "refunded"


@pytest.mark.parametrize("verb", [services.waive, services.refund])
def test_what_was_never_paid_or_owed_cannot_be_changed(authority, subject_id, now, verb):
    with pytest.raises(Refused, match="not_found"):
        verb(authority_id=authority.id, subject_id=subject_id, actor=SYSTEM, now=now)


def test_an_open_fee_cannot_be_paid_back_and_a_paid_one_not_waived(authority, bank, owed, subject_id, pay, settle, now):
    with pytest.raises(Refused, match="payment_state"):
        services.refund(authority_id=authority.id, subject_id=subject_id, actor=SYSTEM, now=now)
    pay()
    bank.books["versuch"] = "paid"
    settle()
    with pytest.raises(Refused, match="payment_state"):
        services.waive(authority_id=authority.id, subject_id=subject_id, actor=SYSTEM, now=now)


def test_a_key_of_another_payment_is_not_taken_over(authority, bank, owed, pay, now):
    pay()
    other = uuid4()
    services.request_payment(authority_id=authority.id, subject_id=other, reference="y", items=[], cents=5, now=now)
    with pytest.raises(Refused, match="not_found"):
        services.try_to_pay(authority_id=authority.id, subject_id=other, key="versuch", return_to="/", now=now)


def test_the_neighbour_finds_neither_payment_nor_attempt(authority, neighbour, bank, owed, subject_id, pay, now):
    pay()
    assert queries.payment_of(neighbour.id, subject_id) is None
    with pytest.raises(Refused, match="not_found"):
        services.settle(authority_id=neighbour.id, key="versuch", now=now)


def test_attempts_nobody_told_the_end_of_are_asked_for_and_end(authority, bank, owed, subject_id, pay, now):
    """Report: open attempts stayed open for ever, and a provider that was never reached made the question fail."""
    pay(at=now - timedelta(days=400))
    bank.books.clear()
    for key in queries.open_attempts(authority.id, now):
        jobs.ask(authority_id=authority.id, provider_key=key)
    assert attempt(authority).state == "expired"
    assert queries.open_attempts(authority.id, now) == []


def test_a_fresh_attempt_is_left_alone_for_ten_minutes(authority, bank, owed, pay, now):
    pay()
    assert queries.open_attempts(authority.id, now + ASK_AFTER - timedelta(seconds=1) - ASK_AFTER) == []
    assert queries.open_attempts(authority.id, now + timedelta(seconds=1)) == ["versuch"]


def test_ten_settles_at_once_are_one_payment(authority, bank, owed, subject_id, pay, settle):
    pay()
    bank.books["versuch"] = "paid"
    assert at_once(*[settle] * 10) == ["paid"] * 10
    assert len(waiting("site.paid")) == 1


def test_without_the_lock_two_settles_are_two_payments(authority, bank, owed, pay, settle, monkeypatch):
    both_have_read = Barrier(2)
    receive = services._receive

    def after_both_have_read(*args):
        both_have_read.wait(timeout=10)
        receive(*args)

    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda self, *_, **__: self.all())
    monkeypatch.setattr(services, "_end", lambda *_: None)
    monkeypatch.setattr(services, "_receive", after_both_have_read)
    pay()
    bank.books["versuch"] = "paid"
    assert at_once(settle, settle) == ["paid", "paid"]
    assert len(waiting("site.paid")) == 2


def test_one_request_of_many_at_once_is_one_payment(authority, subject_id, now):
    ask = partial(
        services.request_payment,
        authority_id=authority.id,
        subject_id=subject_id,
        reference="x",
        items=[],
        cents=5,
        now=now,
    )
    assert len(set(at_once(*[ask] * 8))) == 1
    with work(authority.id):
        assert Payment.objects.count() == 1


def test_the_way_of_the_money_stands_in_the_audit(authority, bank, owed, subject_id, pay, settle, now):
    for key in ("eins", "zwei"):
        pay(key)
        pay(key)
    bank.books |= {"eins": "failed", "zwei": "paid"}
    settle("eins")
    settle("zwei")
    services.refund(authority_id=authority.id, subject_id=subject_id, actor=SYSTEM, now=now)
    for _ in range(2):
        jobs.pay_back(authority_id=authority.id, attempt_id=attempt(authority, "zwei").id)
    ids = {str(attempt(authority, key).id): key for key in ("eins", "zwei")}
    with work(authority.id):
        entries = AuditEntry.objects.filter(authority_id=authority.id, subject_id=owed).order_by("id")
        found = [(one.act.removeprefix("payment."), ids.get(one.details.get("attempt_id"))) for one in entries]
    # Entries of the same millisecond have no order of their own before they are sealed.
    assert Counter(found) == Counter(
        [
            ("requested", None),
            ("attempt_started", "eins"),
            ("attempt_started", "zwei"),
            ("attempt_failed", "eins"),
            ("attempt_paid", "zwei"),
            ("paid", None),
            ("refunded", None),
            ("attempt_returned", "zwei"),
        ]
    )


def test_the_amount_stays_while_the_old_one_may_still_come_in(authority, bank, owed, subject_id, pay, settle, now):
    """An attempt left as over may have been paid: its money must not pass for the new amount."""
    new = {"authority_id": authority.id, "subject_id": subject_id, "items": [], "cents": 4570, "actor": SYSTEM}
    pay()
    assert not services.change_amount(**new, now=now)
    bank.books["versuch"] = "open"
    settle(at=now + timedelta(days=2))
    assert attempt(authority).state == "expired"
    assert not services.change_amount(**new, now=now)
    bank.books["versuch"] = "paid"
    settle(at=now + timedelta(days=3))
    row = queries.payment_of(authority.id, subject_id)
    assert (row.state, row.cents) == ("paid", 3070)


def test_the_amount_follows_while_nobody_pays(authority, bank, owed, subject_id, pay, settle, now):
    new = {"authority_id": authority.id, "subject_id": subject_id, "items": [], "actor": SYSTEM, "now": now}
    pay()
    bank.books["versuch"] = "failed"
    settle()
    assert services.change_amount(**new, cents=4570)
    assert queries.payment_of(authority.id, subject_id).cents == 4570
    assert services.change_amount(**new, cents=0)
    assert queries.payment_of(authority.id, subject_id).state == "waived"
    assert not services.change_amount(**new, cents=4570)


def test_only_a_waived_fee_is_asked_for_anew(authority, owed, subject_id, now):
    with pytest.raises(Refused):
        services.ask_anew(authority_id=authority.id, subject_id=subject_id, actor=SYSTEM, now=now)
    services.waive(authority_id=authority.id, subject_id=subject_id, actor=SYSTEM, now=now)
    services.ask_anew(authority_id=authority.id, subject_id=subject_id, actor=SYSTEM, now=now)
    payment = queries.payment_of(authority.id, subject_id)
    assert (payment.state, payment.settled) == ("open", None)


def test_a_payment_is_kept_for_ten_years_after_its_own_and_then_goes_with_its_attempts(
    authority, neighbour, owed, bank, pay, settle, now
):
    pay()
    bank.books["versuch"] = "paid"
    settle()
    last, first_after = (
        now.replace(year=now.year + 10, month=12, day=31),
        now.replace(year=now.year + 11, month=1, day=1),
    )
    assert services.forget_old(authority_id=authority.id, now=last).counts == {}
    assert services.forget_old(authority_id=neighbour.id, now=first_after).counts == {}
    gone = services.forget_old(authority_id=authority.id, now=first_after)
    assert gone.counts == {
        "payments_attempt": 1, "payments_payment": 1, "payments_booking": 1, "payments_claim": 1,
    }  # fmt: skip
    with work(authority.id):
        assert (Payment.objects.count(), Attempt.objects.count()) == (0, 0)


def test_a_late_payment_is_kept_from_the_year_it_came_in(authority, owed, bank, pay, settle, now):
    pay()
    bank.books["versuch"] = "paid"
    settle(at=now.replace(year=now.year + 2))
    assert services.forget_old(authority_id=authority.id, now=now.replace(year=now.year + 12)).counts == {}


def paid(bank, pay, settle):
    pay()
    bank.books["versuch"] = "paid"
    settle()


def test_a_part_goes_back_and_then_the_rest(authority, bank, owed, subject_id, pay, settle, now):
    paid(bank, pay, settle)
    mine = {"authority_id": authority.id, "subject_id": subject_id, "actor": SYSTEM, "now": now}
    assert services.refund(**mine, cents=1535) == 1535
    do("payments.pay_back")
    row = queries.payment_of(authority.id, subject_id)
    assert (row.state, row.refunded_cents, row.left_cents) == ("paid", 1535, 1535)
    assert bank.returned == {"versuch": 1535}
    assert attempt(authority).state == "paid"
    for wrong in (0, -1, 1536):
        with pytest.raises(Refused, match="refund_amount"):
            services.refund(**mine, cents=wrong)
    assert services.refund(**mine) == 1535
    for _ in range(2):
        do("payments.pay_back")
    assert queries.payment_of(authority.id, subject_id).state == "refunded"
    assert bank.returned == {"versuch": 3070}
    assert attempt(authority).state == "returned"


def test_no_part_goes_back_of_what_nobody_saw(authority, bank, owed, subject_id, pay, settle, now):
    """Seen: a refund sent twice paid its part back twice."""
    paid(bank, pay, settle)
    mine = {"authority_id": authority.id, "subject_id": subject_id, "actor": SYSTEM, "now": now}
    assert services.refund(**mine, cents=1000, seen=3070) == 1000
    for cents in (1000, None):
        with pytest.raises(Refused, match="refunded_meanwhile"):
            services.refund(**mine, cents=cents, seen=3070)
    assert queries.payment_of(authority.id, subject_id).left_cents == 2070
    assert services.refund(**mine, cents=1000, seen=2070) == 1000


def test_a_part_never_goes_back_from_money_that_goes_back_whole(authority, bank, owed, subject_id, pay, settle, now):
    """Seen: the rest of a fee that was paid back before stayed with the town when a part of its second payment went back."""
    pay("spaet")
    paid(bank, pay, settle)
    mine = {"authority_id": authority.id, "subject_id": subject_id, "actor": SYSTEM, "now": now + timedelta(hours=1)}
    services.refund(**mine)
    services.waive(**mine)
    bank.books["spaet"] = "paid"
    assert settle("spaet", at=now + timedelta(hours=2)) == "paid"
    services.refund(**mine, cents=1000)
    do("payments.pay_back")
    assert bank.returned == {"versuch": 3070, "spaet": 1000}


def test_what_went_back_is_owed_again_only_when_it_is_asked_for_anew(
    authority, bank, owed, subject_id, pay, settle, now
):
    paid(bank, pay, settle)
    mine = {"authority_id": authority.id, "subject_id": subject_id, "actor": SYSTEM, "now": now}
    services.refund(**mine)
    with pytest.raises(Refused, match="going_back"):
        services.ask_anew(**mine)  # else a part of the next one would be taken for what goes back of this one
    do("payments.pay_back")
    services.ask_anew(**mine)
    row = queries.payment_of(authority.id, subject_id)
    assert (row.state, row.refunded_cents) == ("open", 0)
    pay("neu")
    bank.books["neu"] = "paid"
    assert settle("neu") == "paid"
    services.refund(**mine)
    do("payments.pay_back")
    assert bank.returned == {"versuch": 3070, "neu": 3070}


@pytest.mark.parametrize(
    ("state", "kept", "refused", "setting", "then"),
    [
        ("open", False, True, True, ""),
        ("refunded", False, True, True, ""),
        ("paid", False, True, True, "refund"),
        ("paid", False, True, False, "keep"),
        ("paid", False, True, None, "check"),
        ("paid", False, False, True, "check"),
        ("paid", True, False, None, "keep"),
    ],
)
def test_what_becomes_of_a_fee_that_was_paid_for_nothing(state, kept, refused, setting, then):
    assert left_over(state, kept=kept, refused=refused, refunds_refusals=setting) == then
