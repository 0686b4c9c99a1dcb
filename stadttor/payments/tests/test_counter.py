"""The fee at the counter: taken once, receipts without gaps, undone on the same day, never beside an online payment."""

from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import pytest

from stadttor.core.refused import Refused
from stadttor.ground.actor import Actor
from stadttor.ground.models import AuditEntry
from stadttor.ground.tests.queue import waiting
from stadttor.ground.tests.races import at_once
from stadttor.ground.work import work
from stadttor.payments import queries, services
from stadttor.payments.models import Booking, Claim, Receipt
from stadttor.payments.queries.closing import closings, day_of_books, open_days
from stadttor.payments.queries.finance import claim_number_of, receipts_of
from stadttor.payments.rules import ASK_AFTER
from stadttor.payments.services import closing, counter
from stadttor.payments.services.finance import Books, set_rules

pytestmark = pytest.mark.db
OLSEN = Actor("staff", uuid4(), "Herr Olsen")
BOOKS = Books("577", 6, "mod97", "Q-", {"*/": "4311.01", "*/Bundeskasse": "3799.01"})


@pytest.fixture
def books(authority, now):
    set_rules(authority_id=authority.id, valid_from=date(2026, 1, 1), books=BOOKS, actor=OLSEN, now=now)


@pytest.fixture
def take(authority, subject_id, now, books):
    def act(key="klick", method="cash", subject=subject_id, seen=3070, at=now):
        given = {"authority_id": authority.id, "method": method, "key": key, "seen": seen, "actor": OLSEN, "now": at}
        return counter.take(subject_id=subject, **given)

    return act


@pytest.fixture
def undo(authority, now):
    def act(receipt_id, key="zurueck", mistake="method", at=now):
        given = {"authority_id": authority.id, "key": key, "mistake": mistake, "actor": OLSEN, "now": at}
        return counter.undo(receipt_id=receipt_id, **given)

    return act


def state(authority, subject_id):
    return queries.payment_of(authority.id, subject_id).state


def lines(authority):
    with work(authority.id):
        found = Booking.objects.filter(authority_id=authority.id).order_by("at", "id")
        return [(one.method, one.share, one.cents, one.account) for one in found]


def test_what_is_taken_is_paid_receipted_and_booked_in_one(authority, owed, subject_id, take):
    receipt_id, new = take()
    [receipt] = receipts_of(authority.id, owed)
    assert (receipt.id, new, receipt.number, receipt.cents) == (receipt_id, True, "Q-2026-000001", 3070)
    assert state(authority, subject_id) == "paid"
    assert lines(authority) == [("cash", "", 3070, "4311.01")]
    assert claim_number_of(authority.id, owed).startswith("577000001")
    with work(authority.id):
        assert AuditEntry.objects.filter(act="payment.taken").count() == 1


def test_pressing_twice_takes_once(authority, owed, take):
    assert take()[0] == take()[0]
    assert len(lines(authority)) == 1


def test_two_colleagues_at_once_take_once(authority, owed, take):
    became = at_once(partial(take, "eins"), partial(take, "zwei"))
    assert sorted(isinstance(one, tuple) for one in became) == [False, True]
    assert "payment_state" in became
    assert len(receipts_of(authority.id, owed)) == 1


def test_after_the_counter_nobody_pays_online(authority, owed, take, pay, bank):
    take()
    with pytest.raises(Refused, match="payment_state"):
        pay()


def test_after_paying_online_nobody_takes(authority, owed, take, pay, settle, bank):
    pay()
    bank.books["versuch"] = "paid"
    settle()
    with pytest.raises(Refused, match="payment_state"):
        take()
    assert lines(authority) == [("online", "", 3070, "4311.01")]


def test_of_both_at_once_one_has_an_effect(authority, owed, take, pay, bank):
    became = at_once(take, pay)
    refused = {"payment_state", "paid_online_now"} & {one for one in became if isinstance(one, str)}
    assert len(refused) == 1


def test_the_race_is_open_without_the_lock(authority, owed, take, pay, bank, monkeypatch):
    """The twin: counter and payment service see the same open fee, unless each looks under the lock of the payment."""
    from stadttor.payments.models import Payment

    def unlocked(authority_id, subject_id):
        return Payment.objects.get(authority_id=authority_id, subject_id=subject_id)

    monkeypatch.setattr(services, "of_subject", unlocked)
    monkeypatch.setattr(counter, "_must_not_be_paid_online", lambda payment, now: None)
    both = False
    with work(authority.id):
        seen = unlocked(authority.id, queries.payment_of(authority.id, next(iter(_subjects(authority)))).subject_id)
    take()
    monkeypatch.setattr(services, "of_subject", lambda *_: seen)  # read before the counter wrote, as without a lock
    with suppress(Refused):
        both = pay() == "https://bank.example/versuch"
    assert both


