"""Services without a form: found by everyday words and life situations, readable, replaced by a package."""

import re

import pytest

from stadttor.catalog.tests.builders import adopted
from stadttor.descriptions.queries import described
from stadttor.ground.clock import now
from stadttor.portal.search import found

pytestmark = pytest.mark.db


def read(client, address, language="en"):
    return client.get(address, headers={"accept-language": language}).content.decode()


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("auswandern", "wohnsitz-abmelden"),
        ("Hund gestorben", "hund-abmelden"),
        ("perso verlängern", "personalausweis"),
        ("ausweis gestohlen", "ausweis-verloren"),
        ("heiraten", "eheschliessung-anmelden"),
        ("Sofa", "sperrmuell"),
        ("strafzettel", "verwarnung-bussgeld"),
        ("firma gründen", "gewerbeanmeldung"),
        ("kneipe", "gaststaette"),
        ("Tische draußen", "sondernutzung"),
        ("kindergarten", "kita-voranmeldung"),
        ("Mülltonne", "abfalltonne"),
        ("schlagloch", "maengel-melden"),
        ("Umtausch Führerschein", "fuehrerschein-umtauschen"),
        ("Briefwahl", "briefwahl"),
        ("obdachlos", "obdach"),
    ],
)
def test_everyday_words_find_the_description(words, slug):
    hits = found(described("de"), words)
    assert hits.services[0].slug == slug
    assert not hits.guessed


def test_a_town_without_a_package_has_a_portal_all_the_same(client, authority):
    page = read(client, "/leistungen")
    assert page.count("<li><h3") >= 80
    assert 'href="#a"' in page.lower()
    assert "online</span>" not in page, "nothing says online that has no form here"


def test_a_life_situation_shows_what_belongs_to_it(client, authority):
    page = read(client, "/leistungen?lage=familie")
    assert "Order a birth certificate" in page
    assert "Apply for a passport" not in page
    assert read(client, "/leistungen?lage=unsinn").count("<li><h3") >= 80


def test_a_description_says_what_one_needs_who_is_responsible_and_when_it_was_reviewed(client, authority):
    page = read(client, "/leistungen/geburtsurkunde")
    for said in ("Order a birth certificate", "identity card or passport", "registry office", "§", "22 November 2026"):
        assert said in page
    assert "Start application" not in page


def test_in_another_language_the_german_text_is_marked_as_german(client, authority):
    page = read(client, "/leistungen/geburtsurkunde", "tr")
    assert re.search(r'<p class="kern-body" lang="de" dir="ltr">Vom Standesamt', page)
    assert "yalnızca Almanca ve İngilizce" in page


def test_a_package_takes_the_place_of_the_description_with_its_address(client, authority, monkeypatch):
    from stadttor.portal.pages import listing

    rows = (*described("en"), described("en")[0].__class__("muster", "Described sample", "", "en", ()))
    monkeypatch.setattr(listing.described, "described_at", lambda authority_id, language: rows)
    assert "Described sample" in read(client, "/leistungen")
    adopted(authority.id, now())
    page = read(client, "/leistungen")
    assert "Described sample" not in page
    assert "online</span>" in page


def test_an_address_that_nobody_describes_is_unknown(client, authority):
    assert client.get("/leistungen/gibtesnicht").status_code == 404
