"""What payments need from outside: a payment service that shows its own page and says what came of it."""

from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

Outcome = Literal["paid", "failed", "open"]


@dataclass(frozen=True)
class Order:
    """One try to pay. `key` is ours and unique; `return_to` is the path the person comes back to."""

    authority_id: UUID
    key: str
    reference: str
    cents: int
    return_to: str


class Provider(Protocol):
    """A payment service. `name` stands in attempts and receipts."""

    name: str

    def start(self, order: Order) -> str:
        """Make the order known (again is the same order); gives the address of the payment page."""
        ...

    def ask(self, authority_id: UUID, key: str) -> Outcome:
        """What came of the order; open as well when it never became known."""
        ...

    def refund(self, authority_id: UUID, key: str, cents: int) -> None:
        """Pay back; the same key again has no second effect."""
        ...


_provider: list[Provider] = []


def use_provider(provider: Provider) -> None:
    """Set at start-up by the composition root."""
    _provider[:] = [provider]


def provider() -> Provider:
    """The installation's payment service."""
    return _provider[0]
