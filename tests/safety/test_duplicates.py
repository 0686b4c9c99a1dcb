"""The row of duplicates notices a second effect, a second receipt and an effect at the neighbour's; and without the
guard of a key there would be two."""

from functools import partial
from uuid import uuid4

import psycopg
import pytest

from stadttor.ground.launcher.dsn import changed
from stadttor.ground.launcher.postgres import SUPERUSER
from stadttor.payments import services as payments
from tests.safety import duplicates
from tests.safety.duplicates import sent

SENT = {"at once": {"201": 2}, "a second later": {"201": 1}, "after a restart": {"201": 2}}
WORKED = {"kind": "worked", "what": "applications without a case", "count": 0}


def told(*, at_once=2, effects=1, receipts=("WUG-1",), statuses=None, elsewhere=None, left=0):
    """What the row says of one thing, by a line written by hand."""
    line = {
        "kind": "case", "number": 0, "of": "interface", "at_once": at_once, "statuses": statuses or SENT,
        "receipts": list(receipts), "effects": {"submissions": effects},
        "elsewhere": {"status": 201, "own": True, "effects": 1} | (elsewhere or {}),
    }  # fmt: skip
    return duplicates.outcome([line, WORKED | {"count": left}])


def figures(result):
    return result.figures["duplicates"], result.figures["duplicate_effects"]


def test_one_effect_and_one_receipt_are_as_promised():
    assert (told().broken, figures(told()), told().injected) == ((), (1, 0), 6)


@pytest.mark.parametrize(
    ("line", "double"),
    [
        ({"effects": 2}, 1),
        ({"effects": 0}, 0),
        ({"receipts": ("WUG-1", "WUG-2")}, 0),
        ({"receipts": ("", "WUG-1"), "statuses": SENT | {"at once": {"201": 1, "409": 1}}}, 0),
        ({"statuses": SENT | {"after a restart": {}}}, 0),
        ({"at_once": 1}, 0),
        ({"receipts": ("",)}, 0),
        ({"elsewhere": {"effects": 2}}, 1),
        ({"elsewhere": {"effects": 0}}, 0),
        ({"elsewhere": {"status": 404}}, 0),
        ({"elsewhere": {"own": False, "status": 404}}, 1),
        ({"elsewhere": {"own": False, "effects": 0}}, 0),
    ],
)
def test_anything_else_breaks_the_promise(line, double):
    result = told(**line)
    assert result.broken
    assert figures(result) == (1, double)


def test_fewer_things_than_promised_prove_nothing():
    """Report: seven cases were as good as two thousand."""
    assert duplicates.outcome([{"kind": "begun", "size": "night"}, WORKED]).broken == (
        "nothing was sent", "0 cases instead of 2000", "no submission was sent twice",
        "no payment notice was sent twice", "no answer was sent twice", "no booking was sent twice",
    )  # fmt: skip


def test_nothing_sent_proves_nothing():
    assert duplicates.outcome([WORKED]).broken == ("nothing was sent",)


def test_what_the_worker_made_of_it_is_counted_too():
    """Report: no worker ran, one effect was one row in a queue."""
    assert told(left=3).broken == ("after the worker: 3 applications without a case",)
    assert "no worker ran" in duplicates.outcome([]).broken


@pytest.mark.db
def test_without_the_look_at_its_end_a_payment_notice_has_two_effects(database, authority, permit, now, monkeypatch):
    """The twin: what the row counts shows the missing guard."""
    subject, key = uuid4(), uuid4().hex
    payments.request_payment(
        authority_id=authority.id, subject_id=subject, reference="WUG-1", items=[], cents=3070, now=now
    )
    payments.try_to_pay(authority_id=authority.id, subject_id=subject, key=key, return_to="/", now=now)
    from stadttor.payments.simulator import choose

    choose(authority_id=authority.id, key=key, paid=True)
    settle = partial(payments.settle, authority_id=authority.id, key=key, now=now)
    query = sent._jobs("site.paid", "subject_id", subject)
    with psycopg.connect(changed(database["STADTTOR_OWNER_URL"], user=SUPERUSER), autocommit=True) as admin:
        for _ in range(2):
            settle()
        assert duplicates._number(admin, query) == 1
        monkeypatch.setattr(payments, "may_follow", lambda *_: True)
        forgotten = "UPDATE payments_attempt SET state = 'started'"
        admin.execute(forgotten)
        settle()
        assert duplicates._number(admin, query) == 2
