"""A colleague enters what somebody says or wrote: what the form would refuse may be let pass, with a reason.

Only what a person can judge: an answer that is missing, out of its bounds, or against a check of the package that
is not `strict`. What cannot be stored, read or printed stays refused for everybody, and so does every file.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stadttor.forms.rules.amending import value_at
from stadttor.forms.rules.problems import Problem

SOFT = frozenset(
    {"required", "incomplete", "too_short", "too_small", "too_big", "too_early", "too_late", "pattern", "plate"}
)
"""Engine codes that may be let pass; the checks of packages may be, unless they are strict."""
UNASKED = "email"
"""The type of field that may stay empty without a reason: nobody needs e-mail to reach the town hall; letters go by post."""


@dataclass(frozen=True)
class Override:
    """A problem that was let pass: `stand` is the answer it was let pass with, `name` who did it, `at` when (ISO)."""

    problem: Problem
    stand: str
    reason: str
    name: str
    at: str

    @property
    def path(self) -> str:
        return self.problem.path

    def stored(self) -> dict[str, Any]:
        """As the entry keeps it."""
        one = self.problem
        kept = [one.path, one.code, one.text_key, dict(one.values)]
        return {"problem": kept, "stand": self.stand, "reason": self.reason, "name": self.name, "at": self.at}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Override":
        return cls(Problem(*kept["problem"]), kept["stand"], kept["reason"], kept["name"], kept["at"])


def may_pass(problem: Problem) -> bool:
    """Whether a person may judge this problem otherwise than the form does."""
    return not problem.strict and (problem.code in SOFT or problem.text_key.startswith("checks."))


def needs_nobody(problem: Problem, type_: str) -> bool:
    """Whether nobody has to judge this problem of a field of this type, because an entry may do without the answer."""
    return problem.code == "required" and type_ == UNASKED


def stand_of(answers: Mapping[str, Any], path: str) -> str:
    """The answer at a place, in short: another answer is judged anew."""
    return hashlib.sha256(json.dumps(value_at(answers, path), sort_keys=True).encode()).hexdigest()[:16]


def remaining(problems: Iterable[Problem], overrides: Sequence[Override], answers: Mapping[str, Any]) -> list[Problem]:
    """The problems that nobody let pass with the answers of now."""
    passed = {(one.path, one.problem.code, one.stand) for one in overrides if may_pass(one.problem)}
    return [
        one
        for one in problems
        if one.strict or not passed or (one.path, one.code, stand_of(answers, one.path)) not in passed
    ]


def standing(
    problems: Iterable[Problem], overrides: Sequence[Override], answers: Mapping[str, Any]
) -> tuple[Override, ...]:
    """The overrides that still let something pass: what is kept with the application."""
    wrong = {(one.path, one.code) for one in problems}
    return tuple(
        one for one in overrides if (one.path, one.problem.code) in wrong and one.stand == stand_of(answers, one.path)
    )
