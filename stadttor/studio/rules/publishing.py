"""Which version follows what changed (docs/package-format.md)."""

from datetime import datetime, timedelta
from typing import Final, Literal

Rise = Literal["patch", "minor", "major"]
HIGHER: Final[dict[str, Rise]] = {"patch": "patch", "minor": "minor", "major": "major"}
STUCK_AFTER = timedelta(hours=1)
"""From then on a confirmed publication that is not done may be taken back."""
LONGEST_TRY = timedelta(minutes=10)
"""A worker that took longer died on the way."""
_ORDER = ("same", "patch", "minor", "major")


def may_follow(step: str, needed: str) -> bool:
    """Whether a step is at least what is needed."""
    return _ORDER.index(step) >= _ORDER.index(needed)


def is_stuck(confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether one that was confirmed then should long be done."""
    return confirmed_at is not None and confirmed_at <= now - STUCK_AFTER


def is_tried(tried_at: datetime | None, now: datetime) -> bool:
    """Whether a worker that began then may still be at it."""
    return tried_at is not None and tried_at > now - LONGEST_TRY
