"""Signing in as a browser does it."""

import html
import json
import re

import pytest

from stadttor.ground.work import common
from stadttor.identity.models import StaffSession
from stadttor.identity.tests.conftest import PASSWORD

pytestmark = pytest.mark.db
EVIL = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "///evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "http:evil.example",
    "https://weissenburg.localhost@evil.example/",
    "desk/",
    "",
]


@pytest.fixture
def enter(client, authority, employ):
    employ(authority, "olsen@weissenburg.example", ["clerk"])

    def post(password=PASSWORD, **more):
        return client.post("/desk/sign-in", {"email": "olsen@weissenburg.example", "password": password, **more})

    return post


@pytest.mark.parametrize("target", EVIL)
def test_after_signing_in_nobody_is_sent_elsewhere(enter, target):
    assert enter(next=target)["location"] == "/desk/"


def test_after_signing_in_one_is_where_one_wanted_to_be(enter, client):
    wanted = client.get("/desk/cases/?scope=unit")["location"]
    assert wanted == "/desk/sign-in?next=%2Fdesk%2Fcases%2F%3Fscope%3Dunit"
    assert enter(next="/desk/cases/?scope=unit")["location"] == "/desk/cases/?scope=unit"


def test_the_cookie_is_for_this_host_and_no_script(enter):
    cookie = enter().cookies["stadttor_staff"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["domain"] == ""
    assert int(cookie["max-age"]) == 36_000


def test_with_https_the_cookie_travels_encrypted_only(enter):
    from django.conf import settings

    settings.STADTTOR_HTTPS = True
    try:
        cookie = enter().cookies["__Host-stadttor_staff"]
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    finally:
        settings.STADTTOR_HTTPS = False


def test_a_wrong_password_is_said_on_the_page_and_the_address_kept(enter):
    response = enter("falsch")
    assert response.status_code == 422
    assert "olsen@weissenburg.example" in response.content.decode()
    assert "stadttor_staff" not in response.cookies


def test_signing_out_ends_it_and_only_by_a_button(enter, client):
    enter()
    assert client.get("/desk/sign-out").status_code == 405
    assert client.post("/desk/sign-out")["location"] == "/desk/sign-in"
    assert "sign-in" in client.get("/desk/cases/")["location"]


def test_signing_out_empties_what_the_browser_kept(enter, client):
    enter()
    assert client.post("/desk/sign-out")["Clear-Site-Data"] == '"cache", "storage"'


def test_signing_in_again_ends_the_session_before(enter, client):
    enter()
    before = client.cookies["stadttor_staff"].value
    enter()
    client.cookies["stadttor_staff"] = before
    assert "sign-in" in client.get("/desk/cases/")["location"]


def test_a_missing_role_is_refused_and_says_who_can_help(enter, client):
    enter()
    page = client.get("/desk/staff?lang=en")
    assert page.status_code == 403
    assert "organiser can give it to you" in page.content.decode()


def test_the_session_of_one_town_is_worth_nothing_on_the_other_towns_host(enter, client, neighbour):
    enter()
    assert client.get("/desk/cases/").status_code == 200
    assert "sign-in" in client.get("/desk/cases/", headers={"host": "muenchen.localhost"})["location"]


def test_in_the_demo_the_way_keeps_its_prefix(client, authority, employ):
    from django.test import Client

    employ(authority, "olsen@weissenburg.example", ["clerk"])
    bare = Client(headers={"host": "localhost"})
    asked = bare.get("/~weissenburg/desk/cases/")["location"]
    assert asked == "/~weissenburg/desk/sign-in?next=%2F~weissenburg%2Fdesk%2Fcases%2F"
    signed = bare.post("/~weissenburg/desk/sign-in", {"email": "olsen@weissenburg.example", "password": PASSWORD})
    assert signed["location"] == "/~weissenburg/desk/"
    assert bare.post("/~weissenburg/desk/sign-out")["location"] == "/~weissenburg/desk/sign-in"


def test_a_nul_is_a_bad_request_and_no_bug(client, authority):
    assert client.post("/desk/sign-in", {"email": "a\0@b.example", "password": "x"}).status_code in (400, 422)


FORM = {"reason": "Der Stellplatz ist vergeben.\r\nSiehe Akte.", "outcome": "refused"}


@pytest.fixture
def ended(enter, client):
    """A colleague writes a note while her session ends."""
    enter()
    del client.cookies["stadttor_staff"]

    def post(**headers):
        return client.post("/desk/units", FORM, headers=headers)

    return post


def test_what_was_written_when_the_session_ended_comes_back_after_signing_in(ended, client):
    """Report: the decision a clerk had written for ten minutes was gone, without a word."""
    page = ended()
    assert page.status_code == 401
    kept = html.unescape(re.search(r'name="kept_form" value="([^"]+)"', page.content.decode())[1])
    wrong = client.post(
        "/desk/sign-in", {"email": "olsen@weissenburg.example", "password": "falsch", "kept_form": kept}
    )
    assert kept in html.unescape(wrong.content.decode())
    again = client.post(
        "/desk/sign-in", {"email": "olsen@weissenburg.example", "password": PASSWORD, "kept_form": kept}
    )
    text = again.content.decode()
    assert 'action="/desk/units"' in text
    assert "Der Stellplatz ist vergeben." in text
    assert 'name="outcome" value="refused"' in text
    assert again.cookies["stadttor_staff"].value


def test_without_anything_written_she_comes_back_to_the_page_she_was_on(client, authority):
    answer = client.post("/desk/units", headers={"referer": "http://weissenburg.localhost/desk/units?a=b"})
    assert answer["location"] == "/desk/sign-in?next=%2Fdesk%2Funits%3Fa%3Db"


@pytest.mark.parametrize("path", EVIL[:-2])
def test_a_kept_form_is_sent_to_this_host_only(enter, path):
    answer = enter(kept_form=json.dumps([path, "", [["outcome", "granted"]]]))
    assert answer["location"] == "/desk/"


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/desk/password", {"old": "mein altes Kennwort", "new": "ein neues Kennwort", "again": "ein neues Kennwort"}),
        (
            "/desk/staff/new",
            {"name": "Frau Neu", "email": "neu@weissenburg.example", "password": "ein erstes Kennwort"},
        ),
    ],
)
def test_passwords_are_carried_and_shown_nowhere(client, authority, path, form):
    """Report: the page after a session's end held what was typed into the password page, and showed it in clear."""
    answer = client.post(path, form)
    assert answer.status_code == 302
    assert "Kennwort" not in answer["location"]


