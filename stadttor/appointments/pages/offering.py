"""Days and times to choose from: the same for who books, who moves, and the colleague on the telephone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from stadttor.appointments import ports, queries
from stadttor.appointments.pages.typed import as_text, day_in
from stadttor.appointments.queries import FreeDay, PoolRow
from stadttor.core.refused import not_found
from stadttor.ground.clock import german_day
from stadttor.ground.web import formats
from stadttor.ground.web.language import ngettext


def service_of(authority_id: UUID, slug: str, language: str) -> ports.Service:
    """The service of this address; not found where there is none."""
    found = next((one for one in ports.services_of(authority_id, language) if one.slug == slug), None)
    if found is None:
        raise not_found()
    return found


def offer(
    authority_id: UUID,
    pool: PoolRow,
    slug: str,
    query: Mapping[str, str],
    kept: Mapping[str, str],
    now: datetime,
    own: datetime | None = None,
) -> dict[str, Any]:
    """The next days with free times as links, and the times of the chosen day, else of the first one.

    `query` holds `tag`, the chosen day, and `ab`, the first day of the list; `kept` is what all links carry on,
    `own` the time somebody has already.
    """
    begin = max(day_in(query.get("ab", "")) or german_day(now), german_day(now))
    # One more than needed for what comes later, and one for a day that offers nothing but the time she has.
    found = queries.free_days(authority_id, pool, slug, begin, now, most=queries.LISTED_DAYS + 2)
    days = [other for one in found if (other := _without(one, own)).times]
    shown, more = days[: queries.LISTED_DAYS], days[queries.LISTED_DAYS :]
    wished = day_in(query.get("tag", ""))
    chosen = next((one for one in shown if one.day == wished), shown[0] if shown else None)
    ab = {"ab": begin.isoformat()} if "ab" in query else {}
    return {
        "days": [_day(one, {**kept, **ab}, one is chosen) for one in shown],
        "chosen": chosen.day if chosen else None,
        "times": [_time(begins) for begins in chosen.times] if chosen else [],
        "later": f"?{urlencode({**kept, 'ab': more[0].day.isoformat()})}" if more else "",
        "earlier": f"?{urlencode(kept)}" if begin > german_day(now) else "",
        "until": german_day(now) + timedelta(days=pool.opening.ahead),
    }


def _without(one: FreeDay, own: datetime | None) -> FreeDay:
    """The day without the time she has: at a pool of several places it is free once more, but no other time."""
    return replace(one, times=tuple(begins for begins in one.times if begins != own))


def _day(one: FreeDay, kept: Mapping[str, str], current: bool) -> dict[str, Any]:
    return {
        "label": formats.day(one.day, "full"),
        "count": ngettext("one free time", "{count} free times", len(one.times)),
        "href": f"?{urlencode({**kept, 'tag': one.day.isoformat()})}#times",
        "current": current,
    }


def _time(begins: datetime) -> dict[str, str]:
    return {"value": as_text(begins), "label": formats.clock(begins)}


def day_and_time(begins: datetime) -> str:
    """As a choice: the day and the time."""
    return f"{formats.day(begins, 'full')}, {formats.clock(begins)}"
