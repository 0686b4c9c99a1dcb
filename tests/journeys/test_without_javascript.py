"""The citizen's way as a browser without JavaScript goes it."""

import re

import pytest
from django.urls import reverse

from stadttor.forms.models import Draft, Submission
from stadttor.ground.work import work

pytestmark = pytest.mark.db

LOST = {
    "antrag": {"antrag.art": "verlust", "antrag.ausweis_nummer": "2025-1", "antrag.verlust_grund": "verloren"},
    "person": {
        "person.vorname": "Amira",
        "person.nachname": "Yılmaz",
        "person.geburtsdatum.day": "24",
        "person.geburtsdatum.month": "5",
        "person.geburtsdatum.year": "1988",
        "person.anschrift.street": "Bahnhofstraße",
        "person.anschrift.house_number": "12",
        "person.anschrift.postal_code": "91781",
        "person.anschrift.city": "Weißenburg i. Bay.",
        "person.email": "amira.yilmaz@example.org",
    },
    "wohnung": {"wohnung.art": "hauptwohnung", "wohnung.zone": "A"},
    "fahrzeug": {
        "fahrzeug.nutzung": "eigenes",
        "fahrzeug.zulassung": "deutschland",
        "fahrzeug.kennzeichen": "wug ay 88",
    },
}


@pytest.fixture
def draft_url(client, permit):
    """A started application: the address of its first page."""
    return client.post("/leistungen/bewohnerparkausweis/antrag").headers["location"]


def fill(client, url, pages=LOST):
    """Post page after page as the redirects lead; gives the last address."""
    for page_id, values in pages.items():
        assert f"/seite/{page_id}" in url
        response = client.post(url, values | {"go": "on"})
        assert response.status_code == 302, response.content.decode()
        url = response.headers["location"]
    return url


def declare(client, summary):
    """What the form of the summary sends when the declaration is ticked."""
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(summary).content.decode())
    return {"declared": "yes", "seen": seen[1]}


def test_the_landing_page_and_the_service_page_say_what_one_needs(client, permit):
    home = client.get("/").content.decode()
    assert "/leistungen/bewohnerparkausweis" in home
    page = client.get("/leistungen/bewohnerparkausweis").content.decode()
    assert "Bewohnerparkausweis" in page
    assert "{p." not in page


def test_from_the_first_field_to_the_receipt(client, draft_url, authority):
    summary = fill(client, draft_url)
    assert "WUG-AY 88" in client.get(summary).content.decode()
    sent = client.post(summary, declare(client, summary))
    status = client.get(sent.headers["location"]).content.decode()
    with work(authority.id):
        number = Submission.objects.get().number
    assert number in status
    assert re.fullmatch(r"WEI-\d{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", number)


def test_sending_twice_is_one_application(client, draft_url, authority):
    summary = fill(client, draft_url)
    declared = declare(client, summary)
    first, second = (client.post(summary, declared) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    with work(authority.id):
        assert Submission.objects.count() == 1


def test_without_the_declaration_nothing_is_sent(client, draft_url, authority):
    summary = fill(client, draft_url)
    assert client.post(summary, declare(client, summary) | {"declared": ""}).status_code == 303
    with work(authority.id):
        assert Submission.objects.count() == 0


def test_a_wrong_answer_is_explained_at_its_field_and_kept(client, draft_url):
    url = fill(client, draft_url, {key: LOST[key] for key in ("antrag", "person", "wohnung")})
    response = client.post(url, LOST["fahrzeug"] | {"fahrzeug.kennzeichen": "12345678901", "go": "on"}, follow=True)
    page = response.content.decode()
    assert [status for _address, status in response.redirect_chain] == [303]
    assert 'href="#f-fahrzeug-kennzeichen"' in page
    assert "12345678901" in page


def test_questions_that_an_answer_brings_up_are_no_errors(client, draft_url):
    """Report: without JavaScript a new follow-up question came as an error."""
    url = fill(client, draft_url, {key: LOST[key] for key in ("antrag", "person", "wohnung")})
    page = client.post(url, {"fahrzeug.nutzung": "eigenes", "go": "on"}, follow=True).content.decode()
    assert "Noch eine Frage" in page
    assert "Fehler:" not in page
    assert "Fehler:" in client.post(url, {"fahrzeug.nutzung": "eigenes", "go": "on"}, follow=True).content.decode()


def test_whoever_saw_a_question_appear_is_told_that_it_is_missing(client, draft_url):
    url = fill(client, draft_url, {key: LOST[key] for key in ("antrag", "person", "wohnung")})
    page = client.post(url, {"fahrzeug.nutzung": "eigenes", "go": "on", "live": "yes"}, follow=True).content.decode()
    assert "Fehler:" in page


def test_going_back_loses_nothing(client, draft_url):
    url = fill(client, draft_url, {"antrag": LOST["antrag"]})
    back = client.post(url, LOST["person"] | {"go": "back"}).headers["location"]
    assert "/seite/antrag" in back
    assert "Yılmaz" in client.get(url).content.decode()


def test_another_browser_does_not_see_the_draft(client, draft_url, permit):
    from django.test import Client

    other = Client(headers={"host": "weissenburg.localhost"})
    assert other.get(draft_url).status_code == 404
    unknown = draft_url.replace(draft_url.split("/")[2], "00000000-0000-4000-8000-000000000000")
    assert other.get(draft_url).content == other.get(unknown).content


def test_the_secret_link_opens_the_draft_elsewhere(client, draft_url):
    from django.test import Client

    client.post(draft_url, LOST["antrag"] | {"go": "on"})
    later = draft_url.split("/seite")[0] + "/spaeter"
    link = re.search(r'href="(http://weissenburg\.localhost/weiter/[^"]+)"', client.get(later).content.decode())[1]
    other = Client(headers={"host": "weissenburg.localhost"})
    opened = other.get(link)
    assert opened.headers["location"].endswith("/seite/person")
    summary = draft_url.split("/seite")[0] + "/zusammenfassung"
    assert "2025-1" in other.get(summary).content.decode()


def test_a_deleted_draft_is_gone(client, draft_url, authority):
    delete = draft_url.split("/seite")[0] + "/loeschen"
    assert client.post(delete).status_code == 302
    assert client.get(draft_url).status_code == 404
    with work(authority.id):
        assert Draft.objects.count() == 0


def test_another_authority_offers_nothing_of_it(client, permit, neighbour):
    response = client.get("/leistungen/bewohnerparkausweis", headers={"host": "muenchen.localhost"})
    assert response.status_code == 404


def test_all_pages_of_the_form_speak_arabic_from_right_to_left(client, draft_url):
    page = client.get(draft_url + "?lang=ar").content.decode()
    assert 'dir="rtl"' in page
    assert reverse("portal:home") == "/"
