"""The demo's Bürgerbüro and Standesamt, with a few appointments by the usual cast on the next open day. Safe to repeat."""

import hashlib
from base64 import urlsafe_b64encode
from datetime import datetime, time, timedelta
from uuid import UUID

from stadttor.appointments import ports, queries
from stadttor.appointments.rules import Span
from stadttor.appointments.services import Person, PoolSetting, Wanted, book, save_pool
from stadttor.core.languages import OFFICIAL
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day

_MORNINGS = tuple(Span(day, time(8), time(12)) for day in range(5))
_POOLS = (
    PoolSetting(
        name="Bürgerbüro",
        place="Beispielstraße 1, Erdgeschoss, Zimmer 2",
        places=3,
        hours=(*_MORNINGS, Span(0, time(14), time(16)), Span(3, time(14), time(18))),
        closed=(),
        services={
            "personalausweis": 15, "reisepass": 20, "wohnsitzanmeldung": 15, "fuehrungszeugnis": 10,
            "bewohnerparkausweis": 10, "hundesteuer": 10,
        },
    ),
    PoolSetting(
        name="Standesamt",
        place="Beispielstraße 1, 1. Stock, Zimmer 12",
        places=1,
        hours=_MORNINGS,
        closed=(),
        services={"eheschliessung-anmelden": 45, "geburtsurkunde": 20},
        every=30,
        notice=24,
    ),
)  # fmt: skip
COMING = (
    ("personalausweis", Person("Amira Yılmaz", "amira.yilmaz@example.org", "", "de")),
    ("wohnsitzanmeldung", Person("Jonas Weber", "jonas.weber@example.org", "", "de")),
    ("reisepass", Person("Olena Kovalenko", "olena.kovalenko@example.org", "", "uk")),
)


def load(authority_id: UUID, now: datetime) -> None:
    """Only where nothing is set up yet."""
    if queries.pools(authority_id):
        return
    titles = {one.slug: one.title for one in ports.services_of(authority_id, OFFICIAL)}
    for setting in _POOLS:
        save_pool(authority_id=authority_id, pool_id=None, setting=setting, actor=SYSTEM, now=now)
    pool = queries.pools(authority_id)[0]
    for place, (slug, person) in enumerate(COMING):
        days = queries.free_days(authority_id, pool, slug, german_day(now) + timedelta(days=1), now, most=1)
        book(
            authority_id=authority_id,
            wanted=Wanted(pool.id, slug, titles[slug], days[0].times[2 * place]),
            person=person,
            token=_token(authority_id, place),
            randomness=hashlib.sha256(f"{authority_id} {place}".encode()).digest()[:16],
            channel="online",
            actor=SYSTEM,
            now=now,
        )


def _token(authority_id: UUID, place: int) -> str:
    """Invented people's secret need not be one."""
    return urlsafe_b64encode(hashlib.sha256(f"demo {authority_id} {place}".encode()).digest()).decode().rstrip("=")