def _subjects(authority):
    from stadttor.payments.models import Payment

    with work(authority.id):
        return list(Payment.objects.filter(authority_id=authority.id).values_list("subject_id", flat=True))


def test_while_somebody_pays_online_nobody_takes(authority, owed, take, pay, bank, now):
    pay()
    with pytest.raises(Refused, match="paid_online_now"):
        take()
    take(at=now + ASK_AFTER + timedelta(seconds=1))


def test_what_comes_online_after_all_goes_back(authority, owed, take, pay, settle, bank, now, subject_id):
    pay()
    take(at=now + ASK_AFTER + timedelta(seconds=1))
    bank.books["versuch"] = "paid"
    settle(at=now + timedelta(minutes=20))
    with work(authority.id):
        assert AuditEntry.objects.filter(act="payment.twice").count() == 1
    assert [one[0] for one in lines(authority)] == ["cash"]


def test_undone_is_open_again_with_a_receipt_of_its_own(authority, owed, subject_id, take, undo, pay, bank):
    receipt_id, _new = take()
    undo(receipt_id)
    first, second = receipts_of(authority.id, owed)
    assert (first.undone, second.undoes, second.number) == (True, first.number, "Q-2026-000002")
    assert state(authority, subject_id) == "open"
    assert sum(one[2] for one in lines(authority)) == 0
    assert pay()


def test_undone_twice_is_undone_once(authority, owed, take, undo):
    receipt_id, _new = take()
    assert undo(receipt_id)[0] == undo(receipt_id)[0]
    with pytest.raises(Refused, match="undone_already"):
        undo(receipt_id, key="anderer")
    assert len(receipts_of(authority.id, owed)) == 2


def test_undone_at_once_is_undone_once(authority, owed, take, undo):
    receipt_id, _new = take()
    became = at_once(partial(undo, receipt_id, "a"), partial(undo, receipt_id, "b"))
    assert "undone_already" in became
    assert len(receipts_of(authority.id, owed)) == 2


def test_tomorrow_it_is_too_late(authority, owed, take, undo, now):
    receipt_id, _new = take()
    with pytest.raises(Refused, match="another_day"):
        undo(receipt_id, at=now + timedelta(days=1))


def test_what_went_back_is_not_undone(authority, owed, subject_id, take, undo, now):
    receipt_id, _new = take()
    services.refund(authority_id=authority.id, subject_id=subject_id, actor=OLSEN, now=now)
    with pytest.raises(Refused, match="not_undoable"):
        undo(receipt_id)
    assert lines(authority)[-1] == ("office", "", -3070, "4311.01")


def test_numbers_have_no_gaps_however_many_take_at_once(authority, now, take):
    subjects = [uuid4() for _ in range(8)]
    for one in subjects:
        services.request_payment(
            authority_id=authority.id, subject_id=one, reference="x", items=[], cents=3070, now=now
        )

    def broken(subject):
        with work(authority.id):
            take(f"k{subject}", subject=subject)
            raise Refused("rolled_back", "x")

    acts = [partial(broken if place % 2 else (lambda one: take(f"k{one}", subject=one)), one)
            for place, one in enumerate(subjects)]  # fmt: skip
    became = at_once(*acts)
    taken = sum(isinstance(one, tuple) for one in became)
    with work(authority.id):
        serials = sorted(Receipt.objects.filter(authority_id=authority.id).values_list("serial", flat=True))
        assert taken
        assert serials == list(range(1, taken + 1))
        assert Claim.objects.filter(authority_id=authority.id).count() == taken


def test_of_another_amount_than_seen_nothing_is_taken(authority, owed, take):
    with pytest.raises(Refused, match="fee_changed"):
        take(seen=1000)


def test_without_rules_nothing_is_taken_but_online_goes_on(authority, owed, subject_id, now, pay, settle, bank):
    given = {"authority_id": authority.id, "subject_id": subject_id, "seen": 3070, "actor": OLSEN, "now": now}
    with pytest.raises(Refused, match="no_finance_rules"):
        counter.take(method="cash", key="x", **given)
    pay()
    bank.books["versuch"] = "paid"
    settle()
    assert lines(authority) == [("online", "", 3070, "")]
    assert claim_number_of(authority.id, owed) == ""


