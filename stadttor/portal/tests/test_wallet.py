"""Showing a wallet while filling in a form, from the link on the page to what counts for the application."""

import re
from html import unescape
from uuid import UUID

import pytest
from django.test import Client

from adapters.eudi_wallet.jws import read_jws
from adapters.eudi_wallet.status_lists import StatusLists
from adapters.eudi_wallet.tests import maker
from adapters.eudi_wallet.verifier import EudiWallets
from stadttor.catalog.tests.builders import adopted
from stadttor.ground.actor import SYSTEM
from stadttor.ground.rows import insert
from stadttor.ground.work import work
from stadttor.identity import ports, signing_in, wallet_access, wallet_pages
from stadttor.identity.assertions import assertion_of, browser_cookie, signed_in_with
from stadttor.identity.models import AccountServiceRow, CitizenSignIn, WalletSignIn
from stadttor.identity.ports import IdentityAssertion
from stadttor.identity.queries import hashed
from stadttor.identity.vocabulary import Claim
from stadttor.identity.wallet_pages import FORM_TYPE
from stadttor.portal import access
from stadttor.portal.pages import entrance, filling, identifying
from stadttor.portal.pages.wallet import PROBLEMS

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def _day_of_the_certificates(monkeypatch):
    for pages in (entrance, filling, identifying, wallet_pages):
        monkeypatch.setattr(pages, "now", lambda: maker.NOW)


@pytest.fixture
def wallets(authority):
    """The town can ask wallets, by code as well."""
    one = EudiWallets(maker.anchors(), StatusLists(lambda uri: maker.status_token()))
    ports.use_wallets(lambda: one)
    signer = maker.below(maker.root("Access root"), "Weißenburg")
    wallet_access.put_access(
        authority_id=authority.id, key=signer.pkcs8(), chain=signer.pem(), registrations={}, prefix="x509_hash",
        across=["muster"], actor=SYSTEM, now=maker.NOW,
    )  # fmt: skip
    yield one
    ports.use_wallets(None)


@pytest.fixture
def draft(authority, client):
    """The address of a draft of the skeleton's form, which asks for both names."""
    adopted(authority.id, maker.NOW)
    return re.match(r"/antrag/[0-9a-f-]+", client.post("/leistungen/muster/antrag").headers["Location"])[0]


def text(client, address):
    return client.get(address).content.decode()


def link_on(page):
    return unescape(re.search(r'href="(openid4vp:[^"]+)"', page)[1])


def answered(client, link, **issued):
    """The wallet follows the link and posts; gives what it was asked and what it was told."""
    state = link.rpartition("%2F")[2].partition("&")[0]
    request = read_jws(client.get(f"/wallet/request/{state}").text, typ="oauth-authz-req+jwt").claims()
    shown = maker.bound(maker.sd_jwt_vc(**issued), audience=request["client_id"], nonce=request["nonce"])
    jwe = maker.encrypted({"vp_token": {"pid": [shown]}}, request["client_metadata"]["jwks"]["keys"][0])
    return request, client.post(f"/wallet/answer/{state}", f"response={jwe}", content_type=FORM_TYPE)


def test_she_is_asked_for_what_the_form_needs_and_takes_it_over(authority, client, wallets, draft):
    assert f'href="{draft}/ausweisen"' in text(client, f"{draft}/seite/person")
    assert f'href="{draft}/wallet"' in text(client, f"{draft}/ausweisen")
    asked = text(client, f"{draft}/wallet")
    assert "Wir fragen nach diesen 2 Angaben, weil" in asked
    assert "Vornamen, weil das Formular nach „Vorname“ fragt" in asked
    assert client.post(f"{draft}/wallet", {"way": "here"}).status_code == 303
    request, told = answered(client, link_on(text(client, f"{draft}/wallet")))
    (sd_jwt, _mdoc) = request["dcql_query"]["credentials"]
    assert [claim["path"] for claim in sd_jwt["claims"]] == [["family_name"], ["given_name"]]
    back = client.get(told.json()["redirect_uri"].partition("localhost")[2])
    assert back.headers["Location"] == f"{draft}/wallet"
    assert "MUSTERMANN" in text(client, f"{draft}/wallet")
    draft_id = UUID(draft.rpartition("/")[2])
    assert assertion_of(authority.id, draft_id) is None
    client.post(f"{draft}/wallet", {"choice": "take"})
    said = assertion_of(authority.id, draft_id)
    assert (said.level, said.claims["family_name"].value) == ("hoch", "MUSTERMANN")
    assert signed_in_with(authority.id, draft_id, client.cookies[browser_cookie(draft_id)].value)
    assert 'value="MUSTERMANN"' in text(client, f"{draft}/seite/person")


