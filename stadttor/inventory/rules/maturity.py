"""How mature a service is, as the authority sees it itself: by the published levels of the OZG maturity models.

Model 1.1 (June 2020) has the levels 0 to 4 and ten criteria, model 2.0 (July 2025) the levels 0 to 7 and thirteen; in both
the lowest criterion decides. The questions are our own along the published levels: the official wording of the criteria is
not part of this product, and what comes out is a self-assessment.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from stadttor.core.refused import Refused

OLD, NEW = "1.1", "2.0"
HIGHEST: Mapping[str, int] = {OLD: 4, NEW: 7}


@dataclass(frozen=True)
class Answer:
    """With this answer a service reaches at most these levels; `old` is None where model 1.1 does not ask."""

    old: int | None
    new: int

    def level(self, model: str) -> int | None:
        """The highest level it allows in a model, None where that does not ask."""
        return self.old if model == OLD else self.new


_FULL = Answer(4, 7)
# In the order they are asked; the words stand in pages/maturity_wording.py.
QUESTIONS: Mapping[str, Mapping[str, Answer]] = {
    "information": {"nothing": Answer(0, 0), "some": Answer(1, 1), "all": _FULL},
    "application": {"paper": Answer(1, 1), "assistant": Answer(2, 2), "online": _FULL},
    "sign_in": {"in_person": Answer(2, 2), "own_account": Answer(2, 3), "state_account": _FULL, "not_needed": _FULL},
    "signature": {"by_hand": Answer(2, 2), "not_needed": _FULL},
    "proofs": {"by_post": Answer(2, 2), "upload": Answer(3, 4), "registers": Answer(4, 6), "noots": _FULL, "not_needed": _FULL},
    "payment": {"counter": Answer(2, 3), "online": _FULL, "free": _FULL},
    "once_only": {"all_again": Answer(3, 3), "partly": Answer(3, 5), "never_again": _FULL},
    "access": {"unknown": Answer(2, 2), "gaps": Answer(3, 4), "accessible": _FULL},
    "status": {"on_request": Answer(3, 3), "own_page": Answer(4, 5), "monitor": _FULL},
    "notice": {"post": Answer(2, 3), "download": Answer(3, 4), "mailbox": _FULL, "none": _FULL},
    "reception": {"printed": Answer(None, 3), "document": Answer(None, 4), "data": Answer(None, 7)},
    "filing": {"paper": Answer(None, 3), "both": Answer(None, 4), "electronic": Answer(None, 7)},
    "handling": {"by_hand": Answer(None, 4), "one_system": Answer(None, 6), "automatic": Answer(None, 7)},
}  # fmt: skip


@dataclass(frozen=True)
class Level:
    """What a model says of a service: the `level`, None while answers are missing, and the questions that hold it there."""

    model: str
    level: int | None
    missing: int
    held_by: tuple[str, ...]


def must_be_answers(answers: Mapping[str, str]) -> None:
    """Refused for an answer nobody offers; questions may stay open."""
    for question, options in QUESTIONS.items():
        if answers.get(question, "") and answers[question] not in options:
            raise Refused("answer", "Please choose one of the listed values.", field=question)


def level_of(answers: Mapping[str, str], model: str) -> Level:
    """The lowest criterion decides; nothing is said while one has no answer."""
    asked = [name for name, options in QUESTIONS.items() if next(iter(options.values())).level(model) is not None]
    given = {name: QUESTIONS[name][answers[name]].level(model) for name in asked if answers.get(name)}
    missing = len(asked) - len(given)
    if missing:
        return Level(model, None, missing, ())
    lowest = min(level for level in given.values() if level is not None)
    held = tuple(name for name, level in given.items() if level == lowest and lowest < HIGHEST[model])
    return Level(model, lowest, 0, held)
