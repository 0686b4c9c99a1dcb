"""A citizen shows her wallet: a question, an answer, and the browser that began. The wallet is the adapter's own small one."""

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.eudi_wallet.jws import read_jws
from adapters.eudi_wallet.tests import maker
from stadttor.core.refused import Refused
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.identity import wallet_access, wallet_sign_in
from stadttor.identity.models import WalletSignIn
from stadttor.identity.ports import Evidence
from stadttor.identity.queries import hashed
from stadttor.identity.tests.conftest import CLAIMS, DRAFT, ORIGIN

pytestmark = pytest.mark.db


@pytest.fixture
def show(authority, now):
    """The wallet follows the link and posts; gives the code with which the browser comes back."""

    def act(begun, *, at=now, change=lambda answer: answer, **issued):
        state = begun.link.rpartition("%2F")[2].partition("&")[0]
        text = wallet_sign_in.request_object(authority_id=authority.id, state=state, wallet_nonce="n", now=at)
        request = read_jws(text, typ="oauth-authz-req+jwt").claims()
        shown = maker.bound(maker.sd_jwt_vc(**issued), audience=request["client_id"], nonce=request["nonce"])
        key = request["client_metadata"]["jwks"]["keys"][0]
        posted = change(maker.encrypted({"vp_token": {"pid": [shown]}}, key))
        return wallet_sign_in.answer(authority_id=authority.id, state=state, posted=posted, error="", now=at)

    return act


@pytest.fixture
def back(authority, now):
    def act(code, browser, at=now):
        return wallet_sign_in.arrive(authority_id=authority.id, code=code, browser_of=lambda draft: browser, now=at)

    return act


def rows(authority):
    with work(authority.id):
        return list(WalletSignIn.objects.all())


def test_what_she_showed_waits_for_her_word_and_then_counts(authority, begin, show, back, now):
    begun = begin()
    assert back(show(begun), begun.browser).draft_id == DRAFT
    said = wallet_sign_in.waiting(authority.id, DRAFT, begun.browser, now)
    assert said is not None
    assert wallet_sign_in.waiting(authority.id, DRAFT, "somebody else's", now) is None
    assert (said.claims["locality"].value, said.source, said.level) == ("KÖLN", "wallet_pid", "hoch")
    assert wallet_sign_in.take(authority_id=authority.id, draft_id=DRAFT, browser=begun.browser, now=now) == said
    assert rows(authority) == []
    from stadttor.identity.assertions import assertion_of

    assert assertion_of(authority.id, DRAFT) == said


def test_in_another_browser_it_counts_nothing_and_is_gone(authority, begin, show, back, now):
    begun = begin()
    code = show(begun)
    with pytest.raises(Refused, match="wallet_other_browser"):
        back(code, "somebody else's")
    assert rows(authority) == []
    with pytest.raises(Refused, match="wallet_over"):
        back(code, begun.browser)


def test_a_code_counts_once_and_only_for_a_while(authority, begin, show, back, now):
    begun = begin()
    code = show(begun)
    assert back(code, begun.browser, at=now + wallet_sign_in.LASTS).problem == "late"
    assert wallet_sign_in.waiting(authority.id, DRAFT, begun.browser, now) is None
    assert back(code, begun.browser).problem == ""
    with pytest.raises(Refused, match="wallet_over"):
        back(code, begun.browser)


def test_a_second_answer_is_refused(begin, show):
    begun = begin()
    show(begun)
    with pytest.raises(Refused, match="not_found"):
        show(begun)


def test_of_answers_at_once_one_counts(authority, begin, now):
    """Eight wallets post the same at the same moment."""
    begun = begin()
    state = begun.link.rpartition("%2F")[2].partition("&")[0]
    text = wallet_sign_in.request_object(authority_id=authority.id, state=state, wallet_nonce="", now=now)
    request = read_jws(text, typ="oauth-authz-req+jwt").claims()
    shown = maker.bound(maker.sd_jwt_vc(), audience=request["client_id"], nonce=request["nonce"])
    posted = maker.encrypted({"vp_token": {"pid": [shown]}}, request["client_metadata"]["jwks"]["keys"][0])
    outcomes = []

    def post():
        from django.db import connection

        try:
            wallet_sign_in.answer(authority_id=authority.id, state=state, posted=posted, error="", now=now)
            outcomes.append("accepted")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["accepted", *["refused"] * 7]


def test_an_answer_that_does_not_hold_ends_it_and_says_why_to_the_audit_alone(authority, begin, show, now):
    begun = begin()
    with pytest.raises(Refused) as refused:
        show(begun, exp=maker.SECONDS - 100)
    assert (refused.value.code, refused.value.status) == ("invalid_request", 400)
    (row,) = rows(authority)
    assert (row.status, row.question_sealed, row.result_sealed, row.code_hash) == ("refused", None, None, None)
    with work(authority.id):
        entry = AuditEntry.objects.get(act="identity.wallet_refused")
    assert entry.details == {"reason": "credential_expired"}


