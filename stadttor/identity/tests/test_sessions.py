"""One's own sign-ins: seen, ended, and by nobody else; what opens or closes access wants a fresh proof."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import common, work
from stadttor.identity import queries, services, sessions
from stadttor.identity.models import StaffSession
from stadttor.identity.rules import PROOF_LASTS, SESSION_IDLE
from stadttor.identity.tests.conftest import PASSWORD

pytestmark = pytest.mark.db
OLSEN = "olsen@weissenburg.example"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def olsen(authority, employ):
    return employ(authority, OLSEN, ["clerk"])


@pytest.fixture
def who(olsen, sign_in, authority, now):
    """Herr Olsen in one browser: what the verbs want to know of him."""
    token = sign_in()
    staff = queries.staff_of(token, authority.id, now)
    return {"authority_id": authority.id, "account_id": staff.id, "token": token}


def refused(act, **given):
    with pytest.raises(Refused) as caught:
        act(**given)
    return caught.value


def acts(authority):
    with work(authority.id):
        return list(AuditEntry.objects.order_by("id").values_list("act", flat=True))


def test_the_present_browser_comes_first_and_ended_ones_are_not_listed(who, sign_in, now):
    sign_in(at=now - SESSION_IDLE)
    other = sign_in(at=now - timedelta(minutes=5))
    listed = sessions.own_sessions(who["account_id"], who["token"], now)
    assert [row.here for row in listed] == [True, False]
    assert sessions.own_sessions(who["account_id"], other, now)[0].id == listed[1].id


def test_an_ended_session_opens_nothing_more_and_is_audited(who, sign_in, authority, now):
    other = sign_in()
    its_id = sessions.own_sessions(who["account_id"], other, now)[0].id
    sessions.end_session(**who, session_id=its_id, now=now)
    assert queries.staff_of(other, authority.id, now) is None
    assert queries.staff_of(who["token"], authority.id, now)
    assert acts(authority)[-1] == "staff.session_ended"


def test_all_others_end_at_once(who, sign_in, authority, now):
    others = [sign_in(), sign_in()]
    assert sessions.end_other_sessions(**who, now=now) == 2
    assert [queries.staff_of(one, authority.id, now) for one in others] == [None, None]
    assert queries.staff_of(who["token"], authority.id, now)


def test_a_colleagues_session_is_as_unknown_as_none(who, authority, employ, sign_in, now):
    employ(authority, "adler@weissenburg.example", ["lead"], name="Frau Adler")
    hers = sign_in(email="adler@weissenburg.example")
    account = queries.staff_of(hers, authority.id, now).id
    its_id = sessions.own_sessions(account, hers, now)[0].id
    for session_id in (its_id, uuid4()):
        assert refused(sessions.end_session, **who, session_id=session_id, now=now).status == 404
    assert queries.staff_of(hers, authority.id, now)


def test_a_screen_left_open_ends_nothing(who, sign_in, now):
    sign_in()
    late = now + PROOF_LASTS
    assert refused(sessions.end_other_sessions, **who, now=late).code == "proof_needed"


def test_with_the_password_once_more_it_goes_on_under_a_new_token(who, sign_in, authority, now):
    sign_in()
    late = now + PROOF_LASTS
    renewed = services.prove(**who, password=PASSWORD, now=late)
    assert queries.staff_of(who["token"], authority.id, late) is None, "whoever copied the old one has nothing"
    assert sessions.end_other_sessions(**{**who, "token": renewed}, now=late) == 1


def test_a_wrong_password_proves_nothing_and_is_counted(who, now):
    late = now + PROOF_LASTS
    for _ in range(5):
        assert refused(services.prove, **who, password="falsch", now=late).code == "wrong_password"
    assert refused(services.prove, **who, password=PASSWORD, now=late).code == "locked_out"
    assert not sessions.is_proved(who["token"], late)


def test_an_ended_session_cannot_be_proved_alive(who, authority, now):
    services.sign_out(authority_id=authority.id, token=who["token"], now=now)
    assert refused(services.prove, **who, password=PASSWORD, now=now).code == "session_ended"
    with common():
        assert StaffSession.objects.count() == 0


def test_an_organiser_ends_all_sessions_of_a_colleague(olsen, sign_in, authority, now):
    tokens = [sign_in(), sign_in()]
    assert sessions.end_sessions_of(authority_id=authority.id, membership_id=olsen, actor=SYSTEM, now=now) == 2
    assert [queries.staff_of(one, authority.id, now) for one in tokens] == [None, None]
    assert acts(authority)[-1] == "staff.sessions_ended"


def test_an_organiser_reaches_no_colleague_of_another_town(olsen, sign_in, authority, neighbour, now):
    token = sign_in()
    given = {"authority_id": neighbour.id, "membership_id": olsen, "actor": SYSTEM, "now": now}
    assert refused(sessions.end_sessions_of, **given).status == 404
    assert queries.staff_of(token, authority.id, now)


class TestPages:
    @pytest.fixture
    def browser(self, client, olsen):
        client.post("/desk/sign-in", {"email": OLSEN, "password": PASSWORD}, headers={"User-Agent": FIREFOX})
        return client

    def test_the_page_names_browser_and_limits(self, browser):
        page = browser.get("/desk/sessions?lang=en").content.decode()
        assert "Firefox, Linux" in page
        assert "This browser" in page
        assert "after one hour without use, and after 10 hours at most" in page

    def test_one_of_two_is_ended_by_its_button(self, browser, sign_in):
        from stadttor.ground.clock import now

        sign_in(at=now())
        page = browser.get("/desk/sessions").content.decode()
        (address,) = re.findall(r"/desk/sessions/[0-9a-f-]{36}/end", page)
        assert browser.post(address)["location"] == "/desk/sessions?ended=1"
        assert "/end" not in browser.get("/desk/sessions").content.decode()

    def test_after_a_while_it_is_asked_who_is_there(self, browser, sign_in):
        from stadttor.ground.clock import now

        sign_in(at=now())
        with common(write=True):
            StaffSession.objects.update(proved=now() - PROOF_LASTS)
        assert "/end" not in browser.get("/desk/sessions").content.decode()
        asked = browser.post("/desk/sessions")["location"]
        assert asked == "/desk/confirm-me?next=%2Fdesk%2Fsessions"
        wrong = browser.post("/desk/confirm-me", {"password": "falsch", "next": "/desk/sessions"})
        assert wrong.status_code == 422
        assert (
            browser.post("/desk/confirm-me", {"password": PASSWORD, "next": "//evil.example"})["location"] == "/desk/"
        )
        assert browser.post("/desk/sessions")["location"] == "/desk/sessions?ended=1"

    def test_the_organisers_button_signs_a_colleague_out(self, client, olsen, employ, authority, sign_in):
        from stadttor.ground.clock import now

        token = sign_in(at=now())
        employ(authority, "kern@weissenburg.example", ["organiser"], name="Frau Kern")
        client.post("/desk/sign-in", {"email": "kern@weissenburg.example", "password": PASSWORD})
        page = client.get(f"/desk/staff/{olsen}").content.decode()
        assert f"/desk/staff/{olsen}/sign-out" in page
        client.post(f"/desk/staff/{olsen}/sign-out")
        assert queries.staff_of(token, authority.id, now()) is None
