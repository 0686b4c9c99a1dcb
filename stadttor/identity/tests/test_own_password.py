"""A colleague's own password: nobody else knows it, and it is hers to change."""

from datetime import timedelta

import pytest
from django.test import Client

from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now as this_moment
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.identity import queries, services
from stadttor.identity.tests.conftest import PASSWORD

pytestmark = pytest.mark.db
OLSEN, KERN = "olsen@weissenburg.example", "kern@weissenburg.example"
NEW = "drei kurze worte"


@pytest.fixture
def olsen(authority, employ):
    return employ(authority, OLSEN, ["clerk"])


@pytest.fixture
def choose(authority, olsen, now):
    """`choose(token, new)`: Herr Olsen, signed in by this token, chooses another password."""

    def change(token, new=NEW, *, old=PASSWORD, again=None, at=now):
        staff = queries.staff_of(token, authority.id, at)
        services.change_own_password(
            authority_id=authority.id, account_id=staff.id, token=token, old=old, new=new,
            again=new if again is None else again, now=at,
        )  # fmt: skip

    return change


def test_the_new_password_counts_and_other_sessions_end(authority, choose, sign_in, now):
    here, elsewhere = sign_in(), sign_in()
    choose(here)
    assert queries.staff_of(here, authority.id, now)
    assert queries.staff_of(elsewhere, authority.id, now) is None
    assert sign_in(NEW)
    with pytest.raises(Refused, match="wrong_password"):
        sign_in(PASSWORD)
    with work(authority.id):
        assert AuditEntry.objects.filter(act="staff.own_password_changed", actor_name="Herr Olsen").count() == 1


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"old": "falsch"}, "wrong_password", "old"),
        ({"new": "kurz"}, "password_short", "new"),
        ({"new": "a" * 20}, "password_weak", "new"),
        ({"new": PASSWORD}, "password_same", "new"),
        ({"again": "drei kurze wörter"}, "password_differs", "again"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_right_is_said_at_its_field_and_changes_nothing(choose, sign_in, change, code, field):
    with pytest.raises(Refused) as caught:
        choose(sign_in(), **change)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert sign_in(PASSWORD)


def test_a_session_left_open_is_no_place_to_guess_the_password(choose, sign_in, now):
    token = sign_in()
    for _ in range(5):
        with pytest.raises(Refused, match="wrong_password"):
            choose(token, old="geraten")
    with pytest.raises(Refused, match="locked_out"):
        choose(token)
    choose(token, at=now + timedelta(minutes=30))


def browser(client, password):
    client.post("/desk/sign-in", {"email": OLSEN, "password": password})
    return client


@pytest.fixture
def kern(authority, employ):
    """The organiser's browser."""
    employ(authority, KERN, ["organiser"], name="Frau Kern")
    found = Client(headers={"host": "weissenburg.localhost"})
    found.post("/desk/sign-in", {"email": KERN, "password": PASSWORD})
    return found


def test_with_a_password_of_the_organiser_one_page_opens_until_another_is_chosen(kern, client, authority, olsen):
    """Report: the organiser knew a colleague's password for ever."""
    kern.post(f"/desk/staff/{olsen}/password", {"password": "vom-organisator-gesetzt"})
    browser(client, "vom-organisator-gesetzt")
    assert client.get("/desk/cases/")["location"] == "/desk/password"
    assert client.post("/desk/cases/views", {"view_name": "x"})["location"] == "/desk/password"
    page = client.get("/desk/password?lang=en").content.decode()
    assert "Nobody but you should know it." in page
    chosen = {"old": "vom-organisator-gesetzt", "new": NEW, "again": NEW}
    assert client.post("/desk/password", chosen)["location"] == "/desk/password?done=1"
    assert client.get("/desk/cases/").status_code == 200


def test_a_first_password_is_for_choosing_ones_own(kern, client):
    new = {"name": "Herr Olsen", "email": OLSEN, "password": PASSWORD, "roles": "clerk"}
    assert kern.post("/desk/staff/new", new).status_code == 302
    assert browser(client, PASSWORD).get("/desk/cases/")["location"] == "/desk/password"


def test_a_wrong_form_shows_what_is_wrong_and_no_password(client, olsen):
    answer = browser(client, PASSWORD).post(
        "/desk/password?lang=en", {"old": PASSWORD, "new": "kurz-geheim", "again": "x"}
    )
    assert answer.status_code == 422
    assert "Please choose at least 12 characters." in answer.content.decode()
    assert "kurz-geheim" not in answer.content.decode()


def test_every_member_finds_the_page_in_the_menu_and_nobody_else(client, authority, employ):
    assert "sign-in?next=%2Fdesk%2Fpassword" in client.get("/desk/password")["location"]
    employ(authority, OLSEN, [])
    page = browser(client, PASSWORD).get("/desk/password").content.decode()
    assert 'href="/desk/password"' in page


def test_a_new_token_is_shown_once_and_reloading_makes_no_second(kern, authority):
    """Report: the secret was the answer of the POST; reloading the page made another token."""
    made = kern.post("/desk/tokens", {"name": "Kasse", "scopes": "cases:read"})
    assert (made.status_code, made["location"]) == (302, "/desk/tokens")
    secret = made.cookies["stadttor_new_token"].value
    assert made.cookies["stadttor_new_token"]["httponly"]
    assert secret in kern.get("/desk/tokens").content.decode()
    again = kern.get("/desk/tokens")
    assert secret not in again.content.decode()
    assert len(queries.tokens(authority.id)) == 1


def test_only_roles_that_open_something_are_offered(kern, authority, employ):
    """Report: publisher and operator guarded no page."""
    page = kern.get("/desk/staff/new").content.decode()
    for role, offered in {
        "clerk": True,
        "lead": True,
        "organiser": True,
        "publisher": False,
        "operator": False,
    }.items():
        assert (f'value="{role}"' in page) is offered
    with pytest.raises(Refused, match="unknown_role"):
        services.create_member(
            authority_id=authority.id, email="x@weissenburg.example", name="X", roles=["operator"], unit_ids=[],
            password=PASSWORD, actor=SYSTEM, now=this_moment(),
        )  # fmt: skip


@pytest.fixture
def meanwhile(authority, olsen, now, monkeypatch):
    """While the old password is being looked at, the organiser sets another one."""
    real = services._matches

    def looked_at(account, password):
        found = real(account, password)
        monkeypatch.setattr(services, "_matches", real)
        services.set_password(
            authority_id=authority.id, membership_id=olsen, password="anders und lang genug", actor=SYSTEM, now=now
        )
        return found

    return lambda: monkeypatch.setattr(services, "_matches", looked_at)


def test_the_organisers_reset_is_not_undone_by_who_knows_the_old_password(authority, choose, sign_in, meanwhile, now):
    """Report: whoever had stolen the account chose a password of his own at the same moment, and it stood."""
    token = sign_in()
    meanwhile()
    with pytest.raises(Refused, match="wrong_password"):
        choose(token)
    with pytest.raises(Refused, match="wrong_password"):
        sign_in(NEW)
    assert queries.staff_of(sign_in("anders und lang genug"), authority.id, now).must_change


def test_no_session_begins_with_a_password_that_was_just_replaced(sign_in, meanwhile):
    meanwhile()
    with pytest.raises(Refused, match="wrong_password"):
        sign_in()


def test_a_session_that_ended_chooses_no_password(authority, choose, sign_in, monkeypatch, now):
    token, real = sign_in(), services._matches

    def looked_at(account, password):
        services.sign_out(authority_id=authority.id, token=token, now=now)
        return real(account, password)

    monkeypatch.setattr(services, "_matches", looked_at)
    with pytest.raises(Refused, match="wrong_password"):
        choose(token)
