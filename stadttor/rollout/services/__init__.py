"""Verbs: say who is competent and where a service does not apply; plan, run, pause and take back a roll-out; object; promise."""

from stadttor.rollout.rules.groups import Group
from stadttor.rollout.services.competence import does_apply, does_not_apply, set_competence
from stadttor.rollout.services.counting import count, count_all
from stadttor.rollout.services.drafting import (
    ask_to_try,
    change_draft,
    give_values,
    plan_draft,
    start_draft,
    throw_away,
    try_draft,
)
from stadttor.rollout.services.following import follow
from stadttor.rollout.services.objecting import object_to, withdraw_objection
from stadttor.rollout.services.planning import Plan, Tried, plan, try_out
from stadttor.rollout.services.promising import promise, shift
from stadttor.rollout.services.running import (
    begin,
    give_up,
    next_wave,
    pause,
    run_batch,
    start_taking_back,
    stop,
    take_back_batch,
    try_again,
)
from stadttor.rollout.services.steering import make_steering, steer
from stadttor.rollout.services.watching import Watched, begin_next_wave, mark_worse, must_be_judged, watch, watch_all

__all__ = [
    "Group",
    "Plan",
    "Tried",
    "Watched",
    "ask_to_try",
    "begin",
    "begin_next_wave",
    "change_draft",
    "count",
    "count_all",
    "does_apply",
    "does_not_apply",
    "follow",
    "give_up",
    "give_values",
    "make_steering",
    "mark_worse",
    "must_be_judged",
    "next_wave",
    "object_to",
    "pause",
    "plan",
    "plan_draft",
    "promise",
    "run_batch",
    "set_competence",
    "shift",
    "start_draft",
    "start_taking_back",
    "steer",
    "stop",
    "take_back_batch",
    "throw_away",
    "try_again",
    "try_draft",
    "try_out",
    "watch",
    "watch_all",
    "withdraw_objection",
]
