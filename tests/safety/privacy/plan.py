"""Who lives in the town and what becomes of their applications: by the law's own reckoning, not by the product's."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

Archive = Literal["silent", "refused", "accepted"]
Hold = Literal["", "lifted", "timed"]
Request = Literal["", "denied", "withdrawn", "unlawful"]

SERVICES = {"wohnsitzanmeldung": (90, "days"), "bewohnerparkausweis": (3, "years"), "hundesteuer": (10, "years")}
ONE, NIGHT = timedelta(days=1), time(1, 7, tzinfo=UTC)
HELD_FROM, ASKED_AFTER, UNLAWFUL_AFTER = timedelta(days=1), timedelta(days=3), timedelta(days=7)
LIFTED_AFTER, TIMED_FOR = timedelta(days=200), timedelta(days=100)
DRAFT_KEPT = timedelta(days=30)
APPOINTMENT_KEPT, UNUSED_FOR, CLOSED_AFTER = timedelta(days=14), timedelta(days=730), timedelta(days=12)
REFUSED_AFTER, ACCEPTED_AFTER, HANDED_AFTER = timedelta(days=30), timedelta(days=40), timedelta(days=60)


@dataclass(frozen=True)
class Fate:
    """What happens to a closed case: the archive's answer, a hold, a request to delete it."""

    archive: Archive = "silent"
    hold: Hold = ""
    request: Request = ""


@dataclass(frozen=True)
class Days:
    """The days of one case: `until` the last of retention, `offered`, `deleted` when it must be gone."""

    closed: date
    until: date
    offered: date | None
    deleted: date


# A household is a couple with a child: the registration names all three, she has a permit, he has a dog and gives it away.
FATES: tuple[dict[str, Fate], ...] = (
    {
        "wohnsitzanmeldung": Fate("silent"),
        "bewohnerparkausweis": Fate("refused"),
        "hundesteuer": Fate("accepted"),
        "abmeldung": Fate("silent", hold="timed"),
    },
    {
        "wohnsitzanmeldung": Fate("refused", request="denied"),
        "bewohnerparkausweis": Fate("silent", hold="lifted"),
        "hundesteuer": Fate("silent"),
        "abmeldung": Fate("refused"),
    },
    {
        "wohnsitzanmeldung": Fate("accepted"),
        "bewohnerparkausweis": Fate(request="withdrawn"),
        "hundesteuer": Fate("refused", hold="timed"),
        "abmeldung": Fate("accepted"),
    },
    {
        "wohnsitzanmeldung": Fate("silent", hold="timed"),
        "bewohnerparkausweis": Fate(request="unlawful"),
        "hundesteuer": Fate("refused", request="denied"),
        "abmeldung": Fate("silent"),
    },
)


def days_of(service: str, fate: Fate, closed: date) -> Days:
    """When what must happen to a case that ends on a day."""
    amount, unit = SERVICES[service]
    until = closed + timedelta(days=amount) if unit == "days" else date(closed.year + amount, 12, 31)
    if fate.request in ("withdrawn", "unlawful"):
        wait = ASKED_AFTER if fate.request == "withdrawn" else UNLAWFUL_AFTER
        return Days(closed, until, None, closed + wait)
    offered = until + {"": ONE, "lifted": LIFTED_AFTER + ONE, "timed": TIMED_FOR + ONE}[fate.hold]
    return Days(closed, until, offered, _deleted(fate, offered))


def _deleted(fate: Fate, offered: date) -> date:
    if fate.archive == "refused":
        return offered + REFUSED_AFTER + ONE
    if fate.archive == "accepted":
        return offered + HANDED_AFTER + ONE
    return half_a_year_after(offered) + ONE


def half_a_year_after(day: date) -> date:
    """The same day six months later, the last of its month where that is shorter."""
    year, month = (day.year, day.month + 6) if day.month <= 6 else (day.year + 1, day.month - 6)
    last = (date(year + month // 12, month % 12 + 1, 1) - ONE).day
    return date(year, month, min(day.day, last))


def night_after(moment: datetime) -> date:
    """The day of the first night that is not before this moment."""
    day = moment.astimezone(UTC).date()
    return day if moment <= datetime.combine(day, NIGHT) else day + ONE
