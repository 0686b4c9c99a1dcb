"""Pure rules of cases: states and what may follow, deadlines, decisions, words for the search."""

from stadttor.cases.rules.deadlines import Colour, colour, due_on, resumed, working_days_between
from stadttor.cases.rules.decisions import Choice, Vocabulary, in_print, must_be_decidable, must_have_seen, must_say_why
from stadttor.cases.rules.states import ACTS, OPEN_STATES, STATES, Act, ended_with_nothing, may, must, next_act
from stadttor.cases.rules.validity import Permit, Validity, last_day

__all__ = [
    "ACTS",
    "OPEN_STATES",
    "STATES",
    "Act",
    "Choice",
    "Colour",
    "Permit",
    "Validity",
    "Vocabulary",
    "colour",
    "due_on",
    "ended_with_nothing",
    "in_print",
    "last_day",
    "may",
    "must",
    "must_be_decidable",
    "must_have_seen",
    "must_say_why",
    "next_act",
    "resumed",
    "working_days_between",
]
