"""Who has begun goes on with the version she began with, whatever her town takes over meanwhile."""

import re

import pytest

from stadttor.catalog import services
from stadttor.catalog.queries import adopted_form
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.tests.builders import ADLER, a_package, adopted, published
from stadttor.forms.models import Draft, Submission
from stadttor.forms.services.drafting import start_draft
from stadttor.ground.clock import now
from stadttor.ground.work import work
from stadttor.portal import access
from stadttor.portal.pages import filling

pytestmark = pytest.mark.db

ANSWERS = {
    "fuer_wen": {},
    "auskunftssperre": {},
    "person": {"vorname": "Amira", "nachname": "Yılmaz", "email": "a@example.org"},
    "anliegen": {"art": "neu", "ab": "2026-12-24"},
}
POSTED = {"person.vorname": "Mira", "person.nachname": "Yılmaz", "person.email": "a@example.org"}
RENAMED = "{rename: [p.gebuehr_cents, p.preis_cents]}"
TOKEN = "t" * 43


@pytest.fixture
def draft_id(authority, client):
    """An application that was begun with the version before; her browser holds its secret."""
    adoption_id = adopted(authority.id, now())
    found = start_draft(
        authority_id=authority.id,
        token=TOKEN,
        service="muster",
        adoption_id=adoption_id,
        revision_id=adopted_form(authority.id, "muster").revision_id,
        language="de",
        now=now(),
        answers=ANSWERS,
    )
    client.cookies[access.cookie_name(found)] = TOKEN
    return found


def dearer(steps=RENAMED):
    """The skeleton, ten times as dear, asking for the `halter` instead of the `person`."""
    files = a_package(package=("version: 0.1.0", "version: 1.0.0"))
    migrations = f'migrations: {{"0.x -> 1.0": [{steps}]}}\n'
    for path, content in files.items():
        text = (
            content.decode().replace("person", "halter").replace("cents: p.gebuehr_cents", "cents: p.preis_cents * 10")
        )
        text = text.replace("gebuehr_cents", "preis_cents").replace("fee_cents: 1200", "fee_cents: 12000")
        files[path] = (text.replace("search:", f"{migrations}search:") if path == "package.yaml" else text).encode()
    return files


def upgrade(authority):
    version_id = published(now(), "1.0.0", dearer()).version_id
    adoption_id = adopted_form(authority.id, "muster").adoption_id
    services.upgrade(authority_id=authority.id, adoption_id=adoption_id, version_id=version_id, actor=ADLER, now=now())
    assert adopted_form(authority.id, "muster").version == "1.0.0"


def test_a_page_that_was_open_is_saved(authority, client, draft_id):
    address = f"/antrag/{draft_id}/seite/person"
    client.get(address)
    upgrade(authority)
    assert client.post(address, {**POSTED, "go": "later"}).status_code == 302
    assert answers_of(authority, draft_id) == {**ANSWERS, "person": {**ANSWERS["person"], "vorname": "Mira"}}
    assert 'value="Mira"' in client.get(address).content.decode()


def test_what_is_kept_while_typing_too(authority, client, draft_id):
    client.get(f"/antrag/{draft_id}/seite/person")
    upgrade(authority)
    told = client.post(f"/antrag/{draft_id}/seite/person/speichern", {**POSTED, "revision": "0"}).json()
    assert told["revision"] == 1
    assert answers_of(authority, draft_id)["person"]["vorname"] == "Mira"


def test_an_upgrade_in_the_middle_of_saving(authority, client, draft_id, monkeypatch):
    keep = filling._keep

    def late(*arguments):
        upgrade(authority)
        return keep(*arguments)

    monkeypatch.setattr(filling, "_keep", late)
    assert client.post(f"/antrag/{draft_id}/seite/person", {**POSTED, "go": "on"}).status_code == 302
    assert answers_of(authority, draft_id) == {**ANSWERS, "person": {**ANSWERS["person"], "vorname": "Mira"}}


def test_the_price_that_was_seen_is_the_price(authority, client, draft_id):
    summary = f"/antrag/{draft_id}/zusammenfassung"
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(summary).content.decode())[1]
    upgrade(authority)
    assert client.post(summary, {"declared": "yes", "seen": seen}).status_code == 302
    with work(authority.id):
        assert [fee["cents"] for fee in Submission.objects.get().fees] == [1200]


def test_answers_cannot_be_moved_by_a_package(authority, draft_id):
    with pytest.raises(PackageRefused) as refused:
        published(now(), "1.0.0", dearer(f"{RENAMED}, {{rename: [person, halter]}}"))
    assert "go on with the version they began with" in str(refused.value)


def answers_of(authority, draft_id):
    with work(authority.id):
        return Draft.objects.get(authority_id=authority.id, id=draft_id).answers
