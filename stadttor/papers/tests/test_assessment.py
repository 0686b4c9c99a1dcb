from datetime import date, timedelta

import pytest

from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.papers import queries
from stadttor.papers.pages.overview import missing
from stadttor.papers.services import assess
from stadttor.papers.tests.builders import HOME, signed_in, text
from stadttor.tenancy.services import describe, set_coverage

pytestmark = pytest.mark.db
PAGE = f"{HOME}/accessibility"
TYPED = {
    "status": "partly", "assessed.day": "1", "assessed.month": "10", "assessed.year": "2026", "gaps": "Ortsplan als Bild",
}  # fmt: skip


def test_what_is_missing_is_listed_with_the_way_to_enter_it(authority):
    desk = signed_in(authority)
    page = text(desk.get(HOME))
    for what in (
        "The data protection officer",
        "self-assessment",
        "The data centre that processes",
        "The places served",
    ):
        assert what in page
    for href in (PAGE, "/desk/setup/law", "/desk/setup/places"):
        assert f'href="{href}"' in page
    assert desk.post(PAGE, TYPED).status_code == 303
    describe(authority.id, actor=SYSTEM, now=now(), officer="Datenschutz, Marktplatz 19")
    set_coverage(authority.id, ["095775534"], actor=SYSTEM, now=now())
    page = text(desk.get(HOME))
    for what in ("The data protection officer", "self-assessment", "The places served"):
        assert what not in page


def test_an_assessment_older_than_a_year_is_missing_again(authority):
    today = german_day(now())
    for days, is_missing in ((366, True), (364, False)):
        found = queries.Assessment("partly", today - timedelta(days=days))
        assess(authority_id=authority.id, found=found, actor=SYSTEM, now=now())
        assert any("/accessibility" in one["href"] for one in missing(authority.id)) == is_missing


def test_what_was_found_is_kept_and_shown_again(authority):
    desk = signed_in(authority)
    desk.post(PAGE, TYPED)
    found = queries.assessment(authority.id)
    assert (found.status, found.assessed, found.gaps) == ("partly", date(2026, 10, 1), "Ortsplan als Bild")
    assert "Ortsplan als Bild" in text(desk.get(PAGE))
    desk.post(PAGE, TYPED | {"gaps": ""})
    assert queries.assessment(authority.id).gaps == ""
    with work(authority.id):
        assert AuditEntry.objects.filter(authority_id=authority.id, act="papers.assessed").count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"assessed.day": "32"}, "f-assessed"),
        ({"assessed.year": "2999"}, "f-assessed"),
        ({"assessed.day": "", "assessed.month": "", "assessed.year": ""}, "f-assessed"),
        ({"status": "best"}, "f-status"),
        ({"status": "none"}, "f-status"),
        ({"gaps": "x" * 2_001}, "f-gaps"),
    ],
)
def test_an_error_leads_to_its_field_and_keeps_what_was_typed(authority, wrong, field):
    answer = signed_in(authority).post(PAGE, TYPED | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}' in text(answer)
    assert queries.assessment(authority.id) == queries.Assessment()


def test_only_an_organiser_of_this_town_opens_it(authority, neighbour):
    signed_in(authority).post(PAGE, TYPED)
    clerk = signed_in(authority, "clerk")
    assert clerk.get(HOME).status_code == clerk.get(PAGE).status_code == 403
    assert clerk.post(PAGE, TYPED | {"gaps": "Falsch"}).status_code == 403
    assert "Ortsplan" not in text(signed_in(neighbour).get(PAGE))
    assert queries.assessment(neighbour.id) == queries.Assessment()
