"""What wallets reach of us: no cookie, no redirection, no reason."""

import pytest

from adapters.eudi_wallet.jws import read_jws
from stadttor.identity import wallet_pages, wallet_sign_in
from stadttor.identity.tests.conftest import DRAFT

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def _today(monkeypatch, now):
    monkeypatch.setattr(wallet_pages, "now", lambda: now)


@pytest.fixture
def state(begin):
    return begin().link.rpartition("%2F")[2].partition("&")[0]


def test_the_question_can_be_fetched_twice_and_both_ways(client, state):
    address = f"/wallet/request/{state}"
    got, posted = client.get(address), client.post(address, "wallet_nonce=theirs", content_type=wallet_pages.FORM_TYPE)
    assert [one.status_code for one in (got, posted)] == [200, 200]
    assert got.headers["Content-Type"] == "application/oauth-authz-req+jwt"
    assert got.headers["Cache-Control"] == "no-store"
    claims = [read_jws(one.text, typ="oauth-authz-req+jwt").claims() for one in (got, posted)]
    assert [one.get("wallet_nonce") for one in claims] == [None, "theirs"]
    assert claims[0]["response_uri"].endswith(f"/wallet/answer/{state}")
    assert not got.cookies


@pytest.mark.parametrize("address", ["/wallet/request/unknown", "/wallet/answer/unknown"])
def test_what_is_not_there_says_nothing(client, begin, address):
    assert client.post(address).json() == {"error": "invalid_request"}
    assert client.post(address).status_code == 404


def test_a_wrong_answer_learns_no_reason(client, state):
    posted = client.post(f"/wallet/answer/{state}", "response=a.b.c.d.e", content_type=wallet_pages.FORM_TYPE)
    assert (posted.status_code, posted.json()) == (400, {"error": "invalid_request"})
    assert client.get(f"/wallet/request/{state}").status_code == 404


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
def test_an_answer_is_a_form(client, state, kind):
    assert client.post(f"/wallet/answer/{state}", "error=access_denied", content_type=kind).status_code == 400


def test_an_answer_without_end_is_none(client, state):
    large = "error=access_denied&padding=" + "x" * wallet_pages.BODY_MAX
    assert client.post(f"/wallet/answer/{state}", large, content_type=wallet_pages.FORM_TYPE).status_code == 400


def test_a_wallet_that_declines_is_told_where_to_send_her(client, state):
    posted = client.post(f"/wallet/answer/{state}", "error=access_denied", content_type=wallet_pages.FORM_TYPE)
    assert posted.json()["redirect_uri"].startswith("http://weissenburg.localhost/wallet/done?response_code=")


def test_her_browser_comes_back_with_what_it_kept(authority, client, begin, now):
    begun = begin()
    state = begun.link.rpartition("%2F")[2].partition("&")[0]
    code = wallet_sign_in.answer(authority_id=authority.id, state=state, posted="", error="access_denied", now=now)
    stranger = client.get("/wallet/done", {"response_code": "unknown"})
    assert stranger.status_code == 404
    client.cookies[wallet_sign_in.cookie_name(DRAFT)] = begun.browser
    back = client.get("/wallet/done", {"response_code": code})
    assert back.headers["Location"].endswith("?problem=declined")
    assert client.get("/wallet/done", {"response_code": code}).status_code == 404
