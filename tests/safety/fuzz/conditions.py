"""Random forms and answers: what the server decides about a condition and what the browser shows must be the same."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from stadttor.core.cel import Declared, Environment, Expression, Kind, ProfileError
from stadttor.forms.definition import FormDefinition, FormFaults
from stadttor.forms.parsing import parse_form
from stadttor.forms.rules.filled import Applicant, Filled
from tests.cel.test_corpus import plain
from tests.safety.fuzz.browser import Compared, exactly, in_the_browser

TODAY = date(2026, 11, 23)
TYPES = (
    "text", "textarea", "name", "date", "integer", "money", "boolean", "select", "multiselect", "country", "email", "address",
)  # fmt: skip
OPTIONS = ["a", "b", "pkw"]
APPLICANT = Applicant("substantiell", "Amira Yılmaz", "1990-02-28")
PARAMETERS: dict[str, Any] = {
    "zonen": ["A", "a", "😀"],
    "stufen": [1, 2, 3],
    "gebuehr": 3070,
    "frei": True,
    "tag": "2028-02-29",
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "zonen": {"type": "array", "items": {"type": "string"}},
        "stufen": {"type": "array", "items": {"type": "integer"}},
        "gebuehr": {"type": "integer"},
        "frei": {"type": "boolean"},
        "tag": {"type": "string", "format": "date"},
    },
}
TEXTS = ("", "a", "b", "pkw", "A", "ä", "ẞ", "😀", "e\u0301", "İ", "x" * 40, "2026-11-23", "true", "1", "\\", "'", "\n")
DAYS = ("2026-11-23", "2024-02-29", "1990-02-28", "2999-12-31", "1800-01-01")
LARGEST = 9_007_199_254_740_991


@dataclass(frozen=True)
class Trial:
    """An expression in a form with answers; `element` is that of the repeated group it stands in."""

    source: str
    form: FormDefinition
    answers: Mapping[str, Any]
    element: int | None

    @property
    def names(self) -> Declared:
        repeated = self.form.names.answers.fields.get("r")
        return (
            self.form.names if self.element is None or not repeated else self.form.names.with_item(_element(repeated))
        )


def _element(kind: Kind) -> Kind:
    assert kind.element
    return kind.element


def trial(chance: Random) -> Trial:
    """A form with a plain and a repeated group, whose later fields depend on earlier ones, and what may be asked of it."""
    form = _form(chance)
    within = chance.random() < 0.4
    source = Grammar(chance, _paths(form, within=within)).source()
    return Trial(source, form, _answers(chance, form), chance.randrange(3) if within else None)


def compared(found: Sequence[Trial]) -> tuple[list[Compared], list[tuple[str, str]]]:
    """What both say; and the sources that the profile refuses, with its reason. The browser's engine runs once for all."""
    kept, refused = [], []
    for trial in found:
        try:
            kept.append((trial, Expression.parse(trial.source, trial.names)))
        except ProfileError as error:
            refused.append((trial.source, error.message))
    sides = [_both_sides(trial, expression) for trial, expression in kept]
    told = in_the_browser([job for job, _ in sides])
    return [
        Compared(trial.source, server, exactly(said), json.dumps(trial.answers)[:2_000])
        for (trial, _), (_, server), said in zip(kept, sides, told, strict=True)
    ], refused


def _both_sides(trial: Trial, expression: Expression) -> tuple[dict[str, Any], str]:
    """The job for the browser, with the values the page would hand it, and what the server says."""
    filled = Filled(trial.form, trial.answers, PARAMETERS, TODAY, APPLICANT)
    group = trial.form.groups["r"] if trial.element is not None else None
    see = lambda path: filled._resolve(path, group, trial.element)  # noqa: E731  # as the product's environments do
    names = trial.names
    declared = {path: plain(of) for path in sorted(expression.references) if (of := names.kind_of(path))}
    job = {"lowered": expression.lowered, "declared": declared, "env": {path: see(path) for path in declared}}
    try:
        return job, exactly({"value": expression.evaluate(Environment(see))})
    except Exception as error:  # an expression that keeps the profile never raises
        return job, f"{type(error).__name__}: {error}"


