"""What addresses and forms of this module say: days, moments, ids; and how a moment stands in them."""

from datetime import UTC, date, datetime
from uuid import UUID

FORM = "%Y%m%dT%H%MZ"
YEARS = range(2000, 2200)
"""Far from where calendars end and a time zone cannot be reckoned."""


def as_text(begins: datetime) -> str:
    """`20261124T0700Z`."""
    return begins.astimezone(UTC).strftime(FORM)


def moment_in(text: str) -> datetime | None:
    """The moment again, none for anything else: also for a year in which nobody has an appointment."""
    try:
        found = datetime.strptime(text, FORM).replace(tzinfo=UTC)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def day_in(text: str) -> date | None:
    """`2026-11-24`, none for anything else."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def id_in(text: str) -> UUID | None:
    """An id, none for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def line_in(text: str, longest: int = 200) -> str:
    """A line as it was typed, without what no line has."""
    return " ".join(text.replace("\0", "").split())[:longest]
