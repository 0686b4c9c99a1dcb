"""The road map: when a process has its turn, and what a pilot of it was to show and showed."""

from dataclasses import dataclass

from stadttor.core.refused import Refused
from stadttor.inventory.rules.stock import must_be_short

# 0 to 12 months, 12 to 36, later.
HORIZONS = ("near", "middle", "far")
VERDICTS = ("open", "scale", "stop")
LONGEST_WORD = 300


@dataclass(frozen=True)
class Plan:
    """A process has its turn in a horizon. With a `goal` it has a pilot; `before` and `after` are figures in words of the
    authority, with their unit; a `verdict` other than open says that the pilot is over."""

    horizon: str
    goal: str = ""
    before: str = ""
    after: str = ""
    lesson: str = ""
    verdict: str = "open"


def must_be_plan(plan: Plan) -> None:
    """Refused for what a plan cannot be: words about a pilot without its goal, a verdict without what it rests on."""
    if plan.horizon not in HORIZONS:
        raise Refused("horizon", "Please choose one of the listed values.", field="horizon")
    if plan.verdict not in VERDICTS:
        raise Refused("verdict", "Please choose one of the listed values.", field="verdict")
    for name in ("goal", "before", "after", "lesson"):
        must_be_short(name, getattr(plan, name), LONGEST_WORD)
    is_over = plan.verdict != "open"
    if not plan.goal and (plan.before or plan.after or plan.lesson or is_over):
        raise Refused("goal_missing", "Please say what the pilot is to show.", field="goal")
    for name in ("before", "after", "lesson"):
        if is_over and not getattr(plan, name):
            raise Refused(
                "verdict_without", "Before a pilot ends, please fill in its figures and the lesson.", field=name
            )
