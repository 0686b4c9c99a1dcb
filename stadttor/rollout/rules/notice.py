"""An upgrade is announced: what law it follows, when it takes effect, and how long an authority may say no before."""

from dataclasses import dataclass
from datetime import date, timedelta

from stadttor.core.refused import Refused

NOTICE_DAYS = 28


@dataclass(frozen=True)
class Notice:
    """`urgent` marks a correction the law does not let wait; its notice may be shorter than usual. Not `dated`, its day is the
    one on which the notice ends, counted from the day of planning."""

    law: str
    effective_on: date
    days: int = NOTICE_DAYS
    urgent: bool = False
    dated: bool = True


def must_be_announced_well(notice: Notice, today: date) -> None:
    """Refused when the law is not named, or the effective date comes before the notice period is over."""
    if not notice.law.strip():
        raise Refused("rollout_law", "Name the law or the reason of this upgrade.")
    if notice.days < 0 or (notice.days < NOTICE_DAYS and not notice.urgent):
        raise Refused(
            "rollout_notice",
            "Authorities have {days} days to look at an upgrade. Only an urgent legal correction may give less.",
            days=NOTICE_DAYS,
        )
    earliest = today + timedelta(days=notice.days)
    if notice.effective_on < earliest:
        raise Refused(
            "rollout_effective",
            "With {days} days of notice the earliest effective date is {earliest}.",
            days=notice.days,
            earliest=earliest.isoformat(),
        )


def may_begin(effective_on: date | None, today: date) -> bool:
    """An upgrade begins on its effective date; what only adds a service in test mode needs none."""
    return effective_on is None or today >= effective_on


def must_still_be_open(effective_on: date | None, today: date) -> None:
    """Refused when the time to object or defer is over: from the effective date on."""
    if effective_on is None or today >= effective_on:
        raise Refused(
            "rollout_too_late",
            "The time to object is over: the upgrade is in effect.",
            status=409,
        )


def must_be_deferrable(until: date, effective_on: date, today: date) -> None:
    """Refused unless the day lies ahead and not beyond as many days again as the notice had."""
    latest = effective_on + timedelta(days=NOTICE_DAYS)
    if not today < until <= latest:
        raise Refused("rollout_defer", "Choose a day up to {latest}.", field="until", latest=latest.isoformat())
