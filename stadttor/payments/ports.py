"""What payments need from outside: a payment service that shows its own page and says what came of it."""

from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from stadttor.core.refused import Refused

Outcome = Literal["paid", "failed", "open"]


@dataclass(frozen=True)
class Order:
    """One try to pay. `key` is ours and unique; `return_to` is the path the person comes back to."""

    authority_id: UUID
    key: str
    reference: str
    cents: int
    return_to: str


class ProviderAway(RuntimeError):
    """The payment service does not answer, or answers nonsense: nothing is known of this try."""


class Provider(Protocol):
    """A payment service. `name` stands in attempts and receipts.

    Each call ends within ten seconds and raises ProviderAway when the service did not answer.
    """

    name: str

    def start(self, order: Order) -> str:
        """Make the order known (again is the same order); gives the address of the payment page."""
        ...

    def ask(self, authority_id: UUID, key: str) -> Outcome:
        """What came of the order; open as well when it never became known."""
        ...

    def refund(self, authority_id: UUID, key: str, cents: int) -> None:
        """Have paid back so much of this key's money in all: the same again, or less, has no second effect."""
        ...


class NoProvider:
    """No payment service is connected: paying online is refused, everything else goes on."""

    name = "none"

    def start(self, order: Order) -> str:
        raise Refused(
            "payment_unavailable",
            "You cannot pay online here at the moment. Your application is safe; the town hall tells you how to pay.",
            status=503,
        )

    def ask(self, authority_id: UUID, key: str) -> Outcome:
        return "open"

    def refund(self, authority_id: UUID, key: str, cents: int) -> None:
        raise Refused(
            "payment_unavailable", "Without a payment service a fee is paid back by the cash office.", status=503
        )


_provider: list[Provider] = []


def use_provider(provider: Provider) -> None:
    """Set at start-up by the composition root."""
    _provider[:] = [provider]


def provider() -> Provider:
    """The installation's payment service."""
    return _provider[0]