def test_keys_are_wiped_with_the_answer_and_nothing_lies_open(authority, begin, show):
    begun = begin()
    (row,) = rows(authority)
    assert b"nonce" not in bytes(row.question_sealed)
    assert begun.browser.encode() not in bytes(row.question_sealed)
    show(begun)
    (row,) = rows(authority)
    assert row.question_sealed is None
    assert b"MUSTERMANN" not in bytes(row.result_sealed)
    with work(authority.id):
        details = [entry.details for entry in AuditEntry.objects.all()]
    assert "MUSTERMANN" not in json.dumps(details)


def test_a_new_question_ends_the_one_before(begin, show):
    first = begin()
    begin()
    with pytest.raises(Refused, match="not_found"):
        show(first)


def test_a_question_is_open_for_ten_minutes(begin, show, now):
    with pytest.raises(Refused, match="not_found"):
        show(begin(), at=now + wallet_sign_in.LASTS)


@pytest.mark.parametrize(
    ("error", "problem"),
    [("access_denied", "declined"), ("wallet_unavailable", "no_wallet"), ("invalid_client", "question")],
)
def test_a_wallet_that_declines_brings_her_back_with_the_reason(authority, begin, back, now, error, problem):
    begun = begin()
    state = begun.link.rpartition("%2F")[2].partition("&")[0]
    code = wallet_sign_in.answer(authority_id=authority.id, state=state, posted="", error=error, now=now)
    assert back(code, begun.browser).problem == problem
    assert wallet_sign_in.waiting(authority.id, DRAFT, begun.browser, now) is None


def test_across_devices_her_browser_looks_by_itself(authority, put, begin, show, now):
    with pytest.raises(Refused, match="not_found"):
        begin(across=True)
    put(across=["parken"])
    begun = begin(across=True)
    looks = {"authority_id": authority.id, "draft_id": DRAFT, "now": now}
    assert wallet_sign_in.look(**looks, browser=begun.browser) is None
    assert show(begun) is None
    assert wallet_sign_in.look(**looks, browser="somebody else's") is None
    assert wallet_sign_in.waiting(authority.id, DRAFT, begun.browser, now) is None
    arrival = wallet_sign_in.look(**looks, browser=begun.browser)
    assert arrival is not None
    assert arrival.problem == ""
    assert wallet_sign_in.waiting(authority.id, DRAFT, begun.browser, now) is not None


def test_a_code_on_a_screen_counts_three_minutes(authority, put, begin, now):
    put(across=["parken"])
    begun = begin(across=True)
    late = wallet_sign_in.look(
        authority_id=authority.id, draft_id=DRAFT, browser=begun.browser, now=now + timedelta(minutes=3)
    )
    assert late is not None
    assert late.problem == "late"


def test_the_open_question_is_shown_to_the_browser_that_began(authority, begin, now):
    begun = begin()
    asked = {"authority_id": authority.id, "draft_id": DRAFT, "now": now}
    found = wallet_sign_in.open_question(**asked, browser=begun.browser)
    assert found is not None
    assert found.link == begun.link
    assert wallet_sign_in.open_question(**asked, browser="somebody else's") is None


def test_no_wallet_sees_a_question_beyond_the_registration(authority, put, begin):
    credentials = [{"format": name, "claim": [{"path": ["family_name"]}]} for name in wallet_sign_in.FORMATS]
    registration = maker.sign_jws({"typ": "rc-wrp+jwt"}, {"credentials": credentials}, maker.new_key())
    put(registrations={"parken": registration})
    with pytest.raises(Refused, match="wallet_too_much"):
        begin()
    assert rows(authority) == []
    assert begin(claims=("family_name",), formats=("dc+sd-jwt",))


def test_a_credential_of_ours_that_is_not_registered_is_left_out(authority, put, begin, now):
    permit = Evidence("parken", "urn:x", {"permit_number": ("permit_number",)}, "", beside=True)
    asking = {"claims": ("family_name",), "formats": ("dc+sd-jwt",), "evidence": [permit]}
    for paths, wanted in (([["family_name"]], 0), ([["family_name"], ["permit_number"]], 1)):
        credentials = [{"format": "dc+sd-jwt", "claim": [{"path": path} for path in paths]}]
        put(
            registrations={
                "parken": maker.sign_jws({"typ": "rc-wrp+jwt"}, {"credentials": credentials}, maker.new_key())
            }
        )
        begin(**asking)
        (row,) = rows(authority)
        assert len(wallet_sign_in._opened(row)[0].evidence) == wanted


