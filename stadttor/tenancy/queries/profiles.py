"""What describes an authority: contact, opening hours, look. Kept by each process for some seconds."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from stadttor.ground.clock import german_day
from stadttor.ground.rows import first
from stadttor.ground.work import common
from stadttor.tenancy.models import Profile

KEEP_S = 5.0


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A span of opening on a weekday (0 = Monday), local times `08:00`."""

    day: int
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """What describes an authority; empty where nothing was set. `lines` is its postal address, name first."""

    authority_id: UUID
    lines: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    website: str = ""
    imprint: str = ""
    accent: str = "#0b4f8a"
    crest: str = ""
    hours: tuple[OpeningHours, ...] = ()
    holidays: tuple[str, ...] = ()
    remedy: str = ""
    officer: str = ""
    parts_off: frozenset[str] = frozenset()
    court: str = ""
    setup_aside: bool = False
    example: bool = False


_profiles: dict[UUID, tuple[float, ProfileRow]] = {}


def forget() -> None:
    """Drop what this process keeps (after a change, and between tests)."""
    _profiles.clear()


def profile(authority_id: UUID) -> ProfileRow:
    """What describes an authority, at most `KEEP_S` seconds old; empty values where nothing was set."""
    kept = _profiles.get(authority_id)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    found = profile_now(authority_id)
    if len(_profiles) > 20_000:
        _profiles.clear()
    _profiles[authority_id] = (time.monotonic() + KEEP_S, found)
    return found


def profile_now(authority_id: UUID) -> ProfileRow:
    """The same as it is at this moment: for whoever has just changed it, maybe in another process."""
    with common():
        row = first(Profile, authority_id=authority_id)
    return _profile_row(row) if row else ProfileRow(authority_id)


def _profile_row(row: Profile) -> ProfileRow:
    hours: list[dict[str, Any]] = row.hours
    return ProfileRow(
        authority_id=row.authority_id,
        lines=tuple(row.lines),
        phone=row.phone,
        email=row.email,
        website=row.website,
        imprint=row.imprint,
        accent=row.accent,
        crest=row.crest,
        hours=tuple(OpeningHours(entry["day"], entry["from"], entry["until"]) for entry in hours),
        holidays=tuple(row.holidays),
        remedy=row.remedy,
        officer=row.officer,
        parts_off=frozenset(row.parts_off),
        court=row.court,
        setup_aside=row.setup_aside,
        example=row.example,
    )


@dataclass(frozen=True, slots=True)
class NextOpening:
    """When an authority opens next: in so many days, on a weekday (0 = Monday), at a local time."""

    in_days: int
    day: int
    start: str


def next_opening(row: ProfileRow, now: datetime) -> NextOpening | None:
    """The first opening on a later day than that of `now`, none without any hours; holidays are not known here."""
    weekday = german_day(now).weekday()
    coming = [NextOpening((span.day - weekday - 1) % 7 + 1, span.day, span.start) for span in row.hours]
    return min(coming, key=lambda one: (one.in_days, one.start), default=None)


def hours_today(row: ProfileRow, now: datetime) -> tuple[OpeningHours, ...]:
    """The spans of opening on the German calendar day of `now`; holidays are not known here."""
    weekday = german_day(now).weekday()
    return tuple(span for span in row.hours if span.day == weekday)
