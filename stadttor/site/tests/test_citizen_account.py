"""Amira's account: into it by the account service, her applications in it, nobody else's, and out of it."""

import io
import json
import re
import zipfile
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.conf import settings
from django.http import HttpResponse

from adapters.saml import keys
from stadttor.catalog import queries as catalog
from stadttor.citizens import queries as citizens_read
from stadttor.citizens.models import CitizenAccount, CitizenSession, KeptThing
from stadttor.forms.models import Draft, Submission
from stadttor.forms.services.erasing import erase_application
from stadttor.forms.services.submitting import Application
from stadttor.ground.clock import now
from stadttor.ground.work import work
from stadttor.identity.account_services import services
from stadttor.identity.models import CitizenSignIn
from stadttor.portal import access, account
from stadttor.portal.services import accept, start
from stadttor.site import simulated_account, wiring
from stadttor.site.demo_cast import APPLICATIONS
from stadttor.site.tests.test_signing_in import SIMULATOR, hidden
from tests.isolation import world

pytestmark = pytest.mark.db


class Account:
    """One browser and what is done in it."""

    def __init__(self, town, client=None):
        self.town, self.client = town, client or town.browser()
        self.provider = str(services(town.authority_id)[0].id)

    def leave(self, back=""):
        return self.client.post("/konto/anmelden", {"way": self.provider, "back": back})

    def answer(self, person="amira", back=""):
        return hidden(self.client.post(SIMULATOR, hidden(self.leave(back)) | {"person": person}))

    def bring(self, fields):
        return self.client.post(f"/anmelden/{self.provider}/antwort", fields)

    def sign_in(self, person="amira", back="", choice="open"):
        """Signed in, with an account opened if there was none; gives where she comes to."""
        arrived = self.client.get(self.bring(self.answer(person, back)).headers["Location"])
        return arrived if arrived.status_code == 302 else self.client.post("/konto/angekommen", {"choice": choice})

    def page(self, path="/konto"):
        return self.client.get(path).content.decode()

    def citizen(self):
        """Who is signed in in it."""
        return citizens_read.citizen_of(self.town.authority_id, self.client.cookies["konto"].value, now())

    def begin(self):
        """A draft begun while signed in; gives its id."""
        begun = self.client.post("/leistungen/bewohnerparkausweis/antrag")
        return UUID(re.findall(r"[0-9a-f-]{36}", begun.headers["Location"])[0])


@pytest.fixture
def town(authority, tmp_path, monkeypatch):
    wiring.connect()
    monkeypatch.setattr(settings, "VAR", tmp_path)
    monkeypatch.setattr(keys, "BITS", 2048)  # half the time of a key that has to last
    made = world.Town(authority.id, authority.slug, authority.slug)
    world._adopt(made, world.SERVICE)
    simulated_account.set_up(authority.id, authority.slug, now())
    made.things["submission_id"], made.secrets["submission_id"], made.things["number"] = applied(authority.id)
    return made


def applied(authority_id):
    """Amira's application, sent by link: id, secret, number."""
    form, token = catalog.adopted_form(authority_id, "bewohnerparkausweis"), access.new_token()
    application = Application(
        service=form.slug, adoption_id=form.adoption_id, revision_id=form.revision_id, fees=[], language="de",
        answers=APPLICATIONS[0]["answers"], email="amira.yilmaz@example.org", applicant="Amira Yılmaz",
    )  # fmt: skip
    sent = accept(form=form, application=application, key="once", token=token, randomness=b"x" * 16, now=now())
    return str(sent.submission_id), token, sent.number


def sent_while_signed_in(town, one):
    """What she begins and sends in her account: the ids of draft and application."""
    draft, form = one.begin(), catalog.adopted_form(town.authority_id, "bewohnerparkausweis")
    application = Application(
        service=form.slug, adoption_id=form.adoption_id, revision_id=form.revision_id, fees=[], language="de",
        answers=APPLICATIONS[0]["answers"], email="amira.yilmaz@example.org", applicant="Amira Yılmaz",
    )  # fmt: skip
    token = citizens_read.key_to(one.citizen(), draft)
    sent = accept(
        form=form, application=application, key=f"draft:{draft}", token=token, randomness=b"y" * 16, now=now(),
        draft_id=draft,
    )  # fmt: skip
    return draft, sent.submission_id