def test_a_registration_that_has_ended_covers_nothing(authority, put, begin, now):
    credentials = [{"format": name, "claim": [{"path": ["family_name"]}]} for name in wallet_sign_in.FORMATS]
    said = {"credentials": credentials, "exp": int(now.timestamp()) + 3600}
    put(registrations={"parken": maker.sign_jws({"typ": "rc-wrp+jwt"}, said, maker.new_key())})
    assert wallet_sign_in.available(authority.id, "parken", now)
    later = now + timedelta(hours=1)
    with pytest.raises(Refused, match="wallet_too_much"):
        begin(claims=("family_name",), formats=("dc+sd-jwt",), now=later)
    assert (rows(authority), wallet_sign_in.available(authority.id, "parken", later)) == ([], None)


def test_with_an_access_certificate_that_has_ended_no_wallet_is_asked(authority, put, begin, now):
    """Report: every wallet refuses it, and she was offered hers first all the same."""
    put()
    assert wallet_sign_in.available(authority.id, "parken", now)
    later = now + timedelta(days=90)
    with pytest.raises(Refused, match="wallet_too_much"):
        begin(now=later)
    assert (rows(authority), wallet_sign_in.available(authority.id, "parken", later)) == ([], None)


def test_who_cannot_be_named_at_this_host_asks_nobody(authority, put, begin):
    other = maker.below(maker.root("Access root"), "Weißenburg", dns="elsewhere.example")
    put(key=other.pkcs8(), chain=other.pem(), prefix="x509_san_dns")
    with pytest.raises(Refused, match="wallet_too_much"):
        begin()
    assert rows(authority) == []


def test_what_is_not_registered_is_not_asked_where_something_else_is(authority, put, begin, now):
    credentials = [{"format": name, "claim": [{"path": ["family_name"]}]} for name in wallet_sign_in.FORMATS]
    registration = maker.sign_jws({"typ": "rc-wrp+jwt"}, {"credentials": credentials}, maker.new_key())
    put(registrations={"parken": registration})
    with pytest.raises(Refused, match="wallet_too_much"):
        begin(service="hundesteuer", claims=("family_name",))
    assert (rows(authority), wallet_sign_in.available(authority.id, "hundesteuer", now)) == ([], None)
    put(registrations={"parken": registration, wallet_access.EVERY_SERVICE: registration})
    assert wallet_sign_in.available(authority.id, "hundesteuer", now)


def test_one_towns_wallet_sign_in_is_not_anothers(neighbour, begin, now):
    state = begin().link.rpartition("%2F")[2].partition("&")[0]
    with pytest.raises(Refused, match="not_found"):
        wallet_sign_in.request_object(authority_id=neighbour.id, state=state, wallet_nonce="", now=now)
    with pytest.raises(Refused, match="not_found"):
        wallet_sign_in.begin(
            authority_id=neighbour.id, draft_id=DRAFT, service="parken", claims=CLAIMS, origin=ORIGIN, now=now
        )


def test_what_nobody_finished_is_forgotten(authority, begin, now):
    begin()
    wallet_sign_in.forget_ended(authority_id=authority.id, now=now + timedelta(minutes=9))
    assert len(rows(authority)) == 1
    wallet_sign_in.forget_ended(authority_id=authority.id, now=now + timedelta(minutes=10))
    assert rows(authority) == []


# With what the authority asks


def test_keys_and_certificates_must_fit_together(put, signer):
    other = maker.below(maker.root("Access root"), "Weißenburg")
    with pytest.raises(Refused) as refused:
        put(key=other.pkcs8())
    assert "does not belong" in refused.value.text
    own = maker.root("Self-made")
    with pytest.raises(Refused, match="wallet_access"):
        put(key=own.pkcs8(), chain=own.pem())
    with pytest.raises(Refused, match="wallet_access"):
        put(registrations={"": "no certificate"})
    with pytest.raises(Refused, match="wallet_prefix"):
        put(prefix="redirect_uri")


def test_what_ends_soon_is_named(authority, put, now):
    assert wallet_access.ending(authority.id, now) == []
    registration = maker.sign_jws(
        {"typ": "rc-wrp+jwt"}, {"credentials": [], "exp": maker.SECONDS + 5 * 24 * 3600}, maker.new_key()
    )
    put(registrations={"parken": registration})
    assert [(one.what, one.service) for one in wallet_access.ending(authority.id, now)] == [("registration", "parken")]
    later = wallet_access.ending(authority.id, now + timedelta(days=40))
    assert [one.what for one in later] == ["registration", "access"]


def test_the_key_is_kept_sealed(authority, put, signer):
    from stadttor.identity.models import WalletAccess

    with work(authority.id):
        row = WalletAccess.objects.get()
    assert signer.pkcs8() not in bytes(row.key_sealed)
    access = wallet_access.access_of(authority.id)
    assert access is not None
    assert replace(access.asker, registration="").key == signer.pkcs8()


def test_states_are_found_by_hash(authority, begin):
    state = begin().link.rpartition("%2F")[2].partition("&")[0]
    (row,) = rows(authority)
    assert bytes(row.state_hash) == hashed(state)
