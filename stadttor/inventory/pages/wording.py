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


CRITERION_WORDS = {
    "priority": N_("OZG priority"),
    "volume": N_("Number of cases"),
    "complexity": N_("Complexity for citizens"),
    "potential": N_("Digital potential"),
    "users_cost": N_("Cost and time of citizens"),
    "relevance": N_("Political weight"),
}
CRITERION_HELP = {
    "priority": N_("The priority it has in the OZG catalogue; 5 is the highest."),
    "complexity": N_("5: people hardly manage it without help."),
    "potential": N_("5: nearly all of it can be done digitally."),
    "users_cost": N_("5: it costs people much time, ways or money."),
    "relevance": N_("5: council and public look at it."),
}
EFFORT, EFFORT_HELP = N_("Effort"), N_("What it costs the authority itself: 1 some days, 5 years.")
FIELD_WORDS = {
    "quick_win": N_("Quick win"),
    "project": N_("Project"),
    "later": N_("Later"),
    "never": N_("Never"),
}

HORIZON_WORDS = {
    "near": N_("In 0 to 12 months"),
    "middle": N_("In 12 to 36 months"),
    "far": N_("In more than 36 months"),
}
VERDICT_WORDS = {"open": N_("not decided yet"), "scale": N_("Scale"), "stop": N_("Stop")}
