"""The cockpit in the browser: who may see it and how much, what its pages say, what its buttons do."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from uuid import UUID

import pytest
from django.test import Client

from stadttor.catalog import services as adoptions
from stadttor.catalog import signing
from stadttor.catalog.federation.tests.builders import a_file
from stadttor.catalog.models import Subscription
from stadttor.catalog.queries import ReleaseRow
from stadttor.catalog.tests.builders import ADLER, KEY, NAME, a_package
from stadttor.core.refused import Refused
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry
from stadttor.ground.rows import read
from stadttor.ground.tests.queue import do
from stadttor.ground.web.language import speaking
from stadttor.ground.web.tests.spreadsheet import cells
from stadttor.ground.work import common, work
from stadttor.identity import services as identity
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.rollout import queries, services
from stadttor.rollout.cockpit import drawing, kreis_page
from stadttor.rollout.models import Counted
from stadttor.rollout.queries import CountedRow, StandingRow
from stadttor.rollout.rules.groups import Group
from stadttor.rollout.rules.stages import Counts
from stadttor.rollout.services import Plan, counting
from stadttor.rollout.tests.builders import EVERYBODY, announced, id_of, planned, run
from stadttor.tenancy.services import create_authority

pytestmark = pytest.mark.db
PASSWORD = "Tauben auf dem Ellinger Tor 1926"
HOME = "/desk/cockpit"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
Desk = Callable[..., Client]


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


@pytest.fixture
def steering(country: int) -> Desk:
    """Signs somebody in at a new steering body, which sees these keys; reading English."""

    def at(*keys: str, acts: bool = True, slug: str = "steuerung") -> Client:
        body = create_authority(slug=slug, name="Steuerung", kind="steering", covers=[], actor=SYSTEM, now=clock.now())
        services.make_steering(authority_id=body, keys=keys, acts=acts)
        return signed_in(body, slug)

    return at


def signed_in(authority_id: UUID, slug: str, role: str = "steering") -> Client:
    client = Client(HTTP_HOST=f"{slug}.localhost")
    email = f"sommer@{slug}.example"
    identity.create_member(
        authority_id=authority_id, email=email, name="Frau Sommer", roles=[role], unit_ids=[], password=PASSWORD,
        actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    client.cookies[STAFF_COOKIE] = identity.sign_in(
        authority_id=authority_id, email=email, password=PASSWORD, address="127.0.0.1", now=clock.now()
    )
    client.cookies["language"] = "en"
    return client


def test_the_role_alone_opens_nothing_in_a_town(country: int, steering: Desk) -> None:
    town = signed_in(id_of("weissenburg"), "weissenburg")
    for page in (
        "",
        f"/packages/{NAME}",
        f"/packages/{NAME}/authorities",
        "/kreise/09577",
        "/rollouts",
        "/packages.csv",
        "/packages.xlsx",
        f"/packages/{NAME}/authorities.xlsx",
    ):
        assert town.get(f"{HOME}{page}").status_code == 404
    assert steering().get(HOME).status_code == 200


def test_an_organiser_of_a_steering_body_is_not_in_the_cockpit(steering: Desk) -> None:
    steering()
    assert signed_in(id_of("weissenburg"), "weissenburg", "organiser").get(HOME).status_code == 403


def test_who_serves_places_cannot_steer(country: int) -> None:
    with pytest.raises(Refused, match="steering_serves"):
        services.make_steering(authority_id=id_of("weissenburg"), keys=[], acts=True)


def test_it_shows_every_package_and_every_authority(
    country_under_way: ReleaseRow, now: datetime, steering: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = steering()
    assert "Nothing was counted yet" in text(desk.get(HOME))
    services.count(country_under_way, now=now)
    assert "Muster" in text(desk.get(HOME))
    page = text(desk.get(f"{HOME}/packages/{NAME}"))
    assert "Bayern" in page
    assert re.search(
        r"kreise/09577\"><span>[^<]*Weißenburg-Gunzenhausen</span> <b>\d+ percent", page
    )  # what its colour says
    monkeypatch.setattr(drawing, "MOST_NAMED", 0)
    assert "Bayern: open at 4 of" in text(desk.get(f"{HOME}/packages/{NAME}"))  # the picture's link for the Land
    assert ">BY</text>" in text(desk.get(f"{HOME}/packages/{NAME}"))
    listed = text(desk.get(f"{HOME}/packages/{NAME}/authorities?stage=used"))
    assert "München" in listed
    assert "Nürnberg" not in listed
    assert "To be set: Gebühr" in text(desk.get(f"{HOME}/packages/{NAME}/authorities?stage=blocked"))
    assert "In test" in text(desk.get(f"{HOME}/kreise/09577"))
    assert "Used" in text(desk.get(f"{HOME}/authorities/muenchen"))
    table = text(desk.get(f"{HOME}/packages/{NAME}/authorities.csv?in=02"))
    assert table.splitlines()[1].split(";")[2:] == ["Adopted", "0.1.0", "To be set: Gebühr"]
    assert text(desk.get(f"{HOME}/packages.csv")).splitlines()[1].startswith(f"Muster;{NAME};")


def test_every_table_is_filtered_and_its_file_says_the_same(
    country_under_way: ReleaseRow, now: datetime, steering: Desk
) -> None:
    """Report: Länder and Kreise could be sorted only, one authority and the roll-outs not even that."""
    services.count(country_under_way, now=now)
    desk, of = steering(), f"{HOME}/packages/{NAME}"
    rows = lambda page: text(desk.get(page)).splitlines()[1:]  # noqa: E731  # said once
    assert [row.split(";")[0] for row in rows(f"{of}/places.csv?open=some")] == ["Bayern"]
    assert [row.split(";")[:2] for row in rows(f"{of}/places.csv?in=09&q=erlangen-h")] == []
    assert f"{HOME}/kreise/09/promise" in text(desk.get(f"{of}?in=09"))
    assert len(rows(f"{of}/authorities.csv?in=09&kreis=09162")) == 1
    assert {row.split(";")[3] for row in rows(f"{of}/authorities.csv?version=0.1.0")} == {"0.1.0"}
    assert len(rows(f"{HOME}/authorities/muenchen/services.csv?stage=used")) == 1
    assert rows(f"{HOME}/authorities/muenchen/services.csv?stage=nothing") == []
    assert [row.split(";")[0] for row in rows(f"{HOME}/rollouts.csv?state=planned")] == ["2"]
    assert f'{HOME}/rollouts/1"' not in text(desk.get(f"{HOME}/rollouts?state=planned"))


def test_the_sheet_of_a_kreis_is_one_page_with_what_matters_most() -> None:
    """Report: it listed every name and every service, without any bound."""
    rows = [StandingRow("p", f"Leistung {n}", "09577", f"s{m}", f"Ort {m}", "nothing", "", ("objected",))
            for n in range(9) for m in range(1, n + 2)]  # fmt: skip
    with speaking("en"):
        lines = kreis_page._blocked(rows)
    assert [one["what"] for one in lines[:2]] == ["Leistung 8", "Leistung 7"]
    assert lines[0]["where"] == "Ort 1, Ort 2, Ort 3 and 6 more"
    assert len(kreis_page._cut("Die Satzung fehlt. " * 50)) < 130
    counted = [CountedRow("p", f"L{n}", NOW, Counts((0, n, 0, 0, 0, 0, 0, 0, 0))) for n in range(20)]
    assert [row.title for row in kreis_page._pressing(counted)[:2]] == ["L19", "L18"]


def test_the_spreadsheet_says_what_the_page_says(country_under_way: ReleaseRow, now: datetime, steering: Desk) -> None:
    services.count(country_under_way, now=now)
    desk = steering("02")
    assert f"{HOME}/packages/{NAME}/authorities.xlsx" in text(desk.get(f"{HOME}/packages/{NAME}/authorities"))
    hamburg = cells(desk.get(f"{HOME}/packages/{NAME}/authorities.xlsx"))
    assert [cell for _kind, cell in hamburg[1]][2:] == ["Adopted", "0.1.0", "To be set: Gebühr"]
    assert len(hamburg) == 2
    listed = cells(desk.get(f"{HOME}/packages.xlsx"))
    assert listed[1][:3] == [("inlineStr", "Muster"), ("inlineStr", NAME), ("n", "1")]
    assert desk.get(f"{HOME}/packages.xlsx?in=09").status_code == 404


def test_the_counters_say_what_the_authorities_say(country_under_way: ReleaseRow, now: datetime) -> None:
    services.count_all(now=now)
    rows = queries.cockpit(country_under_way, now=now)
    (counted,) = queries.by_package(())
    assert {stage: counted.counts.of(stage) for stage in queries.STAGES} == {
        stage: sum(row.stage == stage for row in rows) for stage in queries.STAGES
    }
    assert counted.counts.of("blocked") == sum(bool(row.blocked) for row in rows)


def test_an_authority_or_a_package_that_fails_keeps_no_other_from_being_counted(
    country_under_way: ReleaseRow, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = queries.used_since(now)

    def away(authority_id: UUID) -> frozenset[str]:
        if authority_id == id_of("nuernberg"):
            raise OSError("its database is away")
        return used(authority_id)

    with pytest.raises(ExceptionGroup) as raised:
        services.count_all(now=now, used=away)
    assert [type(one) for one in raised.value.exceptions] == [OSError]
    (counted,) = queries.by_package(())
    assert (counted.counts.of("used"), counted.counts.of("live")) == (1, 3)
    content = counting.package_content
    other = "de.example.zweites"
    files = a_package(package=(f"id: {NAME}", f"id: {other}"))
    adoptions.publish(archive=signing.build(files, other, "0.1.0", KEY), now=now)
    broken = iter((True, False))
    monkeypatch.setattr(counting, "package_content", lambda one: {}["title"] if next(broken) else content(one))
    later = now + timedelta(hours=1)
    with pytest.raises(ExceptionGroup):
        services.count_all(now=later)
    counted_now = {row.package for row in queries.by_package(()) if row.at == later}
    assert len(counted_now) == 1


def test_what_was_counted_before_lands_had_sums_is_summed(country_under_way: ReleaseRow, now: datetime) -> None:
    """Report: after the migration every package stood at 0 until the next count."""
    services.count(country_under_way, now=now)
    before = queries.by_package(())
    fill = import_module("stadttor.rollout.migrations.0004_fill_by_land").FILL
    with common(write=True):
        Counted.objects.update(by_land={})
        read(fill)
    assert before[0].counts.whole > 0
    assert queries.by_package(()) == before


def test_a_land_sees_its_own(country_under_way: ReleaseRow, now: datetime, steering: Desk) -> None:
    services.count(country_under_way, now=now)
    hamburg = steering("02")
    assert "Bayern" not in text(hamburg.get(f"{HOME}/packages/{NAME}"))
    assert "München" not in text(hamburg.get(f"{HOME}/packages/{NAME}/authorities?in=09"))
    assert hamburg.get(f"{HOME}/kreise/09577").status_code == 404
    # Report: the numbers of Hamburg stood below the name of another Land.
    for page in ("", ".csv", f"/{NAME}", f"/{NAME}/authorities", f"/{NAME}/authorities.csv"):
        assert hamburg.get(f"{HOME}/packages{page}?in=01" if page else f"{HOME}?in=01").status_code == 404, page
    assert hamburg.get(f"{HOME}/authorities/muenchen").status_code == 404
    assert len(text(hamburg.get(f"{HOME}/packages/{NAME}/authorities.csv")).splitlines()) == 2


def test_a_roll_out_is_run_paused_and_taken_back(first: ReleaseRow, now: datetime, steering: Desk) -> None:
    desk, number = steering("09"), planned(first, now, group=Group(("09",)))
    page = f"{HOME}/rollouts/{number}"
    assert f"{page}/go-on" in text(desk.get(page))
    assert "This concerns" in text(desk.get(f"{page}/go-on"))
    assert queries.rollout(number).state == "planned"
    assert desk.post(f"{page}/go-on", {"confirm": "yes"}).status_code == 302
    assert queries.rollout(number).state == "running"
    assert desk.post(f"{page}/pause", {"confirm": "yes"}).status_code == 302
    do("rollout.go_on")
    assert queries.rollout(number).state == "paused"
    desk.post(f"{page}/go-on", {"confirm": "yes"})
    do("rollout.go_on")
    assert queries.rollout(number).state == "done"
    assert "Done" in text(desk.get(page))
    assert desk.post(f"{page}/pause", {"confirm": "yes"}).status_code == 409
    desk.post(f"{page}/take-back", {"confirm": "yes"})
    do("rollout.go_on")
    assert queries.rollout(number).state == "taken_back"
    with work(id_of("steuerung")):
        noted = AuditEntry.objects.filter(authority_id=id_of("steuerung"), subject_kind="rollout").order_by("at")
        assert list(noted.values_list("act", flat=True)) == [
            "rollout.go-on", "rollout.pause", "rollout.go-on", "rollout.take-back",
        ]  # fmt: skip


def test_a_second_click_leaves_no_wave_out(first: ReleaseRow, now: datetime, steering: Desk) -> None:
    """Report: the second click began a third wave of two, and the second was never rolled out."""
    desk = steering()
    number = services.plan(Plan(first, "adopt", EVERYBODY, {}, first_percent=20, batch=5), now=now)
    run(number, clock.now() - timedelta(days=8))
    page = f"{HOME}/rollouts/{number}"
    assert desk.get(f"{page}/go-on").status_code == 409
    assert [desk.post(f"{page}/next-wave", {"confirm": "yes"}).status_code for _click in range(2)] == [302, 409]
    assert desk.get(f"{page}/next-wave").status_code == 409
    assert f"{page}/go-on" not in text(desk.get(page))
    do("rollout.go_on")
    row = queries.rollout(number)
    assert (row.state, row.wave, queries.progress(row.id).waiting) == ("done", 2, 0)


def test_the_question_says_whom_it_concerns(first: ReleaseRow, now: datetime, steering: Desk) -> None:
    """Report: it counted the authorities of later waves, and those that a roll-out had left as they were."""
    adoptions.adopt(authority_id=id_of("weissenburg"), version_id=first.id, parameters={}, actor=ADLER, now=now)
    desk = steering()
    number = services.plan(Plan(first, "adopt", EVERYBODY, {}, first_percent=20, batch=5), now=now)
    page = f"{HOME}/rollouts/{number}"
    total = queries.progress(queries.rollout(number).id).total
    early = -(-total * 20 // 100)
    assert f"This concerns {early} authorities." in text(desk.get(f"{page}/go-on"))
    run(number, clock.now() - timedelta(days=8))
    assert f"This concerns {total - early} authorities." in text(desk.get(f"{page}/next-wave"))
    services.next_wave(number, now=clock.now())
    while services.run_batch(number, actor=SYSTEM, now=clock.now()):
        pass
    assert f"This concerns {total - 1} authorities." in text(desk.get(f"{page}/take-back"))


def test_who_objects_is_heard_and_a_plan_can_be_given_up(
    first: ReleaseRow, second: ReleaseRow, now: datetime, steering: Desk
) -> None:
    """Report: the reason of an objection was shown to its writer alone, and a wrong announcement stood for ever."""
    run(planned(first, clock.now()), clock.now())
    number = announced(second, clock.now())
    services.object_to(
        authority_id=id_of("weissenburg"), number=number, until=None, reason="Die Satzung fehlt.", actor=ADLER,
        now=clock.now(),
    )  # fmt: skip
    land, page = steering(), f"{HOME}/rollouts/{number}"
    assert "Die Satzung fehlt." in text(land.get(page))
    assert "Die Satzung fehlt." in text(land.get(f"{page}/authorities?code=objected"))
    assert "Die Satzung fehlt." not in text(land.get(f"{page}/authorities?code=deferred"))
    assert text(land.get(f"{page}/authorities.csv")).splitlines()[1].endswith("Objected;Die Satzung fehlt.")
    assert "Die Satzung fehlt." not in text(steering("02", slug="hh").get(f"{page}/authorities"))
    assert f"{page}/give-up" in text(land.get(page))
    assert "Nothing of this plan is done" in text(land.get(f"{page}/give-up"))
    assert land.post(f"{page}/give-up", {"confirm": "yes"}).status_code == 302
    assert queries.rollout(number).state == "given_up"
    assert queries.announced(id_of("weissenburg")) == []
    with pytest.raises(Refused, match="rollout_state"):
        services.begin(number, now=clock.now() + timedelta(days=40))


def test_who_was_left_out_gets_another_turn_from_the_cockpit(first: ReleaseRow, now: datetime, steering: Desk) -> None:
    desk = steering()
    number = planned(first, now)
    services.does_not_apply(
        package_id=first.package_id, authority_id=id_of("weissenburg"), reason="keine Gebiete", actor=ADLER, now=now
    )
    run(number, now)
    services.does_apply(package_id=first.package_id, authority_id=id_of("weissenburg"), actor=ADLER, now=now)
    page = f"{HOME}/rollouts/{number}"
    assert f"{page}/try-again" in text(desk.get(page))
    assert "This concerns one authority." in text(desk.get(f"{page}/try-again"))
    desk.post(f"{page}/try-again", {"confirm": "yes"})
    do("rollout.go_on")
    assert queries.rollout(number).state == "done"
    assert queries.left_out(queries.rollout(number).id) == []
    assert f"{page}/try-again" not in text(desk.get(page))


def test_whoever_begins_a_wave_that_nobody_can_judge_is_told_so(
    first: ReleaseRow, second: ReleaseRow, now: datetime, steering: Desk
) -> None:
    desk, begun = steering(), clock.now() - timedelta(days=8)
    run(planned(first, begun), begun)
    number = announced(second, begun - timedelta(days=28), first_percent=20)
    run(number, begun)
    page = f"{HOME}/rollouts/{number}/next-wave"
    assert "These are too few to judge it" in text(desk.get(page))
    assert desk.post(page, {"confirm": "yes"}).status_code == 409
    assert desk.post(page, {"confirm": "yes", "unjudged": "yes"}).status_code == 302
    do("rollout.go_on")
    services.mark_worse(number, "refusals: 15 of 30, before 10 of 200")
    page = text(desk.get(f"{HOME}/rollouts/{number}"))
    assert "It fares worse than before" in page
    assert "Refusals: 15 of 30, before 10 of 200" in page
    assert f"{HOME}/rollouts/{number}/take-back" in page


def test_a_kreis_does_not_act_for_the_authority_of_its_land(first: ReleaseRow, now: datetime, steering: Desk) -> None:
    """Report: where the Land does a service, a roll-out to one Kreis is a roll-out to the Land's authority."""
    create_authority(slug="bayern", name="Freistaat", kind="state", covers=["09"], actor=SYSTEM, now=now)
    services.set_competence(package_id=first.package_id, land="09", level="land", source="Art. 1 BayBeispielG")
    number = planned(first, now, group=Group(("09577",)))
    kreis, land = steering("09577"), steering("09", slug="ministerium")
    assert "may not act on it" in text(kreis.get(f"{HOME}/rollouts/{number}"))
    assert kreis.post(f"{HOME}/rollouts/{number}/go-on", {"confirm": "yes"}).status_code == 404
    assert queries.rollout(number).state == "planned"
    assert land.post(f"{HOME}/rollouts/{number}/go-on", {"confirm": "yes"}).status_code == 302


