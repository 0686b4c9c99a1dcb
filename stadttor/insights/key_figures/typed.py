"""Numbers as people type them into the forms of the key figures."""

from typing import Any

from stadttor.core.refused import Refused

LONGEST = 8


def typed_number(request: Any, name: str) -> int | None:
    """A whole number or nothing. Refused for anything else."""
    typed = request.POST.get(name, "").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST):
        raise Refused("whole_number", "Please enter a whole number.", field=name)
    return int(typed)


def typed_euros(request: Any, name: str) -> int | None:
    """Whole euros, in cents."""
    euros = typed_number(request, name)
    return None if euros is None else euros * 100


def euros_text(cents: int | None) -> str:
    """As it is typed."""
    return "" if cents is None else str(cents // 100)