def test_what_was_proven_is_shown_to_the_browser_that_began_and_to_no_other_with_the_link(
    authority, client, wallets, draft
):
    """Report: he sends her the link of his draft, she shows her card there, and he read it before she had said a word."""
    client.post(f"{draft}/wallet", {"way": "here"})
    _request, told = answered(client, link_on(text(client, f"{draft}/wallet")))
    client.get(told.json()["redirect_uri"].partition("localhost")[2])
    draft_id = UUID(draft.rpartition("/")[2])
    mallory = Client(headers={"host": "weissenburg.localhost"})
    name = access.cookie_name(draft_id)
    mallory.cookies[name] = client.cookies[name].value
    assert "MUSTERMANN" not in text(mallory, f"{draft}/wallet")
    mallory.post(f"{draft}/wallet", {"choice": "take"})
    assert assertion_of(authority.id, draft_id) is None
    assert "MUSTERMANN" in text(client, f"{draft}/wallet")


def test_of_two_answers_that_came_back_the_one_she_looks_at_counts_and_the_other_is_gone(
    authority, client, wallets, draft
):
    """Report: back from her account, she went the way of the wallet after all; "use this" took the account's answer."""
    draft_id = UUID(draft.rpartition("/")[2])
    client.post(f"{draft}/wallet", {"way": "here"})
    _request, told = answered(client, link_on(text(client, f"{draft}/wallet")))
    client.get(told.json()["redirect_uri"].partition("localhost")[2])
    answered_by_an_account(authority, draft_id, client.cookies[browser_cookie(draft_id)].value)
    client.post(f"{draft}/wallet", {"choice": "take"})
    assert assertion_of(authority.id, draft_id).source == "wallet_pid"
    with work(authority.id):
        assert not CitizenSignIn.objects.filter(draft_id=draft_id).exists()


def test_the_same_on_the_page_of_the_account(authority, client, wallets, draft):
    draft_id = UUID(draft.rpartition("/")[2])
    client.post(f"{draft}/wallet", {"way": "here"})
    _request, told = answered(client, link_on(text(client, f"{draft}/wallet")))
    client.get(told.json()["redirect_uri"].partition("localhost")[2])
    answered_by_an_account(authority, draft_id, client.cookies[browser_cookie(draft_id)].value)
    client.post(f"{draft}/angemeldet", {"choice": "take"})
    assert assertion_of(authority.id, draft_id).source == "bundid"
    with work(authority.id):
        assert not WalletSignIn.objects.filter(draft_id=draft_id).exists()


def answered_by_an_account(authority, draft_id, browser):
    """Her account's answer waits for this draft and browser."""
    said = IdentityAssertion("bundid", "substantiell", maker.NOW, {"family_name": Claim("WEBER", "substantiell", "sn")})
    service = AccountServiceRow(
        authority_id=authority.id, source="bundid", entity_id="https://id.example", sign_in_url="https://id.example/in",
        certificates=[], keys_sealed=b"", created=maker.NOW,
    )  # fmt: skip
    row = CitizenSignIn(
        authority_id=authority.id, service_id=service.id, draft_id=draft_id, relay_hash=b"relay",
        browser_hash=hashed(browser), question={}, state="answered", result=signing_in._written(said),
        started=maker.NOW, expires=maker.NOW + signing_in.LASTS,
    )  # fmt: skip
    with work(authority.id):
        insert(service)
        insert(row)


