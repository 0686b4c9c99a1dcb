"""Key figures over all authorities: sums by Land, none below five, none of an authority by itself."""

import pytest
from django.test import Client

from stadttor.core.periods import months_later
from stadttor.ground import clock
from stadttor.ground.clock import german_day
from stadttor.ground.web.tests.spreadsheet import cells
from stadttor.ground.work import common, work
from stadttor.insights.models import Counter, FigureSettings, SummedFigures
from stadttor.insights.queries.summed import summed
from stadttor.insights.rules.spans import quarters, told_until
from stadttor.insights.services.summing import sum_all
from stadttor.insights.tests.test_figure_pages import signed_in as signed_in_as
from stadttor.rollout.tests.builders import id_of
from stadttor.rollout.tests.test_cockpit_pages import HOME, signed_in, steering, text
from stadttor.tenancy.models import Coverage
from stadttor.tenancy.queries import authority_by_slug

pytestmark = pytest.mark.db
__all__ = ["steering"]
OPEN = "/offene-daten/laender/kennzahlen.json"
MONTH = german_day(clock.now()).replace(day=1)
BEFORE, LATELY = quarters(told_until(german_day(clock.now())))
LAST = LATELY[-1]
SPANS = [" – ".join(f"{month.month:02}/{month.year}" for month in (of[0], of[-1])) for of in (BEFORE, LATELY)]


def counted(slug, *rows, month=LAST):
    here = id_of(slug)
    with work(here):
        Counter.objects.bulk_create(
            Counter(authority_id=here, service="muster", month=month, measure=measure, value=value, count=often)
            for measure, value, often in rows
        )


def made(*groups):
    sum_all([id_of(slug) for slug in ("weissenburg", "muenchen", "hamburg")], now=clock.now(), groups=groups)


def test_a_steering_body_sees_sums_of_its_laender(first, steering):
    counted("weissenburg", ("online", 1, 5), ("gross", 4, 2), ("visits", 1, 30))
    counted("muenchen", ("online", 1, 5), ("online", 0, 5), ("gross", 9, 2))
    # What came in this month would tell, day by day, of each case.
    counted("muenchen", ("online", 1, 11), month=MONTH)
    counted("hamburg", ("online", 1, 50))
    counted("muenchen", ("online", 1, 99), month=months_later(LATELY[0], -4))
    desk = steering("09")
    assert "Nothing was summed yet" in text(desk.get(f"{HOME}/figures"))
    made()
    table = text(desk.get(f"{HOME}/figures.csv")).splitlines()
    # Fifteen came in, ten of them online; four decisions are too few.
    assert table[1].split(";")[:8] == ["Muster", "15", "10", "", "", "", "", "30"]
    assert [cell for _kind, cell in cells(desk.get(f"{HOME}/figures.xlsx"))[1]][1:3] == ["15", "10"]
    data = desk.get(f"{HOME}/figures.json?in=09").json()
    (service,) = data["services"]
    assert {key: service[key] for key in service if key not in ("title", "package", "figures")} == {
        "received": 15,
        "online": 10,
        "visits": 30,
    }
    assert (data["quarter"], data["least_counted"], "decided" in data["definitions"]) == (SPANS[1], 5, True)
    assert "München" not in text(desk.get(f"{HOME}/figures"))
    assert f"{HOME}/figures/muster?in=09" in text(desk.get(f"{HOME}/figures?in=09"))
    assert f"{HOME}/packages/de.example.muster/authorities?in=09" in text(desk.get(f"{HOME}/figures/muster?in=09"))
    assert len(text(desk.get(f"{HOME}/figures.csv?in=02")).splitlines()) == 1
    country, kreis = steering(slug="bund"), steering("09162", slug="kreis")
    assert ";65;" in text(country.get(f"{HOME}/figures.csv"))
    assert ";50;" in text(country.get(f"{HOME}/figures.csv?in=02"))
    # One authority is in this Kreis: its figures are its own.
    assert "Nothing was summed yet" in text(kreis.get(f"{HOME}/figures"))
    assert "Nothing was summed yet" in text(kreis.get(f"{HOME}/figures?in=09"))
    assert "There is not enough to count yet" in text(kreis.get(f"{HOME}/figures/muster"))


