"""What a letter says that asks for money: Kassenzeichen, the authority's account, the GiroCode for a banking app."""

from datetime import datetime
from uuid import UUID

from stadttor.ground.web.qr import drawing
from stadttor.notices.letters.data import DemandFacts
from stadttor.payments.queries.finance import BankAccount, claim_number_of, finance_rules, giro_code


def demand_of(
    authority_id: UUID, decision_id: UUID | None, at: datetime, *, cents: int = 0, member: str = ""
) -> DemandFacts:
    """What is known now: a decision that was not made yet has no Kassenzeichen, and without one there is no code.

    The account is that of the municipality in whose name is decided (`member`, its regional key), where it has one.
    The code asks for `cents`, those that are due first; without them (0) the payer enters what she pays.
    """
    rules = finance_rules(authority_id, at)
    number = claim_number_of(authority_id, decision_id) if decision_id else ""
    if rules is None:
        return DemandFacts(number)
    account = rules.account_for(member)
    return DemandFacts(number, account.holder, account.iban, account.bic, _drawn(account, number, cents))


def _drawn(account: BankAccount, number: str, cents: int) -> str:
    """An SVG of the code; empty without an account or a number."""
    if not (account.iban and number):
        return ""
    return drawing(giro_code(holder=account.holder, iban=account.iban, bic=account.bic, text=number, cents=cents))
