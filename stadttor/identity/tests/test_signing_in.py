"""Signing in: right, wrong, locked out; sessions end; membership counts per authority."""

from datetime import timedelta
from functools import partial

import pytest
from argon2 import PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry
from stadttor.ground.tests.races import at_once
from stadttor.ground.work import common, work
from stadttor.identity import queries, services
from stadttor.identity.models import SignInTries, StaffSession
from stadttor.identity.rules import SESSION_IDLE, SESSION_LASTS
from stadttor.identity.tests.conftest import PASSWORD

pytestmark = pytest.mark.db
OLSEN = "olsen@weissenburg.example"


@pytest.fixture
def olsen(authority, employ):
    return employ(authority, OLSEN, ["clerk"])


def refused(act, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return caught.value


def test_the_right_password_starts_a_session_and_is_audited(olsen, sign_in, authority, now):
    staff = queries.staff_of(sign_in(email=" Olsen@Weissenburg.example "), authority.id, now)
    assert (staff.name, staff.roles) == ("Herr Olsen", frozenset({"clerk"}))
    with work(authority.id):
        assert AuditEntry.objects.filter(act="staff.signed_in", actor_id=staff.id).count() == 1


def test_a_wrong_try_is_audited_without_what_was_typed(olsen, sign_in, authority):
    refused(sign_in, "falsch")
    refused(sign_in, "falsch", email="nobody@weissenburg.example")
    with work(authority.id):
        tries = list(AuditEntry.objects.filter(act="staff.sign_in_failed").order_by("id"))
        known = {entry.subject_id is not None for entry in tries}
    assert (len(tries), known) == (2, {True, False})
    assert all((entry.actor_name, entry.actor_id, entry.details) == ("", None, {}) for entry in tries)


def test_the_token_is_kept_as_a_hash_only(olsen, sign_in):
    token = sign_in()
    with common():
        assert bytes(StaffSession.objects.get().token_hash) == queries.hashed(token)


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(olsen, sign_in):
    wrong, unknown = refused(sign_in, "falsch"), refused(sign_in, "falsch", email="nobody@weissenburg.example")
    assert (wrong.code, wrong.text, wrong.status) == (unknown.code, unknown.text, unknown.status)


def test_an_unknown_account_costs_one_hash_like_a_known_one(olsen, sign_in, monkeypatch):
    checked = []

    class Counting(PasswordHasher):
        def verify(self, hash, password):
            checked.append(hash)
            return super().verify(hash, password)

    monkeypatch.setattr(services, "HASHER", Counting(time_cost=1, memory_cost=8, parallelism=1))
    refused(sign_in, "falsch")
    refused(sign_in, "falsch", email="nobody@weissenburg.example")
    assert len(checked) == 2
    assert checked[0].split("$")[:4] == checked[1].split("$")[:4], "same method, same cost"


def test_a_hash_costs_at_least_what_owasp_asks_for():
    """OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB and two passes, or more."""
    assert services.PASSES >= 2
    assert services.MEMORY_KIB >= 19 * 1024


def test_after_five_wrong_passwords_even_the_right_one_waits(olsen, sign_in, now):
    for _ in range(5):
        assert refused(sign_in, "falsch").code == "wrong_password"
    locked = refused(sign_in)
    assert (locked.code, locked.status) == ("locked_out", 429)
    assert "organiser" in locked.text
    assert sign_in(at=now + timedelta(seconds=31))


def test_each_further_wrong_password_doubles_the_pause(olsen, sign_in, now):
    at = now
    for _ in range(5):
        refused(sign_in, "falsch", at=at)
    for pause in (30, 60, 120, 240):
        assert refused(sign_in, "falsch", at=at + timedelta(seconds=pause - 1)).code == "locked_out"
        at += timedelta(seconds=pause)
        assert refused(sign_in, "falsch", at=at).code == "wrong_password"


def test_waiting_is_not_made_longer_by_knocking(olsen, sign_in, now):
    for _ in range(5):
        refused(sign_in, "falsch")
    for second in range(1, 20):
        refused(sign_in, "falsch", at=now + timedelta(seconds=second))
    assert sign_in(at=now + timedelta(seconds=31))


def test_without_the_guard_guessing_goes_on(olsen, sign_in, monkeypatch):
    """The twin: it is the guard that stops the sixth try."""
    monkeypatch.setattr(services, "must_be_tryable", lambda tries, now: None)
    for _ in range(5):
        refused(sign_in, "falsch")
    assert sign_in()


def test_many_guesses_at_the_same_moment_do_not_slip_through(olsen, sign_in):
    became = at_once(*[partial(sign_in, "falsch")] * 12)
    assert became.count("wrong_password") == 5
    assert became.count("locked_out") == 7


def test_one_colleagues_slips_do_not_lock_out_the_town_hall_behind_one_address(authority, employ, olsen, sign_in):
    employ(authority, "adler@weissenburg.example", ["lead"], name="Frau Adler")
    for _ in range(6):
        refused(sign_in, "falsch")
    assert sign_in(email="adler@weissenburg.example")


def test_one_address_trying_many_accounts_is_locked_out(olsen, sign_in, now):
    with common(write=True):
        SignInTries.objects.create(subject=services._subject("address", "203.0.113.7"), wrong=50, last=now)
    assert refused(sign_in).code == "locked_out"
    assert sign_in(address="203.0.113.8")


def test_an_own_account_does_not_wipe_the_count_of_the_address(authority, employ, olsen, sign_in):
    refused(sign_in, "falsch", email="adler@weissenburg.example")
    sign_in()
    with common():
        assert SignInTries.objects.get(subject=services._subject("address", "203.0.113.7")).wrong == 1


def test_slips_of_other_days_do_not_add_up(olsen, sign_in, now):
    for day in range(8):
        assert refused(sign_in, "falsch", at=now + timedelta(days=2 * day)).code == "wrong_password"


def test_a_new_password_ends_the_pause_and_all_sessions(authority, olsen, sign_in, now):
    token = sign_in()
    for _ in range(6):
        refused(sign_in, "falsch")
    services.set_password(
        authority_id=authority.id, membership_id=olsen, password="noch-ein-kennwort", actor=SYSTEM, now=now
    )
    assert queries.staff_of(token, authority.id, now) is None
    assert sign_in("noch-ein-kennwort")


def test_a_session_ends_when_nothing_happens_for_an_hour(olsen, sign_in, authority, now):
    token = sign_in()
    assert queries.staff_of(token, authority.id, now + SESSION_IDLE - timedelta(seconds=1))
    assert queries.staff_of(token, authority.id, now + 2 * SESSION_IDLE - timedelta(seconds=2))
    assert queries.staff_of(token, authority.id, now + 3 * SESSION_IDLE) is None


def test_a_session_ends_after_ten_hours_however_busy(olsen, sign_in, authority, now):
    token, at = sign_in(), now
    while at + timedelta(minutes=50) < now + SESSION_LASTS:
        at += timedelta(minutes=50)
        assert queries.staff_of(token, authority.id, at)
    assert queries.staff_of(token, authority.id, now + SESSION_LASTS) is None


def test_signing_out_ends_the_session_at_once_and_twice_is_fine(olsen, sign_in, authority, now):
    token = sign_in()
    for _ in range(2):
        services.sign_out(authority_id=authority.id, token=token, now=now)
    assert queries.staff_of(token, authority.id, now) is None
    with work(authority.id):
        assert AuditEntry.objects.filter(act="staff.signed_out").count() == 1


def test_ended_sessions_and_old_tries_are_forgotten(olsen, sign_in, now):
    sign_in()
    refused(sign_in, "falsch")
    services.forget_ended(now=now + timedelta(hours=1))
    with common():
        assert (StaffSession.objects.count(), SignInTries.objects.count()) == (1, 2)
    services.forget_ended(now=now + timedelta(days=2))
    with common():
        assert (StaffSession.objects.count(), SignInTries.objects.count()) == (0, 0)


def test_staff_of_one_town_is_nobody_in_the_other(olsen, sign_in, authority, neighbour, now):
    assert refused(sign_in, where=neighbour).code == "wrong_password"
    assert queries.staff_of(sign_in(), neighbour.id, now) is None


def test_roles_and_units_are_those_of_the_town_where_one_works(authority, neighbour, employ, olsen, sign_in, now):
    employ(neighbour, OLSEN, ["organiser"], password="")
    token = sign_in()
    assert queries.staff_of(token, authority.id, now).roles == {"clerk"}
    assert queries.staff_of(token, neighbour.id, now).roles == {"organiser"}


def test_a_colleague_who_left_is_out_at_once(authority, olsen, sign_in, now):
    token = sign_in()
    services.change_member(
        authority_id=authority.id,
        membership_id=olsen,
        roles=["clerk"],
        unit_ids=[],
        active=False,
        actor=SYSTEM,
        now=now,
    )
    assert queries.staff_of(token, authority.id, now) is None
    assert refused(sign_in).code == "wrong_password"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kurz", "password_short"),
        ("a" * 20, "password_weak"),
        ("ab" * 150, "password_weak"),
        ("Qwerty123456", "password_weak"),
        ("!!Dragon!!2026", "password_weak"),
        ("weißenburg-2026", "password_weak"),
        ("Olsen.Olsen.Olsen.7", "password_weak"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(authority, employ, password, code):
    assert refused(employ, authority, OLSEN, ["clerk"], password=password).code == code


@pytest.mark.parametrize("password", ["vier woerter im regal", "ЖЖжфывапролд", "abendrotfahrrad"])
def test_a_password_needs_no_signs_and_digits(authority, employ, password):
    """ASVS 6.2.5: no rules of composition."""
    assert employ(authority, OLSEN, ["clerk"], password=password)


def test_the_password_of_the_cast_is_good_enough():
    assert len(PASSWORD) >= 12


def test_who_works_elsewhere_costs_the_same_statements_as_nobody(authority, neighbour, employ, sign_in, now):
    """Report: a try with the address of another authority's colleague took one statement more than one with nobody's."""
    employ(neighbour, OLSEN, ["clerk"])
    asked = {}
    for email in (OLSEN, "nobody@weissenburg.example"):
        for password in ("falsch", PASSWORD):
            with CaptureQueriesContext(connection) as sent:
                refused(sign_in, password, email=email)
            asked[email, password] = len(sent)
            with common(write=True):
                SignInTries.objects.all().delete()
    assert len(set(asked.values())) == 1, asked
