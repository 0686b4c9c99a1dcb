import re

import pytest
import yaml
from django.test import Client

from stadttor.catalog.tests.builders import adopted
from stadttor.ground.clock import now
from stadttor.portal.pages.drafts import next_place
from stadttor.portal.tests.builders import PACKAGES, journey, offered

pytestmark = pytest.mark.db


@pytest.fixture
def draft(authority, client):
    """The address of a draft of the skeleton's form, opened in this browser."""
    adopted(authority.id, now())
    return begun(client)


def begun(client):
    address = client.post("/leistungen/muster/antrag").headers["Location"]
    return re.match(r"/antrag/[0-9a-f-]+", address)[0]


def test_what_cannot_be_read_is_still_there_after_going_back(client, draft):
    sent = {"anliegen.art": "neu", "anliegen.ab.day": "24", "anliegen.ab.month": "5", "go": "back"}
    assert client.post(f"{draft}/seite/anliegen", sent).status_code == 302
    page = client.get(f"{draft}/seite/anliegen").content.decode()
    assert re.search(r'name="anliegen.ab.month" value="5"', page)
    assert "Es fehlt noch" not in page


def test_an_explained_page_begins_its_title_with_error(client, draft):
    page = client.post(f"{draft}/seite/anliegen", {"go": "on"}, follow=True)
    assert "<title>Fehler: " in page.content.decode()


def test_back_after_an_error_leads_through_pages_only(client, draft):
    """Report: the way back over an explained page ended at the browser's "Confirm form resubmission"."""
    sent = {"anliegen.art": "neu", "anliegen.ab.day": "٣١", "anliegen.ab.month": "Mai", "go": "on"}
    answer = client.post(f"{draft}/seite/anliegen", sent)
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"{draft}/seite/anliegen?after=check#error-summary",
    )
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    text = page.content.decode()
    assert 'value="٣١"' in text
    assert 'value="Mai"' in text
    assert "es fehlt noch: Jahr" in text
    assert "Fehler" not in client.get(f"{draft}/seite/anliegen").content.decode()


def test_the_link_for_later_is_offered_to_the_address_of_the_answers(client, draft):
    client.post(f"{draft}/seite/person", {"person.email": "amira.yilmaz@example.org", "go": "later"})
    assert 'value="amira.yilmaz@example.org"' in client.get(f"{draft}/spaeter").content.decode()


def test_a_mistyped_address_for_the_link_is_explained_and_kept(client, draft):
    answer = client.post(f"{draft}/spaeter", {"email": "amira\0@"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{draft}/spaeter?after=check#error-summary")
    page = client.get(answer.headers["Location"]).content.decode()
    assert 'value="amira@"' in page
    assert "<title>Fehler: " in page
    assert "Fehler" not in client.get(f"{draft}/spaeter").content.decode()


def test_back_after_asking_for_the_link_shows_a_page_of_ours(client, draft):
    answer = client.post(f"{draft}/spaeter", {"email": "amira@example.org"})
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "Der Link ist unterwegs an amira@example.org" in page.content.decode()


def test_whoever_comes_back_goes_on_at_the_first_page_she_has_not_seen(client, draft):
    sent = {"person.vorname": "Amira", "person.nachname": "Yılmaz", "person.email": "amira@example.org", "go": "later"}
    client.post(f"{draft}/seite/person", sent)
    later = client.get(f"{draft}/spaeter").content.decode()
    assert f'href="{draft}/seite/anliegen"' in later
    link = re.search(r"/weiter/[\w-]+", later)[0]
    assert client.get(link).headers["Location"] == f"{draft}/seite/anliegen"


def test_a_page_that_needs_nothing_is_shown_before_the_summary():
    example = yaml.safe_load((PACKAGES / "wohnsitzanmeldung/examples/einzug-allein.yaml").read_text(encoding="utf-8"))
    example["answers"]["nachweis"]["bestaetigung"] = ["a-file"]
    here = journey(offered("wohnsitzanmeldung"), example["answers"])
    for page in here.steps:
        for group in page.groups:
            here.draft.answers.setdefault(group.id, {})
    assert next_place(here).endswith("/zusammenfassung")
    del here.draft.answers["widerspruch"]
    assert next_place(journey(here.form, here.draft.answers)).endswith("/seite/widerspruch")


def test_a_half_typed_address_is_not_offered_for_the_link(client, draft):
    client.post(f"{draft}/seite/person", {"person.email": "amira", "go": "later"})
    assert 'value="amira"' not in client.get(f"{draft}/spaeter").content.decode()


def test_on_another_device_the_link_opens_in_the_language_of_the_application(authority, client):
    """Report: a draft begun in plain German opened in standard German on the phone, where nobody had chosen a language."""
    adopted(authority.id, now())
    client.get("/?lang=de-simple")
    link = re.search(r"/weiter/[\w-]+", client.get(f"{begun(client)}/spaeter").content.decode())[0]
    phone = Client(headers={"host": "weissenburg.localhost", "accept-language": "de"})
    assert phone.get(link).headers["Location"].endswith("?lang=de-simple")
    phone.get("/?lang=uk")
    assert "lang" not in phone.get(link).headers["Location"]
