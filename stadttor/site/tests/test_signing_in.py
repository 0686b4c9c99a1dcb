"""Amira signs in with the simulated account service, and what it says reaches her form and the clerk."""

import re
from dataclasses import replace
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.conf import settings

from adapters.saml import keys
from stadttor.catalog import queries as catalog
from stadttor.citizens.queries import COOKIE as CITIZEN_COOKIE
from stadttor.citizens.queries import citizen_of, key_to
from stadttor.citizens.services import keep, open_account
from stadttor.core.refused import Refused
from stadttor.forms.models import Draft
from stadttor.forms.services.drafting import keep_email, save_answers
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.identity.account_services import agree, services
from stadttor.identity.assertions import assertion_of, browser_cookie, signed_in_with
from stadttor.identity.models import CitizenSignIn, TakenAnswer
from stadttor.identity.ports import Claim, IdentityAssertion
from stadttor.identity.signing_in import forget_ended_sign_ins
from stadttor.portal import access
from stadttor.portal.journey import applicant_email, open_journey
from stadttor.portal.prefill import filled_in
from stadttor.portal.services import must_be_sure_enough, start
from stadttor.portal.typed_again import without_emails
from stadttor.site import simulated_account, wiring
from tests.isolation import world

pytestmark = pytest.mark.db
SIMULATOR = "/simuliertes-konto"


class Way:
    """One browser on the way through a sign-in; each step gives the response."""

    def __init__(self, town):
        self.town, self.client = town, town.citizen()
        self.draft = f"/antrag/{town.things['draft_id']}"
        self.provider = str(services(town.authority_id)[0].id)

    def leave(self):
        page = self.client.post(f"{self.draft}/ausweisen", {"way": self.provider})
        self.client.cookies["anmeldung"] = page.cookies["anmeldung"].value if "anmeldung" in page.cookies else ""
        return page

    def choose(self, fields, person="amira"):
        return self.client.post(SIMULATOR, fields | {"person": person})

    def bring(self, fields, client=None):
        return (client or self.client).post(f"/anmelden/{self.provider}/antwort", fields)

    def answer(self, person="amira"):
        return hidden(self.choose(hidden(self.leave()), person))

    def through(self, person="amira"):
        assert self.bring(self.answer(person)).status_code == 303
        return self.take()

    def take(self):
        page = self.client.post(f"{self.draft}/angemeldet", {"choice": "take"})
        self.town.secrets["draft_id"] = self.client.cookies[
            access.cookie_name(UUID(self.town.things["draft_id"]))
        ].value
        return page


def hidden(page):
    """The hidden fields of the page's own form."""
    found = re.findall(r'<input type="hidden" name="(SAML\w+|RelayState)" value="([^"]+)"', page.content.decode())
    return dict(found)


@pytest.fixture
def town(authority, tmp_path, monkeypatch):
    wiring.connect()
    monkeypatch.setattr(settings, "VAR", tmp_path)
    monkeypatch.setattr(keys, "BITS", 2048)  # half the time of a key that has to last
    made = world.Town(authority.id, authority.slug, authority.slug)
    world._adopt(made, world.SERVICE)
    made.things["submission_id"], made.secrets["submission_id"] = str(UUID(int=1)), "keines"
    simulated_account.set_up(authority.id, authority.slug, now())
    token = access.new_token()
    form = catalog.adopted_form(authority.id, "bewohnerparkausweis")
    draft_id = start(form=form, token=token, language="de", now=now())
    made.things["draft_id"], made.secrets["draft_id"] = str(draft_id), token
    return made


@pytest.fixture
def way(town):
    return Way(town)


def journey(town):
    draft_id = UUID(town.things["draft_id"])
    return open_journey(town.authority_id, draft_id, town.secrets["draft_id"], "de", now())


def test_what_the_account_knows_fills_the_form_after_she_said_so(town, way):
    offer = way.client.get(f"{way.draft}/ausweisen").content.decode()
    assert "Simulation" in offer
    assert "Familienname" in offer
    assert "Pseudonym" in offer
    back = way.bring(way.answer())
    assert back["Location"] == f"{way.draft}/angemeldet"
    page = way.client.get(back["Location"]).content.decode()
    assert "YILMAZ" in page
    assert "sim-amira" in page
    assert assertion_of(town.authority_id, UUID(town.things["draft_id"])) is None
    way.take()
    person = journey(town).draft.answers["person"]
    assert (person["nachname"], person["anschrift"]["house_number"], person["geburtsdatum"]) == (
        "YILMAZ",
        "12",
        "1988-05-24",
    )
    said = assertion_of(town.authority_id, UUID(town.things["draft_id"]))
    assert (said.source, said.level, said.subject) == ("simulated", "hoch", "sim-amira")
    with work(town.authority_id):
        assert not CitizenSignIn.objects.exists()


