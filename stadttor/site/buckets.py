"""Buckets of calls, filled again at an even pace: a rate limit per name.

Each process counts for itself and forgets with a restart: with two web processes a caller may get up to twice as many.
That is enough against guessing and loops gone wild; floods are the reverse proxy's business.
"""

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass

from stadttor.core.refused import Refused

MOST_KEPT = 20_000


@dataclass(frozen=True)
class Rate:
    """`burst` calls at once, then `per_minute` on average."""

    burst: int
    per_minute: float


class TooMany(Refused):
    """The bucket is empty; `wait` is in whole seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__("too_many_requests", "Too many requests. Try again in {wait} seconds.", status=429, wait=wait)
        self.wait = wait


class Buckets:
    """Buckets by name, the least recently used forgotten first. `at` is seconds of a clock that never goes back."""

    def __init__(self, rate: Rate, most: int = MOST_KEPT) -> None:
        self.rate = rate
        self._most = most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def spend(self, name: str, at: float) -> None:
        """Take one call out. Raises TooMany when none is left."""
        with self._lock:
            left = self._filled(name, at)
            if left < 1:
                raise TooMany(math.ceil((1 - left) * 60 / self.rate.per_minute))
            self._left[name] = (left - 1, at)
            self._left.move_to_end(name)
            while len(self._left) > self._most:
                self._left.popitem(last=False)

    def must_have(self, name: str, at: float) -> None:
        """Raises TooMany when none is left; takes none out."""
        with self._lock:
            left = self._filled(name, at)
        if left < 1:
            raise TooMany(math.ceil((1 - left) * 60 / self.rate.per_minute))

    def forget(self) -> None:
        """Fill all buckets."""
        with self._lock:
            self._left.clear()

    def _filled(self, name: str, at: float) -> float:
        left, since = self._left.get(name, (float(self.rate.burst), at))
        return min(float(self.rate.burst), left + (at - since) * self.rate.per_minute / 60)