def test_a_body_that_sees_a_kreis_reads_what_three_authorities_stand_behind(first, steering):
    slugs = ("weissenburg", "muenchen", "hamburg")
    with common(write=True):
        for slug in slugs:
            Coverage.objects.filter(authority_id=id_of(slug)).update(ars_prefix="09577")
    for slug in slugs:
        counted(slug, ("online", 1, 6), *((("visits", 1, 9),) if slug != "hamburg" else ()))
    kreis = steering("09577", slug="kreis")
    made(("09577",))
    assert [row.split(";")[:8] for row in text(kreis.get(f"{HOME}/figures.csv")).splitlines()[1:]] == [
        ["Muster", "18", "18", "", "", "", "", ""]
    ]
    (service,) = kreis.get(f"{HOME}/figures.json?in=09").json()["services"]
    assert service["figures"]["months"].keys() == {f"{LAST:%Y-%m}"}


def half_a_year(slug="muenchen"):
    """Eight working days in spring, four lately; 20 % came in online, then 80 %."""
    for month in (*BEFORE, *LATELY):
        days, online = (4, 8) if month in LATELY else (8, 2)
        rows = [
            ("gross", days + 1, 20),
            ("net", days, 20),
            ("online", 1, 10 * online),
            ("online", 0, 100 - 10 * online),
        ]
        counted(slug, *rows, ("score", 5, 15), ("score", 2, 5), ("visits", 3, 1_200), month=month)


def test_a_steering_body_sees_the_trend_of_each_service_and_its_months_as_pictures_and_tables(first, steering):
    half_a_year()
    made()
    desk = steering("09")
    page = text(desk.get(f"{HOME}/figures"))
    trend = page.split("Trend</h2>")[1].split("</table>")[0]
    assert ("8 days → 4 days" in trend, "20 % → 80 %" in trend, "<svg" in trend) == (True, True, True)
    one = text(desk.get(f"{HOME}/figures/muster?in=09"))
    assert one.count('role="img"') == 5
    assert "Came in online by month, in percent; the table below says the same." in one
    assert "Visits of the service page, in thousands" in one
    months = one.split("Each month</caption>")[1].split("</table>")[0]
    assert months.count("1,200") == 6
    assert "Minutes of work" not in one
    assert desk.get(f"{HOME}/figures/nobodys").status_code == 404
    assert "There is not enough to count yet" in text(desk.get(f"{HOME}/figures/muster?in=02"))


def test_the_trend_stands_in_every_file(first, steering):
    half_a_year()
    made()
    desk = steering("09")
    head, row = (line.split(";") for line in text(desk.get(f"{HOME}/figures.csv")).splitlines())
    assert dict(zip(head[8:], row[8:], strict=True)) == {
        f"{name} {span}": value
        for name, values in (("Net duration", "84"), ("Satisfied", ("75.0", "75.0")), ("Online", ("20.0", "80.0")))
        for span, value in zip(SPANS, values, strict=True)
    }
    (data,) = desk.get(f"{HOME}/figures.json").json()["services"]
    assert [span["figures"]["online"]["share"] for span in data["figures"]["trend"]] == [20.0, 80.0]
    assert data["figures"]["months"][f"{LAST:%Y-%m}"]["net"]["median"] == 4
    assert data["figures"]["authorities"] is None
    lines = [line.split(";") for line in text(desk.get(f"{HOME}/figures/muster.csv")).splitlines()]
    spans = {line[1]: line[4] for line in lines if line[2] == "Came in online"}
    assert [spans[f"{of[0]:%Y-%m} – {of[-1]:%Y-%m}"] for of in (BEFORE, LATELY)] == ["20.0", "80.0"]
    sheet = [[cell for _kind, cell in row] for row in cells(desk.get(f"{HOME}/figures/muster.xlsx"))]
    assert [len(sheet), sheet[1][0]] == [len(lines), "Muster"]


def test_a_month_of_few_is_in_no_file_and_cannot_be_reckoned_back(first, steering):
    half_a_year()
    counted("muenchen", ("declared", 1, 3), month=LATELY[0])
    for month in LATELY[1:]:
        counted("muenchen", ("declared", 1, 9), month=month)
    made()
    (data,) = steering("09").get(f"{HOME}/figures.json").json()["services"]
    shown = [month for month, of in data["figures"]["months"].items() if "declared" in of]
    assert shown == [f"{LAST:%Y-%m}"]
    assert data["figures"]["trend"][1]["figures"]["declared"]["n"] == 21


def test_what_a_kreis_has_and_few_stand_behind_is_in_no_sum(first, steering):
    """Twenty in one Kreis, which another body reads itself; the three of the other would be the rest."""
    counted("muenchen", ("online", 1, 10), ("online", 0, 10), ("visits", 1, 30))
    counted("weissenburg", ("online", 1, 3), ("visits", 1, 30))
    made()
    found, _at = summed(["09"])
    assert found == {"muster": {"received": 20, "online": 10, "visits": 60}}