def test_only_what_the_form_asks_for_comes(town, way):
    way.through()
    assert "phone" not in assertion_of(town.authority_id, UUID(town.things["draft_id"])).claims


def test_without_an_account_there_is_no_pseudonym_and_the_form_is_filled_all_the_same(town, way):
    way.through("jonas")
    said = assertion_of(town.authority_id, UUID(town.things["draft_id"]))
    assert (said.subject, journey(town).draft.answers["person"]["vorname"]) == ("", "JONAS")


def test_the_form_says_where_a_value_came_from_as_long_as_it_is_the_same(town, way):
    way.through()
    page = f"{way.draft}/seite/person"
    way.client.post(f"{way.draft}/seite/antrag", {"antrag.art": "neu"})
    told = "Aus Ihrer Anmeldung"
    before = way.client.get(page).content.decode().count(told)
    with work(town.authority_id):
        draft = Draft.objects.get(id=town.things["draft_id"])
        draft.answers["person"]["nachname"] = "Weber"
        draft.save()
    assert (before, way.client.get(page).content.decode().count(told)) == (5, 4)


def test_whoever_does_not_take_it_over_leaves_nothing(town, way):
    way.bring(way.answer())
    assert way.client.post(f"{way.draft}/angemeldet", {"choice": "leave"}).status_code == 302
    with work(town.authority_id):
        assert not CitizenSignIn.objects.exists()
    assert "person" not in journey(town).draft.answers


def test_an_answer_counts_once(town, way):
    answer = way.answer()
    assert way.bring(answer).status_code == 303
    way.client.cookies["anmeldung"] = "x"
    assert way.bring(answer).status_code == 403


def test_another_browser_cannot_bring_it_and_ends_nothing(town, way):
    answer = way.answer()
    assert way.bring(answer, client=town.browser()).status_code == 403
    assert way.bring(answer, client=town.browser(anmeldung="geraten")).status_code == 403
    assert way.bring(answer).status_code == 303


def test_another_browser_without_the_draft_sees_nothing_of_it(town, way):
    way.bring(way.answer())
    assert town.browser().get(f"{way.draft}/angemeldet").status_code == 404


def test_a_new_question_ends_the_one_before(town, way):
    old = way.answer()
    kept = way.client.cookies["anmeldung"].value
    way.leave()
    way.client.cookies["anmeldung"] = kept
    assert way.bring(old).status_code == 403


def test_it_takes_no_longer_than_half_an_hour(town, way):
    answer = way.answer()
    with work(town.authority_id):
        CitizenSignIn.objects.update(expires=now())
    assert way.bring(answer).status_code == 403
    forget_ended_sign_ins(authority_id=town.authority_id, now=now())
    with work(town.authority_id):
        assert not CitizenSignIn.objects.exists()


@pytest.mark.parametrize(("person", "problem"), [("nobody", "cancelled"), ("broken", "invalid")])
def test_who_comes_back_without_an_answer_reads_why(town, way, person, problem):
    answer = way.answer("nobody") if person == "nobody" else way.answer() | {"SAMLResponse": "PHg+"}
    back = way.bring(answer)
    assert back["Location"] == f"{way.draft}/ausweisen?problem={problem}"
    assert "nicht angemeldet" in way.client.get(back["Location"]).content.decode()
    with work(town.authority_id):
        assert AuditEntry.objects.get(act="identity.sign_in_failed").details["reason"] == problem
        assert not TakenAnswer.objects.exists()


def test_a_service_that_is_switched_off_signs_nobody_in(town, way):
    answer = way.answer()
    agree(
        authority_id=town.authority_id, service_id=UUID(way.provider), signed="assertion", encrypted=True,
        older_signatures=False, active=False, actor=SYSTEM, now=now(),
    )  # fmt: skip
    assert "problem=denied" in way.bring(answer)["Location"]
    assert way.leave().status_code == 404


def test_the_page_that_leads_away_may_post_there_and_only_there(town, way):
    page = way.leave()
    assert "form-action 'self' http://weissenburg.localhost" in page["Content-Security-Policy"]
    assert "form-action 'self';" in way.client.get(f"{way.draft}/ausweisen")["Content-Security-Policy"]


def test_metadata_are_there_for_the_operator_and_not_of_the_neighbour(town, neighbour, way):
    found = way.client.get(f"/anmelden/{way.provider}")
    assert (found["Content-Type"], b"EntityDescriptor" in found.content) == ("application/samlmetadata+xml", True)
    other = world.Town(neighbour.id, neighbour.slug, neighbour.slug)
    assert other.browser().get(f"/anmelden/{way.provider}").status_code == 404


