"""Settings that count from a day on: until then those of now, on their day the new ones, afterwards the old ones are known."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from stadttor.catalog import queries, services
from stadttor.catalog.tests.builders import ADLER, a_package, adopted, published
from stadttor.catalog.tests.test_pages import desk, text
from stadttor.core.refused import Refused
from stadttor.ground.clock import german_day
from stadttor.ground.models import Authority

__all__ = ["desk"]
pytestmark = pytest.mark.db
SOURCE = "Gebührensatzung vom 12.11.2026"


def plan(authority: Authority, adoption_id: UUID, cents: int, since: date | None, now: datetime, **more: str) -> None:
    services.plan_parameters(
        authority_id=authority.id, adoption_id=adoption_id, parameters={"gebuehr_cents": cents}, since=since,
        source=more.get("source", SOURCE), actor=ADLER, now=now,
    )  # fmt: skip


def fee(authority: Authority) -> int:
    queries.forget_offered(authority.id)
    return int(queries.adopted_form(authority.id, "muster").parameters["gebuehr_cents"])


def test_a_planned_fee_counts_from_its_day_on_and_the_old_one_stays_known(authority: Authority, now: datetime) -> None:
    adoption_id, today = adopted(authority.id, now, gebuehr_cents=1000), german_day(now)
    before, day = queries.adopted_form(authority.id, "muster"), today + timedelta(days=10)
    plan(authority, adoption_id, 1500, day, now)
    services.begin_planned(now + timedelta(days=9))
    assert fee(authority) == 1000
    (coming,) = queries.dated_values(authority.id, adoption_id)
    assert (coming.state, coming.since, coming.given, coming.source) == ("coming", day, {"gebuehr_cents": 1500}, SOURCE)
    for _time in range(2):  # every job may run twice
        services.begin_planned(now + timedelta(days=10))
    assert fee(authority) == 1500
    assert [one.act for one in queries.history(authority.id, adoption_id)].count("parameters_begun") == 1
    (begun,) = queries.dated_values(authority.id, adoption_id)
    assert (begun.state, begun.before) == ("begun", {"gebuehr_cents": 1000})
    # What is reckoned for a period goes by its day, whichever day the application is of.
    after = queries.adopted_form(authority.id, "muster")
    for form in (before, after):
        assert queries.form_on(form, day - timedelta(days=1)).parameters["gebuehr_cents"] == 1000
        assert queries.form_on(form, day).parameters["gebuehr_cents"] == 1500


def test_an_undone_plan_does_not_come_and_one_that_began_cannot_be_undone(authority: Authority, now: datetime) -> None:
    adoption_id, day = adopted(authority.id, now, gebuehr_cents=1000), german_day(now) + timedelta(days=3)
    plan(authority, adoption_id, 1500, day, now)
    plan(authority, adoption_id, 1700, day + timedelta(days=1), now)
    later, first = queries.dated_values(authority.id, adoption_id)
    undone = {"authority_id": authority.id, "adoption_id": adoption_id, "actor": ADLER, "now": now}
    services.undo_planned(planned_id=later.id, **undone)
    services.begin_planned(now + timedelta(days=9))
    assert fee(authority) == 1500
    with pytest.raises(Refused, match="not_found"):
        services.undo_planned(planned_id=first.id, **undone)


@pytest.mark.parametrize(
    ("cents", "days", "source", "code"),
    [
        (1500, 0, SOURCE, "since_past"), (1500, -4, SOURCE, "since_past"), (1500, 4, " ", "source_missing"),
        (1000, 4, SOURCE, "nothing_changed"), (-5, 4, SOURCE, "parameters"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_refused(
    authority: Authority, now: datetime, cents: int, days: int, source: str, code: str
) -> None:
    adoption_id = adopted(authority.id, now, gebuehr_cents=1000)
    with pytest.raises(Refused, match=code):
        plan(authority, adoption_id, cents, german_day(now) + timedelta(days=days), now, source=source)
    assert queries.dated_values(authority.id, adoption_id) == []


def test_what_does_not_fit_another_version_on_its_day_changes_nothing_and_says_so(
    authority: Authority, now: datetime
) -> None:
    adoption_id = adopted(authority.id, now, gebuehr_cents=1000)
    plan(authority, adoption_id, 1500, german_day(now) + timedelta(days=2), now)
    files = a_package(package=("version: 0.1.0", "version: 0.2.0"))
    files["package.yaml"] = files["package.yaml"].replace(b"maximum: 100000", b"maximum: 1200")
    newer = published(now, "0.2.0", files)
    services.upgrade(
        authority_id=authority.id, adoption_id=adoption_id, version_id=newer.version_id, actor=ADLER, now=now
    )
    services.begin_planned(now + timedelta(days=2))
    assert fee(authority) == 1000
    assert queries.dated_values(authority.id, adoption_id)[0].state == "unfit"


def test_an_organiser_plans_a_fee_reads_it_and_undoes_it(desk: Client, authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now, gebuehr_cents=1000)
    page, day = f"/desk/services/{adoption_id}/", german_day(now) + timedelta(days=40)
    posted = {
        "p.gebuehr_cents": "15,00", "since.day": day.day, "since.month": day.month, "since.year": day.year, "save": "yes",
    }  # fmt: skip
    refused = desk.post(f"{page}settings", posted)
    assert refused.status_code == 422
    assert 'href="#f-source"' in text(refused), "said above the form, too"
    desk.cookies["language"] = "de"
    german = text(desk.post(f"{page}settings", posted))
    assert german.count("welche Satzung das sagt") == 2, "report: it stood there in English, and only far below"
    desk.cookies["language"] = "en"
    assert desk.post(f"{page}settings", {**posted, "source": SOURCE}).status_code == 302
    shown = text(desk.get(page))
    assert SOURCE in shown
    (address,) = {part.split('"')[0] for part in shown.split('action="') if "/planned/" in part.split('"')[0]}
    assert desk.post(address).status_code == 302
    assert SOURCE not in text(desk.get(page))
    assert fee(authority) == 1000
