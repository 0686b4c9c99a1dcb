"""A rush of forms at one town, by the product's own limits: it is told to wait, and nobody at the next town is."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from unittest import mock

from django.http import HttpResponse
from django.test import Client

from stadttor.site import rates
from tests.safety.running import RowLines

STILL = 1_000_000.0
"""The clock stands, so that a slow machine does not fill the buckets again."""
WAIT = 429
Send = Callable[[str, str], HttpResponse]
"""Sends a form to a town from a network address."""


def probe_rushes(lines: RowLines, town: str, neighbour: str) -> None:
    """By their names in addresses; nobody sent a form to them before."""
    with mock.patch.object(rates, "time", SimpleNamespace(monotonic=lambda: STILL)):
        for name, answer, faults in rushes(_sent, town, neighbour):
            lines.write("probe", route=name, method="POST", status=answer.status_code, faults=faults)


def rushes(send: Send, town: str, neighbour: str) -> Iterator[tuple[str, HttpResponse, list[str]]]:
    """What was asked last, its answer, and what is wrong with it."""
    by_address, by_town = rates.BY_ADDRESS.rate.burst, rates.BY_AUTHORITY.rate.burst
    early = sum(send(town, f"203.0.113.{number // by_address}").status_code == WAIT for number in range(by_address))
    refused = send(town, "203.0.113.0")
    yield "a rush from one address", refused, [*_told_to_wait(refused), *_too_early(early)]
    rest = range(by_address, by_town)
    early = sum(send(town, f"203.0.113.{number // by_address}").status_code == WAIT for number in rest)
    refused = send(town, "198.51.100.1")
    yield "a rush at one town", refused, [*_told_to_wait(refused), *_too_early(early)]
    beside = send(neighbour, "198.51.100.2")
    yield "its neighbour meanwhile", beside, _too_early(beside.status_code == WAIT)


def _told_to_wait(answer: HttpResponse) -> Iterator[str]:
    if answer.status_code != WAIT:
        yield f"goes on: {answer.status_code}"
    elif not answer.headers.get("Retry-After", "").isdecimal():
        yield "is not told how long to wait"


def _too_early(refused: int) -> list[str]:
    return [f"{refused} were told to wait who had not asked too often"] if refused else []


def _sent(slug: str, address: str) -> HttpResponse:
    """Something small: each POST counts, whatever it is answered."""
    browser = Client(headers={"host": f"{slug}.localhost"}, raise_request_exception=False, REMOTE_ADDR=address)
    return browser.post("/accent.css", secure=True)
