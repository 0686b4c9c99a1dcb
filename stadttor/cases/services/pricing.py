"""What a decision asks for where the fee is paid after it: by the service's fees, or what the clerk says with a reason."""

import re

from stadttor.cases import ports
from stadttor.cases.rules import in_print
from stadttor.core.refused import Refused

_AMOUNT = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?")


def chosen_fee(case: ports.CaseRef, outcome: str, fee: str, reason: str) -> tuple[int | None, str]:
    """(cents, why other ones than the fees come to), (None, "") for a decision that asks for none. Inside the open work.

    Refused for what is no amount, and for another amount without a reason.
    """
    proposed = ports.fee_of(case, outcome)
    if proposed is None:
        return None, ""
    cents, why = cents_in(fee, proposed), in_print(reason, "fee_reason")
    if cents == proposed:
        return cents, ""
    if not why:
        raise Refused("fee_reason", "Please say why another fee is asked for.", field="fee_reason")
    return cents, why


def cents_in(typed: str, otherwise: int) -> int:
    """Euro cents of what was typed, such as `15,35`; `otherwise` where nothing was. Refused for anything else."""
    if not typed.strip():
        return otherwise
    found = _AMOUNT.fullmatch(typed.replace("€", "").strip())
    if found is None:
        raise Refused("fee_amount", "Please enter an amount in euros, for example 25,50.", field="fee")
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
