"""Pure rules of the books: how money is taken, to which parts it goes, on which day it counts, what a number looks like."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from stadttor.core.refused import Refused

CASH, CARD, ONLINE, OFFICE = "cash", "card", "online", "office"
"""How money comes and goes: notes and coins, card at the counter, the payment service, later by the cash office."""
CLAIMED = "claimed"
"""No money yet: what a decision asks for from a day on (Sollstellung). It is in no sum of what came in."""
AT_COUNTER = (CASH, CARD)
MISTAKES = ("method", "amount", "case", "other")
"""Why something taken at the counter is undone; a person's own words stay with the case, not in the books."""

CHECKS = ("mod97", "mod11", "luhn", "none")
"""Check digits of a Kassenzeichen: ISO/IEC 7064 MOD 97-10 and MOD 11,10, ISO/IEC 7812-1 annex B, or none."""
ANY_SERVICE = "*"

_PREFIX = re.compile(r"[A-Z0-9]{0,10}")
_RECEIPT = re.compile(r"[A-Z0-9-]{0,10}")
_ACCOUNT = re.compile(r"[A-Za-z0-9./-]{1,40}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
FEWEST_DIGITS, MOST_DIGITS = 4, 12
MOST_DAYS = 60
LONGEST_HOLDER = 70  # EPC069-12: the beneficiary's name


@dataclass(frozen=True)
class Part:
    """Euro cents of an amount; `share` names whose they are, empty for the authority's own."""

    share: str
    cents: int


def parts(items: Iterable[Mapping[str, Any]], total: int, cents: int) -> tuple[Part, ...]:
    """So many `cents` of a fee of `total`, by whose they are. Others have what the items promise them, never more in all.

    Of less than the whole the authority's own part comes first.
    """
    shares: dict[str, int] = {}
    for one in items:
        for share in one.get("shares", ()):
            shares[share["to"]] = shares.get(share["to"], 0) + int(share["cents"])
    own, left, found = max(0, total - sum(shares.values())), cents, []
    for share, most in (("", own), *shares.items()):
        part = min(left, most)
        left -= part
        if part:
            found.append(Part(share, part))
    return tuple(found)


def booking_day(today: date, closed: date | None) -> date:
    """The day on which something counts that happens today: never one that is closed already."""
    return max(today, closed + timedelta(days=1)) if closed else today


def closable_until(today: date, close_days: int) -> date:
    """The last day that should be closed by now; today itself never."""
    return today - timedelta(days=close_days + 1)


def account_of(accounts: Mapping[str, str], service: str, share: str) -> str:
    """The account a part goes to: of this service, else of every service; empty where nobody named one."""
    return accounts.get(f"{service}/{share}") or accounts.get(f"{ANY_SERVICE}/{share}", "")


def claim_number(prefix: str, digits: int, check: str, serial: int) -> str:
    """A Kassenzeichen: prefix, running number, check digits over both."""
    from stdnum import luhn
    from stdnum.iso7064 import mod_11_10, mod_97_10

    number = f"{prefix}{serial:0{digits}}"
    match check:
        case "mod97":
            return number + str(mod_97_10.calc_check_digits(number))
        case "mod11":
            return number + str(mod_11_10.calc_check_digit(number))
        case "luhn":
            return number + str(luhn.calc_check_digit(number))
    return number


def receipt_number(prefix: str, year: int, serial: int) -> str:
    """The number of a receipt, counted for each year without gaps."""
    return f"{prefix}{year}-{serial:06}"


def must_be_schema(prefix: str, digits: int, check: str) -> None:
    """Refused for a Kassenzeichen that cannot be made so."""
    if not _PREFIX.fullmatch(prefix):
        raise Refused("claim_prefix", "Please enter at most ten capital letters and digits.", field="prefix")
    if check in ("mod11", "luhn") and prefix and not prefix.isdecimal():
        raise Refused("claim_prefix_digits", "This check digit needs a prefix of digits only.", field="prefix")
    if not FEWEST_DIGITS <= digits <= MOST_DIGITS:
        raise Refused(
            "claim_digits", "Please enter a number from {least} to {most}.", field="digits",
            least=FEWEST_DIGITS, most=MOST_DIGITS,
        )  # fmt: skip
    if check not in CHECKS:
        raise Refused("claim_check", "Please choose how the check digit is made.", field="check")


def must_be_receipts(prefix: str) -> None:
    """Refused for a beginning of receipt numbers that is none."""
    if not _RECEIPT.fullmatch(prefix):
        raise Refused(
            "receipt_prefix", "Please enter at most ten capital letters, digits and hyphens.", field="receipt_prefix"
        )


def must_be_days(days: int, field: str) -> None:
    """Refused for a time within which nobody can close a day, or the finance procedure cannot take over."""
    if not 1 <= days <= MOST_DAYS:
        raise Refused("take_over_days", "Please enter a number from {least} to {most}.", field=field,
                      least=1, most=MOST_DAYS)  # fmt: skip


def must_be_accounts(accounts: Mapping[str, str], fields: Mapping[str, str]) -> None:
    """Refused for an account that cannot be one; `fields` names the control of each."""
    for key, account in accounts.items():
        if account and not _ACCOUNT.fullmatch(account):
            raise Refused(
                "account", "Please enter the account with letters, digits, dots, slashes and hyphens.",
                field=fields.get(key, key),
            )  # fmt: skip
    if not accounts.get(f"{ANY_SERVICE}/"):
        raise Refused("account_missing", "Please enter the account that fees go to.", field=fields[f"{ANY_SERVICE}/"])


def must_be_bank_account(holder: str, iban: str, bic: str) -> None:
    """Refused for an account nobody could transfer to. All three may be empty: then letters name none."""
    from stdnum import iban as ibans
    from stdnum.exceptions import ValidationError

    if not (holder or iban or bic):
        return
    if not 0 < len(holder) <= LONGEST_HOLDER:
        raise Refused(
            "account_holder", "Please enter the account holder, at most {most} characters.", field="holder",
            most=LONGEST_HOLDER,
        )  # fmt: skip
    try:
        ibans.validate(iban, check_country=False)
    except ValidationError:
        raise Refused("account_iban", "This IBAN is not right. Please check it.", field="iban") from None
    if bic and not _BIC.fullmatch(bic):
        raise Refused("account_bic", "A BIC has 8 or 11 letters and digits.", field="bic")


def must_be_method(method: str) -> None:
    """Refused unless it is cash or card."""
    if method not in AT_COUNTER:
        raise Refused("method", "Please choose how it is paid.", field="method")


def must_be_mistake(mistake: str) -> None:
    """Refused without a reason."""
    if mistake not in MISTAKES:
        raise Refused("mistake", "Please say why it is undone.", field="mistake")