def test_what_she_throws_away_is_gone(authority, client, wallets, draft):
    client.post(f"{draft}/wallet", {"way": "here"})
    _request, told = answered(client, link_on(text(client, f"{draft}/wallet")))
    client.get(told.json()["redirect_uri"].partition("localhost")[2])
    client.post(f"{draft}/wallet", {"choice": "leave"})
    assert "MUSTERMANN" not in text(client, f"{draft}/wallet")
    assert assertion_of(authority.id, UUID(draft.rpartition("/")[2])) is None


def test_in_another_browser_it_is_explained_and_gone(client, wallets, draft):
    client.post(f"{draft}/wallet", {"way": "here"})
    _request, told = answered(client, link_on(text(client, f"{draft}/wallet")))
    elsewhere = Client(headers={"host": "weissenburg.localhost"})
    answer = elsewhere.get(told.json()["redirect_uri"].partition("localhost")[2])
    assert answer.status_code == 403
    assert "in einem anderen Browser" in answer.content.decode()
    assert "MUSTERMANN" not in text(client, f"{draft}/wallet")


def test_by_code_her_page_looks_by_itself(authority, client, wallets, draft):
    client.post(f"{draft}/wallet", {"way": "across"})
    page = text(client, f"{draft}/wallet")
    assert 'aria-label="QR-Code, der Ihre Wallet öffnet"' in page
    assert "noch nicht geantwortet" in text(client, f"{draft}/wallet?answered=yes")
    _request, told = answered(client, link_on(page))
    assert told.json() == {}
    assert client.get(f"{draft}/wallet?answered=yes").headers["Location"] == f"{draft}/wallet"
    assert "MUSTERMANN" in text(client, f"{draft}/wallet")
    client.post(f"{draft}/wallet", {"choice": "take"})
    draft_id = UUID(draft.rpartition("/")[2])
    assert signed_in_with(authority.id, draft_id, client.cookies[browser_cookie(draft_id)].value)


def test_what_did_not_hold_is_explained_with_a_way_on(client, wallets, draft):
    client.post(f"{draft}/wallet", {"way": "here"})
    _request, told = answered(client, link_on(text(client, f"{draft}/wallet")), exp=maker.SECONDS - 100)
    assert told.status_code == 400
    page = text(client, f"{draft}/wallet?answered=yes")
    assert "gilt nicht mehr" in page
    assert 'value="here"' in page


def test_on_one_device_a_button_says_what_became_of_it(client, wallets, draft):
    """Report: her wallet was refused, and she stood before a page that said nothing."""
    client.post(f"{draft}/wallet", {"way": "here"})
    assert 'name="answered" value="yes"' in text(client, f"{draft}/wallet")
    assert "noch nicht geantwortet" in text(client, f"{draft}/wallet?answered=yes")


def test_the_way_back_opened_twice_or_late_is_explained(client, wallets, draft):
    """Report: it was the page for what does not exist, without a word and without a way on."""
    client.post(f"{draft}/wallet", {"way": "here"})
    _request, told = answered(client, link_on(text(client, f"{draft}/wallet")))
    back = told.json()["redirect_uri"].partition("localhost")[2]
    assert client.get(back).status_code == 302
    again = client.get(back)
    assert (again.status_code, "zählt nicht mehr" in again.content.decode()) == (404, True)


@pytest.mark.parametrize("problem", list(PROBLEMS))
def test_every_problem_has_words(client, wallets, draft, problem):
    assert "Es wurde nichts übernommen" in text(client, f"{draft}/wallet?problem={problem}")


def test_without_wallets_nothing_is_offered(client, draft):
    assert "/ausweisen" not in text(client, f"{draft}/seite/person")
    assert "/wallet" not in text(client, f"{draft}/ausweisen")
    assert client.get(f"{draft}/wallet").status_code == 404


def test_nobody_else_opens_it(client, wallets, draft):
    assert Client(headers={"host": "weissenburg.localhost"}).get(f"{draft}/wallet").status_code == 404
