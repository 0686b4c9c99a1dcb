"""Passkeys: made, used and removed by their owner alone; every answer that does not fit opens nothing."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import common, work
from stadttor.identity import passkeys, queries, services, sessions
from stadttor.identity.models import PasskeyChallenge, StaffPasskey
from stadttor.identity.rules import CHALLENGE_LASTS, PROOF_LASTS
from stadttor.identity.sign_in_rules import Rules, rules_of, set_rules
from stadttor.identity.tests.authenticator import Device, base64, unbase64
from stadttor.identity.tests.bent_passkeys import ANSWERING, MAKING, answered, made
from stadttor.identity.tests.conftest import PASSWORD

pytestmark = pytest.mark.db
OLSEN = "olsen@weissenburg.example"
ORIGIN = "http://weissenburg.localhost:8000"


@pytest.fixture
def olsen(authority, employ):
    return employ(authority, OLSEN, ["clerk", "organiser"])


@pytest.fixture
def place(authority):
    return passkeys.Place(authority.id, "weissenburg.localhost", ORIGIN)


@pytest.fixture
def who(olsen, sign_in, authority, place, now):
    """Herr Olsen in a browser; the token changes with every proof."""
    token = sign_in()
    staff = queries.staff_of(token, authority.id, now)
    return {"place": place, "account_id": staff.id, "token": token}


@pytest.fixture
def make(who, now):
    """`make(device)`: Herr Olsen registers a passkey; `who` goes on under its new token."""

    def register(device=None, *, is_first=False, at=now, name="Dienst-Notebook", **bent):
        device = device or Device()
        asked = passkeys.ask_to_register(
            place=who["place"], account_id=who["account_id"], calls_itself="Weißenburg", now=at
        )
        credential = device.register(asked, **({"origin": ORIGIN} | bent))
        who["token"] = passkeys.register(**who, is_first=is_first, credential=credential, name=name, now=at)
        return device

    return register


@pytest.fixture
def enter(place, now):
    """`enter(device)`: signs in with this passkey; gives the token."""

    def sign_in(device, *, where=place, asked_at=now, at=now, **bent):
        asked = passkeys.ask_to_sign_in(place=where, now=asked_at)
        credential = device.answer(asked, **({"origin": ORIGIN} | bent))
        return passkeys.sign_in(place=where, credential=credential, device="Firefox, Linux", now=at)

    return sign_in


def refused(act, *given, **named):
    with pytest.raises(Refused) as caught:
        act(*given, **named)
    return caught.value


def acts(authority):
    with work(authority.id):
        return list(AuditEntry.objects.order_by("id").values_list("act", flat=True))


def test_a_passkey_is_made_with_a_person_verified_and_nothing_asked_of_the_device(who, now):
    asked = passkeys.ask_to_register(place=who["place"], account_id=who["account_id"], calls_itself="W", now=now)
    assert asked["rp"]["id"] == "weissenburg.localhost"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["attestation"] == "none"
    assert len(unbase64(asked["challenge"])) == 32


def test_with_it_one_signs_in_without_saying_who_one_is(make, enter, place, authority, now):
    device = make()
    assert passkeys.ask_to_sign_in(place=place, now=now).get("allowCredentials", []) == []
    staff = queries.staff_of(enter(device), authority.id, now)
    assert staff.name == "Herr Olsen"
    with work(authority.id):
        entry = AuditEntry.objects.filter(act="staff.signed_in").order_by("-id").first()
    assert entry.details == {"way": "passkey"}


def test_devices_that_do_not_count_sign_in_again_and_again(make, enter):
    device = make(Device(counts=False))
    assert enter(device)
    assert enter(device)


def test_a_copy_that_lags_behind_opens_nothing(make, enter):
    device = make()
    enter(device)
    enter(device)
    device.used -= 2
    assert refused(enter, device).code == "passkey_unread"


@pytest.mark.parametrize("bend", ANSWERING.values(), ids=ANSWERING)
def test_an_answer_that_does_not_fit_opens_nothing(make, enter, place, authority, now, bend):
    device = make()
    enter(device)
    asked = passkeys.ask_to_sign_in(place=place, now=now)
    given = {"place": place, "credential": bend(device, asked, ORIGIN), "device": "", "now": now}
    assert refused(passkeys.sign_in, **given).field == "credential"
    assert acts(authority)[-1] == "staff.sign_in_failed"


@pytest.mark.parametrize("bend", MAKING.values(), ids=MAKING)
def test_a_passkey_made_otherwise_is_not_kept(who, now, bend):
    asked = passkeys.ask_to_register(place=who["place"], account_id=who["account_id"], calls_itself="W", now=now)
    given = {"is_first": False, "credential": bend(Device(), asked, ORIGIN), "name": "Handy", "now": now}
    assert refused(passkeys.register, **who, **given).field == "credential"
    with common():
        assert StaffPasskey.objects.count() == 0


def test_the_twins_that_are_bent_in_nothing_are_taken(who, place, now):
    """Without this, the tests above could pass because the maker of answers is wrong."""
    device = Device()
    asked = passkeys.ask_to_register(place=who["place"], account_id=who["account_id"], calls_itself="W", now=now)
    given = {"is_first": False, "credential": made(device, asked, ORIGIN), "name": "Handy", "now": now}
    who["token"] = passkeys.register(**who, **given)
    asked = passkeys.ask_to_sign_in(place=place, now=now)
    assert passkeys.sign_in(place=place, credential=answered(device, asked, ORIGIN), device="", now=now)


def test_a_signature_of_another_key_opens_nothing(make, enter):
    device, thief = make(), Device()
    thief.id, thief.user = device.id, device.user
    assert refused(enter, thief).code == "passkey_unread"


def test_an_unknown_passkey_opens_nothing(olsen, enter):
    stranger = Device()
    stranger.user = uuid4().bytes
    assert refused(enter, stranger).code == "passkey_unknown"


def test_an_answer_counts_once(make, place, now):
    device = make()
    asked = passkeys.ask_to_sign_in(place=place, now=now)
    credential = device.answer(asked, ORIGIN)
    given = {"place": place, "credential": credential, "device": "", "now": now}
    assert passkeys.sign_in(**given)
    assert refused(passkeys.sign_in, **given).code == "passkey_late"


def test_an_answer_after_five_minutes_is_too_late(make, enter, now):
    device = make()
    assert refused(enter, device, asked_at=now - CHALLENGE_LASTS).code == "passkey_late"
    assert enter(device, asked_at=now - CHALLENGE_LASTS + timedelta(seconds=1))


def test_an_answer_to_a_question_of_another_kind_counts_not(make, who, place, now):
    device = make()
    asked = passkeys.ask_to_prove(place=place, account_id=who["account_id"], now=now)
    credential = device.answer(asked, ORIGIN)
    late = refused(passkeys.sign_in, place=place, credential=credential, device="", now=now)
    assert late.code == "passkey_late"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '{"response": 1}', "[" * 9_000, "x" * 20_000, '{"id": 5, "response": {"clientDataJSON": 7}}',
     json.dumps({"id": "A", "response": {"clientDataJSON": base64(b'{"challenge": {}}')}})],
)  # fmt: skip
def test_anything_else_is_refused(olsen, place, now, text):
    assert refused(passkeys.sign_in, place=place, credential=text, device="", now=now).field == "credential"


def test_the_passkey_of_one_town_is_unknown_in_the_other(make, employ, neighbour, enter):
    device = make()
    employ(neighbour, OLSEN, ["clerk"], password="")
    there = passkeys.Place(neighbour.id, "muenchen.localhost", "http://muenchen.localhost:8000")
    assert refused(enter, device, where=there, origin=there.origin).code == "passkey_unknown"


def test_who_left_signs_in_no_more(make, enter, olsen, employ, authority, now):
    employ(authority, "kern@weissenburg.example", ["organiser"], name="Frau Kern")
    device = make()
    services.change_member(
        authority_id=authority.id, membership_id=olsen, roles=["clerk"], unit_ids=[], active=False, actor=SYSTEM, now=now
    )  # fmt: skip
    assert refused(enter, device).code == "passkey_unknown"


def test_a_screen_left_open_gets_no_passkey_and_loses_none(make, who, now):
    make()
    late = now + PROOF_LASTS
    assert refused(make, at=late).code == "proof_needed"
    mine = passkeys.own_passkeys(who["account_id"], "weissenburg.localhost")[0].id
    assert refused(passkeys.remove, **who, passkey_id=mine, is_needed=False, now=late).code == "proof_needed"


def test_a_passkey_proves_who_one_is(make, who, authority, now):
    device = make()
    late = now + PROOF_LASTS
    asked = passkeys.ask_to_prove(place=who["place"], account_id=who["account_id"], now=late)
    assert [one["id"] for one in asked["allowCredentials"]] == [base64(device.id)]
    renewed = passkeys.prove(**who, credential=device.answer(asked, ORIGIN), now=late)
    assert sessions.is_proved(renewed, late)
    assert queries.staff_of(who["token"], authority.id, late) is None


def test_a_colleagues_passkey_proves_nothing(make, who, employ, sign_in, authority, place, now):
    device = make()
    employ(authority, "adler@weissenburg.example", ["lead"], name="Frau Adler")
    token = sign_in(email="adler@weissenburg.example")
    adler = queries.staff_of(token, authority.id, now).id
    asked = passkeys.ask_to_prove(place=place, account_id=adler, now=now)
    given = {"place": place, "account_id": adler, "token": token, "now": now}
    assert refused(passkeys.prove, **given, credential=device.answer(asked, ORIGIN)).code == "passkey_unknown"


def test_renamed_and_removed_by_its_owner_only(make, who, enter, authority, now):
    device = make()
    mine = passkeys.own_passkeys(who["account_id"], "weissenburg.localhost")[0].id
    stranger = {"place": who["place"], "account_id": uuid4()}
    assert refused(passkeys.rename, **stranger, passkey_id=mine, name="Meiner").status == 404
    gone = {"token": who["token"], "passkey_id": mine, "is_needed": False, "now": now}
    assert refused(passkeys.remove, **stranger, **gone).status == 404
    passkeys.rename(place=who["place"], account_id=who["account_id"], passkey_id=mine, name="Handy")
    assert passkeys.own_passkeys(who["account_id"], "weissenburg.localhost")[0].name == "Handy"
    passkeys.remove(**who, passkey_id=mine, is_needed=False, now=now)
    assert acts(authority)[-1] == "staff.passkey_removed"
    assert refused(enter, device).code == "passkey_unknown"


def test_an_organiser_removes_those_of_a_lost_device(make, olsen, who, enter, authority, now):
    device = make()
    gone = passkeys.remove_all_of(
        authority_id=authority.id, membership_id=olsen, host="weissenburg.localhost", actor=SYSTEM, now=now
    )
    assert gone == 1
    assert refused(enter, device).code == "passkey_unknown"
    assert queries.staff_of(who["token"], authority.id, now) is None


class TestWherePasskeysAreAskedFor:
    @pytest.fixture
    def device(self, make, who, authority, now):
        device = make()
        set_rules(authority_id=authority.id, rules=Rules(True, True), token=who["token"], actor=SYSTEM, now=now)
        return device

    def test_a_password_alone_gives_no_role(self, device, sign_in, enter, authority, now):
        staff = queries.staff_of(sign_in(), authority.id, now)
        assert (staff.passkey_missing, staff.may("clerk")) == (True, False)
        assert queries.staff_of(enter(device), authority.id, now).may("clerk")

    def test_a_stolen_password_adds_no_passkey_and_removes_none(self, device, make, who, sign_in, now):
        who["token"] = sign_in()
        assert refused(make, is_first=True).code == "passkeys_enough"
        mine = passkeys.own_passkeys(who["account_id"], "weissenburg.localhost")[0].id
        assert refused(passkeys.remove, **who, passkey_id=mine, is_needed=True, now=now).code == "passkeys_enough"

    def test_the_first_passkey_opens_the_desk(self, device, employ, sign_in, authority, place, now):
        employ(authority, "adler@weissenburg.example", ["lead"], name="Frau Adler")
        token = sign_in(email="adler@weissenburg.example")
        adler = queries.staff_of(token, authority.id, now)
        assert adler.passkey_missing
        asked = passkeys.ask_to_register(place=place, account_id=adler.id, calls_itself="W", now=now)
        credential = Device().register(asked, ORIGIN)
        given = {"place": place, "account_id": adler.id, "token": token, "name": "Handy", "now": now}
        token = passkeys.register(**given, is_first=True, credential=credential)
        assert queries.staff_of(token, authority.id, now).may("lead")

    def test_a_proof_by_passkey_strengthens_the_session(self, device, who, sign_in, authority, now):
        who["token"] = sign_in()
        asked = passkeys.ask_to_prove(place=who["place"], account_id=who["account_id"], now=now)
        renewed = passkeys.prove(**who, credential=device.answer(asked, ORIGIN), now=now)
        assert queries.staff_of(renewed, authority.id, now).may("clerk")

    def test_the_neighbour_is_not_bound(self, device, neighbour):
        assert rules_of(neighbour.id) == Rules(False, False)


def test_nobody_locks_herself_out(who, authority, now):
    given = {"authority_id": authority.id, "rules": Rules(True, False), "actor": SYSTEM, "now": now}
    assert refused(set_rules, **given, token=who["token"]).code == "no_passkey_here"
    assert rules_of(authority.id) == Rules()


def test_questions_nobody_answered_are_forgotten(place, now):
    passkeys.ask_to_sign_in(place=place, now=now)
    services.forget_ended(now=now + CHALLENGE_LASTS + timedelta(seconds=1))
    with common():
        assert PasskeyChallenge.objects.count() == 0


def test_two_answers_of_one_passkey_at_once_do_not_both_count_when_it_counts(make, place, now):
    device = make()
    asked = [passkeys.ask_to_sign_in(place=place, now=now) for _ in range(2)]
    answers = [device.answer(one, ORIGIN) for one in asked]
    passkeys.sign_in(place=place, credential=answers[1], device="", now=now)
    older = {"place": place, "credential": answers[0], "device": "", "now": now}
    assert refused(passkeys.sign_in, **older).code == "passkey_unread"


class TestPages:
    HOST = "weissenburg.localhost"

    @pytest.fixture
    def browser(self, client, olsen):
        client.post("/desk/sign-in", {"email": OLSEN, "password": PASSWORD})
        return client

    def register(self, browser):
        device = Device()
        asked = browser.post("/desk/passkeys/ask").json()
        origin = f"http://{asked['rp']['id']}"
        answer = browser.post("/desk/passkeys", {"credential": device.register(asked, origin), "name": "Notebook"})
        assert answer["location"] == "/desk/passkeys?done=added"
        return device, origin

    def test_the_whole_way(self, browser):
        device, origin = self.register(browser)
        assert "Notebook" in browser.get("/desk/passkeys").content.decode()
        browser.post("/desk/sign-out")
        asked = browser.post("/desk/sign-in/passkey/ask").json()
        entered = browser.post(
            "/desk/sign-in/passkey", {"credential": device.answer(asked, origin), "next": "/desk/cases/"}
        )
        assert entered["location"] == "/desk/cases/"
        assert browser.get("/desk/cases/").status_code == 200

    def test_without_a_passkey_that_fits_the_page_says_so(self, browser):
        page = browser.post("/desk/sign-in/passkey?lang=en", {"credential": "{}"})
        assert page.status_code == 422
        assert "opens nothing here" in page.content.decode()

    def test_nobody_is_sent_elsewhere(self, browser):
        device, origin = self.register(browser)
        asked = browser.post("/desk/sign-in/passkey/ask").json()
        sent = {"credential": device.answer(asked, origin), "next": "//evil.example"}
        assert browser.post("/desk/sign-in/passkey", sent)["location"] == "/desk/"

    def test_the_rules_page_turns_both_on_and_the_desk_asks(self, browser):
        device, origin = self.register(browser)
        given = {"passkey_needed": "true", "proof_for_decisions": "true"}
        assert browser.post("/desk/sign-in-rules", given)["location"] == "/desk/sign-in-rules?saved=1"
        assert browser.get("/desk/cases/").status_code == 200
        browser.post("/desk/sign-in", {"email": OLSEN, "password": PASSWORD})
        assert browser.get("/desk/cases/")["location"] == "/desk/passkeys"
        asked = browser.post("/desk/confirm-me/passkey/ask").json()
        sent = {"credential": device.answer(asked, origin), "next": "/desk/cases/"}
        assert browser.post("/desk/confirm-me/passkey", sent)["location"] == "/desk/cases/"
        assert browser.get("/desk/cases/").status_code == 200