def _form(chance: Random) -> FormDefinition:
    """One whose conditions are refused (a text asked as a yes or no) is drawn again without them."""
    kinds, repeated = chance.choices(TYPES, k=chance.randint(2, 7)), chance.choices(TYPES, k=chance.randint(1, 4))
    conditions = ["", "today < a.g.f0", "a.g.f0 != ''", "a.g.f0", "a.g.f0 > 1", "size(a.g.f0) > 1"]
    condition = chance.choice(conditions)
    shown = [_field(number, kind, chance.choice(conditions) if number else "") for number, kind in enumerate(kinds)]
    inner = "item.f0" if repeated[0] == "boolean" else ""
    elements = [_field(number, kind, inner if number else "") for number, kind in enumerate(repeated)]
    group = {"id": "r", "repeat": {"min": 0, "max": 4}, "fields": elements}
    try:
        return _parsed(shown, group | ({"show_if": condition} if condition else {}))
    except FormFaults:
        return _parsed([_field(number, kind, "") for number, kind in enumerate(kinds)], group)


def _parsed(fields: list[dict[str, Any]], group: dict[str, Any]) -> FormDefinition:
    pages = [{"id": "one", "groups": [{"id": "g", "fields": fields}]}, {"id": "two", "groups": [group]}]
    return parse_form({"pages": pages}, SCHEMA)


def _field(number: int, kind: str, show_if: str) -> dict[str, Any]:
    options = {"options": OPTIONS} if "select" in kind else {}
    return {"id": f"f{number}", "type": kind, **options, **({"show_if": show_if} if show_if else {})}


def _answers(chance: Random, form: FormDefinition) -> dict[str, Any]:
    group = lambda name: {  # noqa: E731  # drawn anew each time
        one.id: _value(chance, one.type) for one in form.groups[name].fields if chance.random() < 0.8
    }
    elements = [group("r") if chance.random() < 0.9 else _odd(chance) for _ in range(chance.randrange(5))]
    return {"g": group("g") if chance.random() < 0.95 else _odd(chance), "r": elements}


def _value(chance: Random, kind: str) -> Any:
    """Mostly of its type; sometimes anything, as an interface or an older version may have left it."""
    if chance.random() < 0.15:
        return _odd(chance)
    match kind:
        case "date":
            return _day(chance)
        case "integer" | "money":
            return _whole(chance)
        case "boolean":
            return chance.random() < 0.5
        case "multiselect":
            return chance.choices(OPTIONS, k=chance.randrange(3))
        case "address":
            return {part: chance.choice(TEXTS) for part in ("street", "postal_code", "city") if chance.random() < 0.8}
    return chance.choice(TEXTS)


def _odd(chance: Random) -> Any:
    return chance.choice(
        (None, chance.choice(TEXTS), _whole(chance), True, 1.5, 2**60, [1, "a"], {"f0": "a"}, "2026-02-30")
    )


def _whole(chance: Random) -> int:
    return chance.choice((0, 1, -1, 2, 12, 100, 3070, LARGEST, -LARGEST, chance.randint(-(10**7), 10**7)))


def _day(chance: Random) -> str:
    random_day = date(1800, 1, 1) + timedelta(days=chance.randrange(438_000))
    return chance.choice((*DAYS, random_day.isoformat()))


Paths = dict[str, list[str]]


def _paths(form: FormDefinition, *, within: bool) -> Paths:
    """The declared names by kind, those of an element as `item` within its group; `x …` those of an element named x."""
    found: Paths = {"date": ["today", "applicant.birth_date"], "text": ["applicant.trust", "applicant.name"]}
    repeated = _element(form.names.answers.fields["r"])
    _collect("a.g", form.names.answers.fields["g"], found)
    _collect("p", form.names.parameters, found)
    if within:
        _collect("item", repeated, found)
    for name, kind in repeated.fields.items():
        found.setdefault(f"x {kind}", []).append(f"x.{name}")
    return found


def _collect(path: str, kind: Kind, found: Paths) -> None:
    if kind.name == "record":
        for name, inner in kind.fields.items():
            _collect(f"{path}.{name}", inner, found)
    else:
        found.setdefault(str(kind), []).append(path)


