"""What is summed over authorities, and what of it may leave them."""

from collections.abc import Mapping

from stadttor.insights.rules.figures import Values
from stadttor.insights.rules.marks import SATISFIED, SHOWN_FROM

COUNTS = ("received", "online", "decided", "asked_back", "begun", "sent", "visits", "scored", "satisfied")
# A part beside its whole tells how many the others are.
PART_OF = {"online": "received", "asked_back": "decided", "sent": "begun", "satisfied": "scored"}

# The figure of `rules.across` that the same cases stand behind.
FIGURES = {
    "received": "online", "online": "online", "decided": "gross", "asked_back": "asked_back", "begun": "begun", "sent": "begun",
    "visits": "visits", "scored": "satisfied", "satisfied": "satisfied",
}  # fmt: skip


def counts_of(counted: Mapping[str, Values]) -> dict[str, int]:
    """The COUNTS of a service at one authority; `counted` maps a measure to how often it had which value."""
    of = {name: counted.get(name, {}) for name in ("online", "gross", "asked", "begun", "sent", "visits", "score")}
    return {
        "received": sum(of["online"].values()),
        "online": of["online"].get(1, 0),
        "decided": sum(of["gross"].values()),
        "asked_back": sum(often for times, often in of["asked"].items() if times),
        "begun": sum(of["begun"].values()),
        "sent": sum(of["sent"].values()),
        "visits": sum(of["visits"].values()),
        "scored": sum(of["score"].values()),
        "satisfied": sum(often for score, often in of["score"].items() if score in SATISFIED),
    }


def told(counts: Mapping[str, int], few: Mapping[str, int] | None = None) -> dict[str, int]:
    """Those that enough stand behind; a part only if enough are no part of it, or none.

    `few`: by figure how many stand behind it at authorities at which fewer than SHOWN_FROM do. The others may show theirs, and
    what is left of the sum would be these.
    """
    few = few or {}
    return {
        name: count
        for name, count in counts.items()
        if count >= SHOWN_FROM
        and not 0 < few.get(FIGURES[name], 0) < SHOWN_FROM
        and not 0 < counts.get(PART_OF.get(name, ""), count) - count < SHOWN_FROM
    }
