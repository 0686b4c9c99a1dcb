"""An account is found by a pseudonym alone, holds keys, and its session ends by itself."""

from datetime import timedelta
from uuid import UUID

import pytest

from stadttor.citizens import services
from stadttor.citizens.models import CitizenAccount, CitizenSession, KeptThing
from stadttor.citizens.queries import citizen_of, hashed, held_account, kept, key_to
from stadttor.citizens.rules import FRESH, SESSION_IDLE, SESSION_LASTS, UNUSED
from stadttor.core.refused import Refused
from stadttor.ground.models import AuditEntry
from stadttor.ground.tests.races import at_once
from stadttor.ground.work import work
from stadttor.identity.ports import Claim, IdentityAssertion

pytestmark = pytest.mark.db
THING, SECRET = UUID(int=7), "t" * 43


def said(now, subject="amira", issuer="https://id.bund.example"):
    name = {"family_name": Claim("YILMAZ", "hoch", "x")}
    return IdentityAssertion("bundid", "hoch", now, name, issuer, subject, "eID")


@pytest.fixture
def sign_up(authority, now):
    """`sign_up("jonas")`: a citizen signed in to an account of hers."""

    def act(subject="amira", where=authority, issuer="https://id.bund.example"):
        token = services.open_account(authority_id=where.id, assertion=said(now, subject, issuer), now=now)
        return citizen_of(where.id, token, now)

    return act


@pytest.fixture
def amira(sign_up):
    return sign_up()


def keep(citizen, now, kind="application", thing=THING):
    services.keep(citizen=citizen, kind=kind, thing_id=thing, token=SECRET, now=now)


def test_without_her_word_there_is_no_account(authority, now):
    assert services.sign_in(authority_id=authority.id, assertion=said(now), now=now) is None
    with work(authority.id):
        assert not CitizenAccount.objects.exists()


def test_the_same_pseudonym_of_the_same_service_is_the_same_person(sign_up):
    amira = sign_up()
    assert sign_up().account_id == amira.account_id
    assert sign_up("jonas").account_id != amira.account_id
    assert sign_up(issuer="https://other.example").account_id != amira.account_id


def test_opened_in_two_windows_at_once_it_is_one_account(authority, sign_up):
    assert len({one.account_id for one in at_once(*[sign_up] * 6)}) == 1


def test_whoever_has_no_pseudonym_cannot_be_recognised(authority, sign_up):
    with pytest.raises(Refused) as refused:
        sign_up(subject="")
    assert refused.value.code == "nobody_again"


def test_neither_pseudonym_nor_name_nor_token_nor_secret_is_in_a_table(authority, amira, now):
    keep(amira, now)
    with work(authority.id):
        tables = [str(list(model.objects.values())) for model in (CitizenAccount, CitizenSession, KeptThing)]
    assert not any(word in table for table in tables for word in ("'amira'", "YILMAZ", SECRET))


def test_next_door_it_opens_nothing(authority, neighbour, sign_up, now):
    here, there = sign_up(), sign_up(where=neighbour)
    keep(here, now)
    token = services.sign_in(authority_id=authority.id, assertion=said(now), now=now)
    assert citizen_of(neighbour.id, token, now) is None
    assert key_to(there, THING) == ""
    with work(authority.id):
        mine = bytes(CitizenAccount.objects.get(authority_id=authority.id).person_hash)
    with work(neighbour.id):
        assert bytes(CitizenAccount.objects.get(authority_id=neighbour.id).person_hash) != mine


def test_another_person_has_none_of_her_keys(amira, sign_up, now):
    keep(amira, now)
    jonas = sign_up("jonas")
    assert (key_to(amira, THING), key_to(jonas, THING)) == (SECRET, "")
    assert list(kept(jonas, "application")) == []


def test_two_people_may_hold_the_same_application(amira, sign_up, now):
    jonas = sign_up("jonas")
    for one in (amira, jonas, amira):
        keep(one, now)
    services.let_go(citizen=jonas, thing_id=THING, now=now)
    assert (key_to(amira, THING), key_to(jonas, THING)) == (SECRET, "")


def test_a_session_ends_when_nothing_happens_and_after_hours_all_the_same(authority, amira, now):
    token = services.sign_in(authority_id=authority.id, assertion=said(now), now=now)
    step = SESSION_IDLE - timedelta(seconds=1)
    at = now
    while at + step < now + SESSION_LASTS:
        at += step
        assert citizen_of(authority.id, token, at), "she was never idle for so long"
    assert citizen_of(authority.id, token, now + SESSION_LASTS) is None


