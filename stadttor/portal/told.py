"""What a page of the form has to say about what was sent last: files that came, files that were refused, new questions.

Answers with errors are explained on a page of their own address, so that the browser's way back leads through pages and
never to a form that would be sent again. What cannot be found out anew from the answers is kept with the draft.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stadttor.forms.definition import Page
from stadttor.forms.rules.filled import Filled
from stadttor.forms.rules.problems import Problem


@dataclass(frozen=True)
class Told:
    """Of one page: names of files that were `added` or `removed`, problems of those `refused`, paths newly `asked`."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    refused: tuple[Problem, ...] = ()
    asked: tuple[str, ...] = ()

    def stored(self, page: Page) -> dict[str, Any]:
        """As the draft keeps it; empty when there is nothing to say."""
        refused = [[one.path, one.code, one.text_key, dict(one.values)] for one in self.refused]
        said = {"added": self.added, "removed": self.removed, "refused": refused, "asked": self.asked}
        kept = {name: list(given) for name, given in said.items() if given}
        return {"page": page.id, **kept} if kept else {}

    def apart(self, problems: Sequence[Problem]) -> tuple[list[Problem], list[Problem]]:
        """What is wrong, and the questions among it that nobody has seen before."""
        asked = [problem for problem in problems if problem.code == "required" and problem.path in self.asked]
        return [problem for problem in problems if problem not in asked], asked

    @classmethod
    def of(cls, notes: Mapping[str, Any], page: Page) -> "Told":
        """What the draft keeps for this page."""
        if notes.get("page") != page.id:
            return cls()
        return cls(
            tuple(notes.get("added", ())),
            tuple(notes.get("removed", ())),
            tuple(Problem(*one) for one in notes.get("refused", ())),
            tuple(notes.get("asked", ())),
        )


def newly_asked(before: Filled, after: Filled, page: Page) -> tuple[str, ...]:
    """Paths of unanswered questions that only these answers brought up: nobody has seen them yet."""
    missing = {problem.path for problem in after.validate_page(page.id) if problem.code == "required"}
    seen = {shown.path for shown in before.shown(page)}
    return tuple(sorted(missing - seen))


def with_files(filled: Filled, page: Page, refused: Iterable[Problem]) -> list[Problem]:
    """The problems of a page in its order; a field with refused files says so and not that it is empty."""
    by_path: dict[str, list[Problem]] = {}
    for problem in refused:
        by_path.setdefault(problem.path, []).append(problem)
    of_answers = {problem.path: [problem] for problem in filled.validate_page(page.id)}
    found = of_answers | by_path
    return [
        problem
        for first in filled.in_order(page, {path: problems[0] for path, problems in found.items()})
        for problem in found[first.path]
    ]
