"""Report: an organiser who typed 55 instead of 45 euros from 1 January could not put it right once the day had begun."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from stadttor.catalog import queries, services
from stadttor.catalog.tests.builders import ADLER, adopted
from stadttor.catalog.tests.test_dating import SOURCE, fee, plan
from stadttor.catalog.tests.test_pages import desk, text
from stadttor.core.refused import Refused
from stadttor.ground.clock import german_day
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.work import work

__all__ = ["desk"]
pytestmark = pytest.mark.db
WHY = "Tippfehler, die Satzung sagt 45 Euro."


def correct(authority: Authority, adoption_id: UUID, cents: int, now: datetime, **more: object) -> UUID:
    dated_id = more.get("dated_id") or queries.dated_values(authority.id, adoption_id)[-1].id
    return services.correct_values(
        authority_id=authority.id, adoption_id=adoption_id, dated_id=dated_id, parameters={"gebuehr_cents": cents},
        source=SOURCE, reason=str(more.get("reason", WHY)), actor=ADLER, now=now,
    )  # fmt: skip


def on(form: queries.AdoptedForm, day: date) -> int:
    return int(queries.form_on(form, day).parameters["gebuehr_cents"])


def form_of(authority: Authority) -> queries.AdoptedForm:
    queries.forget_offered(authority.id)
    return queries.adopted_form(authority.id, "muster")


@pytest.fixture
def begun(authority: Authority, now: datetime) -> tuple[UUID, date]:
    """55 euros since a day, before that 40: the adoption and the day."""
    adoption_id, day = adopted(authority.id, now, gebuehr_cents=4000), german_day(now) + timedelta(days=10)
    plan(authority, adoption_id, 5500, day, now)
    services.begin_planned(now + timedelta(days=10))
    return adoption_id, day


def test_a_mistaken_value_is_right_from_its_day_on_and_what_stood_stays_to_be_read(
    authority: Authority, begun: tuple[UUID, date], now: datetime
) -> None:
    (adoption_id, day), later = begun, now + timedelta(days=40)
    mistaken = form_of(authority)
    correct(authority, adoption_id, 4500, later)
    assert fee(authority) == 4500
    (row,) = queries.dated_values(authority.id, adoption_id)
    assert (row.state, row.since, row.given, row.before) == (
        "begun", day, {"gebuehr_cents": 4500}, {"gebuehr_cents": 4000},
    )  # fmt: skip
    ((stood),) = row.stood
    assert (stood.given, stood.reason, stood.at, stood.actor_id) == ({"gebuehr_cents": 5500}, WHY, later, ADLER.id)
    # A yearly tax takes what is right, also where the application is older than the correction.
    for form in (mistaken, form_of(authority)):
        assert (on(form, day - timedelta(days=1)), on(form, day)) == (4000, 4500)
    # What was begun with the mistaken value keeps it: nothing decided changes by itself.
    assert mistaken.parameters["gebuehr_cents"] == 5500
    with work(authority.id):
        entry = AuditEntry.objects.get(authority_id=authority.id, act="catalog.parameters_corrected")
    assert (entry.actor_id, entry.details["stood"], entry.details["stands"]) == (ADLER.id, str(stood.id), str(row.id))


def test_a_correction_leaves_the_value_of_a_later_day_alone(
    authority: Authority, begun: tuple[UUID, date], now: datetime
) -> None:
    (adoption_id, day), next_day = begun, begun[1] + timedelta(days=30)
    plan(authority, adoption_id, 6000, next_day, now + timedelta(days=11))
    services.begin_planned(now + timedelta(days=40))
    before = form_of(authority)
    correct(authority, adoption_id, 4500, now + timedelta(days=50))
    assert fee(authority) == 6000
    for form in (before, form_of(authority)):
        assert [on(form, one) for one in (day - timedelta(days=1), day, next_day)] == [4000, 4500, 6000]


def test_a_correction_can_be_corrected_but_what_was_corrected_cannot_be_once_more(
    authority: Authority, begun: tuple[UUID, date], now: datetime
) -> None:
    adoption_id, day = begun
    first = queries.dated_values(authority.id, adoption_id)[0].id
    correct(authority, adoption_id, 450, now + timedelta(days=20))
    with pytest.raises(Refused, match="not_found"):
        correct(authority, adoption_id, 4400, now, dated_id=first)
    with pytest.raises(Refused, match="not_found"):
        services.undo_planned(
            authority_id=authority.id, adoption_id=adoption_id, planned_id=first, actor=ADLER, now=now
        )
    correct(authority, adoption_id, 4500, now + timedelta(days=21))
    (row,) = queries.dated_values(authority.id, adoption_id)
    assert [one.given["gebuehr_cents"] for one in row.stood] == [450, 5500]
    assert on(form_of(authority), day) == fee(authority) == 4500


@pytest.mark.parametrize(
    ("cents", "reason", "code"),
    [(5500, WHY, "nothing_differs"), (4500, " ", "reason_missing"), (-1, WHY, "parameters")],
)
def test_what_is_no_correction_is_refused(
    authority: Authority, begun: tuple[UUID, date], now: datetime, cents: int, reason: str, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        correct(authority, begun[0], cents, now + timedelta(days=20), reason=reason)
    assert fee(authority) == 5500


def test_what_has_not_begun_is_changed_freely_and_not_corrected(authority: Authority, now: datetime) -> None:
    adoption_id, day = adopted(authority.id, now, gebuehr_cents=4000), german_day(now) + timedelta(days=10)
    plan(authority, adoption_id, 5500, day, now)
    (planned,) = queries.dated_values(authority.id, adoption_id)
    with pytest.raises(Refused, match="not_found"):
        correct(authority, adoption_id, 4500, now)
    change = {
        "authority_id": authority.id, "adoption_id": adoption_id, "parameters": {"gebuehr_cents": 4500},
        "source": SOURCE, "actor": ADLER, "now": now,
    }  # fmt: skip
    services.change_planned(planned_id=planned.id, since=day + timedelta(days=5), **change)
    (row,) = queries.dated_values(authority.id, adoption_id)
    assert (row.state, row.since, row.given) == ("coming", day + timedelta(days=5), {"gebuehr_cents": 4500})
    services.begin_planned(now + timedelta(days=15))
    with pytest.raises(Refused, match="not_found"):
        services.change_planned(planned_id=row.id, since=day + timedelta(days=40), **change)
    assert fee(authority) == 4500


def test_an_organiser_corrects_a_value_and_reads_what_stood(desk: Client, authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now, gebuehr_cents=4000)
    services.plan_parameters(
        authority_id=authority.id, adoption_id=adoption_id, parameters={"gebuehr_cents": 5500}, since=None,
        source=SOURCE, actor=ADLER, now=now,
    )  # fmt: skip
    page = f"/desk/services/{adoption_id}/"
    address = f"{page}dated/{queries.dated_values(authority.id, adoption_id)[0].id}"
    assert address in text(desk.get(page))
    posted = {"p.gebuehr_cents": "45,00", "source": SOURCE, "save": "yes"}
    assert "Please say why" in text(desk.post(address, posted))
    assert desk.post(address, {**posted, "reason": WHY}).status_code == 302
    shown = text(desk.get(page))
    assert [said for said in (WHY, "55,00", "45,00", "What stood until then") if said not in shown] == []
    assert fee(authority) == 4500