def test_nobody_acts_beyond_the_bounds(first: ReleaseRow, now: datetime, steering: Desk) -> None:
    everybody, hamburg = planned(first, now), planned(first, now, group=Group(("02",)))
    land, looker = steering("02"), steering(acts=False, slug="zuschauer")
    for desk, number in ((land, everybody), (looker, hamburg)):
        assert "may not act on it" in text(desk.get(f"{HOME}/rollouts/{number}"))
        assert desk.post(f"{HOME}/rollouts/{number}/go-on", {"confirm": "yes"}).status_code == 404
        assert queries.rollout(number).state == "planned"
    assert land.post(f"{HOME}/rollouts/{hamburg}/go-on", {"confirm": "yes"}).status_code == 302


def test_a_roll_out_beyond_the_bounds_is_as_unknown_as_one_that_does_not_exist(
    first: ReleaseRow, now: datetime, steering: Desk
) -> None:
    """Report: a body saw the roll-outs of every Land, in the list and by number."""
    numbers = {
        key: planned(first, now, group=Group((key,) if key else ())) for key in ("", "02", "09", "09577", "09162")
    }
    kreis = {"", "09", "09577"}
    bodies = {"09577": kreis, "09": kreis | {"09162"}, "02": {"", "02"}, "": set(numbers)}
    for own, seen in bodies.items():
        desk = steering(*filter(None, [own]), slug=f"stelle{own}")
        listed = text(desk.get(f"{HOME}/rollouts"))
        for key, number in numbers.items():
            page = f"{HOME}/rollouts/{number}"
            assert (f'{page}"' in listed, desk.get(page).status_code) == ((True, 200) if key in seen else (False, 404))
            if key not in seen:
                assert desk.get(f"{page}/go-on").status_code == 404


def test_a_steering_body_sees_what_is_new_in_other_catalogues(country: int, steering: Desk, now: datetime) -> None:
    index, moment = a_file(), clock.now()
    with common(write=True):
        Subscription.objects.create(
            name="bayern", address="https://stadttor.bayern.example/catalogue/", kid="x", public_jwk={}, title="Bayern", number=7,
            index=index.decode(), expires_at=moment, good_at=moment, tried_at=moment,
            newest=[{"package": NAME, "version": "9.0.0", "title": "Muster", "kid": "x", "publisher": "Redaktion Bayern"}],
        )  # fmt: skip
    page = text(steering("09").get(HOME))
    assert "Muster, version 9.0.0, published by Redaktion Bayern, offered by Bayern" in page
