"""The demo's wallet receives a permit, shows it in the renewal, and is nowhere but in the demo."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from adapters.eudi_wallet.issuing.issuer import EudiIssuer
from stadttor.cases.queries.permits import permit_of
from stadttor.cases.services.permitting import let_permit_go
from stadttor.ground.clock import now
from stadttor.identity import ports
from stadttor.identity.assertions import assertion_of
from stadttor.identity.issuing.queries import can_offer, open_offer, taken
from stadttor.identity.issuing.signing import signer_of
from stadttor.site import simulated_wallet, wiring
from stadttor.site.simulated_holdings import held
from stadttor.site.tests.test_issuing import KIND, grant
from stadttor.site.tests.test_showing_again import Renewal
from tests.isolation.world import in_work

pytestmark = pytest.mark.db
SERVICE = "bewohnerparkausweis"


@pytest.fixture
def town(authority, tmp_path, monkeypatch):
    """A town of the demo, and somebody's permit in it."""
    monkeypatch.setattr(settings, "VAR", tmp_path)
    forget()
    wiring.connect()
    made = in_work(authority)
    simulated_wallet.set_up(authority.id, now())
    forget()
    grant(made, made.things["case_id"])
    yield made
    forget()
    ports.use_wallets(None)


def forget():
    wiring._wallets.cache_clear()
    wiring._issuer.cache_clear()


def offered(town):
    """(her browser, the page on which it is offered, the address that opens the wallet, the number for it)."""
    browser, page = town.citizen(), f"/status/{town.things['submission_id']}/wallet"
    browser.post(page)
    link = unescape(re.search(r'href="([^"]+/simulierte-wallet/annehmen[^"]+)"', browser.get(page).content.decode())[1])
    number = open_offer(town.authority_id, town.things["case_id"], KIND, now()).tx_code
    return browser, page, path_of(link), number


def path_of(address):
    return urlsplit(address)._replace(scheme="", netloc="").geturl()


def receive(town, person="amira"):
    browser, page, link, number = offered(town)
    told = browser.post(link, {"tx_code": number, "person": person, "back": f"http://x{page}"})
    return browser, told.headers["Location"]


def into_the_wallet(renewal):
    renewal.browser.post(f"{renewal.draft}/wallet", {"way": "here"})
    link = unescape(re.search(r'href="([^"]+/simulierte-wallet[^"]+)"', renewal.text())[1])
    return path_of(link)


def test_it_receives_the_permit_and_shows_what_it_says(town):
    browser, page, link, number = offered(town)
    asked = browser.get(link, headers={"Referer": f"http://{town.slug}.localhost{page}"}).content.decode()
    for words in ("Dies ist eine Simulation", "bietet Ihnen an: Bewohnerparkausweis", f'value="{page}"', "Kennzeichen"):
        assert words in asked
    wrong = browser.post(link, {"tx_code": "nein", "person": "amira", "back": page})
    assert (wrong.status_code, "Diese Nummer ist falsch" in wrong.content.decode()) == (422, True)
    there = browser.post(link, {"tx_code": f" {number[:3]} {number[3:]}", "person": "amira", "back": page})
    shown = browser.get(there.headers["Location"]).content.decode()
    assert "In der Wallet von" in shown
    assert "Amira Yılmaz" in shown
    assert permit_of(town.authority_id, town.things["case_id"]).number in shown
    assert f'href="{page}?received=yes"' in shown
    assert taken(town.authority_id, town.things["case_id"]).counts(now())
    again = browser.get(link)
    assert (again.status_code, "gilt nicht mehr" in again.content.decode()) == (404, True)


def test_it_shows_the_permit_in_the_renewal_and_one_that_ended_is_refused(town):
    receive(town)
    amira, number = Renewal(town), permit_of(town.authority_id, town.things["case_id"]).number
    link, both = into_the_wallet(amira), f"pid own_{SERVICE}"
    assert "Personalausweis + Bewohnerparkausweis" in amira.browser.get(link).content.decode()
    other = amira.browser.post(link, {"person": "jonas", "show": both})
    assert (other.status_code, "In dieser Wallet ist das nicht" in other.content.decode()) == (422, True)
    back = amira.browser.post(link, {"person": "amira", "show": both}).headers["Location"]
    amira.browser.get(path_of(back))
    assert number in amira.text()
    amira.browser.post(f"{amira.draft}/wallet", {"choice": "take"})
    said = assertion_of(town.authority_id, amira.id)
    assert (said.source, said.claims["permit_number"].value) == ("simulated_wallet", number)
    let_permit_go(authority_id=town.authority_id, case_id=town.things["case_id"], now=now())
    late = Renewal(town)
    told = late.browser.post(into_the_wallet(late), {"person": "amira", "show": both})
    assert (told.status_code, "nicht angenommen" in told.content.decode()) == (400, True)
    assert "gilt nicht mehr" in late.text()


def test_outside_of_the_demo_nothing_is_received_signed_or_believed(town, monkeypatch):
    browser, _page, link, number = offered(town)
    signer = signer_of(town.authority_id)
    monkeypatch.setattr(settings, "STADTTOR_DEMO", False)
    forget()
    for answer in (browser.get(link), browser.post(link, {"tx_code": number, "person": "amira"})):
        assert answer.status_code == 404
    assert browser.get("/simulierte-wallet/inhalt?person=amira").status_code == 404
    assert not can_offer(town.authority_id, town.things["case_id"], KIND, now())
    assert held(town.slug, "amira") == {}
    with pytest.raises(ValueError, match="of a demo"):
        EudiIssuer().must_be_usable(signer, now())
    EudiIssuer("x").must_be_usable(signer, now())


def test_what_is_no_address_is_not_found(town):
    browser = offered(town)[0]
    for query in ("credential_offer_uri", "request_uri"):
        place = "annehmen" if query == "credential_offer_uri" else ""
        assert browser.get(f"/simulierte-wallet{'/' if place else ''}{place}?{query}=https://[x").status_code == 404


def test_whoever_has_no_wallet_gets_none(town):
    browser, _page, link, number = offered(town)
    browser.post(link, {"tx_code": number, "person": "deniz"})
    assert browser.get("/simulierte-wallet/inhalt?person=deniz").status_code == 404
    assert "Von dieser Stadt bisher nichts" in browser.get("/simulierte-wallet/inhalt?person=jonas").content.decode()
