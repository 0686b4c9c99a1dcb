"""The demo's wallet walks the real way, says that it is simulated, and is nowhere but in the demo."""

import json
import re
from html import unescape
from uuid import UUID

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from adapters.eudi_wallet.setting import wallets_from
from adapters.eudi_wallet.simulated import new_keys
from adapters.eudi_wallet.vocabulary import PID_SD_JWT
from stadttor.catalog import queries as catalog
from stadttor.ground.clock import now
from stadttor.identity import ports, wallet_access
from stadttor.identity.assertions import assertion_of
from stadttor.portal import access
from stadttor.portal.services import start
from stadttor.site import simulated_wallet, wiring
from tests.isolation import world


@pytest.fixture
def town(authority, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "VAR", tmp_path)
    forget()
    wiring.connect()
    made = world.Town(authority.id, authority.slug, authority.slug)
    world._adopt(made, world.SERVICE)
    simulated_wallet.set_up(authority.id, now())
    token = access.new_token()
    draft_id = start(
        form=catalog.adopted_form(authority.id, "bewohnerparkausweis"), token=token, language="de", now=now()
    )
    made.things["draft_id"], made.secrets["draft_id"] = str(draft_id), token
    made.things["submission_id"], made.secrets["submission_id"] = str(UUID(int=1)), "keines"
    yield made
    forget()
    ports.use_wallets(None)


def forget():
    wiring._wallets.cache_clear()
    wiring._issuer.cache_clear()


def no_list(uri):
    return None


def in_the_wallet(town):
    """(her browser, the page of her draft's wallet, the address that opens it)."""
    client, page = town.citizen(), f"/antrag/{town.things['draft_id']}/wallet"
    client.post(page, {"way": "here"})
    link = unescape(re.search(r'href="([^"]+/simulierte-wallet[^"]+)"', client.get(page).content.decode())[1])
    return client, page, link.partition("localhost")[2]


@pytest.mark.db
def test_anybody_can_walk_the_way_of_a_wallet_and_it_says_that_it_is_none(town):
    client, page, link = in_the_wallet(town)
    assert "Simulation" in client.get(page).content.decode()
    asked = client.get(link).content.decode()
    assert all(word in asked for word in ("Simulation", "Familienname", "Straße und Hausnummer", "x509_hash:"))
    back = client.post(link, {"person": "amira"})
    assert client.get(back.headers["Location"]).headers["Location"] == page
    assert "YILMAZ" in client.get(page).content.decode()
    client.post(page, {"choice": "take"})
    said = assertion_of(town.authority_id, UUID(town.things["draft_id"]))
    assert (said.source, said.claims["family_name"].value) == ("simulated_wallet", "YILMAZ")
    assert "phone" not in said.claims


@pytest.mark.db
def test_who_cancels_in_it_reads_so(town):
    client, page, link = in_the_wallet(town)
    back = client.post(link, {"person": "nobody"})
    assert client.get(back.headers["Location"]).headers["Location"] == f"{page}?problem=declined"


@pytest.mark.db
def test_it_answers_open_questions_only_and_is_set_up_once(town):
    client, _page, link = in_the_wallet(town)
    client.post(link, {"person": "jonas"})
    assert client.get(link).status_code == 404
    before = wallet_access.access_of(town.authority_id).asker.chain
    simulated_wallet.set_up(town.authority_id, now())
    assert wallet_access.access_of(town.authority_id).asker.chain == before


@pytest.mark.db
def test_outside_of_the_demo_there_is_no_such_page_and_nobody_believes_it(town, monkeypatch):
    client, _page, link = in_the_wallet(town)
    monkeypatch.setattr(settings, "STADTTOR_DEMO", False)
    assert client.get(link).status_code == 404
    assert client.post(link, {"person": "amira"}).status_code == 404
    forget()
    assert wiring._wallets() is None
    forget()
    monkeypatch.setenv("STADTTOR_WALLETS", str(settings.VAR / simulated_wallet.DEMO_WALLETS))
    with pytest.raises(ValueError, match="demo only"):
        wiring._wallets()
    with pytest.raises(ImproperlyConfigured, match="demo only"):
        wiring.connect()


@pytest.mark.db
def test_outside_of_the_demo_nothing_is_set_up(authority, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "VAR", tmp_path)
    monkeypatch.setattr(settings, "STADTTOR_DEMO", False)
    simulated_wallet.set_up(authority.id, now())
    assert list(tmp_path.iterdir()) == []


def test_such_a_file_is_refused_outside_of_the_demo(tmp_path):
    path = tmp_path / "wallets.json"
    path.write_text(json.dumps({"anchors": {}, "simulated": "../../simulierte-wallet"}))
    with pytest.raises(ValueError, match="demo only"):
        wallets_from(path, no_list)


@pytest.mark.parametrize("demo", [True, False])
def test_the_root_of_a_demo_is_refused_in_any_other_file(tmp_path, demo):
    (tmp_path / "root.pem").write_text(new_keys("Simulated issuer", now()).root)
    path = tmp_path / "wallets.json"
    path.write_text(json.dumps({"anchors": {PID_SD_JWT: ["root.pem"]}}))
    with pytest.raises(ValueError, match="root of a simulated wallet"):
        wallets_from(path, no_list, demo=demo)
