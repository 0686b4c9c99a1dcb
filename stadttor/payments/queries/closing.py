"""Reads of the daily closing: the days, their lines, their sums."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stadttor.ground.clock import german_day
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.payments.models import Booking, Claim, Closing, Payment, Receipt
from stadttor.payments.queries.finance import rules_on
from stadttor.payments.rules import OPEN
from stadttor.payments.rules.finance import CARD, CASH, CLAIMED, OFFICE, ONLINE, closable_until

MOST_LINES = 20_000
MOST_DAYS = 90
METHODS = (CASH, CARD, ONLINE, OFFICE)


@dataclass(frozen=True)
class Line:
    """A booking line with its numbers; `undoes`: it undoes what was taken at the counter, or what was asked for.

    `due` is set where nothing came in, but is owed from that day on; `mandate` then is the day of the payer's mandate.
    """

    id: UUID
    day: date
    claim: str
    receipt: str
    undoes: bool
    method: str
    service: str
    share: str
    account: str
    cents: int
    at: datetime
    by_name: str
    due: date | None = None
    mandate: date | None = None


@dataclass(frozen=True)
class ClosingRow:
    """A day that was closed: `sums` as `sums_of` makes them; `counted` the till."""

    id: UUID
    day: date
    at: datetime
    by_name: str
    sums: Mapping[str, int]
    counted: int


@dataclass(frozen=True)
class Day:
    """A day with its lines; not closed while `closing` is none."""

    day: date
    lines: tuple[Line, ...]
    closing: ClosingRow | None

    @property
    def sums(self) -> Mapping[str, int]:
        """See `sums_of`."""
        return sums_of(self.lines)


def day_of_books(authority_id: UUID, day: date) -> Day:
    """A day as it was closed, or as it would be closed now."""
    with work(authority_id):
        row = first(Closing, authority_id=authority_id, day=day)
        found = _lines(authority_id, closing_id=row.id) if row else open_lines(authority_id, day)
    return Day(day, tuple(found), _closing(row) if row else None)


def closings(authority_id: UUID) -> list[ClosingRow]:
    """The days that were closed, newest first."""
    with work(authority_id):
        found = Closing.objects.filter(authority_id=authority_id).order_by("-day")
        return [_closing(one) for one in found[:MOST_DAYS]]


def closing_row(authority_id: UUID, closing_id: UUID) -> ClosingRow | None:
    """One of them."""
    with work(authority_id):
        row = first(Closing, authority_id=authority_id, id=closing_id)
    return _closing(row) if row else None


def open_days(authority_id: UUID) -> list[date]:
    """Days with lines that nobody has closed, oldest first."""
    with work(authority_id):
        found = Booking.objects.filter(authority_id=authority_id, closing_id=None)
        return list(found.order_by("day").values_list("day", flat=True).distinct()[:MOST_DAYS])


def has_open_books(authority_id: UUID) -> bool:
    """Whether a fee is open, or something was booked that no day was closed with. Trials do not count."""
    with work(authority_id):
        owed = Payment.objects.filter(authority_id=authority_id, state=OPEN, is_test=False)
        return Booking.objects.filter(authority_id=authority_id, closing_id=None).exists() or owed.exists()


def late_days(authority_id: UUID, at: datetime) -> list[date]:
    """Days with lines that should have been closed by now, oldest first; none where nobody said how the books are kept."""
    today = german_day(at)
    with work(authority_id):
        found = Booking.objects.filter(authority_id=authority_id, closing_id=None, day__lt=today)
        days = list(found.order_by("day").values_list("day", flat=True).distinct()[:MOST_DAYS])
        rules = rules_on(authority_id, today) if days else None
    return [one for one in days if one <= closable_until(today, rules.close_days)] if rules else []


def closed_until(authority_id: UUID) -> date | None:
    """The last day that was closed; inside an open work."""
    return Closing.objects.filter(authority_id=authority_id).order_by("-day").values_list("day", flat=True).first()


def open_lines(authority_id: UUID, day: date) -> list[Line]:
    """What was booked until the end of a day and nobody has closed; inside an open work."""
    return _lines(authority_id, closing_id=None, day__lte=day)


def sums_of(lines: Iterable[Line]) -> dict[str, int]:
    """Cents by method, of what was undone, and in all; `claimed` is what is owed, and no part of any other sum."""
    sums = dict.fromkeys((*METHODS, "undone", "all", CLAIMED), 0)
    for one in lines:
        sums[one.method] += one.cents
        if one.method == CLAIMED:
            continue
        sums["all"] += one.cents
        if one.undoes:
            sums["undone"] += one.cents
    return sums


def _lines(authority_id: UUID, **chosen: object) -> list[Line]:
    found = list(Booking.objects.filter(authority_id=authority_id, **chosen).order_by("day", "at", "id")[:MOST_LINES])
    mine = Claim.objects.filter(authority_id=authority_id, id__in={one.claim_id for one in found})
    claims = {one.id: one for one in mine}
    receipts = {
        one.id: one
        for one in Receipt.objects.filter(authority_id=authority_id, id__in={one.receipt_id for one in found})
    }
    return [
        _line(one, claims.get(one.claim_id), receipts.get(one.receipt_id) if one.receipt_id else None) for one in found
    ]


def _line(row: Booking, claim: Claim | None, receipt: Receipt | None) -> Line:
    number, undoes = (
        (receipt.number, receipt.undoes_id is not None) if receipt else ("", row.due is not None and row.cents < 0)
    )
    return Line(
        row.id, row.day, (claim.number or "") if claim else "", number, undoes, row.method, row.service, row.share,
        row.account, row.cents, row.at, row.by_name, row.due, claim.mandate if claim and row.due else None,
    )  # fmt: skip


def _closing(row: Closing) -> ClosingRow:
    return ClosingRow(row.id, row.day, row.at, row.by_name, {CLAIMED: 0, **row.sums}, row.counted)
