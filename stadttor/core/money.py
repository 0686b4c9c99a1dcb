"""Money is an integer number of euro cents, never a float."""

from typing import NewType

Cents = NewType("Cents", int)


def format_cents(cents: int) -> str:
    """The German notation without a language at hand (logs, letters' reference lines): 1234567 becomes `12.345,67 €`."""
    sign, whole, rest = "-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100
    return f"{sign}{whole:,}".replace(",", ".") + f",{rest:02d} €"
