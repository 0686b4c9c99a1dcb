"""Pages take in only so much from one address and for one town."""

from contextlib import nullcontext
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import Authority
from stadttor.identity import services
from stadttor.papers.queries import count_barriers
from stadttor.site import rates
from stadttor.site.buckets import Buckets, Rate, TooMany
from tests.architecture.routes import routes

pytestmark = pytest.mark.db
STRANGER, HERE = "203.0.113.9", "127.0.0.1"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "BY_ADDRESS", Buckets(Rate(burst=2, per_minute=1)))
    monkeypatch.setattr(rates, "BY_AUTHORITY", Buckets(Rate(burst=4, per_minute=1)))


def knock(town: str, address: str) -> Any:
    client = Client(headers={"host": f"{town}.localhost", "accept-language": "en"}, REMOTE_ADDR=address)
    return client.post("/desk/sign-in", {"email": "nobody@example.org", "password": "wrong"})


def test_after_too_many_a_page_says_how_long_to_wait(authority: Authority) -> None:
    assert [knock("weissenburg", STRANGER).status_code for _ in range(2)] != [429, 429]
    refused = knock("weissenburg", STRANGER)
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    assert "Too many requests" in refused.content.decode()


def test_another_address_goes_on(authority: Authority) -> None:
    for _ in range(3):
        knock("weissenburg", STRANGER)
    assert knock("weissenburg", "198.51.100.4").status_code != 429


def test_one_towns_rush_is_not_the_neighbours(authority: Authority, neighbour: Authority) -> None:
    for number in range(5):
        last = knock("weissenburg", f"203.0.113.{number}")
    assert last.status_code == 429
    assert knock("muenchen", "198.51.100.4").status_code != 429


def test_a_flood_of_forms_does_not_close_the_desk(authority: Authority, now: datetime) -> None:
    services.create_member(
        authority_id=authority.id, email="olsen@weissenburg.example", name="Herr Olsen", roles=["clerk"], unit_ids=[],
        password="ein-gutes-kennwort", actor=SYSTEM, now=now,
    )  # fmt: skip
    olsen = Client(headers={"host": "weissenburg.localhost"}, REMOTE_ADDR="198.51.100.4")
    olsen.post("/desk/sign-in", {"email": "olsen@weissenburg.example", "password": "ein-gutes-kennwort"})
    for number in range(6):
        last = knock("weissenburg", f"203.0.113.{number}")
    assert last.status_code == 429
    assert olsen.post("/desk/cases/views", {"view_name": "x"}).status_code != 429


def test_a_household_has_one_bucket_however_many_networks_it_has(authority: Authority) -> None:
    answers = [knock("weissenburg", f"2001:db8:1:{number}::7").status_code for number in range(3)]
    assert answers[2] == 429


def save_all(address: str) -> Any:
    """Somebody asks for everything about an application, as often as she likes."""
    client = Client(headers={"host": "weissenburg.localhost", "accept-language": "en"}, REMOTE_ADDR=address)
    return client.post(f"/status/{UUID(int=7)}/auskunft")


