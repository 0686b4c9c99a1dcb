"""A fee of 30.70 euros, and a payment service that does as the test says."""

from uuid import uuid4

import pytest

from stadttor.payments.ports import ProviderAway


class Bank:
    """A provider whose books the test writes: `books[key]` is open, paid or failed; `returned` counts per key."""

    name = "bank"

    def __init__(self):
        self.books, self.returned, self.asked, self.away = {}, {}, 0, False

    def start(self, order):
        if self.away:
            raise ProviderAway
        self.books.setdefault(order.key, "open")
        return f"https://bank.example/{order.key}"

    def ask(self, authority_id, key):
        self.asked += 1
        return self.books.get(key, "open")

    def refund(self, authority_id, key, cents):
        self.returned[key] = max(cents, self.returned.get(key, 0))


@pytest.fixture
def bank():
    from stadttor.payments import ports

    before, after = ports.provider(), Bank()
    ports.use_provider(after)
    yield after
    ports.use_provider(before)


@pytest.fixture
def subject_id():
    return uuid4()


@pytest.fixture
def owed(authority, subject_id, now):
    """Something is owed; gives the payment's id."""
    from stadttor.payments import services

    return services.request_payment(
        authority_id=authority.id, subject_id=subject_id, reference="WEI-2026-4F7K-92QM",
        items=[{"id": "grund", "cents": 3070, "text": "Gebühr"}], cents=3070, now=now,
    )  # fmt: skip


@pytest.fixture
def pay(authority, subject_id, now):
    """`pay("key")` begins an attempt; gives the address of the provider's page."""
    from stadttor.payments import services

    def attempt(key="versuch", at=now):
        return services.try_to_pay(
            authority_id=authority.id, subject_id=subject_id, key=key, return_to="/status/1", now=at
        )

    return attempt


@pytest.fixture
def settle(authority, now):
    from stadttor.payments import services

    def ask(key="versuch", at=now):
        return services.settle(authority_id=authority.id, key=key, now=at)

    return ask
