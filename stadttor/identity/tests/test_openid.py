"""Signing in by the authority's own directory: who gets in, with which roles, and who never becomes somebody else."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest

from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.models import AuditEntry
from stadttor.ground.tests.races import at_once
from stadttor.ground.work import common, work
from stadttor.identity import openid, ports, queries, services, sessions
from stadttor.identity.models import OpenIdIdentity, OpenIdSettings, SignInRules, StaffAccount
from stadttor.identity.openid_settings import Settings, read_roles, roles_as_text, save_settings, sign_in_label
from stadttor.identity.rules import OPENID_LASTS, PROOF_LASTS
from stadttor.identity.tests.conftest import PASSWORD
from stadttor.tenancy import services as tenancy

pytestmark = pytest.mark.db
ISSUER = "https://login.weissenburg.example"
BACK = "https://weissenburg.example/desk/sign-in/openid/callback"
ROLES = {"buergerbuero": ("clerk",), "leitung": ("lead", "clerk"), "orga": ("organiser",)}
SETTINGS = Settings("Rathauskonto", ISSUER, "staff", roles=ROLES)
ANNA = ports.OpenIdPerson(
    "subject-1", "sid-1", "Anna Muster", "anna@weissenburg.example", True, frozenset({"buergerbuero"}), "", None
)


class Directory:
    """A provider that knows people by code. `out` is what its logout tokens say."""

    def __init__(self):
        self.people, self.out, self.asked = {"anna": ANNA}, {}, []

    def look_at(self, issuer, now):
        if "evil" in issuer:
            raise ports.NotBelieved("host")

    def address(self, client, asked, now):
        self.asked.append(asked)
        return f"{client.issuer}/auth?state={asked.state}&nonce={asked.nonce}"

    def person(self, client, asked, answered, groups_claim, now):
        if answered.get("code") not in self.people:
            raise ports.NotBelieved("signature")
        return self.people[answered["code"]]

    def logged_out(self, client, token, now):
        if token not in self.out:
            raise ports.NotBelieved("signature")
        return self.out[token]


@pytest.fixture
def directory():
    here = Directory()
    ports.use_openid(lambda: here)
    yield here
    ports.use_openid(None)


@pytest.fixture
def choose(authority, directory, now):
    def save(settings=SETTINGS, secret="geheim", where=authority):
        save_settings(authority_id=where.id, settings=settings, client_secret=secret, actor=SYSTEM, now=now)

    save()
    return save


@pytest.fixture
def agreed_by(authority, neighbour, now):
    """`agreed_by(account)`: Weißenburg handles a service for Munich, and names this colleague; gives the agreement."""

    def name(account_id):
        agreement_id = tenancy.offer_agreement(
            authority_id=neighbour.id, helper_slug="weissenburg", service="hundesteuer", title="Hundesteuer",
            unit_id=neighbour.id, legal_basis="Zweckvereinbarung", starts=german_day(now), ends=None, actor=SYSTEM,
            now=now,
        )  # fmt: skip
        tenancy.accept_agreement(authority_id=authority.id, agreement_id=agreement_id, actor=SYSTEM, now=now)
        services.name_helper(
            authority_id=authority.id, agreement_id=agreement_id, account_id=account_id, actor=SYSTEM, now=now
        )
        return agreement_id

    return name


@pytest.fixture
def way(authority, choose, now):
    """`way()`: (what the browser keeps, the state) of a way to the provider."""

    def begin(at=now, where=authority, account_id=None):
        address, kept = openid.begin(
            authority_id=where.id, redirect_uri=BACK, target="/desk/cases/", now=at, account_id=account_id
        )
        return kept, parse_qs(urlsplit(address).query)["state"][0]

    return begin


@pytest.fixture
def enter(authority, way, now):
    """`enter("anna")`: to the provider and back; gives the token."""

    def finish(code="anna", *, at=now, begun=None, where=authority, token="", **answered):
        kept, state = begun or way(where=where)
        words = {"state": state, "code": code} | answered
        given = {"authority_id": where.id, "redirect_uri": BACK, "kept": kept, "answered": words}
        return openid.finish(**given, token=token, device="", now=at).token

    return finish


def refused(act, *given, **named):
    with pytest.raises(Refused) as caught:
        act(*given, **named)
    return caught.value.code


def last_act(authority):
    with work(authority.id):
        entry = AuditEntry.objects.order_by("-id").first()
    return entry.act, entry.details


def test_who_comes_for_the_first_time_gets_an_account_without_password(enter, authority, sign_in, now):
    staff = queries.staff_of(enter(), authority.id, now)
    assert (staff.name, staff.roles, staff.must_change) == ("Anna Muster", {"clerk"}, False)
    assert last_act(authority) == ("staff.signed_in", {"way": "openid"})
    assert refused(sign_in, "", email=ANNA.email) == "wrong_password"


def test_who_comes_again_is_the_same_by_subject_alone(enter, directory, authority, now):
    first = queries.staff_of(enter(), authority.id, now)
    directory.people["anna"] = replace(ANNA, email="heisst-jetzt-anders@weissenburg.example", email_verified=False)
    assert queries.staff_of(enter(), authority.id, now).id == first.id


def test_whose_first_two_windows_come_at_once_is_one_person_in_both(enter, way, directory, authority, now):
    for number in range(6):
        person = replace(ANNA, subject=f"new-{number}", sid=f"sid-{number}", email=f"new{number}@weissenburg.example")
        directory.people["new"] = person
        ways = [way(), way()]
        tokens = at_once(*(partial(enter, "new", begun=begun) for begun in ways))
        seen = {queries.staff_of(token, authority.id, now).id for token in tokens}
        assert (len(seen), len(set(tokens))) == (1, 2)
    with work(authority.id):
        assert OpenIdIdentity.objects.count() == 6


def test_groups_count_anew_each_time(enter, directory, authority, now):
    enter()
    directory.people["anna"] = replace(ANNA, groups=frozenset({"leitung", "unbekannt"}))
    assert queries.staff_of(enter(), authority.id, now).roles == {"lead", "clerk"}


def test_without_a_group_that_counts_nobody_gets_in_and_who_was_in_has_no_role(enter, directory, authority, now):
    directory.people["dora"] = replace(ANNA, subject="2", email="dora@x.example", groups=frozenset({"unbekannt"}))
    assert refused(enter, "dora") == "openid_no_role"
    with common():
        assert not StaffAccount.objects.filter(email="dora@x.example").exists()
    token = enter()
    directory.people["anna"] = replace(ANNA, groups=frozenset())
    assert refused(enter) == "openid_no_role"
    assert queries.staff_of(token, authority.id, now).roles == frozenset()


def test_whoever_is_no_clerk_by_her_groups_any_more_helps_no_neighbour(
    enter, directory, authority, neighbour, agreed_by, now
):
    token = enter()
    helped = agreed_by(queries.staff_of(token, authority.id, now).id)
    assert queries.named_for(helped)
    directory.people["anna"] = replace(ANNA, groups=frozenset({"orga"}))
    enter()
    assert queries.named_for(helped) == []


def test_an_account_made_here_is_found_once_by_a_verified_address(enter, employ, directory, authority, now):
    employ(authority, ANNA.email, ["clerk"], name="Anna M.")
    directory.people["dora"] = replace(ANNA, subject="2", email_verified=False)
    assert refused(enter, "dora") == "openid_no_email"
    assert queries.staff_of(enter(), authority.id, now).name == "Anna M."
    directory.people["dora"] = replace(ANNA, subject="3")
    assert refused(enter, "dora") == "openid_email_taken"


def test_where_the_town_gives_out_the_addresses_they_need_no_mark(enter, choose, directory):
    choose(replace(SETTINGS, email_trusted=True))
    directory.people["anna"] = replace(ANNA, email_verified=False)
    assert enter()


def test_a_colleague_of_another_town_is_not_taken_over(enter, employ, neighbour):
    employ(neighbour, ANNA.email, ["organiser"])
    assert refused(enter) == "openid_email_taken"


def test_its_session_counts_at_this_authority_only(enter, employ, authority, neighbour, now):
    token = enter()
    employ(neighbour, ANNA.email, ["clerk"], password="")
    assert queries.staff_of(token, authority.id, now)
    assert queries.staff_of(token, neighbour.id, now) is None


def test_who_was_shut_out_here_stays_out(enter, authority, now):
    staff = queries.staff_of(enter(), authority.id, now)
    (row,) = [one for one in queries.members(authority.id) if one.account_id == staff.id]
    services.change_member(
        authority_id=authority.id, membership_id=row.membership_id, roles=["clerk"], unit_ids=[], active=False,
        actor=SYSTEM, now=now,
    )  # fmt: skip
    assert refused(enter) == "openid_ended"


def test_the_last_organiser_stays_one(enter, directory, authority, now):
    directory.people["anna"] = replace(ANNA, groups=frozenset({"orga"}))
    enter()
    directory.people["anna"] = ANNA
    assert queries.staff_of(enter(), authority.id, now).roles == {"clerk", "organiser"}


def test_a_way_is_gone_once(enter, way):
    begun = way()
    enter(begun=begun)
    assert refused(enter, begun=begun) == "openid_used"


def test_a_way_that_failed_is_not_gone_again(enter, way, authority):
    begun = way()
    assert refused(enter, "made-up", begun=begun) == "openid_not_believed"
    assert last_act(authority) == ("staff.sign_in_failed", {"way": "openid", "why": "signature"})
    assert refused(enter, begun=begun) == "openid_used"


def test_another_browsers_way_or_an_old_one_leads_nowhere(enter, way, now):
    (kept, _state), (_kept, state) = way(), way()
    assert refused(enter, begun=(kept, state)) == "openid_late"
    assert refused(enter, begun=("", state)) == "openid_late"
    assert refused(enter, begun=("x" * 400, state)) == "openid_late"
    assert refused(enter, at=now + OPENID_LASTS + timedelta(seconds=1)) == "openid_late"


def test_the_way_of_one_town_leads_nowhere_in_the_other(enter, way, choose, neighbour):
    choose(where=neighbour)
    assert refused(enter, begun=way(), where=neighbour) == "openid_late"


def test_cancelling_is_told(enter):
    assert refused(enter, error="access_denied") == "openid_cancelled"


@pytest.mark.parametrize(("asks", "missing"), [(False, True), (True, False)])
def test_where_passkeys_are_asked_for_the_directory_counts_if_it_asks_for_a_second_factor(
    enter, choose, authority, now, asks, missing
):
    choose(replace(SETTINGS, second_factor=asks))
    with work(authority.id):
        SignInRules.objects.create(authority_id=authority.id, passkey_needed=True)
    assert queries.staff_of(enter(), authority.id, now).passkey_missing is missing


class TestProof:
    def test_who_came_from_there_proves_there(self, enter, way, directory, authority, now):
        token = enter()
        account_id = queries.staff_of(token, authority.id, now).id
        late = now + PROOF_LASTS
        begun = way(at=late, account_id=account_id)
        assert directory.asked[-1].fresh
        directory.people["anna"] = replace(ANNA, signed_in=late)
        renewed = enter(begun=begun, at=late, token=token)
        assert sessions.is_proved(renewed, late)

    def test_an_old_sign_in_there_is_no_proof_and_a_colleague_neither(self, enter, way, directory, authority, now):
        token = enter()
        account_id = queries.staff_of(token, authority.id, now).id
        directory.people["old"] = replace(ANNA, signed_in=now - timedelta(minutes=5))
        directory.people["bodo"] = replace(ANNA, subject="b", email="b@weissenburg.example", signed_in=now)
        directory.people["silent"] = ANNA
        for code in ("old", "bodo", "silent"):
            begun = way(account_id=account_id)
            assert refused(enter, code, begun=begun, token=token) == "openid_not_believed"

    @pytest.mark.parametrize(
        ("told", "is_proof"),
        [(None, False), (-PROOF_LASTS, False), (timedelta(seconds=1) - PROOF_LASTS, True), (timedelta(days=1), True)],
    )
    def test_who_comes_in_silently_proved_herself_when_she_signed_in_there(self, enter, directory, now, told, is_proof):
        """At a screen left open the provider answers without asking: that is no proof of who sits there."""
        directory.people["anna"] = replace(ANNA, signed_in=told and now + told)
        token = enter()
        assert sessions.is_proved(token, now) is is_proof
        assert not sessions.is_proved(token, now + PROOF_LASTS)


class TestLogout:
    @pytest.fixture
    def out(self, authority, directory, now):
        directory.out["all"] = ports.OpenIdLogout("subject-1", "sid-1", "jti-1", now + timedelta(minutes=5))
        directory.out["one"] = ports.OpenIdLogout("", "sid-2", "jti-2", now + timedelta(minutes=5))

        def tell(token="all", where=authority):
            return openid.sign_out_by(authority_id=where.id, redirect_uri=BACK, logout_token=token, now=now)

        return tell

    def test_all_sessions_of_the_subject_end(self, enter, out, authority, now):
        tokens = [enter(), enter()]
        assert out() == 2
        assert [queries.staff_of(one, authority.id, now) for one in tokens] == [None, None]
        assert last_act(authority) == ("staff.signed_out_by_provider", {"count": 2})

    def test_only_that_of_the_providers_session(self, enter, out, directory, authority, now):
        first = enter()
        directory.people["anna"] = replace(ANNA, sid="sid-2")
        enter()
        assert out("one") == 1
        assert queries.staff_of(first, authority.id, now)

    def test_a_token_counts_once(self, enter, out, authority, now):
        out()
        token = enter()
        assert refused(out) == "openid_used"
        assert queries.staff_of(token, authority.id, now)

    def test_what_is_no_token_ends_nothing(self, enter, out, authority, now):
        token = enter()
        assert refused(out, "made-up") == "openid_not_believed"
        assert queries.staff_of(token, authority.id, now)

    def test_sessions_with_a_password_are_not_the_providers(self, enter, employ, sign_in, out, authority, now):
        employ(authority, "olsen@weissenburg.example", ["clerk"])
        token = sign_in()
        out()
        assert queries.staff_of(token, authority.id, now)


class TestSettings:
    @pytest.mark.parametrize(
        ("field", "bent"),
        [
            ("issuer", {"issuer": "http://login.weissenburg.example"}),
            ("issuer", {"issuer": "https://"}),
            ("issuer", {"issuer": "https://[login.weissenburg.example"}),
            ("issuer", {"issuer": f"{ISSUER}?x=1"}),
            ("issuer", {"issuer": "https://evil.example"}),
            ("label", {"label": ""}),
            ("client_id", {"client_id": ""}),
            ("groups_claim", {"groups_claim": ""}),
            ("roles", {"roles": {}}),
        ],
    )
    def test_what_is_missing_or_unreachable_is_said(self, choose, field, bent):
        with pytest.raises(Refused) as caught:
            choose(replace(SETTINGS, **bent))
        assert caught.value.field == field

    def test_the_secret_is_kept_sealed_and_not_for_another_provider(self, choose, authority):
        choose(secret="")
        with work(authority.id):
            assert b"geheim" not in bytes(OpenIdSettings.objects.get().client_secret)
        assert refused(choose, replace(SETTINGS, issuer="https://anders.example"), "") == "openid_secret"

    def test_roles_are_read_as_they_are_written(self):
        assert read_roles(roles_as_text(ROLES)) == ROLES
        assert read_roles("cn=a,ou=b = clerk") == {"cn=a,ou=b": ("clerk",)}

    @pytest.mark.parametrize("text", ["buergerbuero", "= clerk", "a =", "a = chief"])
    def test_a_line_that_says_nothing_is_refused(self, text):
        assert refused(read_roles, text) in ("openid_roles", "unknown_role")

    def test_where_it_is_off_nobody_gets_in_and_nothing_is_offered(self, choose, way, authority):
        assert sign_in_label(authority.id) == "Rathauskonto"
        choose(replace(SETTINGS, active=False))
        assert sign_in_label(authority.id) == ""
        assert refused(way) == "openid_off"


class TestPages:
    def test_there_and_back(self, client, choose, directory):
        assert "Rathauskonto" in client.get("/desk/sign-in").content.decode()
        away = client.get("/desk/sign-in/openid?next=/desk/cases/")["location"]
        assert away.startswith(f"{ISSUER}/auth?")
        state = parse_qs(urlsplit(away).query)["state"][0]
        assert client.get(f"/desk/sign-in/openid/callback?code=anna&state={state}")["location"] == "/desk/cases/"
        assert client.get("/desk/cases/").status_code == 200
        assert client.get(f"/desk/sign-in/openid/callback?code=anna&state={state}").status_code == 422

    def test_nobody_is_sent_elsewhere(self, client, choose):
        state = parse_qs(urlsplit(client.get("/desk/sign-in/openid?next=//evil.example")["location"]).query)["state"][0]
        assert client.get(f"/desk/sign-in/openid/callback?code=anna&state={state}")["location"] == "/desk/"

    def test_a_refusal_is_explained_on_the_sign_in_page(self, client, choose):
        page = client.get("/desk/sign-in/openid/callback?code=anna&state=x&lang=en")
        assert page.status_code == 422
        assert "begun in another browser" in page.content.decode()

    def test_the_provider_signs_out_without_a_browser(self, client, choose, directory, now):
        directory.out["all"] = ports.OpenIdLogout("subject-1", "", "1", now + timedelta(days=3650))
        answer = client.post("/desk/sign-in/openid/logout", {"logout_token": "all"})
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert client.post("/desk/sign-in/openid/logout", {"logout_token": "all"}).status_code == 400
        assert client.post("/desk/sign-in/openid/logout", {}).status_code == 400

    def test_without_a_provider_there_is_no_such_page(self, client, authority):
        assert client.get("/desk/sign-in/openid").status_code == 404

    def test_the_organiser_chooses_one(self, client, employ, authority, directory):
        employ(authority, "kern@weissenburg.example", ["organiser"], name="Frau Kern")
        client.post("/desk/sign-in", {"email": "kern@weissenburg.example", "password": PASSWORD})
        given = {"label": "Rathauskonto", "issuer": ISSUER, "client_id": "staff", "client_secret": "geheim",
                 "groups_claim": "groups", "roles": "buergerbuero = clerk", "active": "true"}  # fmt: skip
        assert client.post("/desk/openid", given | {"roles": "x"}).status_code == 422
        assert client.post("/desk/openid", given)["location"] == "/desk/openid?saved=1"
        page = client.get("/desk/openid").content.decode()
        assert "buergerbuero = clerk" in page
        assert "geheim" not in page
        with work(authority.id):
            assert OpenIdIdentity.objects.count() == 0
