"""Key figures over all authorities: sums by Land, none below five, none of an authority by itself."""

import pytest

from stadttor.core.periods import months_later
from stadttor.ground import clock
from stadttor.ground.clock import german_day
from stadttor.ground.web.tests.spreadsheet import cells
from stadttor.ground.work import work
from stadttor.insights.models import Counter
from stadttor.insights.queries.summed import summed
from stadttor.insights.rules.summing import told
from stadttor.insights.services.summing import sum_all
from stadttor.rollout.tests.builders import id_of
from stadttor.rollout.tests.test_cockpit_pages import HOME, signed_in, steering, text

pytestmark = pytest.mark.db
__all__ = ["steering"]
MONTH = german_day(clock.now()).replace(day=1)


def counted(slug, *rows, month=MONTH):
    here = id_of(slug)
    with work(here):
        Counter.objects.bulk_create(
            Counter(authority_id=here, service="muster", month=month, measure=measure, value=value, count=often)
            for measure, value, often in rows
        )


def made():
    sum_all([id_of(slug) for slug in ("weissenburg", "muenchen", "hamburg")], now=clock.now())


def test_a_steering_body_sees_sums_of_its_laender(first, steering):
    counted("weissenburg", ("online", 1, 3), ("gross", 4, 2), ("visits", 1, 30))
    counted("muenchen", ("online", 1, 7), ("online", 0, 5), ("gross", 9, 2))
    counted("hamburg", ("online", 1, 50))
    counted("muenchen", ("online", 1, 99), month=months_later(MONTH, -12))
    desk = steering("09")
    assert "Nothing was summed yet" in text(desk.get(f"{HOME}/figures"))
    made()
    table = text(desk.get(f"{HOME}/figures.csv")).splitlines()
    # Fifteen came in, ten of them online; four decisions are too few.
    assert table[1].split(";") == ["Muster", "15", "10", "", "", "", "", "30"]
    assert [cell for _kind, cell in cells(desk.get(f"{HOME}/figures.xlsx"))[1]][1:3] == ["15", "10"]
    data = desk.get(f"{HOME}/figures.json?in=09").json()
    (service,) = data["services"]
    assert {key: service[key] for key in service if key not in ("title", "package")} == {
        "received": 15,
        "online": 10,
        "visits": 30,
    }
    assert (data["months"], data["least_counted"], "decided" in data["definitions"]) == (12, 5, True)
    assert "München" not in text(desk.get(f"{HOME}/figures"))
    assert f"{HOME}/packages/de.example.muster/authorities?in=09" in text(desk.get(f"{HOME}/figures?in=09"))
    assert len(text(desk.get(f"{HOME}/figures.csv?in=02")).splitlines()) == 1
    country, kreis = steering(slug="bund"), steering("09162", slug="kreis")
    assert ";65;" in text(country.get(f"{HOME}/figures.csv"))
    assert ";50;" in text(country.get(f"{HOME}/figures.csv?in=02"))
    assert "A body that sees a Kreis only has none." in text(kreis.get(f"{HOME}/figures"))
    assert "A body that sees a Kreis only has none." in text(kreis.get(f"{HOME}/figures?in=09"))


def test_a_part_that_tells_of_few_others_is_left_out():
    assert told({"received": 20, "online": 17}) == {"received": 20}
    assert told({"received": 20, "online": 15}) == {"received": 20, "online": 15}
    assert told({"received": 20, "online": 20}) == {"received": 20, "online": 20}
    assert told({"received": 4, "online": 4}) == {}


def test_an_authority_that_fails_leaves_the_sums_as_they_were(first, monkeypatch):
    counted("muenchen", ("online", 1, 7))
    made()
    before = summed(["09"])
    monkeypatch.setattr("stadttor.insights.services.summing.measured", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        made()
    assert summed(["09"]) == before


def test_only_who_steers_sees_them(first):
    town = signed_in(id_of("weissenburg"), "weissenburg")
    assert [town.get(f"{HOME}/figures{end}").status_code for end in ("", ".csv", ".xlsx")] == [404] * 3
