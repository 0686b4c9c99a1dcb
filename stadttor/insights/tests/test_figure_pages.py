"""The organiser's key figures in the browser and as files."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.test import Client

from stadttor.catalog.tests.builders import adopted
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.web.tests.spreadsheet import cells
from stadttor.ground.work import work
from stadttor.identity import services as identity
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.insights.models import Counter
from stadttor.insights.queries.inviting import asks
from stadttor.insights.rules.spans import last_months, quarters, told_until, year
from stadttor.tenancy.queries import forget
from stadttor.tenancy.services import describe

pytestmark = pytest.mark.db
HOME = "/desk/figures"
THIS = clock.german_day(clock.now()).replace(day=1)
TOLD = told_until(clock.german_day(clock.now()))
BEFORE, LATELY = quarters(TOLD)
LAST = LATELY[-1]
QUARTER = f"{LATELY[0]:%Y-%m} – {LATELY[-1]:%Y-%m}"


def counters(authority, *rows, service="muster"):
    with work(authority.id):
        Counter.objects.bulk_create(
            Counter(authority_id=authority.id, service=service, month=month, measure=measure, value=value, count=often)
            for month, measure, value, often in rows
        )


def signed_in(authority, role="organiser", *more):
    """Frau Sommer with this role, and `more`, reading English."""
    client, email = Client(HTTP_HOST=f"{authority.slug}.localhost"), f"{role}@{authority.slug}.example"
    password = "Tauben auf dem Ellinger Tor 1926"
    identity.create_member(
        authority_id=authority.id, email=email, name="Frau Sommer", roles=[role, *more], unit_ids=[], password=password,
        actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    client.cookies[STAFF_COOKIE] = identity.sign_in(
        authority_id=authority.id, email=email, password=password, address="127.0.0.1", now=clock.now()
    )
    client.cookies["language"] = "en"
    return client


def text(response):
    return response.content.decode()


@pytest.fixture
def desk(authority):
    """Frau Sommer, organiser, reading English; the town offers one service with figures of a quarter, of which one month has few."""
    adopted(authority.id, clock.now() - timedelta(minutes=1))
    counters(
        authority,
        *((LAST, "net", days, 2) for days in range(1, 6)),
        *((LAST, "gross", days, 2) for days in range(2, 7)),
        (LATELY[0], "net", 4, 20), (LATELY[1], "net", 40, 3), (THIS, "net", 40, 50),
        (LAST, "score", 5, 8), (LAST, "score", 1, 2), (LATELY[0], "online", 1, 3), (LATELY[0], "online", 0, 1),
    )  # fmt: skip
    return signed_in(authority)


def test_it_shows_what_enough_stand_behind(desk):
    page = text(desk.get(HOME))
    assert ">4 days<" in page  # of 33 cases the seventeenth
    assert "80 %" in page
    assert "too few" in page  # four applications came in
    assert f'href="{HOME}/muster"' in page


def test_one_service_says_how_sure_it_is_and_hides_a_month_with_few(desk):
    page = text(desk.get(f"{HOME}/muster"))
    assert "49 % to 94 %" in page
    assert "nine of ten within 5 days" in page
    assert "<svg" in page
    # Three cases of one month: with it the next one is hidden, from which they could be reckoned back.
    assert page.count("<rect") == 2
    assert "Wilson" in page


def test_the_files_say_the_same(desk):
    made = text(desk.get(f"{HOME}.csv")).removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(made), delimiter=";"))
    assert ["Muster", QUARTER, "Satisfied applicants", "%", "80.0", "", "49.0", "94.3", "10"] in rows
    sheet = [[cell for _kind, cell in row if cell] for row in cells(desk.get(f"{HOME}.xlsx"))]
    assert ["Muster", QUARTER, "Satisfied applicants", "%", "80", "49", "94.3", "10"] in sheet
    data = json.loads(desk.get(f"{HOME}.json").content)
    (service,) = data["services"]
    # Fifty of this month are in no file: beside that of yesterday it would tell of those that came today.
    quarter = service["trend"][1]["figures"]
    assert quarter["net"]["n"] == 33
    assert quarter["satisfied"] == {
        "unit": "percent", "share": 80.0, "low": 49.0, "high": 94.3, "n": 10,
    }  # fmt: skip
    assert "online" not in quarter
    assert service["months"][f"{LAST:%Y-%m}"].keys() == {"gross", "satisfied"}
    assert service["months"][f"{LATELY[0]:%Y-%m}"].keys() == {"net"}
    assert {one["name"] for one in data["definitions"]} >= {"gross", "net", "satisfied"}


def test_marks_stand_by_the_way_in_which_somebody_came(authority, desk):
    counters(
        authority, (LAST, "score:counter", 5, 6), (LAST, "score:counter", 2, 2), (LAST, "score:phone", 1, 4),
        (LAST, "score:post", 4, 5), (LAST, "score:appointment", 5, 7), service="muster",
    )  # fmt: skip
    page = text(desk.get(f"{HOME}/muster"))
    assert "At the counter, after the decision" in page
    # Four by phone; with them the smallest other, or they could be reckoned back.
    for hidden in ("By phone, after", "By post, after"):
        assert hidden not in page
    made = text(desk.get(f"{HOME}.csv")).removeprefix("\ufeff")
    rows = [row for row in csv.reader(io.StringIO(made), delimiter=";") if ": " in row[2]]
    assert [(row[2], row[4], row[8]) for row in rows] == [
        ("Satisfied applicants: At the counter, after the decision", "75.0", "8"),
        ("Satisfied applicants: After an appointment", "100.0", "7"),
    ]
    (service,) = json.loads(desk.get(f"{HOME}.json").content)["services"]
    assert [(one["way"], one["n"]) for one in service["satisfied_by_way"]] == [("counter", 8), ("appointment", 7)]


def test_marks_of_this_month_are_told_to_nobody_before_it_is_over(authority, desk):
    """Report: whoever looked every minute at the open data saw when which way answered."""
    files = (f"{HOME}.json", f"{HOME}.csv")
    told = [text(desk.get(one)) for one in files]
    counters(authority, (THIS, "score:counter", 1, 50), (THIS, "score:post", 1, 50), service="muster")
    assert [text(desk.get(one)) for one in files] == told
    page = text(desk.get(f"{HOME}/muster"))
    assert ("49 % to 94 %" in page, "At the counter, after" in page) == (True, False)
    assert "80 %" in text(desk.get(HOME))


def test_an_organiser_says_of_which_service_nobody_is_asked(authority, desk):
    given = {"handling": "on", "visit_least": "", "visit_most": "", "hourly": "", "not_asked": ["muster", "no-such"]}
    assert asks(authority.id, "muster")
    desk.post(f"{HOME}/settings", given)
    assert (asks(authority.id, "muster"), asks(authority.id, "hund")) == (False, True)
    assert 'value="muster" checked' in text(desk.get(f"{HOME}/settings"))
    desk.post(f"{HOME}/settings", {**given, "not_asked": []})
    assert asks(authority.id, "muster")
    describe(authority.id, actor=SYSTEM, now=clock.now(), parts_off=["feedback"])
    forget()
    assert not asks(authority.id, "muster")


def test_everybody_may_read_the_figures_once_the_organiser_said_so(authority, desk):
    """Without signing in, with licence, period and definitions; nothing below five, no minutes of work; to be kept an hour."""
    address, anybody = "/offene-daten/kennzahlen.json", Client(HTTP_HOST=f"{authority.slug}.localhost")
    counters(authority, *((LAST, measure, 10, 6) for measure in ("worked_least", "worked_most")))
    assert anybody.get(address).status_code == 404
    typed = {"handling": "on", "visit_least": "", "visit_most": "", "hourly": ""}
    assert desk.post(f"{HOME}/settings", {**typed, "open_licence": "mine"}).status_code == 422
    assert desk.post(f"{HOME}/settings", {**typed, "open_licence": "cc-zero"}).status_code == 303
    assert address in text(desk.get(f"{HOME}/settings"))
    answer = anybody.get(address)
    data = json.loads(answer.content)
    assert data["licence"] == {"id": "cc-zero", "url": "https://creativecommons.org/publicdomain/zero/1.0/"}
    assert data["period"] == {"from": f"{last_months(TOLD)[0]:%Y-%m}", "to": f"{TOLD:%Y-%m}"}
    (service,) = data["services"]
    assert service["trend"][1]["figures"].keys() == {"gross", "net", "satisfied"}
    assert "handling" not in {one["name"] for one in data["definitions"]}
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert anybody.get(address, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304
    assert not answer.cookies
    desk.post(f"{HOME}/settings", {**typed, "open_licence": ""})
    assert anybody.get(address).status_code == 404


def test_the_trend_stands_as_bars_and_as_a_table(authority, desk):
    lately = [(month, "first_contact", good, often) for month in LATELY for good, often in ((1, 9), (0, 1))]
    before = [(month, "first_contact", good, 5) for month in BEFORE for good in (0, 1)]
    counters(authority, *lately, *before)
    page = text(desk.get(f"{HOME}/muster"))
    table = page.split("Against the quarter before")[1].split("</table>")[0]
    assert ("50 %" in table, "90 %" in table) == (True, True)
    assert "Solved at once: 50 %, 90 %" in page


def test_all_services_show_their_trend_too(authority, desk):
    counters(authority, *((month, "gross", 9, 5) for month in BEFORE))
    counters(authority, (LATELY[2], "online", 1, 10), (BEFORE[1], "online", 0, 10), service="hund")
    counters(authority, (BEFORE[1], "net", 8, 20), (LATELY[0], "net", 4, 20), service="hund")
    page = text(desk.get(HOME))
    table = page.split("Trend</h2>")[1].split("</table>")[0]
    assert "8 days → 4 days" in table
    assert "0 % → 100 %" in table
    assert "<svg" in page
    rows = list(csv.reader(io.StringIO(text(desk.get(f"{HOME}.csv")).removeprefix("\ufeff")), delimiter=";"))
    assert [row[4] for row in rows if row[:3] == ["hund", QUARTER, "Came in online"]] == ["100.0"]
    (one,) = [one for one in json.loads(desk.get(f"{HOME}.json").content)["services"] if one["service"] == "hund"]
    assert [span["figures"]["net"]["median"] for span in one["trend"]] == [8, 4]


def test_no_quarter_betrays_a_month_with_few(authority, desk):
    """Four in the last month of a quarter, beside the two others: the quarter would tell of them, and so would the next one."""
    counted = dict(zip((*BEFORE, *LATELY), (20, 20, 4, 20, 20, 20), strict=True))
    for service in ("hund", "muster"):
        counters(authority, *((month, "first_contact", 1, often) for month, often in counted.items()), service=service)
    assert "Trend</h2>" not in text(desk.get(HOME))
    assert "Against the quarter before" not in text(desk.get(f"{HOME}/muster"))
    rows = list(csv.reader(io.StringIO(text(desk.get(f"{HOME}.csv")).removeprefix("\ufeff")), delimiter=";"))
    shown = {row[1] for row in rows if row[0] == "hund"}
    # What is left out may go over the turn of a year: then its quarter goes too, and nothing else.
    carried = {LATELY[0]} if BEFORE[0].year == LATELY[0].year else set()
    assert shown & {f"{month:%Y-%m}" for month in counted} == {
        f"{month:%Y-%m}" for month in set(counted) - {BEFORE[2]} - carried
    }


def test_an_organiser_says_what_is_reckoned_against(authority, desk):
    counters(
        authority, (LAST, "worked_least", 5, 6), (LAST, "worked_most", 20, 6), (LAST, "visits", 3, 40),
        (LATELY[1], "online", 1, 6),
    )  # fmt: skip
    assert "5 to 20 minutes" in text(desk.get(f"{HOME}/muster"))
    assert "Count minutes of work" in text(desk.get(f"{HOME}/settings"))
    given = {"handling": "on", "visit_least": "40", "visit_most": "80", "hourly": "60"}
    assert desk.post(f"{HOME}/settings", {**given, "hourly": "viel"}).status_code == 422
    assert desk.post(f"{HOME}/settings", given).status_code == 303
    page = text(desk.get(f"{HOME}/muster"))
    for said in ("€5.00 to €20.00", "6 to 12 hours", ">40<"):
        assert said in page
    assert 'value="40"' in text(desk.get(f"{HOME}/settings"))
    assert ["minutes", "20", "5", "20", "6"] in [
        [cell for _kind, cell in row if cell][-5:] for row in cells(desk.get(f"{HOME}.xlsx"))
    ]
    (service,) = json.loads(desk.get(f"{HOME}.json").content)["services"]
    assert service["trend"][1]["figures"]["cost"] == {"unit": "cents", "low": 500, "high": 2000, "n": 6}
    desk.post(f"{HOME}/settings", {**given, "handling": "off"})
    assert "5 to 20 minutes" not in text(desk.get(f"{HOME}/muster"))


def test_an_organiser_states_what_a_service_costs_and_where_she_knows_it_from(authority, desk):
    """Ten cases decided in the last year that is over; minutes of work are known of six."""
    of_year = year(TOLD)[0]
    counters(
        authority, *((of_year, measure, value, 6) for measure, value in (("worked_least", 5), ("worked_most", 20)))
    )
    if of_year.year != LAST.year:
        counters(authority, (of_year, "gross", 3, 10))
    costs = f"{HOME}/muster/costs"
    assert "Nobody has stated" in text(desk.get(f"{HOME}/muster"))
    given = {"licence": "660", "operation": "330", "hourly": "60", "source": "Vertrag vom 3. März"}
    for wrong in ({"source": ""}, {"licence": "viel"}, {"operation": "99999999"}, {"licence": "", "operation": ""}):
        assert desk.post(costs, {**given, **wrong}).status_code == 422
    assert "Nobody has stated" in text(desk.get(f"{HOME}/muster"))
    assert desk.post(costs, given).status_code == 303
    page = text(desk.get(f"{HOME}/muster"))
    # 990 euros among ten cases, and 5 to 20 minutes at a euro each.
    assert "€104.00 to €119.00" in page
    assert "Vertrag vom 3. März" in page
    (service,) = json.loads(desk.get(f"{HOME}.json").content)["services"]
    assert service["year"]["figures"]["case_cost"] == {"unit": "cents", "low": 10400, "high": 11900, "n": 10}
    assert not any("case_cost" in month for month in service["months"].values())
    desk.post(f"{HOME}/settings", {"handling": "off"})
    assert ">€99.00<" in text(desk.get(f"{HOME}/muster"))
    desk.post(costs, dict.fromkeys(given, ""))
    assert "Nobody has stated" in text(desk.get(f"{HOME}/muster"))


def test_a_figure_leads_to_its_cases_for_those_alone_who_may_see_cases(authority, desk):
    span = f"{LATELY[0]:%Y-%m}%3A{LAST:%Y-%m}"
    assert "period=" not in text(desk.get(f"{HOME}/muster"))
    lead = signed_in(authority, "lead", "clerk", "organiser")
    page = text(lead.get(f"{HOME}/muster"))
    assert f"service=muster&amp;period=decided%3A{span}" in page
    assert f"period=decided%3A{LAST:%Y-%m}%3A{LAST:%Y-%m}" in page
    # Of four applications no figure is shown, and none leads on.
    assert "period=received" not in page
    assert (
        lead.get(
            f"/desk/cases/?scope=all&state=any&service=muster&period=decided:{LAST:%Y-%m}:{LAST:%Y-%m}"
        ).status_code
        == 200
    )


def test_only_an_organiser_of_this_town_sees_them(authority, desk, neighbour):
    clerk = signed_in(authority, "clerk")
    other = signed_in(neighbour)
    for page in ("", "/muster", ".csv", ".xlsx", ".json", "/settings", "/muster/costs"):
        assert clerk.get(f"{HOME}{page}").status_code == 403
    assert "not enough" in text(other.get(HOME))
    assert other.get(f"{HOME}/muster").status_code == 404
    assert other.get(f"{HOME}/muster/costs").status_code == 404
    assert desk.get(f"{HOME}/gibtesnicht").status_code == 404


def test_all_services_together_are_drawn_by_month_without_what_is_left_out_at_one(authority, desk):
    """Three visits of one service in a month are in no sum: with that month goes another, from which they could be reckoned."""
    months = LATELY[::-1]
    counters(authority, *((month, "visits", 2, 40) for month in months), service="hund")
    counters(authority, (months[0], "visits", 2, 9), (months[1], "visits", 5, 6), (months[2], "visits", 5, 3))
    counters(authority, *((month, measure, 10, 6) for month in months for measure in ("worked_least", "worked_most")))
    page = text(desk.get(HOME))
    section = page.split("By month</h2>")[1].split("</table>")[0]
    # Of the marks of one month, visits and minutes of three; what came in is too little.
    assert section.count('role="img"') == 3
    rows = section.split("<tbody")[1].split("</tr>")
    later = last_months(TOLD)[::-1].index(LAST)
    assert [[one for one in (">40<", ">43<", ">46<", ">49<") if one in row] for row in rows[later : later + 3]] == [
        [">49<"], [">40<"], [">40<"],
    ]  # fmt: skip
    assert "10 to 10 minutes" in rows[later]