@pytest.mark.parametrize("kept", ['[1, "", [["a", "b"]]]', "[" * 100_000, '["/a", "", [["a", "\\ud800"]]]'])
def test_a_hostile_kept_form_is_no_form(enter, kept):
    assert enter(kept_form=kept)["location"] == "/desk/"


@pytest.mark.parametrize("kept", ["{", "[]", "[1, 2, 3]", '["/a", "/b", 7]', '["/a", "/b", [["x"]]]', "null"])
def test_a_broken_kept_form_is_no_form(enter, kept):
    assert enter(kept_form=kept)["location"] == "/desk/"


@pytest.fixture
def organiser(client, authority, employ):
    employ(authority, "kern@weissenburg.example", ["organiser"], name="Frau Kern")
    client.post("/desk/sign-in", {"email": "kern@weissenburg.example", "password": PASSWORD})
    client.cookies["language"] = "en"
    return client


def test_a_new_colleague_shows_every_error_at_its_field(organiser):
    page = organiser.post("/desk/staff/new", {"name": "", "email": "x", "password": "short"}).content.decode()
    summary = page[page.index('id="error-summary"') : page.index("<form method", page.index('id="error-summary"'))]
    assert [f'href="#f-{field}"' in summary for field in ("name", "email", "password")] == [True] * 3


def test_the_organiser_changes_a_colleagues_name(organiser, authority, employ):
    olsen = employ(authority, "olsen@weissenburg.example", ["clerk"])
    page = f"/desk/staff/{olsen}"
    assert 'value="Herr Olsen"' in organiser.get(page).content.decode()
    answer = organiser.post(page, {"name": "Herr Berg", "roles": ["clerk"], "active": "true"}, follow=True)
    assert "Herr Berg" in answer.content.decode()


@pytest.fixture
def left_open(organiser):
    """Her screen, half an hour after she last proved who she is."""
    with common(write=True):
        StaffSession.objects.update(proved=None)
    return organiser


OPENS_ACCESS = {
    "/desk/staff/new": {"name": "Frau Neu", "email": "neu@weissenburg.example", "roles": "organiser"},
    "/desk/tokens": {"name": "Kasse", "scopes": "cases:write"},
    "/desk/openid": {"issuer": "https://evil.example", "client_secret": ""},
    "/desk/sign-in-rules": {"passkey_needed": "false"},
    "/desk/accounts": {"source": "bundid"},
    "/desk/wallet": {"act": "remove", "confirm": "yes"},
}


@pytest.mark.parametrize("path", list(OPENS_ACCESS))
def test_what_opens_access_asks_who_is_there_and_loses_nothing(left_open, path):
    """Report: a minute at an organiser's screen was enough for a token that decides, or for a colleague's password."""
    asked = left_open.post(path, OPENS_ACCESS[path])
    assert asked.status_code == 401
    kept = html.unescape(re.search(r'name="kept_form" value="([^"]+)"', asked.content.decode())[1])
    back = left_open.post("/desk/confirm-me", {"password": PASSWORD, "kept_form": kept})
    assert f'action="{path}"' in back.content.decode()
    assert left_open.post(path, OPENS_ACCESS[path]).status_code != 401


def test_a_colleague_gets_no_new_password_and_no_roles_from_a_screen_left_open(left_open, authority, employ, sign_in):
    page = f"/desk/staff/{employ(authority, 'olsen@weissenburg.example', ['clerk'])}"
    asked = left_open.post(f"{page}/password", {"password": "ein fremdes Kennwort"}, headers={"referer": ""})
    assert (asked.status_code, "ein fremdes Kennwort" in asked.content.decode()) == (401, False)
    assert "Please enter it once more afterwards" in asked.content.decode()
    assert left_open.post(page, {"name": "x", "roles": ["organiser"], "active": "true"}).status_code == 401
    assert left_open.post(f"{page}/passkeys").status_code == 401
    assert sign_in()


def test_the_desk_speaks_another_language_when_asked(organiser):
    """Report: the language followed the browser, without a way to change it once signed in."""
    page = organiser.get("/desk/staff?saved=1").content.decode()
    assert 'href="?saved=1&amp;lang=tr"' in page
    assert 'lang="tr"' in organiser.get("/desk/staff?lang=tr").content.decode()
    assert '<html lang="tr"' in organiser.get("/desk/staff").content.decode()


def test_what_was_done_gets_the_focus(organiser):
    page = organiser.get("/desk/staff?saved=1").content.decode()
    assert re.search(r'tabindex="-1" data-focus><div class="kern-alert kern-alert--success', page)