def test_an_idle_session_ends(authority, now, amira):
    token = services.sign_in(authority_id=authority.id, assertion=said(now), now=now)
    assert citizen_of(authority.id, token, now + SESSION_IDLE) is None


def test_it_is_fresh_for_a_quarter_of_an_hour_however_busy_she_is(authority, now, amira):
    token = services.sign_in(authority_id=authority.id, assertion=said(now), now=now)
    busy = citizen_of(authority.id, token, now + FRESH - timedelta(seconds=1))
    assert busy.is_fresh(now + FRESH - timedelta(seconds=1))
    assert not busy.is_fresh(now + FRESH)


def test_signed_out_is_signed_out(authority, now, amira):
    token = services.sign_in(authority_id=authority.id, assertion=said(now), now=now)
    services.sign_out(authority_id=authority.id, token=token)
    assert citizen_of(authority.id, token, now) is None


def test_what_a_draft_became_lies_where_the_draft_lay(authority, amira, now):
    keep(amira, now, "draft")
    sent = UUID(int=8)
    services.follow(authority_id=authority.id, draft_id=THING, submission_id=sent, token=SECRET, now=now)
    services.follow(authority_id=authority.id, draft_id=UUID(int=9), submission_id=sent, token=SECRET, now=now)
    assert [(one.thing_id, one.token) for one in kept(amira, "application")] == [(sent, SECRET)]


def test_a_deleted_account_leaves_no_row_and_no_session(authority, amira, now):
    keep(amira, now)
    gone = services.close_account(citizen=amira, now=now)
    assert gone.counts == {"citizens_keptthing": 1, "citizens_citizensession": 1, "citizens_citizenaccount": 1}
    assert held_account(authority.id, amira.account_id) == {}
    with work(authority.id):
        acts = list(AuditEntry.objects.filter(subject_id=amira.account_id).order_by("id").values_list("act", flat=True))
    assert acts == ["account.opened", "account.signed_in", "account.kept", "account.closed"]


def test_a_window_of_an_account_that_is_deleted_already_is_signed_out(authority, amira, now):
    with work(authority.id):
        row = CitizenAccount.objects.get()
    services.close_account(citizen=amira, now=now)
    with pytest.raises(Refused) as refused:
        keep(amira, now)
    assert refused.value.code == "signed_out"
    with work(authority.id):
        assert services._begin(row, said(now), now) is None
        assert not CitizenSession.objects.exists()


def test_deleted_in_the_moment_of_sending_the_application_is_sent_all_the_same(authority, sign_up, now):
    for turn in range(8):
        amira, draft = sign_up(), UUID(int=100 + turn)
        keep(amira, now, "draft", draft)
        said_of = {"authority_id": authority.id, "draft_id": draft, "submission_id": UUID(int=200 + turn)}
        became = at_once(
            lambda said_of=said_of: services.follow(**said_of, token=SECRET, now=now),
            lambda amira=amira: services.close_account(citizen=amira, now=now) and None,
        )
        assert became == [None, None]
    with work(authority.id):
        assert not KeptThing.objects.exists()


def test_the_night_takes_ended_sessions_and_accounts_nobody_used_for_two_years(authority, amira, sign_up, now):
    services.forget_ended(authority_id=authority.id, now=now + SESSION_IDLE)
    with work(authority.id):
        assert (CitizenSession.objects.count(), CitizenAccount.objects.count()) == (0, 1)
    services.sign_in(authority_id=authority.id, assertion=said(now), now=now + timedelta(days=1))
    services.forget_ended(authority_id=authority.id, now=now + UNUSED)
    with work(authority.id):
        assert CitizenAccount.objects.count() == 1
    services.forget_ended(authority_id=authority.id, now=now + UNUSED + timedelta(days=1))
    with work(authority.id):
        assert CitizenAccount.objects.count() == 0


def test_what_she_gets_of_it_names_no_secret(authority, amira, now):
    keep(amira, now)
    held = held_account(authority.id, amira.account_id)
    assert set(held) == {"citizens_citizenaccount", "citizens_citizensession", "citizens_keptthing"}
    assert not any("hash" in name or "sealed" in name for rows in held.values() for row in rows for name in row)
    assert hashed("x") != hashed("y")
