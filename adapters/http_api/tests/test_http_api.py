"""A real HTTP endpoint as target: the contract, what it may answer, where we may go."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.http_api import HttpApi
from adapters.http_api.tests.server import Endpoint
from stadttor.exchange.ports import Place, TargetAway, TargetRefuses
from stadttor.exchange.tests.way_contract import PARCEL, WayContract


@pytest.fixture
def target() -> Iterator[Endpoint]:
    running = Endpoint()
    yield running
    running.stop()


@pytest.fixture
def way(target: Endpoint) -> HttpApi:
    return HttpApi([target.host], seconds=10, plain=[target.host])


class TestHttpApi(WayContract):
    pass


def test_the_receipt_is_what_the_target_calls_it(way: HttpApi, target: Endpoint) -> None:
    assert way.deliver(target.place, PARCEL) == "201 FV-2026-17"
    headers = target.asked[0]
    assert headers["Idempotency-Key"] == f'"{PARCEL.id}"'
    assert headers["Content-Digest"].startswith("sha-256=:")


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_what_the_target_refuses_waits_for_a_person(way: HttpApi, target: Endpoint, status: int) -> None:
    target.status = status
    with pytest.raises(TargetRefuses, match=f"status_{status}"):
        way.deliver(target.place, PARCEL)


@pytest.mark.parametrize("status", [404, 409, 429, 500, 503])
def test_what_may_pass_is_tried_again(way: HttpApi, target: Endpoint, status: int) -> None:
    target.status = status
    with pytest.raises(TargetAway, match=f"status_{status}") as caught:
        way.deliver(target.place, PARCEL)
    assert not isinstance(caught.value, TargetRefuses)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirection_is_followed(way: HttpApi, target: Endpoint, status: int) -> None:
    target.status = status
    with pytest.raises(TargetAway, match=f"status_{status}"):
        way.deliver(target.place, PARCEL)
    assert (len(target.asked), target.followed) == (1, 0)


def test_a_wrong_token_reads_so(way: HttpApi, target: Endpoint) -> None:
    with pytest.raises(TargetAway, match="login"):
        way.look(replace(target.place, secret="falsch"))


@pytest.mark.parametrize("secret", ["ein\ntoken", "ein\r\nX-Other: y", "tokén→"])
def test_a_token_that_fits_into_no_header_reads_like_a_wrong_one(way: HttpApi, target: Endpoint, secret: str) -> None:
    with pytest.raises(TargetAway, match="login"):
        way.deliver(replace(target.place, secret=secret), PARCEL)
    assert target.asked == []


@pytest.mark.parametrize(
    ("hosts", "place"),
    [
        (["api.example.org"], "https://other.example.org/x"),
        (["api.example.org"], "http://api.example.org/x"),
        (["169.254.169.254"], "https://169.254.169.254/latest/meta-data"),
        (["[fd00:ec2::254]"], "https://[fd00:ec2::254]/latest/meta-data"),
        (["[::ffff:169.254.169.254]"], "https://[::ffff:169.254.169.254]/"),
    ],
)
def test_elsewhere_we_do_not_go(hosts: list[str], place: str) -> None:
    with pytest.raises(TargetAway, match="host"):
        HttpApi(hosts).deliver(Place("weissenburg", place), PARCEL)