def test_a_certificate_is_split_and_never_paid_online(authority, subject_id, now, take, pay, bank):
    items = [{"id": "z", "cents": 1300, "text": "Zeugnis", "shares": [{"to": "Bundeskasse", "cents": 780}]}]
    services.request_payment(
        authority_id=authority.id, subject_id=subject_id, reference="x", items=items, cents=1300, now=now,
        service="fuehrungszeugnis", at_counter=True,
    )  # fmt: skip
    with pytest.raises(Refused, match="payment_at_counter"):
        pay()
    take(seen=1300, method="card")
    assert lines(authority) == [("card", "", 520, "4311.01"), ("card", "Bundeskasse", 780, "3799.01")]


def test_of_a_trial_nothing_is_taken_or_booked(authority, subject_id, now, take, pay, settle, bank):
    services.request_payment(
        authority_id=authority.id, subject_id=subject_id, reference="x", items=[], cents=3070, now=now, is_test=True
    )
    with pytest.raises(Refused, match="fee_of_test"):
        take()
    pay()
    bank.books["versuch"] = "paid"
    settle()
    assert lines(authority) == []


def test_a_print_after_the_first_is_a_copy(authority, owed, take, now):
    receipt_id, _new = take()
    printed = partial(counter.note_printed, authority_id=authority.id, receipt_id=receipt_id, actor=OLSEN, now=now)
    assert [printed(), printed()] == [0, 1]


def test_rules_are_not_changed_for_days_that_are_over(authority, books, now):
    with pytest.raises(Refused, match="rules_day"):
        set_rules(authority_id=authority.id, valid_from=date(2026, 1, 1), books=BOOKS, actor=OLSEN, now=now)


def test_the_books_go_after_ten_years_with_the_payment(authority, owed, take, undo, now):
    receipt_id, _new = take()
    undo(receipt_id)
    services.forget_old(authority_id=authority.id, now=now.replace(year=now.year + 11))
    with work(authority.id):
        left = [kind.objects.filter(authority_id=authority.id).count() for kind in (Receipt, Booking, Claim)]
        assert left == [0, 0, 0]


def test_who_paid_gets_the_books_of_it(authority, owed, subject_id, take):
    take()
    found = queries.held_payment(authority.id, subject_id)
    assert {"payments_payment", "payments_receipt", "payments_claim", "payments_booking"} <= set(found)


@pytest.fixture
def close(authority, now):
    def act(day=None, counted=0, at=now):
        given = {"authority_id": authority.id, "counted": counted, "actor": OLSEN, "now": at}
        return closing.close_day(day=day or now.date(), **given)

    return act


def test_a_closed_day_has_its_sums_and_gets_nothing_more(authority, owed, take, undo, close, now):
    receipt_id, _new = take()
    undo(receipt_id)
    take("karte", method="card")
    close(counted=0)
    today = day_of_books(authority.id, now.date())
    assert {key: cents for key, cents in today.closing.sums.items() if cents} == {
        "card": 3070, "undone": -3070, "all": 3070,
    }  # fmt: skip
    other = uuid4()
    services.request_payment(authority_id=authority.id, subject_id=other, reference="x", items=[], cents=3070, now=now)
    take("spaet", subject=other)
    assert len(day_of_books(authority.id, now.date()).lines) == 3
    assert [one.day for one in day_of_books(authority.id, now.date() + timedelta(days=1)).lines] == [
        now.date() + timedelta(days=1)
    ]


def test_what_is_on_a_closed_day_is_not_undone(authority, owed, take, undo, close):
    receipt_id, _new = take()
    close()
    with pytest.raises(Refused, match="another_day"):
        undo(receipt_id)


def test_a_day_is_closed_once(authority, owed, take, close):
    take()
    became = at_once(close, close)
    assert "day_closed" in became
    assert len(closings(authority.id)) == 1
    assert len(waiting("site.day_closed")) == 1


def test_a_day_to_come_is_not_closed(close, now):
    with pytest.raises(Refused, match="day_to_come"):
        close(now.date() + timedelta(days=1))


def test_who_takes_while_a_day_is_closed_is_in_it_or_on_the_next(authority, owed, take, close, now):
    """Without the lock of the days a line could be written on a day that was closed a moment before, without it."""
    at_once(take, close)
    if not closings(authority.id):
        close()
    for one in open_days(authority.id):
        assert one > now.date()
    booked = [line for day in (0, 1) for line in day_of_books(authority.id, now.date() + timedelta(days=day)).lines]
    assert len(booked) == 1


def test_closings_go_after_ten_years_with_their_lines(authority, owed, take, close, now):
    take()
    closing_id = close()
    later = now.replace(year=now.year + 11)
    assert closing.old_closings(authority_id=authority.id, now=later) == []
    services.forget_old(authority_id=authority.id, now=later)
    assert closing.old_closings(authority_id=authority.id, now=later) == [closing_id]
