"""How an authority keeps its books: set by an organiser, from a day on. What was booked before stays as it was."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.payments.models import FinanceRules
from stadttor.payments.queries.finance import BankAccount
from stadttor.payments.rules import finance


@dataclass(frozen=True)
class Books:
    """What an organiser says; see `models.FinanceRules`. `fields` names the control of each account on her page.

    `members` are the bank accounts of member municipalities by their regional key; for the others the authority's own counts.
    """

    prefix: str
    digits: int
    check_digits: str
    receipt_prefix: str
    accounts: Mapping[str, str]
    holder: str = ""
    iban: str = ""
    bic: str = ""
    days: int = 3
    close_days: int = 3
    members: Mapping[str, BankAccount] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=lambda: {"*/": "accounts"})


def set_rules(*, authority_id: UUID, valid_from: date, books: Books, actor: Actor, now: datetime) -> None:
    """Keep the books so from a day on. Refused for a day that is over, unless nothing was said before."""
    _must_be_right(books)
    with work(authority_id):
        before = first(FinanceRules, authority_id=authority_id)
        if before is not None and valid_from < german_day(now):
            raise Refused("rules_day", "Please choose today or a later day.", field="valid_from")
        FinanceRules.objects.update_or_create(
            authority_id=authority_id,
            valid_from=valid_from,
            defaults={
                "prefix": books.prefix,
                "digits": books.digits,
                "check_digits": books.check_digits,
                "receipt_prefix": books.receipt_prefix,
                "accounts": {key: account for key, account in books.accounts.items() if account},
                "holder": books.holder,
                "iban": books.iban,
                "bic": books.bic,
                "members": {ars: asdict(one) for ars, one in books.members.items() if one.iban},
                "days": books.days,
                "close_days": books.close_days,
            },
        )
        about = ("authority", authority_id)
        details = {"valid_from": valid_from.isoformat()}
        audit.record(authority_id, act="finance.rules_set", actor=actor, subject=about, at=now, details=details)


def _must_be_right(books: Books) -> None:
    finance.must_be_schema(books.prefix, books.digits, books.check_digits)
    finance.must_be_receipts(books.receipt_prefix)
    finance.must_be_accounts(books.accounts, books.fields)
    finance.must_be_bank_account(books.holder, books.iban, books.bic)
    for ars, one in books.members.items():
        _must_be_account_of(ars, one)
    finance.must_be_days(books.days, "days")
    finance.must_be_days(books.close_days, "close_days")


def _must_be_account_of(ars: str, one: BankAccount) -> None:
    try:
        finance.must_be_bank_account(one.holder, one.iban, one.bic)
    except Refused as refused:
        refused.field = f"member.{ars}.{refused.field}"
        raise
