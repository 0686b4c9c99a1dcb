"""Pure rules of payments: which state may follow which.

open → paid → refunded; open → waived. A success that arrives after anything else but `paid` or `refunded` still counts:
money that came in is never ignored.
"""

from stadttor.core.refused import Refused

OPEN, PAID, WAIVED, REFUNDED = "open", "paid", "waived", "refunded"
AFTER: dict[str, frozenset[str]] = {
    OPEN: frozenset({PAID, WAIVED}),
    WAIVED: frozenset({PAID}),
    PAID: frozenset({REFUNDED}),
    REFUNDED: frozenset(),
}


def may_follow(state: str, wanted: str) -> bool:
    """Whether the change has an effect; repeating the present state has none."""
    return wanted in AFTER[state]


def must_follow(state: str, wanted: str) -> None:
    """Refused when a person asks for a change that cannot be."""
    if not may_follow(state, wanted):
        raise Refused("payment_state", "This is not possible any more: the payment is already {state}.", state=state)
