"""The work list as a clerk sees it: what a search finds elsewhere, what a line says, why a list is empty."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs
from uuid import UUID

import pytest

from stadttor.cases import ports, services
from stadttor.cases.tests.fakes import FakeApplications
from stadttor.cases.tests.test_pages import Desk, Open, adler, sign_in
from stadttor.ground import clock
from stadttor.identity.queries import Staff

pytestmark = pytest.mark.db
__all__ = ["adler", "sign_in"]
SignIn = Callable[..., Desk]


def links(page: str, text: str) -> list[str]:
    """Where the links of this text lead."""
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return [unescape(href) for href, inner in found if text in re.sub(r"<[^>]+>", "", inner)]


def test_a_search_goes_along_to_the_other_tabs(adler: Desk, opened: Open) -> None:
    opened(applicant="Amira Yılmaz", number="WUG-1")
    opened(applicant="Jonas Weber", number="WUG-2")
    mine = adler.found(adler.post("/desk/cases/search", scope="mine", q="Yılmaz")["Location"])
    (unit,) = links(mine, "My unit")
    assert "lmaz" not in unit
    page = adler.found(unit)
    assert "WUG-1" in page
    assert "WUG-2" not in page


def test_what_a_tab_does_not_hold_is_one_button_away(adler: Desk, opened: Open) -> None:
    opened(applicant="Amira Yılmaz", number="WUG-1")
    mine = adler.found(adler.post("/desk/cases/search", scope="mine", q="Yılmaz")["Location"])
    (everywhere,) = links(mine, "Search in all cases")
    assert "WUG-1" in adler.found(everywhere)
    nowhere = adler.found(adler.post("/desk/cases/search", scope="all", state="any", q="nobody")["Location"])
    assert not links(nowhere, "Search in all cases")
    assert "Protected persons are not found by their names" in nowhere


def test_a_page_behind_the_last_is_the_last(adler: Desk, opened: Open) -> None:
    opened(number="WUG-1")
    assert "WUG-1" in adler.text("/desk/cases/", scope="unit", page="99")


def test_a_line_says_what_other_modules_know(adler: Desk, opened: Open, applications: FakeApplications) -> None:
    opened(number="WUG-1")
    opened(number="WUG-2")
    (paid, _other) = applications.openings
    ports.wired.marks = [lambda _authority, _ids: {paid: {"label": "Fee paid", "kind": "success", "icon": "check"}}]
    assert adler.text("/desk/cases/", scope="unit").count("Fee paid") == 1


def test_a_decided_case_is_marked_until_it_is_closed(adler: Desk, opened: Open) -> None:
    case_id = opened()
    assert "To be closed only" not in adler.text("/desk/cases/", scope="unit")
    services.take(staff=adler.staff, case_id=case_id, version=1, now=clock.now())
    services.decide(staff=adler.staff, case_id=case_id, version=2, outcome="granted", now=clock.now())
    assert "To be closed only" in adler.text("/desk/cases/", scope="unit")


def test_the_order_can_be_chosen_without_the_headings_of_the_table(adler: Desk, opened: Open) -> None:
    opened()
    page = adler.text("/desk/cases/", scope="unit")
    (row,) = re.findall(r'<p class="kern-body st-sorts">.*?</p>', page, re.DOTALL)
    assert {parse_qs(href)["sort"][0] for href in links(row, "")} == {"due", "applicant", "received"}


def test_who_is_in_no_unit_learns_why_nothing_comes_and_who_can_help(sign_in: SignIn, opened: Open) -> None:
    sign_in("Frau Kern", "organiser", units=())
    lost = sign_in("Herr Trivial", units=())
    page = lost.text("/desk/cases/")
    assert "You are in no unit yet" in page
    assert "Who can help: Frau Kern" in page
    assert "New applications appear here by themselves" not in lost.text("/desk/cases/", scope="unit")
    assert "You are in no unit yet" not in sign_in("Herr Olsen").text("/desk/cases/")


def test_a_colleagues_case_among_ones_own_bears_her_name(
    adler: Desk, sign_in: SignIn, opened: Open, authority: object
) -> None:
    olsen, now = sign_in("Herr Olsen", units=()), clock.now()
    own, hers = opened(number="OWN"), opened(number="HERS")
    lead = Staff(adler.staff.id, "Frau Wagner", "", adler.staff.authority_id, frozenset({"lead"}), frozenset())
    give(lead, own, olsen.staff.id)
    give(lead, hers, adler.staff.id)
    services.deputise(
        staff=adler.staff,
        for_id=adler.staff.id,
        deputy_id=olsen.staff.id,
        first_day=now.date(),
        last_day=now.date() + timedelta(days=3),
        now=now,
    )
    page = olsen.text("/desk/cases/")
    assert page.count("Frau Adler, you stand in") == 1
    assert "Herr Olsen, you stand in" not in page


def give(lead: Staff, case_id: UUID, to: UUID) -> None:
    services.assign(staff=lead, case_id=case_id, version=1, assignee_id=to, now=clock.now())


def test_the_hint_at_keys_stands_at_lists_only(adler: Desk, opened: Open) -> None:
    assert "Keys: j and k" not in adler.text("/desk/cases/", scope="unit")
    opened()
    assert "Keys: j and k" in adler.text("/desk/cases/", scope="unit")


def test_ending_a_deputy_and_removing_a_view_are_said(adler: Desk, sign_in: SignIn) -> None:
    olsen, now = sign_in("Herr Olsen"), clock.now()
    row = services.deputise(
        staff=adler.staff,
        for_id=adler.staff.id,
        deputy_id=olsen.staff.id,
        first_day=now.date(),
        last_day=now.date() + timedelta(days=3),
        now=now,
    )
    adler.post(f"/desk/deputies/{row}/end")
    assert "The deputy&#39;s time was ended." in adler.text("/desk/deputies")
    adler.post("/desk/cases/views", view_name="Überfällig", deadline="late")
    (view,) = re.findall(r"/desk/cases/views/[0-9a-f-]+(?=\")", adler.text("/desk/cases/"))
    adler.post(f"{view}/remove")
    assert "Your view was removed." in adler.text("/desk/cases/")