@pytest.fixture
def amira(town):
    one = Account(town)
    one.sign_in()
    return one


def jonas(town):
    one = Account(town)
    one.sign_in("deniz")
    return one


def with_link(town, one):
    """The same browser holding the secret link of the town's application; gives the application's status page."""
    one.client.cookies[access.cookie_name(UUID(town.things["submission_id"]))] = town.secrets["submission_id"]
    return f"/status/{town.things['submission_id']}"


def take(town, one, choice="keep"):
    return one.client.post(f"/konto/behalten/{town.things['submission_id']}", {"choice": choice})


def test_nobody_gets_an_account_unasked(town):
    one = Account(town)
    offer = one.client.get(one.bring(one.answer()).headers["Location"]).content.decode()
    assert "Möchten Sie hier ein Konto?" in offer
    left = one.client.post("/konto/angekommen", {"choice": "leave"})
    assert left.headers["Location"] == "/"
    with work(town.authority_id):
        assert (CitizenAccount.objects.count(), CitizenSignIn.objects.count()) == (0, 0)


def test_only_a_pseudonym_is_asked_for(town):
    one = Account(town)
    one.bring(one.answer())
    with work(town.authority_id):
        assert CitizenSignIn.objects.get().result["claims"] == {}


def test_who_signed_in_once_without_an_account_there_learns_why_there_is_none(town):
    one = Account(town)
    arrived = one.client.get(one.bring(one.answer("jonas")).headers["Location"])
    assert (arrived.status_code, "nicht wiedererkennen" in arrived.content.decode()) == (403, True)


def test_what_came_back_counts_in_the_browser_that_began(town):
    one, stranger = Account(town), Account(town)
    fields = one.answer()
    assert stranger.bring(fields).status_code == 403
    place = one.bring(fields).headers["Location"]
    assert stranger.client.get(place).headers["Location"] == "/konto/anmelden?problem=invalid"
    assert one.client.get(place).status_code == 200


def test_a_new_session_at_each_sign_in_and_the_old_one_ends(town, amira):
    before = amira.client.cookies["konto"].value
    amira.sign_in()
    assert amira.client.cookies["konto"].value != before
    assert citizens_read.citizen_of(town.authority_id, before, now()) is None


def test_the_cookie_is_of_this_host_alone(town, monkeypatch):
    monkeypatch.setattr(settings, "STADTTOR_HTTPS", True)
    response = HttpResponse()
    access.begin_session(response, "x")
    kept = response.cookies["__Host-konto"]
    assert (kept["secure"], kept["httponly"], kept["samesite"], kept["path"], kept["domain"]) == (
        True, True, "Lax", "/", "",
    )  # fmt: skip


def test_what_she_begins_lies_in_her_account_and_in_no_cookie(town, amira):
    draft = amira.begin()
    assert access.cookie_name(draft) not in amira.client.cookies
    assert "Bewohnerparkausweis" in amira.page().partition('id="drafts"')[2]
    assert f"/antrag/{draft}/seite/" in amira.client.get(f"/konto/weiter/{draft}").headers["Location"]
    elsewhere = Account(town)
    elsewhere.sign_in()
    assert elsewhere.client.get(f"/antrag/{draft}/seite/antrag").status_code == 200


def test_an_application_sent_by_link_is_taken_in_by_whoever_holds_the_link(town, amira):
    assert take(town, amira).status_code == 404
    page = with_link(town, amira)
    assert "In mein Konto aufnehmen" in amira.page(page)
    assert take(town, amira).headers["Location"] == "/konto?done=kept"
    elsewhere = Account(town)
    elsewhere.sign_in()
    assert town.things["number"] in elsewhere.page()
    assert elsewhere.client.get(page).status_code == 200
    assert "Dies liegt in Ihrem Konto" in elsewhere.page(page)