@pytest.mark.parametrize(
    ("needed", "trust", "enough"),
    [("none", "none", True), ("normal", "none", False), ("substantiell", "normal", False), ("hoch", "hoch", True)],
)
def test_a_service_that_must_know_who_applies_takes_nothing_less(town, needed, trust, enough):
    form = journey(town).form
    strict = replace(form, content=replace(form.content, manifest=replace(form.manifest, trust=needed)))
    if enough:
        must_be_sure_enough(strict, trust)
    else:
        with pytest.raises(Refused, match="trust_low"):
            must_be_sure_enough(strict, trust)


def test_what_came_back_is_shown_to_the_browser_that_went_and_to_no_other_with_the_link(town, way):
    """Report: he sends her the link of his draft, she signs in there, and he read her card before she had said a word."""
    draft_id, mallory = UUID(town.things["draft_id"]), town.citizen()
    way.bring(way.answer())
    assert mallory.get(f"{way.draft}/angemeldet")["Location"] == f"{way.draft}/ausweisen"
    mallory.post(f"{way.draft}/angemeldet", {"choice": "take"})
    assert assertion_of(town.authority_id, draft_id) is None
    way.take()
    assert assertion_of(town.authority_id, draft_id) is not None
    kept = way.client.cookies[browser_cookie(draft_id)]
    assert (kept["httponly"], kept["samesite"]) == (True, "Lax")
    assert signed_in_with(town.authority_id, draft_id, kept.value) is not None
    assert signed_in_with(town.authority_id, draft_id, "") is None


def test_after_she_took_it_over_no_earlier_link_opens_her_values(town, way):
    """Report: he sends her the link of his draft, she signs in there, and he reads the form it filled in."""
    mallory, old = town.citizen(), town.secrets["draft_id"]
    keep_email(
        authority_id=town.authority_id, draft_id=UUID(town.things["draft_id"]), email="mallory@weissenburg.example"
    )
    way.through()
    page = f"{way.draft}/seite/person"
    assert (way.client.get(page).status_code, mallory.get(page).status_code) == (200, 404)
    assert mallory.get(f"/weiter/{old}").status_code == 404
    assert way.client.get(f"/weiter/{town.secrets['draft_id']}").status_code == 302
    assert journey(town).draft.email == ""


def test_no_account_but_hers_holds_what_she_took_over(town, way, authority):
    """Report: his account held the draft, and with it the application she sent."""
    draft_id = UUID(town.things["draft_id"])
    said = [IdentityAssertion("bundid", "hoch", now(), {}, "https://id.example", name) for name in ("mallory", "amira")]
    sessions = [open_account(authority_id=authority.id, assertion=one, now=now()) for one in said]
    his, hers = (citizen_of(authority.id, one, now()) for one in sessions)
    for one in (his, hers):
        keep(citizen=one, kind="draft", thing_id=draft_id, token=town.secrets["draft_id"], now=now())
    way.client.cookies[CITIZEN_COOKIE] = sessions[1]
    assert way.bring(way.answer()).status_code == 303
    way.client.post(f"{way.draft}/angemeldet", {"choice": "take"})
    assert key_to(his, draft_id) == ""
    assert open_journey(authority.id, draft_id, key_to(hers, draft_id), "de", now()).assertion is None
    assert way.client.get(f"{way.draft}/seite/person").status_code == 200


def test_no_address_typed_before_she_signed_in_gets_the_link_to_what_she_sends(town, way):
    """Report: he typed his address into the draft and passed its link on; she signed in, sent it, and he got the secret link."""
    typed = journey(town)
    answers = {"person": {"vorname": "Amira", "email": "mallory@weissenburg.example"}}
    save_answers(
        authority_id=town.authority_id, draft_id=typed.draft.id, revision=typed.draft.revision, answers=answers,
        language="de", now=now(),
    )  # fmt: skip
    way.through()
    hers = journey(town)
    said = assertion_of(town.authority_id, hers.draft.id).claims["email"].value
    assert (applicant_email(hers.filled), hers.draft.answers["person"]["vorname"]) == (said, "Amira")


def test_the_address_her_sign_in_knows_takes_the_place_of_what_was_typed():
    form = SimpleNamespace(
        fields={one: SimpleNamespace(id="email", group=one, type="email", prefill="claim:email") for one in ("p", "many")},
        groups={"p": SimpleNamespace(repeat=None), "many": SimpleNamespace(repeat=object())},
    )  # fmt: skip
    hers = IdentityAssertion("bundid", "hoch", now(), {"email": Claim("amira@weissenburg.example", "normal", "mail")})
    typed = {"p": {"email": "mallory@weissenburg.example", "a": 1}, "many": [{"email": "mallory@weissenburg.example"}]}
    assert filled_in(form, without_emails(form, typed), hers) == {
        "p": {"email": "amira@weissenburg.example", "a": 1}, "many": [{}]
    }  # fmt: skip
    known = {"p": {"email": "Amira@weissenburg.example"}}
    assert without_emails(form, known, hers) == known
    assert typed["p"]["email"] == "mallory@weissenburg.example"
