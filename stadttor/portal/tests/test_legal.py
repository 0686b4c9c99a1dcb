"""What a person can read about her data before she writes anything."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.conf import settings

from stadttor.catalog.tests.builders import adopted
from stadttor.forms.definition import Field
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.papers.queries import Assessment, barriers, facts_of, notice
from stadttor.papers.rules.screening import screened
from stadttor.papers.services import assess
from stadttor.portal.tests.builders import PACKAGES, offered
from stadttor.tenancy.services import describe, set_coverage

SHIPPED = sorted(path.name for path in PACKAGES.iterdir() if path.is_dir())


def texts_of(parts):
    return {one.text for part in parts for one in part.asked}


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("language", ["de", "de-simple", "en", "uk", "tr", "ar"])
def test_every_question_of_every_package_stands_in_its_notice(name, language):
    form = offered(name)
    found, texts = notice(form, language), form.texts(language)

    def label(one: Field) -> str:
        return texts.text(f"fields.{one.path}.label")

    fields = [one for one in form.form.fields.values() if one.type != "info" and one.data_class not in ("K0", "K1")]
    assert texts_of(found.personal) | texts_of(found.special) == {label(one) for one in fields}
    assert {label(one) for one in fields if one.data_class == "K3"} <= texts_of(found.special)
    assert "" not in texts_of(found.personal) | texts_of(found.special)
    assert found.law
    assert found.title.text


def test_the_notice_says_where_a_case_is_handed_over_and_that_tax_is_secret():
    assert notice(offered("wohnsitzanmeldung"), "de").target == "Melderegister"
    assert notice(offered("hundesteuer"), "de").tax_secrecy
    assert not notice(offered("fundsache"), "de").tax_secrecy


def test_the_first_look_reads_risks_off_the_packages():
    moving, lost = facts_of(offered("wohnsitzanmeldung")), facts_of(offered("fundsache"))
    assert moving.special
    assert moving.joined
    assert moving.children
    assert screened(moving).result == "due"
    assert facts_of(offered("bewohnerparkausweis")).plates
    finds = offered("fundsache")
    assert not facts_of(replace(finds, content=replace(finds.content, handover=None))).joined
    assert not lost.special


@pytest.mark.db
def test_it_is_reached_from_the_service_and_from_the_privacy_page(authority, client):
    adopted(authority.id, now() - timedelta(minutes=1))
    address = "/leistungen/muster/datenschutz"
    for page in ("/leistungen/muster", "/datenschutz"):
        assert f'href="{address}"' in client.get(page).content.decode()
    assert client.get(address).status_code == 200
    assert client.get("/leistungen/gibtesnicht/datenschutz").status_code == 404


@pytest.mark.db
def test_it_names_officer_supervision_law_and_data_centre(authority, client, monkeypatch):
    monkeypatch.setattr(settings, "STADTTOR_PROCESSOR", "Rechenzentrum Muster, Ringstraße 1, 90402 Nürnberg")
    set_coverage(authority.id, ["095775534"], actor=SYSTEM, now=now())
    adopted(authority.id, now() - timedelta(minutes=1))
    officer = "Datenschutzbeauftragter\nMarktplatz 19\nschutz@weissenburg.example"
    describe(authority.id, actor=SYSTEM, now=now(), officer=officer)
    page = client.get("/leistungen/muster/datenschutz").content.decode()
    for word in (
        "Marktplatz 19",
        "schutz@weissenburg.example",
        "Rechenzentrum Muster",
        "www.datenschutz-bayern.de",
        "Art",
    ):
        assert word in page
    assert "datenschutz-bayern.de" in client.get("/datenschutz").content.decode()


@pytest.mark.db
def test_a_service_in_test_mode_shows_its_notice_to_nobody_outside(authority, client):
    adopted(authority.id, now() - timedelta(minutes=1), live=False)
    assert client.get("/leistungen/muster/datenschutz").status_code == 404


REPORT = {"text": "Der Ortsplan ist ein Bild.", "place": "Startseite", "email": "amira.yilmaz@example.org"}


@pytest.mark.db
def test_a_barrier_is_reported_without_account_and_javascript(authority, client):
    assert 'href="/barrierefreiheit/melden"' in client.get("/barrierefreiheit").content.decode()
    assert 'name="text"' in client.get("/barrierefreiheit/melden").content.decode()
    answer = client.post("/barrierefreiheit/melden", REPORT | {"email": " amira.yilmaz@Example.org "})
    assert answer.status_code == 303
    assert "Danke" in client.get(answer["Location"]).content.decode()
    (row,) = barriers(authority.id)
    assert (row.text, row.place, row.email, row.language) == (*REPORT.values(), "de")


@pytest.mark.db
@pytest.mark.parametrize(
    ("wrong", "field"), [({"text": " \0"}, "text"), ({"email": "amira"}, "email"), ({"text": "x" * 2_001}, "text")]
)
def test_a_report_that_is_none_keeps_what_was_typed(authority, client, wrong, field):
    answer = client.post("/barrierefreiheit/melden", REPORT | wrong)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.content.decode()
    assert "Startseite" in answer.content.decode()
    assert barriers(authority.id) == []


@pytest.mark.db
def test_the_statement_says_how_far_since_when_what_not_and_who_helps(authority, client):
    page = client.get("/barrierefreiheit").content.decode()
    assert "noch nicht bewertet" in page
    set_coverage(authority.id, ["095775534"], actor=SYSTEM, now=now())
    found = Assessment("partly", date(2026, 10, 1), "Ortsplan als Bild\nAlte Satzungen")
    assess(authority_id=authority.id, found=found, actor=SYSTEM, now=now())
    page = client.get("/barrierefreiheit").content.decode()
    for word in (
        "1. Oktober 2026",
        "Ortsplan als Bild",
        "Alte Satzungen",
        "§ 11 BayDiV",
        "ldbv.bayern.de",
        "Gebärdensprache",
    ):
        assert word in page
    assert "noch nicht bewertet" not in page
