"""An organiser sets up where appointments take place: counters, hours, closed days, services and their minutes."""

import re
from datetime import date, time
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.appointments import ports, queries, services
from stadttor.appointments.pages.offering import day_and_time
from stadttor.appointments.pages.typed import line_in
from stadttor.appointments.queries import PoolRow
from stadttor.appointments.rules import Span
from stadttor.appointments.services.pools import EVERY
from stadttor.core.refused import Refused
from stadttor.ground.clock import german_day, now
from stadttor.ground.web import formats
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role

NEW_SERVICES = 3
MOST_SERVICES, MOST_CLOSED, MOST_OUTSIDE = 60, 100, 20
_SPAN = re.compile(r"(\d{1,2})[:.](\d\d)\s*[-–]\s*(\d{1,2})[:.](\d\d)")
_DAYS = re.compile(
    r"(?:(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d\d)?\s*[-–]\s*)?(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d\d)", re.ASCII
)


@require_safe
@require_role("organiser")
def pools(request: Any) -> HttpResponse:
    """All of them, each with the next free time."""
    with speaking(request.language):
        rows = [{"pool": one, "next": _next(one, request.authority.id)} for one in queries.pools(request.authority.id)]
    return render(request, "appointments/pools.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def new(request: Any) -> HttpResponse:
    """Set one up."""
    return _page(request, None)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def one(request: Any, pool_id: UUID) -> HttpResponse:
    """Change one; shows what the settings mean for citizens, and which appointments do not fit into them."""
    return _page(request, queries.pool(request.authority.id, pool_id))


def _page(request: Any, pool: PoolRow | None) -> HttpResponse:
    error = None
    if request.method == "POST":
        try:
            saved = services.save_pool(
                authority_id=request.authority.id,
                pool_id=pool.id if pool else None,
                setting=_setting(request),
                actor=request.staff.actor(),
                now=now(),
            )
            return HttpResponseRedirect(url("appointments:pool", pool_id=saved) + "?done=saved", status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    known = ports.services_of(request.authority.id, request.language)
    outside = queries.outside(request.authority.id, pool, now()) if pool else []
    with speaking(request.language):
        context = {
            "pool": pool,
            "values": request.POST if error else _values(pool),
            "weekdays": [{"name": f"hours.{day}", "label": formats.weekday(day)} for day in range(7)],
            "minutes": _minutes(request, pool, known, posted=error is not None),
            "options": [
                {"value": "", "label": _("Please choose")},
                *({"value": s.slug, "label": s.title} for s in known),
            ],
            "new_services": range(NEW_SERVICES),
            "every": [{"value": str(one), "label": _("{minutes} minutes", minutes=one)} for one in EVERY],
            "next": _next(pool, request.authority.id) if pool else "",
            "outside": [{"begins": one.begins, "day": german_day(one.begins)} for one in outside[:MOST_OUTSIDE]],
            "outside_count": len(outside),
            "done": request.GET.get("done") == "saved",
            "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
        }
    return render(request, "appointments/pool.html", context, status=error.status if error else 200)


def _next(pool: PoolRow, authority_id: UUID) -> str:
    """The first free time of its first service, in words; empty where there is none."""
    if not pool.active or not pool.minutes:
        return ""
    slug = next(iter(pool.minutes))
    days = queries.free_days(authority_id, pool, slug, german_day(now()), now(), most=1)
    return day_and_time(days[0].times[0]) if days else ""


def _values(pool: PoolRow | None) -> dict[str, str]:
    """What the fields show of a pool; of a new one what most town halls begin with."""
    if pool is None:
        return {"places": "2", "every": "15", "notice": "2", "ahead": "60", "active": "yes"}
    opening = pool.opening
    hours = {
        f"hours.{day}": ", ".join(f"{span.start:%H:%M}-{span.end:%H:%M}" for span in opening.hours if span.day == day)
        for day in range(7)
    }
    numbers = {name: str(getattr(opening, name)) for name in ("places", "every", "notice", "ahead")}
    closed = "\n".join(_range(begin, end) for begin, end in opening.closed)
    active = {"active": "yes"} if pool.active else {}
    return {"name": pool.name, "place": pool.place, "closed": closed, **numbers, **hours, **active}


def _range(begin: date, end: date) -> str:
    return f"{begin:%d.%m.%Y}" if begin == end else f"{begin:%d.%m.%Y} - {end:%d.%m.%Y}"


def _minutes(request: Any, pool: PoolRow | None, known: Any, *, posted: bool) -> list[dict[str, str]]:
    titles = {one.slug: one.title for one in known}
    return [
        {
            "name": f"minutes.{slug}",
            "label": titles.get(slug, slug),
            "value": request.POST.get(f"minutes.{slug}", "") if posted else str(minutes),
        }
        for slug, minutes in (pool.minutes if pool else {}).items()
    ]


# What was typed


def _setting(request: Any) -> services.PoolSetting:
    posted = request.POST
    return services.PoolSetting(
        name=line_in(posted.get("name", "")),
        place=line_in(posted.get("place", "")),
        places=_number(posted.get("places", ""), "places"),
        hours=tuple(span for day in range(7) for span in _spans(posted.get(f"hours.{day}", ""), day)),
        closed=_closed(posted.get("closed", "")),
        services=_services(request),
        every=_number(posted.get("every", ""), "every"),
        notice=_number(posted.get("notice", ""), "notice"),
        ahead=_number(posted.get("ahead", ""), "ahead"),
        active=posted.get("active") == "yes",
    )


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.strip().isdecimal() and len(text) < 6):
        raise Refused("number_missing", "Please enter a whole number.", field=field)
    return int(text)


def _spans(text: str, day: int) -> list[Span]:
    """`08:00-12:00, 14:00-17:30`; nothing for a day without hours."""
    parts = [part.strip() for part in text[:200].split(",") if part.strip()]
    return [_span(part, day) for part in parts]


def _span(text: str, day: int) -> Span:
    found = _SPAN.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        hour, minute, last_hour, last_minute = map(int, found.groups())
        return Span(day, time(hour, minute), time(last_hour, last_minute))
    except ValueError:
        raise Refused(
            "hours",
            "Please enter hours that follow each other, for example 08:00-12:00, 14:00-17:30.",
            field=f"hours.{day}",
        ) from None


def _closed(text: str) -> tuple[tuple[date, date], ...]:
    """One day or one span of days a line."""
    lines = [line.strip() for line in text.replace("\0", "").splitlines() if line.strip()]
    if len(lines) > MOST_CLOSED:
        raise Refused("closed_many", "Please enter at most {most} lines.", field="closed", most=MOST_CLOSED)
    return tuple(_days(line) for line in lines)


def _days(line: str) -> tuple[date, date]:
    """`24.12.2026`, `24.12.2026 - 06.01.2027`, shorter too: `24.12.-31.12.26`."""
    found = _DAYS.fullmatch(line)
    try:
        if found is None:
            raise ValueError(line)
        *first, day, month, year = found.groups()
        end = _date(day, month, year)
        begin = _date(first[0], first[1], first[2] or year) if first[0] else end
        if begin > end:
            raise ValueError(line)
    except ValueError:
        raise Refused(
            "closed", "Please enter one day or span a line, for example 24.12.2026 or 24.12.2026 - 06.01.2027.",
            field="closed",
        ) from None  # fmt: skip
    return begin, end


def _date(day: str, month: str, year: str) -> date:
    return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))


def _services(request: Any) -> dict[str, int]:
    """Minutes by address; without minutes a service is taken out."""
    known = {one.slug for one in ports.services_of(request.authority.id, request.language)}
    found: dict[str, int] = {}
    for key in list(request.POST)[:500]:
        slug = key.removeprefix("minutes.")
        if key != slug and slug in known and (text := request.POST[key].strip()):
            found[slug] = _number(text, key)
    for place in range(NEW_SERVICES):
        slug = request.POST.get(f"new.{place}", "")
        if slug in known:
            found[slug] = _number(request.POST.get(f"new_minutes.{place}", "").strip(), f"new_minutes.{place}")
    return dict(list(found.items())[:MOST_SERVICES])
