"""What pages count over authorities, as the figures say it that may leave them."""

from stadttor.insights.rules.figures import Figures

COUNTS = ("received", "online", "decided", "asked_back", "begun", "sent", "visits", "scored", "satisfied")
# By count: the figure it is the number of, and whether it is a part of that.
_OF = {
    "received": ("online", False), "online": ("online", True), "decided": ("gross", False), "asked_back": ("asked_back", True),
    "begun": ("begun", False), "sent": ("finished", True), "visits": ("visits", False),
    "scored": ("satisfied", False), "satisfied": ("satisfied", True),
}  # fmt: skip


def counts_of(figures: Figures) -> dict[str, int]:
    """Those of COUNTS that are told."""
    found = {name: (getattr(figures, figure), is_part) for name, (figure, is_part) in _OF.items()}
    return {name: one.count if is_part else one.n for name, (one, is_part) in found.items() if one}
