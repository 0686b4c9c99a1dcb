"""Words for what the stock of processes knows as codes, and the columns of its files."""

from stadttor.ground.web.language import N_, _
from stadttor.inventory.rules.stock import BREAKS

BREAK_WORDS = {
    "paper_in": N_("Comes in on paper"),
    "print": N_("Printed"),
    "retype": N_("Typed in again"),
    "scan": N_("Scanned"),
    "signature": N_("Signed on paper"),
}
DEMAND_WORDS = {0: N_("not known"), 1: N_("low"), 2: N_("medium"), 3: N_("high")}
# What stands in a file, a line for each step: the import reads the same.
HEADS = {
    "name": N_("Process"),
    "volume": N_("Cases a year"),
    "demand": N_("Demand"),
    "systems": N_("Systems"),
    "law": N_("Law"),
    "step": N_("Step"),
    "minutes": N_("Minutes"),
    "breaks": N_("Media breaks"),
}


def heads() -> dict[str, str]:
    """The columns in the language of the page."""
    return {name: _(label) for name, label in HEADS.items()}


def break_options() -> list[dict[str, str]]:
    """The kinds of media breaks to choose from."""
    return [{"value": kind, "label": _(BREAK_WORDS[kind])} for kind in BREAKS]
