"""What a clerk has at hand while she decides."""

import html
import re
from dataclasses import replace

import pytest

from stadttor.cases.tests.fakes import FakeApplications
from stadttor.cases.tests.test_pages import PASSWORD, Desk, Open, adler, sign_in
from stadttor.ground.models import Authority
from stadttor.ground.work import common, work
from stadttor.identity.models import SignInRules, StaffSession

pytestmark = pytest.mark.db
__all__ = ["adler", "sign_in"]


def test_the_answers_are_beside_the_decision_closed(adler: Desk, opened: Open) -> None:
    page = adler.text(f"/desk/cases/{opened()}/decide")
    (answers,) = [one for one in re.findall(r"<details[^>]*>.*?</details>", page, re.DOTALL) if "Answers of the" in one]
    assert "Zur Adresse gehört Gebiet A." in answers
    assert not re.match(r"<details[^>]* open", answers)


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
