"""Pure rules of payments: which state may follow which.

open → paid → refunded; open → waived. What was waived or paid back may be asked for anew, when its case goes on. A success that
arrives after anything else but `paid` or `refunded` still counts: money that came in is never ignored.
"""

from datetime import date, timedelta
from typing import Literal

from stadttor.core.refused import Refused

OPEN, PAID, WAIVED, REFUNDED = "open", "paid", "waived", "refunded"
AFTER: dict[str, frozenset[str]] = {
    OPEN: frozenset({PAID, WAIVED}),
    WAIVED: frozenset({PAID, OPEN}),
    PAID: frozenset({REFUNDED}),
    REFUNDED: frozenset({OPEN, WAIVED}),
}

# An attempt that a provider still calls open after this time is left as expired; a success that comes later counts.
ATTEMPT_LASTS = timedelta(days=1)
ASK_AFTER = timedelta(minutes=10)

# Vouchers of a town's books, counted from the end of the year: the budget laws of the Länder ask for up to ten years.
YEARS_KEPT = 10


def oldest_year_kept(today: date) -> int:
    """Payments of earlier years are not kept any more."""
    return today.year - YEARS_KEPT


def may_follow(state: str, wanted: str) -> bool:
    """Whether the change has an effect; repeating the present state has none."""
    return wanted in AFTER[state]


LeftOver = Literal["", "refund", "keep", "check"]


def left_over(state: str, *, kept: bool, refused: bool, refunds_refusals: bool | None) -> LeftOver:
    """What becomes of a fee whose application ended with nothing; empty where nothing was paid or it went back.

    `refunds_refusals` is what the service says of refusals, None where it says nothing: then, and for whoever withdrew,
    somebody must look (`check`), unless it was said already why the fee stays (`kept`).
    """
    if state != PAID:
        return ""
    if kept:
        return "keep"
    if refused and refunds_refusals is not None:
        return "refund" if refunds_refusals else "keep"
    return "check"


def must_be_payable_back(cents: int, left: int) -> None:
    """Refused for more than is left, or nothing."""
    if not 0 < cents <= left:
        raise Refused("refund_amount", "Please enter an amount that was paid and has not gone back.", field="amount")


def must_be_left(seen: int | None, left: int) -> None:
    """Refused when another sum can go back than somebody saw (None: she saw none): a refund pressed twice is one refund."""
    if seen not in (None, left):
        raise Refused(
            "refunded_meanwhile",
            "Something of this fee has gone back in the meantime. Nothing was paid back now. Please look at the fee again.",
            status=409,
            field="amount",
        )


def must_be_open(state: str) -> None:
    """Refused when there is nothing to pay: paid, waived or paid back."""
    if state != OPEN:
        raise _too_late(state)


def must_be_online(at_counter: bool) -> None:
    """Refused for a fee that is paid at the counter only."""
    if at_counter:
        raise Refused("payment_at_counter", "You pay at the counter. Please do not pay anything now.", status=409)


def must_follow(state: str, wanted: str) -> None:
    """Refused when a person asks for a change that cannot be."""
    if not may_follow(state, wanted):
        raise _too_late(state)


def _too_late(state: str) -> Refused:
    return Refused("payment_state", "This is not possible any more: the payment is already {state}.", state=state)
