"""Reads of the books: receipts of a fee, what an organiser said of the books."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stadttor.ground.clock import german_day
from stadttor.ground.rows import first, rows
from stadttor.ground.work import work
from stadttor.payments.models import Booking, Claim, FinanceRules, Listed, Receipt
from stadttor.payments.queries.listing import BY_LINES
from stadttor.payments.rules.finance import (
    ANY_SERVICE,
    AT_COUNTER,
    CARD,
    CASH,
    CHECKS,
    CLAIMED,
    FEWEST_DIGITS,
    MISTAKES,
    MOST_DIGITS,
    OFFICE,
    ONLINE,
    claim_number,
)
from stadttor.payments.rules.giro import giro_code
from stadttor.payments.rules.instalments import (
    Instalment,
    Span,
    assessed_year,
    earlier_years,
    instalments,
    lowered,
    of_year,
)

__all__ = [
    "ANY_SERVICE",
    "AT_COUNTER",
    "CARD",
    "CASH",
    "CHECKS",
    "CLAIMED",
    "FEWEST_DIGITS",
    "MISTAKES",
    "MOST_DIGITS",
    "OFFICE",
    "ONLINE",
    "Asked",
    "BankAccount",
    "Instalment",
    "ReceiptRow",
    "RulesRow",
    "Span",
    "all_rules",
    "asked_by",
    "assessed_year",
    "claim_number",
    "claim_number_of",
    "earlier_years",
    "finance_rules",
    "giro_code",
    "instalments",
    "lowered",
    "of_year",
    "receipt_row",
    "receipts_of",
    "rules_on",
]


@dataclass(frozen=True)
class Asked:
    """What a decision asks for: Kassenzeichen, account of the books, cents by day, the day of the payer's mandate."""

    number: str = ""
    account: str = ""
    due: tuple[Instalment, ...] = ()
    mandate: date | None = None


@dataclass(frozen=True)
class ReceiptRow:
    """A receipt; `undone` is when another one undid it, `undoes` the number of the one that this undoes."""

    id: UUID
    payment_id: UUID
    number: str
    method: str
    cents: int
    day: date
    at: datetime
    by_name: str
    mistake: str
    printed: int
    undoes: str
    undone: bool


@dataclass(frozen=True)
class BankAccount:
    """An account that a letter names; all three may be empty."""

    holder: str = ""
    iban: str = ""
    bic: str = ""


@dataclass(frozen=True)
class RulesRow:
    """What an organiser said of the books; see `models.FinanceRules`."""

    valid_from: date
    prefix: str
    digits: int
    check_digits: str
    receipt_prefix: str
    accounts: Mapping[str, str]
    holder: str
    iban: str
    bic: str
    days: int
    close_days: int
    members: Mapping[str, BankAccount]

    def account_for(self, ars: str = "") -> BankAccount:
        """The account of a member municipality (by its regional key) where it has one, else the authority's own."""
        return self.members.get(ars) or BankAccount(self.holder, self.iban, self.bic)


def receipts_of(authority_id: UUID, payment_id: UUID) -> list[ReceiptRow]:
    """The receipts of a fee, oldest first."""
    with work(authority_id):
        found = rows(Receipt, order=("year", "serial"), authority_id=authority_id, payment_id=payment_id)
    numbers, undone = {one.id: one.number for one in found}, {one.undoes_id for one in found}
    return [_receipt(one, numbers.get(one.undoes_id, "") if one.undoes_id else "", one.id in undone) for one in found]


def receipt_row(authority_id: UUID, receipt_id: UUID) -> ReceiptRow | None:
    """One receipt."""
    with work(authority_id):
        row = first(Receipt, authority_id=authority_id, id=receipt_id)
        return next(one for one in receipts_of(authority_id, row.payment_id) if one.id == receipt_id) if row else None


def claim_number_of(authority_id: UUID, subject_id: UUID) -> str:
    """The Kassenzeichen of a payment or a decision; empty where there is none."""
    with work(authority_id):
        claim = first(Claim, authority_id=authority_id, subject_id=subject_id)
    return (claim.number or "") if claim else ""


def asked_by(authority_id: UUID, decision_id: UUID) -> Asked:
    """What is owed by a decision as the books have it now; empty where it asks for nothing.

    Of years that a yearly list asks for the books have only what was let go, and of years that it would have asked for had
    the notice left before it was made, lines that say the same: no day of theirs is among `due`.
    """
    with work(authority_id):
        claim = first(Claim, authority_id=authority_id, subject_id=decision_id)
        if claim is None:
            return Asked()
        lines = rows(Booking, authority_id=authority_id, claim_id=claim.id, method=CLAIMED)
        later = rows(Listed, authority_id=authority_id, claim_id=claim.id, told_by=BY_LINES)
    sums: dict[date, int] = {}
    for day, cents in (part for one in later for part in one.due):
        sums[date.fromisoformat(day)] = -cents
    for line in lines:
        if line.due:
            sums[line.due] = sums.get(line.due, 0) + line.cents
    due = tuple(Instalment(day, cents) for day, cents in sorted(sums.items()) if cents > 0)
    return Asked(claim.number or "", lines[0].account if lines else "", due, claim.mandate)


def rules_on(authority_id: UUID, day: date) -> FinanceRules | None:
    """What an organiser said of the books, as it counts on a day; inside an open work."""
    found = FinanceRules.objects.filter(authority_id=authority_id, valid_from__lte=day)
    return found.order_by("-valid_from").first()


def finance_rules(authority_id: UUID, at: datetime) -> RulesRow | None:
    """How the books are kept on the day of a time; none while nobody said so."""
    with work(authority_id):
        row = rules_on(authority_id, german_day(at))
    return _rules(row) if row else None


def all_rules(authority_id: UUID) -> list[RulesRow]:
    """Every version with the day from which it counts, newest first."""
    with work(authority_id):
        return [_rules(one) for one in rows(FinanceRules, order=("-valid_from",), authority_id=authority_id)]


def _receipt(row: Receipt, undoes: str, undone: bool) -> ReceiptRow:
    return ReceiptRow(
        row.id, row.payment_id, row.number, row.method, row.cents, row.day, row.at, row.by_name, row.mistake,
        row.printed, undoes, undone,
    )  # fmt: skip


def _rules(row: FinanceRules) -> RulesRow:
    return RulesRow(
        row.valid_from, row.prefix, row.digits, row.check_digits, row.receipt_prefix, row.accounts, row.holder, row.iban,
        row.bic, row.days, row.close_days, {ars: BankAccount(**one) for ars, one in row.members.items()},
    )  # fmt: skip
