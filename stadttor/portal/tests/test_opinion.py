"""Whoever did not just send an application is asked by a code that many share."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from stadttor.catalog.tests.builders import adopted
from stadttor.core.periods import months_later
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.insights.models import Counter, Feedback, UsedRight
from stadttor.insights.queries.inviting import code_for, invitation
from stadttor.insights.services.settling import settle
from stadttor.portal.pages import feedback

pytestmark = pytest.mark.db
TODAY = german_day(clock.now())


@pytest.fixture
def town(authority):
    """It offers one service with a form, `muster`."""
    adopted(authority.id, clock.now() - timedelta(minutes=1))
    return authority


def path(town, way="counter", day=TODAY, service="muster"):
    return f"/meinung/{code_for(town.id, service, way, day)}"


def browser(town):
    client = Client(HTTP_HOST=f"{town.slug}.localhost")
    client.cookies["language"] = "en"
    return client


def text(response):
    return response.content.decode()


def right_in(page):
    return page.split('name="right" value="')[1].split('"')[0]


def tap(client, address, score, right=None):
    """The button as the page has it."""
    right = right or right_in(text(client.get(address)))
    return client.post(address, {"score": str(score), "right": right})


def marks(town):
    with work(town.id):
        return sorted(Counter.objects.filter(authority_id=town.id).values_list("service", "measure", "value", "count"))


def test_the_code_of_a_letter_leads_to_one_tap_and_a_text_without_javascript(town):
    client = browser(town)
    assert "Muster" in text(client.get(path(town)))
    assert tap(client, path(town), 4).headers["Location"] == path(town)
    assert 'name="score"' not in text(client.get(path(town)))
    client.post(path(town), {"comment": "Freundlich"})
    assert 'name="comment"' not in text(client.get(path(town)))
    assert marks(town) == [("muster", "score:counter", 4, 1)]
    with work(town.id):
        assert list(Feedback.objects.filter(authority_id=town.id).values_list("comment", "is_pleased")) == [
            ("Freundlich", True)
        ]


def test_a_double_tap_counts_once_and_a_browser_is_asked_once(town):
    client = browser(town)
    right = right_in(text(client.get(path(town))))
    for _tap in range(2):
        browser(town).post(path(town), {"score": "2", "right": right})
    assert marks(town) == [("muster", "score:counter", 2, 1)]
    tap(client, path(town), 5)
    client.post(path(town), {"score": "1", "right": "x"})
    assert marks(town) == [("muster", "score:counter", 2, 1), ("muster", "score:counter", 5, 1)]
    tap(client, path(town, "appointment"), 3)
    assert len(marks(town)) == 3


def test_looking_writes_nothing(town):
    browser(town).get(path(town))
    with work(town.id):
        assert not UsedRight.objects.filter(authority_id=town.id).exists()


def test_a_code_counts_however_it_was_typed(town):
    code = path(town).removeprefix("/meinung/")
    typed = code.replace("-", "").lower().replace("0", "o").replace("1", "l")
    assert browser(town).get(f"/meinung/{typed}").status_code == 200


def test_what_is_no_code_of_this_town_or_too_old_asks_nothing(town, neighbour):
    adopted(neighbour.id, clock.now() - timedelta(minutes=1))
    old = months_later(TODAY.replace(day=1), -4)
    for address in (
        "/meinung/x",
        "/meinung/0000-0000",
        path(neighbour),
        path(town, day=old),
        path(town, service="hund"),
    ):
        client = browser(town)
        assert client.get(address).status_code == 404
        assert client.post(address, {"score": "5", "right": "x"}).status_code == 404
    assert browser(town).get(path(town, day=months_later(old, 1))).status_code == 200


def test_everybody_who_came_this_way_in_a_month_has_the_same_address(town):
    """It can lead to nobody: nothing of a case or a person goes into it."""
    given = {"channel": "paper", "is_decided": True, "language": "tr"}
    first = invitation(town.id, "muster", day=TODAY.replace(day=1), **given)
    assert first == invitation(town.id, "muster", day=TODAY.replace(day=20), **given)
    assert first.endswith(f"{path(town, 'post')}?lang=tr")
    codes = {path(town, way) for way in ("post", "post_sent", "counter", "appointment")}
    assert len(codes) == 4


def test_an_authority_may_leave_a_service_out(town):
    settle(
        authority_id=town.id, handling=True, visit=(None, None), hourly_cents=None, not_asked=["muster"], actor=SYSTEM,
        now=clock.now(),
    )  # fmt: skip
    assert invitation(town.id, "muster", channel="online", is_decided=True, day=TODAY) == ""
    assert browser(town).get(path(town)).status_code == 404
    sent = HttpResponse()
    feedback.hand_out(sent, town.id, uuid4(), "muster")
    assert not sent.cookies


@pytest.mark.parametrize("sent", [{"score": "6"}, {"score": "5"}, {"score": "5", "right": "x.y"}, {"comment": " "}])
def test_anything_else_is_no_answer(town, sent):
    assert browser(town).post(path(town), sent).status_code == 303
    assert marks(town) == []