def test_another_person_sees_nothing_of_it(town, amira):
    page, draft = with_link(town, amira), amira.begin()
    take(town, amira)
    other = jonas(town)
    assert town.things["number"] not in other.page()
    assert other.client.get(page).status_code == 404
    for path in (f"/konto/weiter/{draft}", f"/antrag/{draft}/seite/antrag", f"/antrag/{draft}/spaeter"):
        assert other.client.get(path).status_code == 404
    for path in (f"/konto/behalten/antrag/{draft}", f"/konto/behalten/{town.things['submission_id']}"):
        assert other.client.post(path, {"choice": "keep"}).status_code == 404
    other.client.post("/konto/loeschen", {"confirm": "yes"})
    assert town.things["number"] in amira.page()


def test_taken_out_again_this_browser_still_opens_it_and_the_account_does_not(town, amira):
    page = with_link(town, amira)
    take(town, amira)
    assert take(town, amira, "let_go").headers["Location"] == page
    assert amira.client.get(page).status_code == 200
    assert town.things["number"] not in amira.page()


def test_taken_out_again_the_draft_it_was_made_of_opens_it_nowhere_else_either(town, amira):
    draft, submission = sent_while_signed_in(town, amira)
    amira.client.post(f"/konto/behalten/{submission}", {"choice": "let_go"})
    assert amira.client.get(f"/status/{submission}").status_code == 200
    elsewhere = Account(town)
    elsewhere.sign_in()
    assert elsewhere.client.get(f"/antrag/{draft}/seite/antrag").status_code == 404
    assert elsewhere.client.get(f"/status/{submission}").status_code == 404


def test_back_from_signing_in_she_comes_to_what_she_wanted_to_keep(town):
    one = Account(town)
    page = with_link(town, one)
    found = re.findall(r'href="(/konto/anmelden\?back=[^"]+)"', one.page(page))[0]
    back = re.findall(r'name="back" value="([^"]+)"', one.page(found))[0]
    assert one.sign_in(back=back).headers["Location"] == page


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "draft:x", "other:" + str(UUID(int=3))])
def test_it_leads_nowhere_else(town, back):
    assert Account(town).sign_in(back=back).headers["Location"] == "/konto"


def test_signed_out_nothing_is_left_in_the_browser(town, amira):
    page = with_link(town, amira)
    take(town, amira)
    out = amira.client.post("/konto/abmelden")
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert amira.client.get(page).status_code == 404
    assert urlsplit(amira.client.get("/konto").headers["Location"]).path == "/konto/anmelden"


@pytest.mark.parametrize("reopened", [False, True])
def test_signed_out_after_the_session_ended_nothing_is_left_either(town, amira, reopened):
    page = with_link(town, amira)
    take(town, amira)
    if reopened:
        amira.client.get(f"/weiter/{town.secrets['submission_id']}")
    idle(town)
    out = amira.client.post("/konto/abmelden")
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert amira.client.get(page).status_code == 404


def test_what_lies_in_the_account_lies_in_no_cookie_any_more(town, amira):
    page = with_link(town, amira)
    take(town, amira)
    idle(town)
    assert amira.client.get(page).status_code == 401


def test_signing_out_leaves_what_was_begun_without_the_account(town):
    one = Account(town)
    draft = one.begin()
    one.sign_in()
    one.client.post("/konto/abmelden")
    assert one.client.get(f"/antrag/{draft}/seite/antrag").status_code == 200


def idle(town):
    """The session has ended by itself."""
    with work(town.authority_id):
        CitizenSession.objects.update(seen=now() - timedelta(minutes=31))


def test_an_ended_session_says_so_instead_of_not_found(town, amira):
    draft = amira.begin()
    idle(town)
    told = amira.client.get(f"/antrag/{draft}/seite/antrag")
    assert (told.status_code, "abgemeldet" in told.content.decode()) == (401, True)
    assert amira.client.get("/konto").headers["Location"] == "/konto/anmelden?why=ended"