def test_an_authority_that_fails_leaves_the_sums_as_they_were(first, monkeypatch):
    counted("muenchen", ("online", 1, 7))
    made()
    before = summed(["09"])
    monkeypatch.setattr("stadttor.insights.services.summing.measured_by_month", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        made()
    assert summed(["09"]) == before


def test_only_who_steers_sees_them(first):
    town = signed_in(id_of("weissenburg"), "weissenburg")
    assert [
        town.get(f"{HOME}/figures{end}").status_code for end in ("", ".csv", ".xlsx", "/muster", "/muster.csv")
    ] == [404] * 5


def test_everybody_may_read_them_once_the_body_said_so_where_three_authorities_take_part(first, steering):
    """Without signing in, under the licence; a service of two authorities would tell one of them of the other."""
    anybody, address = Client(HTTP_HOST="steuerung.localhost"), OPEN
    for slug in ("muenchen", "weissenburg"):
        half_a_year(slug)
    made()
    desk, page = steering("09"), f"{HOME}/figures/open-data"
    assert anybody.get(address).status_code == 404
    assert desk.post(page, {"open_licence": "mine"}).status_code == 422
    assert desk.post(page, {"open_licence": "dl-de/by-2-0"}).status_code == 303
    assert address in text(desk.get(page))
    answer = anybody.get(address)
    data = answer.json()
    assert (data["services"], data["places"], data["licence"]["id"]) == ([], ["Bayern"], "dl-de/by-2-0")
    assert (answer.headers["Cache-Control"], bool(answer.cookies)) == ("public, max-age=3600", False)
    with common(write=True):
        (row,) = SummedFigures.objects.filter(lands="09")
        row.taking_part = 3
        for of in (row.before, row.lately):
            of["authorities"] = dict.fromkeys(of["authorities"], 3)
        row.save()
    answer = anybody.get(address)
    (service,) = answer.json()["services"]
    assert (service["service"], service["authorities"], service.keys() & {"months", "year"}) == ("muster", 3, set())
    assert [span["figures"]["online"]["share"] for span in service["quarters"]] == [20.0, 80.0]
    assert [span["figures"]["satisfied"]["n"] for span in service["quarters"]] == [120, 120]
    assert anybody.get(address, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304
    assert "handling" not in {one["name"] for one in answer.json()["definitions"]}
    desk.post(page, {"open_licence": ""})
    assert anybody.get(address).status_code == 404


def test_no_town_gives_figures_over_authorities(first, steering):
    half_a_year()
    made()
    town = signed_in(id_of("weissenburg"), "weissenburg")
    assert town.post(f"{HOME}/figures/open-data", {"open_licence": "cc-zero"}).status_code == 404
    assert Client(HTTP_HOST="weissenburg.localhost").get(OPEN).status_code == 404
    clerk = signed_in(id_of("muenchen"), "muenchen", "clerk")
    assert clerk.get(f"{HOME}/figures/open-data").status_code == 403


@pytest.mark.parametrize("acts", [False, True])
def test_no_organiser_opens_figures_over_authorities(first, steering, acts):
    """Her settings keep a licence of the same name; only who steers opens them, in a body that acts."""
    half_a_year()
    made()
    steering("09", acts=acts)
    organiser = signed_in_as(authority_by_slug("steuerung"))
    typed = {"handling": "on", "visit_least": "", "visit_most": "", "hourly": "", "open_licence": "cc-zero"}
    assert 'name="open_licence"' not in text(organiser.get("/desk/figures/settings"))
    assert organiser.post("/desk/figures/settings", typed).status_code == 303
    assert Client(HTTP_HOST="steuerung.localhost").get(OPEN).status_code == 404


def test_a_body_that_only_looks_on_gives_nothing_to_everybody(first, steering):
    half_a_year()
    made()
    desk, page = steering("09", acts=False), f"{HOME}/figures/open-data"
    assert (desk.get(page).status_code, page in text(desk.get(f"{HOME}/figures"))) == (404, False)
    assert desk.post(page, {"open_licence": "cc-zero"}).status_code == 404
    # Chosen while it acted.
    with work(id_of("steuerung")):
        FigureSettings.objects.create(authority_id=id_of("steuerung"), open_licence="cc-zero")
    assert Client(HTTP_HOST="steuerung.localhost").get(OPEN).status_code == 404
