"""The report of the key figures of a month: an accessible PDF that is made once and saved by the organiser."""

from datetime import datetime
from io import BytesIO

import pikepdf
import pytest

from stadttor.catalog.tests.builders import adopted
from stadttor.core.periods import months_later
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import BERLIN, german_day
from stadttor.ground.web.language import speaking
from stadttor.insights.key_figures.reporting import said
from stadttor.insights.key_figures.steering import said_of_many
from stadttor.insights.queries.across import across_by_month
from stadttor.insights.rules.spans import quarters, told_until
from stadttor.insights.tests.test_figure_pages import HOME, counters, signed_in, text
from stadttor.rollout.services import make_steering
from stadttor.site import jobs
from stadttor.site.month_reports import report, report_last_month
from stadttor.tenancy.queries import authority_by_id
from stadttor.tenancy.services import create_authority, set_coverage

pytestmark = pytest.mark.db
NOW = clock.now()
THIS = german_day(NOW).replace(day=1)
LAST = told_until(german_day(NOW))
BEFORE, LATELY = quarters(LAST)


@pytest.fixture
def town(authority):
    adopted(authority.id, NOW)
    counters(authority, (LAST, "score", 5, 8), (LAST, "score", 1, 2), (LAST, "visits", 3, 40), (LAST, "online", 1, 4))
    return authority


def test_the_organiser_saves_the_report_of_the_month_that_is_over(town, neighbour):
    desk, page = signed_in(town), f"{HOME}/report/{LAST:%Y-%m}.pdf"
    assert desk.get(page).status_code == 404
    jobs.report_figures(0)
    made = desk.get(page)
    assert (made.status_code, made["Content-Type"]) == (200, "application/pdf")
    assert page in text(desk.get(HOME))
    # Once made it stays.
    counters(town, (LAST, "visits", 4, 60))
    jobs.report_figures(0)
    assert desk.get(page).getvalue() == made.getvalue()
    assert signed_in(neighbour).get(page).status_code == 404
    assert signed_in(town, "clerk").get(page).status_code == 403
    for other in ("2031-12", "x", "2026-13"):
        assert desk.get(f"{HOME}/report/{other}.pdf").status_code == 404


def test_it_is_tagged_titled_and_speaks_german(town):
    made = pikepdf.open(BytesIO(report(town.id, LAST, THIS)))
    assert made.Root.MarkInfo.Marked
    assert str(made.Root.Lang).startswith("de")
    with made.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
        assert f"{LAST.month:02}/{LAST.year}" in about["dc:title"]
    kinds = {str(one.get("/S")) for one in made.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S")}
    assert {"/Table", "/TH", "/TD", "/H2"} <= kinds


def test_each_figure_stands_beside_that_of_the_month_before(town):
    of_quarter = LATELY if LAST not in LATELY else ()
    counters(town, *((month, "visits", 4, 25) for month in {*of_quarter, months_later(LAST, -1)}))
    counters(town, (months_later(LAST, -1), "asked", 0, 4))
    with speaking("en"):
        told = said(town.id, LAST)
    lines = {line[0]: line[1:] for line in told["services"][0]["lines"]}
    assert lines["Visits of the service page"][:2] == ["40", "25"]
    # Four cases are none.
    assert "Asked back" not in lines
    quarter = f"{LATELY[0].month:02}/{LATELY[0].year} – {LATELY[2].month:02}/{LATELY[2].year}"
    assert told["head"][1:] == [*(f"{one.month:02}/{one.year}" for one in (LAST, months_later(LAST, -1))), quarter]


def test_a_month_of_few_is_not_told(town, neighbour):
    assert report(neighbour.id, LAST, THIS) is None
    report_last_month(neighbour.id, datetime(2026, 12, 1, 5, tzinfo=BERLIN))
    assert "Reports by month" not in text(signed_in(neighbour).get(HOME))


@pytest.fixture
def body(authority):
    """A steering body of Bavaria, in which the town lies, and Frau Sommer there."""
    set_coverage(authority.id, ["09577"], actor=SYSTEM, now=NOW)
    made = create_authority(slug="lenkung", name="Lenkung", kind="steering", covers=[], actor=SYSTEM, now=NOW)
    make_steering(authority_id=made, keys=["09"], acts=False)
    return authority_by_id(made)


def test_a_steering_body_saves_a_report_over_the_authorities_of_its_laender(town, body):
    counters(town, *((month, "net", 4 + (month in BEFORE), 10) for month in {*BEFORE, *LATELY, LAST}))
    desk, page = signed_in(body, "steering"), f"/desk/cockpit/figures/report/{LAST:%Y-%m}.pdf"
    jobs.report_figures(0)
    assert desk.get(page).status_code == 404  # nothing is summed yet
    jobs.sum_figures(NOW)
    jobs.report_figures(0)
    made = desk.get(page)
    assert (made.status_code, made["Content-Type"]) == (200, "application/pdf")
    assert page in text(desk.get("/desk/cockpit/figures"))
    assert signed_in(town).get(f"{HOME}/report/{LAST:%Y-%m}.pdf").getvalue() != made.getvalue()
    assert signed_in(town, "steering").get(page).status_code == 404
    opened = pikepdf.open(BytesIO(made.getvalue()))
    assert (bool(opened.Root.MarkInfo.Marked), str(opened.Root.Lang)[:2]) == (True, "de")
    with opened.open_metadata() as about:
        assert (about["pdfuaid:part"], f"{LAST.month:02}/{LAST.year}" in about["dc:title"]) == ("1", True)


def test_it_says_the_month_and_the_trend_in_words(town, body):
    counters(town, *((month, "net", 4 + (month in BEFORE), 10) for month in {*BEFORE, *LATELY, LAST}))
    jobs.sum_figures(NOW)
    with speaking("en"):
        told = said_of_many(across_by_month(["09"]), {"muster": "Muster"}, LAST)
        assert said_of_many(across_by_month(["09"]), {}, months_later(LAST, -1)) is None
    (service,) = told["services"]
    lines = {line[0]: line[1:] for line in service["lines"]}
    assert lines["Net processing time, without the applicant's turn"] == ["4 days", "4 days", "5 days"]
    assert "Minutes of work on a case" not in str(told)
