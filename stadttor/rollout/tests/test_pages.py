"""The organiser's answer to an announced upgrade. The pages read the clock, so the roll-outs here are of today."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from stadttor.catalog import services as adoptions
from stadttor.catalog.queries import ReleaseRow
from stadttor.catalog.queries import adoptions as adoptions_of
from stadttor.catalog.tests.builders import NAME
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.identity import services as identity
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.rollout import queries, services
from stadttor.rollout.rules.groups import Group
from stadttor.rollout.rules.notice import Notice
from stadttor.rollout.tests.builders import announced, at, id_of, planned, run

pytestmark = pytest.mark.db
PASSWORD = "Tauben auf dem Ellinger Tor 1926"
LIST = "/desk/upgrades"


@pytest.fixture
def today() -> datetime:
    return clock.now()


@pytest.fixture
def desk(country: int, client: Client, today: datetime) -> Client:
    """Frau Kern, organiser in Weißenburg, reading English."""
    town = id_of("weissenburg")
    identity.create_member(
        authority_id=town, email="kern@rollout.example", name="Frau Kern", roles=["organiser"], unit_ids=[],
        password=PASSWORD, actor=SYSTEM, now=today,
    )  # fmt: skip
    client.cookies[STAFF_COOKIE] = identity.sign_in(
        authority_id=town, email="kern@rollout.example", password=PASSWORD, address="127.0.0.1", now=today
    )
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def number(first: ReleaseRow, second: ReleaseRow, today: datetime) -> int:
    """An upgrade that is announced to everybody."""
    run(planned(first, today), today)
    return announced(second, today)


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def answer(number: int, slug: str = "weissenburg") -> tuple[str, str]:
    row = queries.announced_as(id_of(slug), number)
    return row.answer, row.reason


def test_without_an_announcement_nothing_is_asked(desk: Client) -> None:
    assert "No upgrade is announced" in text(desk.get(LIST))


def test_an_organiser_sees_what_comes_when_and_by_which_law(desk: Client, number: int) -> None:
    assert "Muster, version 0.2.0" in text(desk.get(LIST))
    page = text(desk.get(f"{LIST}/{number}"))
    assert "§ 45 StVO" in page
    assert "What do you want to do?" in page


def test_the_page_of_the_service_says_what_comes(desk: Client, number: int) -> None:
    """Report: nothing but an entry in the menu told of an announced upgrade."""
    own = adoptions_of(id_of("weissenburg"))[0]
    page = text(desk.get(f"/desk/services/{own.id}/"))
    assert "Version 0.2.0 comes on" in page
    assert "§ 45 StVO" in page
    assert "The notice is 28 days." in page
    assert f"{LIST}/{number}" in page


def test_what_is_urgent_says_so_everywhere(
    desk: Client, first: ReleaseRow, second: ReleaseRow, today: datetime
) -> None:
    run(planned(first, today), today)
    notice = Notice("§ 45 StVO", clock.german_day(today) + timedelta(days=3), 3, urgent=True)
    number = services.plan(services.Plan(second, "upgrade", Group(), {}, notice=notice), now=today)
    for page in (LIST, f"{LIST}/{number}"):
        assert "An urgent legal correction" in text(desk.get(page))
    assert "3 days" in text(desk.get(f"{LIST}/{number}"))


def test_she_objects_defers_and_thinks_again(desk: Client, number: int, today: datetime) -> None:
    page = f"{LIST}/{number}"
    assert desk.post(page, {"choice": "object", "reason": "Die Satzung fehlt noch."}).status_code == 302
    assert answer(number) == ("objected", "Die Satzung fehlt noch.")
    assert answer(number, "muenchen") == ("", "")
    assert "Die Satzung fehlt noch." in text(desk.get(page))
    day = clock.german_day(today) + timedelta(days=40)
    until = {"until.day": day.day, "until.month": day.month, "until.year": day.year}
    assert desk.post(page, {"choice": "defer", **until}).status_code == 302
    assert answer(number)[0] == "deferred"
    assert desk.post(page, {"choice": "take"}).status_code == 302
    assert answer(number) == ("", "")


def test_what_is_missing_is_said_and_what_was_typed_stays(desk: Client, number: int) -> None:
    page = f"{LIST}/{number}"
    for posted, said in (
        ({"choice": "object", "reason": " "}, "Please say what speaks against this upgrade."),
        ({"choice": "defer", "until.day": "31", "until.month": "2"}, "Please enter a date"),
        ({"choice": "defer", "until.day": "1", "until.month": "1", "until.year": "2020"}, "Choose a day up to"),
        ({"choice": "perhaps"}, "Please choose one of the answers."),
    ):
        response = desk.post(page, posted)
        assert response.status_code == 422
        assert said in text(response)
    assert 'value="31"' in text(desk.post(page, {"choice": "defer", "until.day": "31"}))


def test_who_is_not_meant_finds_nothing(desk: Client, first: ReleaseRow, second: ReleaseRow, today: datetime) -> None:
    run(planned(first, today), today)
    notice = Notice("§ 45 StVO", clock.german_day(today) + timedelta(days=28))
    number = services.plan(services.Plan(second, "upgrade", Group(("05",)), {}, notice=notice), now=today)
    assert "No upgrade is announced" in text(desk.get(LIST))
    assert desk.get(f"{LIST}/{number}").status_code == 404
    assert desk.post(f"{LIST}/{number}", {"choice": "take"}).status_code == 404


def test_from_the_effective_date_on_nothing_can_be_answered(
    desk: Client, first: ReleaseRow, second: ReleaseRow, today: datetime
) -> None:
    earlier = today - timedelta(days=28)
    run(planned(first, earlier), earlier)
    number = announced(second, earlier)
    assert "The time to answer is over." in text(desk.get(f"{LIST}/{number}"))
    assert desk.post(f"{LIST}/{number}", {"choice": "object", "reason": "zu spät"}).status_code == 409


def test_nobody_but_an_organiser_opens_it(country: int, client: Client) -> None:
    assert client.get(LIST).status_code == 302


def test_she_says_that_a_service_does_not_apply_and_why(desk: Client, first: ReleaseRow, today: datetime) -> None:
    """Report: only the operator's shell could say so, and nobody could read the reason."""
    page = f"{LIST}/services/{NAME}"
    assert "Not adopted" in text(desk.get(f"{LIST}/services"))
    assert desk.post(page, {"reason": " "}).status_code == 422
    assert desk.post(page, {"reason": "Hier gibt es keine Zonen."}).status_code == 302
    for shown in (f"{LIST}/services", page):
        assert "Hier gibt es keine Zonen." in text(desk.get(shown))
    row = {one.slug: one for one in queries.cockpit(first, now=today)}["weissenburg"]
    assert (row.stage, row.said) == ("not_applicable", "Hier gibt es keine Zonen.")
    assert desk.post(page, {"choice": "applies"}).status_code == 302
    assert queries.not_applicable_at(first.package_id) == {}


def test_what_is_open_applies(desk: Client, first: ReleaseRow, today: datetime) -> None:
    """Report: an open service could be said not to apply, and then counted as nothing."""
    run(planned(first, today, all={"gebuehr_cents": 900}), today)
    own = at(first, "weissenburg")
    assert own
    open_it = lambda: adoptions.go_live(  # noqa: E731  # said once
        authority_id=own.authority_id, adoption_id=own.adoption_id, actor=SYSTEM, now=today
    )
    page = f"{LIST}/services/{NAME}"
    assert desk.post(page, {"reason": "Hier gibt es keine Zonen."}).status_code == 302
    open_it()
    assert {one.slug: one.stage for one in queries.cockpit(first, now=today)}["weissenburg"] == "live"
    assert desk.post(page, {"choice": "applies"}).status_code == 302
    assert "Close it first" in text(desk.get(page))
    assert desk.post(page, {"reason": "Hier gibt es keine Zonen."}).status_code == 409
    assert queries.not_applicable_at(first.package_id) == {}
