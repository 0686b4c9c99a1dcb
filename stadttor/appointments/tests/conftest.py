"""The Bürgerbüro of Weißenburg on a Monday morning: two counters, identity cards take 15 minutes."""

from datetime import date, datetime, time, timedelta
from os import urandom
from zoneinfo import ZoneInfo

import pytest

from stadttor.appointments.rules import Span
from stadttor.ground.actor import CITIZEN, SYSTEM

BERLIN = ZoneInfo("Europe/Berlin")
TOMORROW = date(2026, 11, 24)
SERVICE = "personalausweis"


def clock(hour: int, minute: int = 0, day: date = TOMORROW) -> datetime:
    return datetime.combine(day, time(hour, minute), BERLIN)


def setting(**changed):
    from stadttor.appointments.services import PoolSetting

    plain = {
        "name": "Bürgerbüro", "place": "Altes Rathaus, Zimmer 2", "places": 2,
        "hours": tuple(Span(day, time(8), time(12)) for day in range(5)), "closed": (),
        "services": {SERVICE: 15, "reisepass": 20}, "every": 15, "notice": 2, "ahead": 60,
    }  # fmt: skip
    return PoolSetting(**plain | changed)


@pytest.fixture
def pool_of(now):
    """`pool_of(authority, places=1)` sets one up; gives its id."""
    from stadttor.appointments.services import save_pool

    def make(authority, **changed):
        return save_pool(authority_id=authority.id, pool_id=None, setting=setting(**changed), actor=SYSTEM, now=now)

    return make


@pytest.fixture
def book(now):
    """`book(authority, pool_id)` is Amira's appointment tomorrow at eight; everything can be said otherwise."""
    from stadttor.appointments import services
    from stadttor.appointments.secrets import new_token

    def make(authority, pool_id, begins=None, token=None, actor=CITIZEN, name="Amira Yılmaz", service=SERVICE, at=now,
             email="amira.yilmaz@example.org", language="de"):  # fmt: skip
        return services.book(
            authority_id=authority.id, token=token or new_token(), randomness=urandom(16), channel="online",
            actor=actor, now=at, person=services.Person(name, email, "", language),
            wanted=services.Wanted(pool_id, service, "Personalausweis", begins or clock(8)),
        )  # fmt: skip

    return make


def later(now: datetime, **ago: int) -> datetime:
    return now + timedelta(**ago)


def copies(authority, row, count: int, **changed) -> None:
    """So many more appointments like this one in the list; they take no place."""
    from stadttor.appointments.models import Booking
    from stadttor.core.ids import new_id
    from stadttor.ground.work import work

    with work(authority.id):
        one = Booking.objects.get(authority_id=authority.id, id=row.id)
        for name, value in changed.items():
            setattr(one, name, value)
        plain = {field.attname: getattr(one, field.attname) for field in Booking._meta.concrete_fields}
        own = ({"id": new_id(), "token_hash": urandom(32), "number": f"C-{urandom(6).hex()}"} for _ in range(count))
        Booking.objects.bulk_create([Booking(**plain | each) for each in own])
