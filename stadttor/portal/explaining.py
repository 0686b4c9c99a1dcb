"""What is wrong with answers, in words: at the field, and as lines of an error summary that stand alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stadttor.catalog.queries import AdoptedForm
from stadttor.catalog.rules.texts import Texts
from stadttor.forms.rules.problems import ERROR_TEXTS, Problem
from stadttor.ground.web.language import _
from stadttor.portal import composed, wording

Line = Mapping[str, str]


@dataclass(frozen=True)
class Explaining:
    """The words for the problems of a form, in the language of its texts; `answers` show which parts are wrong."""

    form: AdoptedForm
    texts: Texts
    answers: Mapping[str, Any]

    def text(self, problem: Problem) -> str:
        """The problem in words: the package's own, else the product's; a refused file brings its own text."""
        if is_of_file(problem):
            said = _(problem.text_key, **problem.values)
            return said if "{file}" in problem.text_key else wording.after(str(problem.values.get("file", "")), said)
        return self._own_words(problem) or self._missing(problem) or self._general(problem)

    def at_field(self, problem: Problem) -> str:
        """The words beside the field; in a repeated group they say which of its elements is meant."""
        return self._placed(problem) if self._element(problem) else self.text(problem)

    def parts(self, problem: Problem) -> dict[str, Problem]:
        """What is wrong with an address, by its part; empty for other fields, and where the package says it itself."""
        if self._own_words(problem):
            return {}
        return composed.part_errors(problem, self.answers, self._kind(problem))

    def lines(self, problems: Iterable[Problem]) -> list[Line]:
        """Lines of an error summary: the control each leads to (`id`), words that stand alone (`text`), the answer's `path`.

        Of an address every wrong part is a line, the missing ones together. A package's own words name their place, but
        never twice the same; before the product's general ones goes the name of the field.
        """
        found = [one for problem in problems for one in composed.apart(problem, self.parts(problem))]
        short = [self._alone(one) for one in found]
        often = Counter(short)
        return [
            {
                "id": composed.anchor(one),
                "text": self._placed(one) if often[text] > 1 else text,
                "path": one.path,
            }
            for one, text in zip(found, short, strict=True)
        ]

    def questions(self, problems: Iterable[Problem]) -> list[Line]:
        """Questions that have no answer yet, by their names: the control each leads to, and the text."""
        return [{"id": composed.anchor(one), "text": self._place(one)} for one in problems]

    def _alone(self, problem: Problem) -> str:
        named = self._own_words(problem) or self._missing(problem)
        return named if named and not self._element(problem) else self._placed(problem)

    def _placed(self, problem: Problem) -> str:
        """The problem behind the names of its element, field and part."""
        if "missing" in problem.values:
            missing = wording.said(self._kind(problem), "missing", problem.values["missing"])
            return _("{field} (still missing: {missing})", field=self._place(problem), missing=missing)
        text = self.text(problem) if is_of_file(problem) else self._own_words(problem) or self._general(problem)
        return wording.after(self._place(problem), text)

    def _place(self, problem: Problem) -> str:
        declared = _declared(problem)
        label = self.texts.text(f"fields.{declared}.label") or self.texts.text(f"groups.{declared}.title")
        part = "" if "missing" in problem.values else composed.part_name(problem)
        return wording.places([self._element(problem), label, part])

    def _element(self, problem: Problem) -> str:
        """`Dog 2` for an answer of the second dog; empty outside of repeated groups."""
        group, _dot, rest = problem.path.partition(".")
        index = rest.partition(".")[0]
        return element_name(self.texts, group, int(index)) if index.isdecimal() else ""

    def _own_words(self, problem: Problem) -> str:
        """The package's text for a problem, empty where it has none."""
        return (
            "" if problem.text_key.startswith("errors.") or is_of_file(problem) else self.texts.text(problem.text_key)
        )

    def _missing(self, problem: Problem) -> str:
        return wording.missing(problem, self.texts.text(f"fields.{_declared(problem)}.label"))

    def _general(self, problem: Problem) -> str:
        kind = self._kind(problem)
        values = {name: wording.said(kind, name, value) for name, value in problem.values.items()}
        return _(ERROR_TEXTS.get(problem.code, ERROR_TEXTS["required"]), **values)

    def _kind(self, problem: Problem) -> str:
        one = self.form.form.fields.get(_declared(problem))
        return one.type if one else ""


def is_of_file(problem: Problem) -> bool:
    """Whether a file was refused; its text is its own, and found nowhere in the form."""
    return problem.code.startswith("file_") or problem.code == "too_many_files"


def element_name(texts: Texts, group: str, index: int) -> str:
    """What one element of a repeated group is called: `Dog 2`."""
    return f"{texts.text(f'groups.{group}.item') or texts.text(f'groups.{group}.title')} {index + 1}"


def _declared(problem: Problem) -> str:
    """The path of a problem as the form declares it, without the numbers of elements."""
    return ".".join(part for part in problem.path.split(".") if not part.isdecimal())