class Grammar:
    """Expressions of the profile by kind. Most keep it; what it refuses is counted, not compared."""

    KINDS = ("boolean", "boolean", "boolean", "integer", "date", "text", "list of text")

    def __init__(self, chance: Random, paths: Paths) -> None:
        self.chance, self.paths = chance, paths

    def source(self) -> str:
        return self._made(self.chance.choice(self.KINDS), self.chance.randint(1, 4))

    def of(self, kind: str, depth: int) -> str:
        """An expression of this kind, at most so deep."""
        if not depth or self.chance.random() < 0.25:
            return self._simple(kind)
        return self._made(kind, depth)

    def _made(self, kind: str, depth: int) -> str:
        made: dict[str, tuple[Callable[[int], str], ...]] = {
            "boolean": (self._compared, self._compared, self._joined, self._member, self._asked, self._over_elements),
            "integer": (self._counted, self._reckoned, self._measured),
            "date": (self._moved,),
            "list of text": (self._mapped,),
        }
        choices = (*made.get(kind, ()), lambda deep: self._either(kind, deep))
        return self.chance.choice(choices)(depth - 1)

    def _simple(self, kind: str) -> str:
        names = self.paths.get(kind)
        return self.chance.choice(names) if names and self.chance.random() < 0.7 else self._literal(kind)

    def _literal(self, kind: str) -> str:
        match kind:
            case "boolean":
                return self.chance.choice(("true", "false"))
            case "integer":
                return self.chance.choice((str(_whole(self.chance)), "null"))
            case "date":
                return f"'{_day(self.chance)}'"
            case "text":
                return quoted(self.chance.choice(TEXTS))
        of = kind.removeprefix("list of ")
        return f"[{', '.join(self._literal(of) for _ in range(self.chance.randrange(3)))}]"

    def _either(self, kind: str, deep: int) -> str:
        return f"({self.of('boolean', deep)} ? {self.of(kind, deep)} : {self.of(kind, deep)})"

    def _compared(self, deep: int) -> str:
        kind = self.chance.choice(("integer", "integer", "date", "date", "text", "boolean", "list of text"))
        ordered = kind in ("integer", "date")
        sign = self.chance.choice(("==", "!=", "<", "<=", ">", ">=") if ordered else ("==", "!="))
        return f"({self.of(kind, deep)} {sign} {self.of(kind, deep)})"

    def _joined(self, deep: int) -> str:
        one, other = self.of("boolean", deep), self.of("boolean", deep)
        return self.chance.choice((f"({one} && {other})", f"({one} || {other})", f"!({one})"))

    def _member(self, deep: int) -> str:
        kind = self.chance.choice(("text", "integer"))
        return f"({self.of(kind, deep)} in {self.of(f'list of {kind}', deep)})"

    def _asked(self, deep: int) -> str:
        verb = self.chance.choice(("startsWith", "endsWith", "contains"))
        text = self.chance.choice(self.paths["text"])
        return self.chance.choice((f"{text}.{verb}({self.of('text', deep)})", f"({self.of('integer', deep)} == null)"))

    def _over_elements(self, deep: int) -> str:
        verb, about = self.chance.choice(("exists", "all", "exists_one")), self._about_element()
        lists = [f"{name}.{verb}(x, x == {self._simple('text')})" for name in self.paths.get("list of text", ())]
        return self.chance.choice((f"a.r.{verb}(x, {about})", f"(size(a.r.filter(x, {about})) > 0)", *lists[:1]))

    def _about_element(self) -> str:
        """A condition on one element named x."""
        yes = self.paths.get("x boolean", [])
        numbers = [f"x.{name[2:]} > {self._literal('integer')}" for name in self.paths.get("x integer", ())]
        days = [f"{name} < {self._simple('date')}" for name in self.paths.get("x date", ())]
        texts = [f"{name} == {self._simple('text')}" for name in self.paths.get("x text", ())]
        return self.chance.choice((*yes, *numbers, *days, *texts, "true"))

    def _counted(self, deep: int) -> str:
        return self.chance.choice(
            (f"size({self.of('text', deep)})", f"size({self.of('list of text', deep)})", "size(a.r)")
        )

    def _reckoned(self, deep: int) -> str:
        sign, one, other = self.chance.choice("+-*"), self.of("integer", deep), self.of("integer", deep)
        return self.chance.choice((f"({one} {sign} {other})", f"-({one})"))

    def _measured(self, deep: int) -> str:
        return f"{self.chance.choice(('days_between', 'age_on'))}({self.of('date', deep)}, {self.of('date', deep)})"

    def _moved(self, deep: int) -> str:
        return f"{self.chance.choice(('add_days', 'add_months'))}({self.of('date', deep)}, {self.of('integer', deep)})"

    def _mapped(self, _deep: int) -> str:
        names = self.paths.get("x text", [])
        return f"a.r.map(x, {self.chance.choice(names)})" if names else self._simple("list of text")


def quoted(text: str) -> str:
    """A text as the profile writes it."""
    plain_text = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{plain_text}'"