def test_saving_everything_is_dearer_than_a_form(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    for plenty in ("BY_ADDRESS", "BY_AUTHORITY"):
        monkeypatch.setattr(rates, plenty, Buckets(Rate(burst=20, per_minute=1)))
    monkeypatch.setattr(rates, "EXPORTS_BY_ADDRESS", Buckets(Rate(burst=2, per_minute=1)))
    answers = [save_all(STRANGER) for _ in range(3)]
    assert [one.status_code for one in answers] == [404, 404, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert knock("weissenburg", STRANGER).status_code != 429
    assert save_all("198.51.100.4").status_code == 404


def test_what_is_counted_as_an_export_is_a_route_of_the_product() -> None:
    assert {route.name for route in routes()} >= rates.EXPORTS


def test_reading_is_not_counted(authority: Authority) -> None:
    client = Client(headers={"host": "weissenburg.localhost"}, REMOTE_ADDR=STRANGER)
    assert {client.get("/").status_code for _ in range(6)} == {200}


def test_a_proxy_that_nobody_named_locks_nobody_out(authority: Authority) -> None:
    assert 429 not in {knock("weissenburg", HERE).status_code for _ in range(4)}


def test_booking_times_is_dearer_than_a_form(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    for plenty in ("BY_ADDRESS", "BY_AUTHORITY"):
        monkeypatch.setattr(rates, plenty, Buckets(Rate(burst=20, per_minute=1)))
    monkeypatch.setattr(rates, "BOOKINGS_BY_ADDRESS", Buckets(Rate(burst=2, per_minute=1)), raising=False)
    client = Client(headers={"host": "weissenburg.localhost"}, REMOTE_ADDR=STRANGER)
    pages = ["/leistungen/personalausweis/termin/angaben", f"/termin/{UUID(int=7)}/verschieben"]
    assert [client.post(page).status_code for page in (*pages, *pages)] == [404, 404, 429, 429]
    assert client.get(pages[0]).status_code == 404


def test_one_address_cannot_use_up_the_reports_of_everybody(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    for plenty in ("BY_ADDRESS", "BY_AUTHORITY", "REPORTS_BY_ADDRESS"):
        monkeypatch.setattr(rates, plenty, Buckets(Rate(burst=100, per_minute=100)))
    rates.REPORTS_A_DAY.forget()
    assert [report(STRANGER, " ").status_code for _ in range(12)] == [422] * 12, "what is not taken in uses up no share"
    assert [report(STRANGER).status_code for _ in range(11)] == [303] * 10 + [429]
    refused = report(STRANGER)
    assert "or come back tomorrow" in refused.content.decode()
    assert 3_600 < int(refused["Retry-After"]) <= 24 * 3_600
    assert report("198.51.100.4").status_code == 303
    assert count_barriers(authority.id) == (11, 11)
    rates.REPORTS_A_DAY.forget()


def test_the_share_of_reports_comes_back_over_a_day() -> None:
    share, hour = Buckets(rates.REPORTS_A_DAY.rate), 3_600.0
    for _ in range(10):
        share.spend("a", 0.0)
    for at in (2 * hour, 2.5 * hour, 3 * hour):
        with pytest.raises(TooMany) if at != 2.5 * hour else nullcontext():
            share.spend("a", at)


def report(address: str, text: str = "Die Karte ist ein Bild.") -> Any:
    client = Client(headers={"host": "weissenburg.localhost", "accept-language": "en"}, REMOTE_ADDR=address)
    return client.post("/barrierefreiheit/melden", {"text": text, "key": str(uuid4())})


def test_reporting_barriers_is_dearer_than_a_form(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    for plenty in ("BY_ADDRESS", "BY_AUTHORITY"):
        monkeypatch.setattr(rates, plenty, Buckets(Rate(burst=20, per_minute=1)))
    monkeypatch.setattr(rates, "REPORTS_BY_ADDRESS", Buckets(Rate(burst=2, per_minute=1)))
    client = Client(headers={"host": "weissenburg.localhost"}, REMOTE_ADDR=STRANGER)
    page = "/barrierefreiheit/melden"
    assert [client.post(page, {"text": ""}).status_code for _ in range(3)] == [422, 422, 429]
    assert client.get(page).status_code == 200


def test_saying_how_it_was_is_dearer_than_a_form(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes a browser forget would else make the figures alone."""
    for plenty in ("BY_ADDRESS", "BY_AUTHORITY"):
        monkeypatch.setattr(rates, plenty, Buckets(Rate(burst=20, per_minute=1)))
    monkeypatch.setattr(rates, "OPINIONS_BY_ADDRESS", Buckets(Rate(burst=2, per_minute=1)))
    client = Client(headers={"host": "weissenburg.localhost"}, REMOTE_ADDR=STRANGER)
    places = ("/meinung/0000-0000", f"/status/{uuid4()}/meinung", "/meinung/0000-0000")
    assert [client.post(place, {"score": "5"}).status_code for place in places] == [404, 404, 429]
