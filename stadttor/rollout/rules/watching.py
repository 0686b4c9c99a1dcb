"""Does a new version do worse than the old one? Shares are compared with their Wilson intervals, so chance stops nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from stadttor.core.refused import Refused

WATCHED_FOR = timedelta(days=7)
LOOKS_BACK = timedelta(days=90)
WATCHED_AFTER = timedelta(days=14)
"""So long an upgrade is watched that every authority has."""
FEWEST = 20
"""Below so many cases nothing is concluded."""
FEWEST_ERRORS, MOST_ERRORS = 5, 0.2
"""Errors are seen sooner: in so few applications, also where nothing can be compared, when surely more than a fifth fails."""
FEWEST_BROKEN, MOST_OF_AN_HOUR = 10, 5
"""So many pages must have broken. Of an hour at one authority no more count: one who tries again and again is one."""
FEWEST_PLACES, FEWEST_HOURS = 2, 3
"""At so many authorities, or at one in so many hours: one person with a few tries stops no country."""
CASE_WITHIN = timedelta(minutes=15)
"""An accepted application is a case within seconds; after so long something is wrong."""
TRIED_OFTEN = 5
"""A job that failed so often, over a minute and more, did not only meet a restart."""
Z = 1.96
"""Of the normal distribution: 95 percent of the intervals hold the true share."""


@dataclass(frozen=True)
class Share:
    """`part` of `total` went wrong."""

    part: int
    total: int

    def interval(self) -> tuple[float, float]:
        """Wilson's interval (1927): between 0 and 1 also for few and for none."""
        if self.total == 0:
            return 0.0, 1.0
        share, n = min(self.part, self.total) / self.total, self.total
        middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


def rose(before: Share, after: Share, fewest: int = FEWEST) -> bool:
    """Surely higher than before: the intervals do not meet. Never with few cases on either side."""
    if before.total < FEWEST or after.total < fewest:
        return False
    return after.interval()[0] > before.interval()[1]


def broke(before: Share, after: Share) -> bool:
    """Surely more errors than before. Where little is known of before, more than anybody can have had."""
    if before.total >= FEWEST:
        return rose(before, after, FEWEST_ERRORS)
    return after.total >= FEWEST_ERRORS and after.interval()[0] > MOST_ERRORS


def pages_broke(before: Share, after: Share, *, places: int, hours: int) -> bool:
    """Surely more broken pages than before, beside the applications that came in, and more than a handful; at some `places`, or
    at one in some `hours`."""
    spread = places >= FEWEST_PLACES or hours >= FEWEST_HOURS
    return spread and after.part >= FEWEST_BROKEN and broke(before, after)


_RISEN = re.compile(r"(refusals|questions back|errors|broken pages): (\d+) of (\d+), before (\d+) of (\d+)")


@dataclass(frozen=True)
class Risen:
    """What rose: refusals, questions back, errors or broken pages."""

    name: str
    before: Share
    after: Share


def written(risen: Mapping[str, tuple[Share, Share]]) -> str:
    """As it is kept: words of a fixed form, which `risen_of` reads for whoever wants it in her language."""
    return "; ".join(
        f"{name}: {new.part} of {new.total}, before {old.part} of {old.total}" for name, (old, new) in risen.items()
    )


def risen_of(text: str) -> list[Risen]:
    """What a kept reason says rose."""
    return [
        Risen(name, Share(int(old), int(of_old)), Share(int(new), int(of_new)))
        for name, new, of_new, old, of_old in _RISEN.findall(text)
    ]


def must_have_been_watched(wave_ended: datetime | None, now: datetime, *, urgent: bool) -> None:
    """Refused while a wave is younger than a week; an urgent correction does not wait."""
    if urgent or wave_ended is None or now >= wave_ended + WATCHED_FOR:
        return
    raise Refused(
        "rollout_watch_longer",
        "The first wave is watched until {day}. Then the next one may begin.",
        status=409,
        day=(wave_ended + WATCHED_FOR).date().isoformat(),
    )
