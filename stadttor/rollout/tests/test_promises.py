"""Binding road maps: who promised what by when, what became of it, and that no line is ever written over."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError

from stadttor.catalog import services as adoptions
from stadttor.catalog.tests.builders import ADLER, NAME
from stadttor.core.refused import Refused
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.models import AuditEntry
from stadttor.ground.rows import read
from stadttor.ground.tests.races import at_once
from stadttor.ground.web.tests.spreadsheet import cells
from stadttor.ground.work import common, work
from stadttor.rollout import queries, services
from stadttor.rollout.queries.promises import Target, promise_of, promises_of, promises_seen
from stadttor.rollout.rules.promises import state_of
from stadttor.rollout.tests.builders import at, id_of
from stadttor.rollout.tests.test_cockpit_pages import HOME, signed_in, steering, text

pytestmark = pytest.mark.db
__all__ = ["steering"]
DAY = date(2026, 11, 20)
OWN = "/desk/promises"


def promised(release, slug="weissenburg", *, goal="live", due=None, key="", by=None, now=None):
    here = id_of(slug)
    return services.promise(
        entered_by=here, target=Target(key=key) if key else Target(here), package_id=release.package_id, goal=goal,
        due=due or german_day(clock.now()) + timedelta(days=30), by=by or here, actor=SYSTEM, now=now or clock.now(),
    )  # fmt: skip


def shifted(row, due, reason="Die Schnittstelle fehlt noch.", by="weissenburg"):
    services.shift(entered_by=id_of(by), row=row, due=due, reason=reason, actor=SYSTEM, now=clock.now())


@pytest.mark.parametrize(
    ("due", "reached_on", "state"),
    [
        (DAY, None, "due"), (DAY - timedelta(1), None, "late"), (DAY, DAY, "kept"), (DAY - timedelta(9), DAY, "kept_late"),
        (DAY, DAY - timedelta(9), "kept"), (None, DAY, "given_up"),
    ],
)  # fmt: skip
def test_what_became_of_a_promise(due, reached_on, state):
    assert state_of(due, reached_on, DAY) == state


def test_it_is_kept_by_what_the_service_does(first, now):
    adopted_on = german_day(now)
    promised(first, goal="adopted", due=adopted_on)
    promised(first, goal="live", due=adopted_on + timedelta(days=2))
    here = id_of("weissenburg")
    state = lambda today: {row.goal: row.state(today) for row in promises_of(here)}  # noqa: E731  # said once
    assert state(adopted_on + timedelta(days=1)) == {"adopted": "late", "live": "due"}
    adoptions.adopt(authority_id=here, version_id=first.id, parameters={"gebuehr_cents": 900}, actor=ADLER, now=now)
    assert state(adopted_on + timedelta(days=3)) == {"adopted": "kept", "live": "late"}
    own = at(first, "weissenburg")
    open_at = now + timedelta(days=5)
    adoptions.go_live(authority_id=here, adoption_id=own.adoption_id, actor=ADLER, now=open_at)
    assert state(adopted_on + timedelta(days=9)) == {"adopted": "kept", "live": "kept_late"}
    # What is withdrawn again is not there.
    adoptions.withdraw(authority_id=here, adoption_id=own.adoption_id, actor=ADLER, now=open_at + timedelta(days=1))
    assert state(adopted_on + timedelta(days=9)) == {"adopted": "late", "live": "late"}


def test_a_kreis_keeps_its_promise_when_all_do(country_under_way, now):
    services.count(country_under_way, now=now)
    promised(country_under_way, key="09162")
    promised(country_under_way, key="09", due=german_day(now))
    rows = {row.target.key: row for row in promises_seen(queries.SteeringRow(uuid4(), (), True))}
    assert (rows["09162"].reached, rows["09162"].whole) == (1, 1)
    assert rows["09162"].reached_on == german_day(now)
    assert 1 < rows["09"].reached < rows["09"].whole
    assert rows["09"].state(german_day(now) + timedelta(days=1)) == "late"


def test_that_a_service_is_used_can_be_promised_and_counts_from_the_first_application(country_under_way, now):
    promised(country_under_way, "muenchen", goal="used", due=german_day(now))
    promised(country_under_way, goal="used", due=german_day(now))
    state = lambda slug: promises_of(id_of(slug))[0].state(german_day(now) + timedelta(days=1))  # noqa: E731  # said once
    assert state("muenchen") == "late"  # nothing was counted yet
    for later in (0, 9):
        services.count(country_under_way, now=now + timedelta(days=later))
    assert (state("muenchen"), state("weissenburg")) == ("kept", "late")
    assert promises_of(id_of("muenchen"))[0].reached_on == german_day(now)


def test_a_shift_is_a_new_line_with_a_reason(first, now):
    here, made = id_of("weissenburg"), promised(first)
    row = promise_of(here, made)
    for due, reason, field in ((None, " ", "reason"), (row.due, "x", "due"), (date(1999, 1, 1), "x", "due")):
        with pytest.raises(Refused) as refused:
            shifted(row, due, reason)
        assert refused.value.field == field
    later = row.due + timedelta(days=60)
    shifted(row, later)
    shifted(promise_of(here, made), None, "Der Rat hat anders beschlossen.")
    lines = promise_of(here, made).lines
    assert [line.due for line in lines] == [row.due, later, None]
    assert lines[1].reason == "Die Schnittstelle fehlt noch."
    assert promise_of(here, made).state(later) == "given_up"
    with work(here):
        acts = AuditEntry.objects.filter(authority_id=here, subject_kind="promise").order_by("at")
        assert list(acts.values_list("act", flat=True)) == ["promise.made", "promise.shifted", "promise.given_up"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rollout_promiseline SET due = '2031-01-01'", "DELETE FROM rollout_promiseline",
        "UPDATE rollout_promise SET goal = 'test'",
    ],
)  # fmt: skip
def test_the_database_itself_lets_nobody_write_over_a_line(first, now, statement):
    promised(first)
    with pytest.raises(ProgrammingError, match="permission denied"), common(write=True):
        read(statement)


def test_two_who_shift_at_one_moment_see_of_each_other(first, now):
    here, made = id_of("weissenburg"), promised(first)
    row = promise_of(here, made)

    def one(days):
        try:
            shifted(row, row.due + timedelta(days=days))
        except Refused as refused:
            return refused.code
        return "done"

    assert sorted(at_once(lambda: one(1), lambda: one(2))) == ["done", "promise_changed"]
    assert len(promise_of(here, made).lines) == 2


def test_the_same_is_promised_once(first, now):
    promised(first)
    promised(first, goal="test")
    promised(first, key="09577")
    for again in ({}, {"key": "09577"}):
        with pytest.raises(Refused, match="promise_twice"):
            promised(first, **again)


def parts(due):
    return {f"due.{part}": str(getattr(due, part)) for part in ("day", "month", "year")}


def test_an_organiser_promises_for_her_authority(first, now):
    desk = signed_in(id_of("weissenburg"), "weissenburg", "organiser")
    assert "No promise is like this" in text(desk.get(OWN))
    due = german_day(clock.now()) - timedelta(days=3)
    assert desk.post(f"{OWN}/new", {"package": NAME, "goal": "live"}).status_code == 422
    made = desk.post(f"{OWN}/new", {"package": NAME, "goal": "live", **parts(due)})
    assert made.status_code == 303
    listed = text(desk.get(OWN))
    assert "One promise is late." in listed
    assert "Weißenburg" in listed
    page = made["Location"]
    assert "This promise is late." in text(desk.get(page))
    later = due + timedelta(days=90)
    assert desk.post(page, {**parts(later), "reason": ""}).status_code == 422
    assert desk.post(page, {**parts(later), "reason": "Die Schnittstelle fehlt noch."}).status_code == 303
    assert "Die Schnittstelle fehlt noch." in text(desk.get(page))
    assert "One promise is late." not in text(desk.get(OWN))
    table = text(desk.get(f"{OWN}.csv")).splitlines()[1].split(";")
    assert table[2:4] == ["Open", table[3]]
    assert table[-1] == "Die Schnittstelle fehlt noch."
    assert [cell for _kind, cell in cells(desk.get(f"{OWN}.xlsx"))[1]][2] == "Open"
    assert desk.post(page, {"act": "given_up", "reason": "Zu früh."}).status_code == 303
    assert "No longer promised" in text(desk.get(f"{OWN}?state=given_up"))
    neighbour = signed_in(id_of("muenchen"), "muenchen", "organiser")
    assert neighbour.get(page).status_code == 404
    assert neighbour.post(page, {**parts(later), "reason": "x"}).status_code == 404
    assert "Muster" not in text(neighbour.get(OWN))


def test_a_steering_body_enters_what_was_agreed_within_its_bounds(country_under_way, now, steering):
    services.count(country_under_way, now=now)
    desk = steering("09")
    due = german_day(clock.now()) - timedelta(days=3)
    town = f"{HOME}/authorities/weissenburg/promise"
    assert town in text(desk.get(f"{HOME}/authorities/weissenburg"))
    assert "Who promised" in text(desk.get(town))
    given = {"package": NAME, "goal": "live", **parts(german_day(now)), "by": str(id_of("weissenburg"))}
    assert desk.post(town, given).status_code == 303
    kreis = f"{HOME}/kreise/09162/promise"
    assert desk.post(kreis, {"package": NAME, "goal": "test", **parts(due)}).status_code == 303
    land = f"{HOME}/kreise/09/promise"
    assert desk.post(land, {"package": NAME, "goal": "live", **parts(due)}).status_code == 303
    listed = text(desk.get(f"{HOME}/promises"))
    assert "All in Bayern" in listed
    assert "One promise is late." in listed
    assert "One promise is late." in text(desk.get(f"{HOME}/kreise/09162"))
    assert "All in Bayern" not in text(desk.get(f"{HOME}/promises?state=kept"))
    assert "Steuerung" in text(desk.get(f"{HOME}/promises.csv"))
    assert text(desk.get(f"{HOME}/promises?sort=-due")).index("Open") > 0
    (own,) = promises_of(id_of("weissenburg"))
    assert (own.by_id, own.lines[0].entered_by) == (id_of("weissenburg"), "Steuerung")
    organiser = signed_in(id_of("weissenburg"), "weissenburg", "organiser")
    assert organiser.get(f"{OWN}/{own.id}").status_code == 200


def test_nobody_promises_or_looks_beyond_the_bounds(country_under_way, now, steering):
    services.count(country_under_way, now=now)
    made = promised(country_under_way)
    hamburg, looker = steering("02"), steering(acts=False, slug="zuschauer")
    given = {"package": NAME, "goal": "live", **parts(german_day(now))}
    for page in ("authorities/muenchen/promise", "kreise/09162/promise", "kreise/09/promise"):
        for desk in (hamburg, looker):
            assert desk.get(f"{HOME}/{page}").status_code == 404
            assert desk.post(f"{HOME}/{page}", given).status_code == 404
    page = f"{HOME}/promises/{made}"
    assert hamburg.get(page).status_code == 404
    assert "Muster" not in text(hamburg.get(f"{HOME}/promises"))
    assert hamburg.get(f"{HOME}/promises?in=09").status_code == 404
    assert looker.get(page).status_code == 200
    looker.post(page, {"act": "given_up", "reason": "x"})
    assert len(promise_of(id_of("weissenburg"), made).lines) == 1
    town = signed_in(id_of("weissenburg"), "weissenburg")
    for page in ("promises", "promises.csv", "promises.xlsx", f"promises/{made}", "kreise/09/promise"):
        assert town.get(f"{HOME}/{page}").status_code == 404
