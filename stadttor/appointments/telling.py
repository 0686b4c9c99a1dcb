"""What somebody hears of her appointment by mail: promised in the work in which it happened."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from urllib.parse import quote

from stadttor.appointments.models import Booking, Pool
from stadttor.appointments.secrets import opened
from stadttor.ground.rows import first
from stadttor.ground.web import formats
from stadttor.ground.web.addresses import portal_of
from stadttor.ground.web.language import _, speaking
from stadttor.notices.services import send_mail
from stadttor.tenancy.queries import authority_by_id, profile

PATH = "/termin/oeffnen/"


def tell(row: Booking, kind: str, key: str, now: datetime, more: Mapping[str, str] = MappingProxyType({})) -> None:
    """Promise one mail per key, inside the open work. Without an address the page has to do."""
    authority = authority_by_id(row.authority_id)
    if not row.email or authority is None:
        return
    token = opened(row.authority_id, row.id, bytes(row.token_sealed))
    send_mail(
        authority_id=row.authority_id,
        key=key,
        to=row.email,
        kind=kind,
        subject_id=row.id,
        language=row.language,
        values={
            "service": row.title,
            "number": row.number,
            "when": when(row.begins, row.language),
            "where": where(row),
            "link": f"{portal_of(authority.slug)}{PATH}{quote(token)}",
            "authority": authority.name,
            **more,
        },
        now=now,
    )


def when(begins: datetime, language: str) -> str:
    """Day and time in words: Montag, 23. November 2026, 08:00."""
    with speaking(language):
        return _("{day} at {time}", day=formats.day(begins, "full"), time=formats.clock(begins))


def where(row: Booking) -> str:
    """In one line: the pool's place, or the town hall's address."""
    pool = first(Pool, authority_id=row.authority_id, id=row.pool_id)
    return (pool.place if pool else "") or ", ".join(profile(row.authority_id).lines)