@pytest.mark.parametrize("path", ["/konto/auskunft", "/konto/loeschen"])
def test_to_save_or_delete_everything_she_signed_in_a_moment_ago(town, amira, path):
    with work(town.authority_id):
        CitizenSession.objects.update(started=now() - timedelta(minutes=16))
    assert amira.client.post(path).headers["Location"] == "/konto/anmelden?why=again"
    with work(town.authority_id):
        assert CitizenAccount.objects.count() == 1


def test_everything_in_one_file(town, amira):
    with_link(town, amira)
    take(town, amira)
    amira.begin()
    saved = amira.client.post("/konto/auskunft")
    with zipfile.ZipFile(io.BytesIO(saved.getvalue())) as archive:
        data = json.loads(archive.read("data.json"))
        assert archive.read("README.txt")
    assert [one["title"] for one in data["applications"]] == ["account", town.things["number"], "draft"]
    assert [one["kind"] for one in data["applications"][0]["data"]["citizens_keptthing"]] == ["application", "draft"]


def test_the_export_by_link_does_not_say_in_whose_account_it_lies(town, amira):
    page = with_link(town, amira)
    take(town, amira)
    with zipfile.ZipFile(io.BytesIO(amira.client.post(f"{page}/auskunft").getvalue())) as archive:
        assert "citizens" not in archive.read("data.json").decode()


def test_a_deleted_account_takes_the_drafts_and_leaves_the_applications(town, amira):
    page, draft = with_link(town, amira), amira.begin()
    take(town, amira)
    asked = amira.page("/konto/loeschen")
    assert "Ein Entwurf darin wird gelöscht." in asked
    closed = amira.client.post("/konto/loeschen", {"confirm": "yes"})
    assert closed.headers["Location"] == "/konto/anmelden?why=closed"
    with work(town.authority_id):
        assert not CitizenAccount.objects.exists()
        assert not Draft.objects.filter(id=draft).exists()
        assert Submission.objects.filter(id=town.things["submission_id"]).exists()
    with_link(town, amira)
    assert amira.client.get(page).status_code == 200


def test_a_draft_that_somebody_else_holds_too_stays_when_one_of_them_leaves(town, amira):
    draft, helper = amira.begin(), jonas(town)
    helper.client.get(f"/weiter/{citizens_read.key_to(amira.citizen(), draft)}")
    helper.client.post(f"/konto/behalten/antrag/{draft}", {"choice": "keep"})
    assert "Entwurf darin" not in helper.page("/konto/loeschen")
    helper.client.post("/konto/loeschen", {"confirm": "yes"})
    assert amira.client.get(f"/antrag/{draft}/seite/antrag").status_code == 200


def test_all_drafts_count_and_are_saved_however_many_the_page_shows(town, amira, monkeypatch):
    monkeypatch.setattr(account, "MOST_DRAFTS", 1)
    amira.begin(), amira.begin()
    assert "2 Entwürfe" in amira.page("/konto/loeschen")
    with zipfile.ZipFile(io.BytesIO(amira.client.post("/konto/auskunft").getvalue())) as archive:
        data = json.loads(archive.read("data.json"))
    assert [one["title"] for one in data["applications"]] == ["account", "draft", "draft"]


def test_what_is_erased_is_in_no_account_any_more(town, amira):
    with_link(town, amira)
    take(town, amira)
    erase_application(authority_id=town.authority_id, submission_id=UUID(town.things["submission_id"]))
    with work(town.authority_id):
        assert not KeptThing.objects.exists()
    assert amira.client.get("/konto").status_code == 200


def test_without_an_account_all_is_as_before(town):
    client = town.browser()
    begun = client.post("/leistungen/bewohnerparkausweis/antrag")
    assert client.get(begun.headers["Location"]).status_code == 200
    form = catalog.adopted_form(town.authority_id, "bewohnerparkausweis")
    token = access.new_token()
    draft_id = start(form=form, token=token, language="de", now=now())
    assert client.get(f"/weiter/{token}").headers["Location"].startswith(f"/antrag/{draft_id}/")
