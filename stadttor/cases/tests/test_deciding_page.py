"""What a clerk has at hand while she decides."""

import re

import pytest

from stadttor.cases.tests.test_pages import Desk, Open, adler, sign_in

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
