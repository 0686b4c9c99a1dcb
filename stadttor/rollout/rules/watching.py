"""Does a new version do worse than the old one? Shares are compared with their Wilson intervals, so chance stops nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from stadttor.core.refused import Refused

WATCHED_FOR = timedelta(days=7)
LOOKS_BACK = timedelta(days=90)
FEWEST = 20
"""Below so many cases nothing is concluded."""
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

    def in_words(self) -> str:
        return f"{self.part} of {self.total}"


def rose(before: Share, after: Share) -> bool:
    """Surely higher than before: the intervals do not meet. Never with few cases on either side."""
    if min(before.total, after.total) < FEWEST:
        return False
    return after.interval()[0] > before.interval()[1]


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
