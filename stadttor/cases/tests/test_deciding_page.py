"""What a clerk has at hand while she decides."""

import html
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from stadttor.cases.models import Event
from stadttor.cases.tests.fakes import FakeApplications
from stadttor.cases.tests.test_pages import PASSWORD, Desk, Open, adler, sign_in
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.models import Authority
from stadttor.ground.work import common, work
from stadttor.identity import ports
from stadttor.identity.models import SignInRules, StaffSession
from stadttor.identity.openid_settings import save_settings
from stadttor.identity.tests.test_openid import ANNA, SETTINGS, Directory

pytestmark = pytest.mark.db
__all__ = ["adler", "sign_in"]


def test_the_answers_are_beside_the_decision_closed(adler: Desk, opened: Open) -> None:
    page = adler.text(f"/desk/cases/{opened()}/decide")
    (answers,) = [one for one in re.findall(r"<details[^>]*>.*?</details>", page, re.DOTALL) if "Answers of the" in one]
    assert "Zur Adresse gehört Gebiet A." in answers
    assert not re.match(r"<details[^>]* open", answers)


def test_whoever_decides_declares_whether_one_contact_was_enough(
    adler: Desk, opened: Open, authority: Authority
) -> None:
    """The history proposes it; what she leaves ticked, or takes away, stays with the event of the case."""
    for ticked in (True, False):
        case_id = opened()
        path = f"/desk/cases/{case_id}/decide"
        assert re.search(r'name="in_one_contact"[^>]* checked', adler.text(path))
        said = {"in_one_contact": "true"} if ticked else {}
        adler.post(path, version="1", outcome="granted", one_contact_asked="yes", **said)
        with work(authority.id):
            (event,) = Event.objects.filter(case_id=case_id, act="decided")
        assert event.details["in_one_contact"] is ticked


def test_after_an_ask_back_it_is_not_proposed_that_one_contact_was_enough(adler: Desk, opened: Open) -> None:
    case_id = opened()
    adler.post(f"/desk/cases/{case_id}/ask", version="1", question="Wie lange noch?")
    adler.post(f"/desk/cases/{case_id}/stop-asking", version="2")
    assert not re.search(r'name="in_one_contact"[^>]* checked', adler.text(f"/desk/cases/{case_id}/decide"))


def test_after_an_act_the_focus_is_on_what_was_done(adler: Desk, opened: Open) -> None:
    case_id = opened()
    adler.post(f"/desk/cases/{case_id}/take", version="1")
    page = adler.text(f"/desk/cases/{case_id}")
    assert re.search(r'data-focus><div class="kern-alert kern-alert--success.*?The case is yours now', page, re.DOTALL)


def test_where_the_authority_asks_for_it_who_decides_proves_first_and_loses_nothing(
    adler: Desk, opened: Open, authority: Authority
) -> None:
    case_id = opened()
    with work(authority.id):
        SignInRules.objects.create(authority_id=authority.id, proof_for_decisions=True)
    with common(write=True):
        StaffSession.objects.update(proved=None)
    path = f"/desk/cases/{case_id}/decide"
    decision = {"version": "1", "outcome": "refused", "free_text": "Der Antrag ist nicht vollständig."}
    asked = adler.post(path, **decision)
    assert asked.status_code == 401
    assert "Please confirm that it is you" in asked.content.decode()
    (kept,) = re.findall(r'name="kept_form" value="([^"]+)"', asked.content.decode())[:1]
    back = adler.post("/desk/confirm-me", password=PASSWORD, kept_form=html.unescape(kept))
    again = back.content.decode()
    assert "Der Antrag ist nicht vollständig." in again
    assert f'action="{path}"' in again
    assert adler.post(path, **decision).status_code != 401


def test_coming_in_again_by_the_directory_without_being_asked_there_is_no_proof(
    adler: Desk, opened: Open, authority: Authority
) -> None:
    """At a screen left open the provider answers silently; whoever sits there proves nothing by it."""
    case_id, directory = opened(), Directory()
    directory.people["adler"] = replace(ANNA, email="adler@weissenburg.example")
    with work(authority.id):
        SignInRules.objects.create(authority_id=authority.id, proof_for_decisions=True)
    ports.use_openid(lambda: directory)
    try:
        save_settings(authority_id=authority.id, settings=SETTINGS, client_secret="geheim", actor=SYSTEM, now=now())
        to_provider = adler.client.get("/desk/sign-in/openid")["Location"]
        back = {"state": parse_qs(urlsplit(to_provider).query)["state"][0], "code": "adler"}
        assert adler.client.get("/desk/sign-in/openid/callback", back).status_code == 302
    finally:
        ports.use_openid(None)
    assert adler.get("/desk/cases/").status_code == 200
    assert adler.post(f"/desk/cases/{case_id}/decide", version="1", outcome="refused").status_code == 401


@pytest.mark.parametrize("act", ["decide", "confirm"])
def test_where_the_service_asks_for_it_who_decides_or_agrees_proves_first_whatever_the_authoritys_rule(
    adler: Desk, opened: Open, applications: FakeApplications, act: str
) -> None:
    path = f"/desk/cases/{opened()}/{act}"
    with common(write=True):
        StaffSession.objects.update(proved=None)
    decision = {"version": "1", "outcome": "refused", "free_text": "Der Antrag ist nicht vollständig.", "agree": "yes"}
    assert adler.post(path, **decision).status_code != 401
    applications.words = replace(applications.words, fresh_proof=True)
    assert adler.post(path, **decision).status_code == 401
    adler.post("/desk/confirm-me", password=PASSWORD)
    assert adler.post(path, **decision).status_code != 401
