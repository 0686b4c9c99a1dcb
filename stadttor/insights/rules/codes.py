"""The short code that invites to an opinion: all who were served in one way in one month have the same, so it leads to no case.

It is not written down anywhere: it is a keyed hash of what it stands for, and found again by making those there can be.
"""

import hmac
from collections.abc import Iterable, Iterator
from datetime import date

from stadttor.core.periods import months_later

# Without letters that look like digits (Crockford's base 32); what is read wrongly is taken as what was meant.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = str.maketrans("OIL", "011", " -")
LENGTH = 8
LIVES_MONTHS = 3
"""So many months after the one in which it was given out: letters lie unopened, decisions are handed over late."""


def code_of(key: bytes, service: str, way: str, month: date) -> str:
    """Eight letters in two halves, forty bits: nobody guesses one of the few thousand that count."""
    found = hmac.digest(key, f"{service}\0{way}\0{month:%Y-%m}".encode(), "sha256")
    letters = "".join(LETTERS[byte % len(LETTERS)] for byte in found[:LENGTH])
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def as_meant(code: str) -> str:
    """As it was printed, however it was typed."""
    letters = code.upper().translate(_MEANT)
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def still_counts(day: date, today: date) -> bool:
    """Whether the codes of the month of `day` count today."""
    return months_later(today.replace(day=1), -LIVES_MONTHS) <= day


def what_counts(services: Iterable[str], ways: Iterable[str], today: date) -> Iterator[tuple[str, str, date]]:
    """(service, way, month) of every code that counts today, the newest first."""
    both = [(service, way) for service in services for way in ways]
    for back in range(LIVES_MONTHS + 1):
        month = months_later(today.replace(day=1), -back)
        yield from ((service, way, month) for service, way in both)
