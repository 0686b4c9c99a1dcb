"""A form with answers in it: what is visible, what is required, what is wrong, what it costs.

A hidden field counts as unanswered everywhere, whatever was once typed into it; so nothing a person cannot see decides.
Answers may come from anywhere (a draft, an API, an old version): of the wrong kind they are problems, never exceptions.
"""

import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from stadttor.core.cel import MAX_INTEGER, Environment, Expression, Kind, Value, neutral
from stadttor.forms.definition import (
    MAX_REPEAT,
    Bound,
    Check,
    FeeItem,
    Field,
    FormDefinition,
    Group,
    Page,
)
from stadttor.forms.rules import formats
from stadttor.forms.rules.lookups import find
from stadttor.forms.rules.problems import Error, Problem
from stadttor.forms.rules.types import TYPES, Bounds, Checker, unanswered

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies, as far as conditions may ask: trust level (`none` … `hoch`), name, birth date (ISO or empty)."""

    trust: str = "none"
    name: str = ""
    birth_date: str = ""


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One owed amount; `cents` is None while an answer it depends on is missing. `text` is the key `fees.<text>`.

    `shares` are the cents of it that are passed on, by whose they are.
    """

    id: str
    cents: int | None
    text: str
    shares: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Fees:
    lines: tuple[FeeLine, ...] = ()

    @property
    def total(self) -> int:
        """Cents; never negative, reductions end at nothing."""
        return max(0, sum(line.cents or 0 for line in self.lines))

    @property
    def complete(self) -> bool:
        return all(line.cents is not None for line in self.lines)


@dataclass(frozen=True, slots=True)
class Shown:
    """A visible field at its place: `path` as in errors and input names, `index` within a repeated group or None."""

    field: Field
    path: str
    index: int | None = None


@dataclass(slots=True)
class _Memory:
    """What one Filled has found out already."""

    environments: dict[tuple[str, int] | None, Environment] = field(default_factory=dict)
    visible: dict[tuple[str, int | None], bool] = field(default_factory=dict)
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)


@lru_cache(maxsize=256)
def _checkers(definition: FormDefinition) -> dict[str, Checker]:
    return {path: TYPES[one.type].checker(one) for path, one in definition.fields.items()}


class Filled:
    """Answers in a form under an authority's parameters on a day. Reads only; build a new one for new answers."""

    def __init__(
        self,
        definition: FormDefinition,
        answers: Answers,
        parameters: Mapping[str, Any],
        today: date,
        applicant: Applicant = Applicant(),
    ) -> None:
        self.definition = definition
        self.answers = answers
        self.parameters = parameters
        self.today = today
        self.applicant = applicant
        self._checkers = _checkers(definition)
        self._memory = _Memory()

    # What is visible

    @property
    def pages(self) -> list[Page]:
        """The visible pages in order."""
        return [page for page in self.definition.pages if self._page_visible(page)]

    def groups(self, page: Page) -> list[Group]:
        return [group for group in page.groups if self._group_visible(page, group)]

    def fields(self, group: Group, index: int | None = None) -> list[Shown]:
        """The visible fields of a group; `index` names the element of a repeated one."""
        return [Shown(one, self.path_of(one, index), index) for one in group.fields if self.visible(group, one, index)]

    def shown(self, page: Page) -> Iterator[Shown]:
        """Every visible field of a page, repeated groups element by element."""
        for group in self.groups(page):
            for index in self.indexes(group):
                yield from self.fields(group, index)

    def indexes(self, group: Group) -> Sequence[int | None]:
        """The elements to show: [None] for an ordinary group, at least `repeat.min` for a repeated one."""
        if group.repeat is None:
            return [None]
        return range(max(len(self.items(group)), group.repeat.min))

    def items(self, group: Group) -> list[Any]:
        """The raw elements of a repeated group, at most MAX_REPEAT."""
        found = self.answers.get(group.id)
        return found[:MAX_REPEAT] if isinstance(found, list) else []

    def visible(self, group: Group, one: Field, index: int | None = None) -> bool:
        """Whether page, group and field are to be seen."""
        key = (one.path, index)
        known = self._memory.visible.get(key)
        if known is None:
            known = self._group_visible(self.definition.page_of_group[group.id], group) and (
                one.show_if is None or self.holds(one.show_if, group, index)
            )
            self._memory.visible[key] = known
        return known

    def _page_visible(self, page: Page) -> bool:
        return page.show_if is None or self.holds(page.show_if)

    def _group_visible(self, page: Page, group: Group) -> bool:
        key = (group.id, None)
        known = self._memory.visible.get(key)
        if known is None:
            known = self._page_visible(page) and (group.show_if is None or self.holds(group.show_if))
            self._memory.visible[key] = known
        return known

    @staticmethod
    def path_of(one: Field, index: int | None) -> str:
        """`group.field`, or `group.0.field` in a repeated group."""
        return one.path if index is None else f"{one.group}.{index}.{one.id}"

    # What is answered

    def answer(self, one: Field, index: int | None = None) -> Any:
        """The raw answer, None when there is none; also of hidden fields."""
        value = self._given(one.group, index).get(one.id)
        return None if unanswered(value) else value

    def _given(self, group: str, index: int | None) -> Mapping[str, Any]:
        """The raw answers of a group or of one element; empty where there are none."""
        found = self.answers.get(group)
        if index is not None:
            found = found[index] if isinstance(found, list) and index < len(found) else None
        return found if isinstance(found, dict) else {}

    def required(self, one: Field, index: int | None = None) -> bool:
        if isinstance(one.required, bool):
            return one.required
        return self.holds(one.required, self.definition.groups[one.group], index)

    def options(self, one: Field) -> tuple[str, ...]:
        """The keys to choose from."""
        return options_of(one, self.parameters)

    def bounds(self, one: Field, index: int | None = None) -> Bounds:
        """Least and greatest value, None where there is no bound."""
        if one.minimum is None and one.maximum is None:
            return (None, None)
        return self._bound(one.minimum, one, index), self._bound(one.maximum, one, index)

    def _bound(self, bound: Bound, one: Field, index: int | None) -> int | str | None:
        if not isinstance(bound, Expression):
            return bound
        value = bound.evaluate(self._environment(self.definition.groups[one.group], index))
        return value if isinstance(value, int | str) else None

    def looked_up(self, one: Field, index: int | None = None) -> str | None:
        """The default a parameter table gives for this field by the answers so far; None when it gives none."""
        if one.lookup is None:
            return None
        table = self.parameters.get(one.lookup.table)
        found = find(one.lookup, table if isinstance(table, list) else [], lambda path: self.seen(f"a.{path}"))
        return str(found) if found is not None else None

    def protects(self) -> bool:
        """Whether a field was answered with yes that makes who applies a protected person (§ 51 BMG)."""
        return any(
            one.field.protects and self.answer(one.field, one.index) is True
            for page in self.pages
            for one in self.shown(page)
        )

    def departures(self) -> list[str]:
        """Paths where the citizen chose something else than the table gives, for the clerk to look at."""
        return [
            shown.path
            for page in self.pages
            for shown in self.shown(page)
            if shown.field.lookup
            and (given := self.answer(shown.field, shown.index)) is not None
            and (found := self.looked_up(shown.field, shown.index)) is not None
            and str(given) != found
        ]

    # What is wrong

    def validate_page(self, page_id: str) -> list[Problem]:
        """The problems of one page, at most one per field. A page that is hidden has none."""
        found = self._memory.problems.get(page_id)
        if found is None:
            found = self._memory.problems[page_id] = tuple(self._validate_page(page_id))
        return list(found)

    def _validate_page(self, page_id: str) -> list[Problem]:
        page = self.definition.page_by_id[page_id]
        if not self._page_visible(page):
            return []
        problems: dict[str, Problem] = {}
        for group in self.groups(page):
            self._validate_group(group, problems)
        for check in page.checks:
            self._run_check(check, problems)
        return self.in_order(page, problems)

    def in_order(self, page: Page, problems: Mapping[str, Problem]) -> list[Problem]:
        """The problems of a page, by path, in the order in which their fields stand on it."""
        return [problems[path] for path in self._paths(page) if path in problems] if problems else []

    def _paths(self, page: Page) -> Iterator[str]:
        for group in page.groups:
            if group.repeat:
                yield group.id
            for index in self.indexes(group):
                yield from (self.path_of(one, index) for one in group.fields)

    def validate_all(self) -> list[Problem]:
        """The problems of all visible pages in the order of the form."""
        return [problem for page in self.pages for problem in self.validate_page(page.id)]

    def _validate_group(self, group: Group, problems: dict[str, Problem]) -> None:
        if group.repeat:
            given = self.answers.get(group.id)
            if error := _count_error(group, len(given) if isinstance(given, list) else 0):
                problems[group.id] = Problem.of(group.id, error)
        for index in self.indexes(group):
            given = self._given(group.id, index)
            for one in group.fields:
                if one.show_if is not None and not self.visible(group, one, index):
                    continue
                if problem := self._validate(one, index, given.get(one.id)):
                    problems[problem.path] = problem

    def _validate(self, one: Field, index: int | None, value: Any) -> Problem | None:
        if unanswered(value):
            needed = one.type != "info" and self.required(one, index)
            return Problem(self.path_of(one, index), "required", f"fields.{one.path}.required") if needed else None
        error = self._checkers[one.path](value, self.bounds(one, index)) or self._option_error(one, value)
        return Problem.of(self.path_of(one, index), error) if error else None

    def _option_error(self, one: Field, value: Any) -> Error | None:
        if one.type not in ("select", "multiselect"):
            return None
        chosen = value if isinstance(value, list) else [value]
        options = self.options(one)
        return None if all(option in options for option in chosen) else Error("option")

    def _run_check(self, check: Check, problems: dict[str, Problem]) -> None:
        """A check speaks only where its field can be seen and has no problem of its own."""
        one = self.definition.fields[check.refuse]
        group = self.definition.groups[one.group]
        for index in self.indexes(group):
            path = self.path_of(one, index)
            if path in problems or not self.visible(group, one, index):
                continue
            if self.holds(check.condition, group, index):
                problems[path] = Problem(path, check.text, f"checks.{check.text}", strict=check.strict)

    # What remains

    def clean(self) -> dict[str, Any]:
        """The answers without hidden, unknown and empty ones; what is submitted. Elements keep their places."""
        cleaned: dict[str, Any] = {}
        for page in self.pages:
            for group in self.groups(page):
                if group.repeat:
                    cleaned[group.id] = [self._clean(group, index) for index in range(len(self.items(group)))]
                else:
                    cleaned[group.id] = self._clean(group, None)
        return {name: value for name, value in cleaned.items() if value}

    def _clean(self, group: Group, index: int | None) -> dict[str, Any]:
        values = ((shown.field.id, self.answer(shown.field, index)) for shown in self.fields(group, index))
        return {name: value for name, value in values if value is not None}

    def fees(self, items: Sequence[FeeItem]) -> Fees:
        """What is owed for these answers, in the order of the items."""
        return Fees(tuple(self._fee(item) for item in items if item.condition is None or self.holds(item.condition)))

    def _fee(self, item: FeeItem) -> FeeLine:
        cents = item.cents.evaluate(self._environment())
        given = ((share.to, share.cents.evaluate(self._environment())) for share in item.shares)
        shares = tuple((to, part) for to, part in given if isinstance(part, int) and part > 0)
        return FeeLine(item.id, cents if isinstance(cents, int) else None, item.text, shares)

    # How expressions see it

    def holds(self, condition: Expression, group: Group | None = None, index: int | None = None) -> bool:
        """Whether a condition of this form is true for the answers; in a repeated group for the element at `index`."""
        return condition.holds(self._environment(group, index))

    def _environment(self, group: Group | None = None, index: int | None = None) -> Environment:
        key = (group.id, index) if group and index is not None else None
        found = self._memory.environments.get(key)
        if found is None:
            # By a weak name: in a loop of the two, everything somebody typed would stay until garbage is looked for.
            me = weakref.proxy(self)
            found = Environment(lambda path: me._resolve(path, group, index))
            self._memory.environments[key] = found
        return found

    def seen(self, path: str) -> Value:
        """What an expression sees at a declared path such as `a.halter.art` or `p.zonen`."""
        return self._resolve(path, None, None)

    def _resolve(self, path: str, group: Group | None, index: int | None) -> Value:
        """The value an expression sees at a declared path."""
        root, *parts = path.split(".")
        match root:
            case "a":
                return self._resolve_answer(parts)
            case "item":
                return self._known(group, parts[0], index, parts[1:]) if group else None
            case "p":
                return _bindable(self.definition.names.parameters, self.parameters, parts)
            case "today":
                return self.today.isoformat()
            case _:
                kind = self.definition.names.kind_of(path)
                return _bindable(kind, getattr(self.applicant, parts[0], ""), [])

    def _resolve_answer(self, parts: list[str]) -> Value:
        group = self.definition.groups[parts[0]]
        if group.repeat:
            return (
                [self._element(group, index) for index in range(len(self.items(group)))] if self._is_open(group) else []
            )
        return self._known(group, parts[1], None, parts[2:])

    def _is_open(self, group: Group) -> bool:
        return self._group_visible(self.definition.page_of_group[group.id], group)

    def _element(self, group: Group, index: int) -> Value:
        return {one.id: self._known(group, one.id, index, []) for one in group.fields if one.type != "info"}

    def _known(self, group: Group, name: str, index: int | None, rest: list[str]) -> Value:
        """A visible answer of the declared kind, else the neutral value."""
        one = self.definition.fields[f"{group.id}.{name}"]
        declared = self.definition.names.answers.fields[group.id]
        kind = (declared.element or declared).fields[name]
        value = self.answer(one, index) if self.visible(group, one, index) else None
        return _bindable(kind, value, rest)


def options_of(one: Field, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys to choose from; options of a parameter list are their own labels."""
    if one.options_from is None:
        return one.options
    given = parameters.get(one.options_from)
    return tuple(option for option in given if isinstance(option, str)) if isinstance(given, list) else ()


def _count_error(group: Group, count: int) -> Error | None:
    if group.repeat and count < group.repeat.min:
        return Error("too_few", {"min": group.repeat.min})
    return Error("too_many", {"max": group.repeat.max}) if group.repeat and count > group.repeat.max else None


def _bindable(kind: Kind | None, value: Any, rest: Sequence[str]) -> Value:
    """The value, or its part below `rest`, in the shape of its kind; neutral where the shape is another."""
    for name in rest:
        kind = kind.fields.get(name) if kind else None
        value = value.get(name) if isinstance(value, Mapping) else None
    if kind is None:
        return None
    match kind.name:
        case "text":
            return value if isinstance(value, str) and _encodable(value) else ""
        case "date":
            return value if isinstance(value, str) and formats.is_date(value) else ""
        case "integer":
            return value if type(value) is int and abs(value) <= MAX_INTEGER else None
        case "boolean":
            return value is True
        case "list":
            return _bindable_list(kind, value)
        case "record":
            return {name: _bindable(kind, value, [name]) for name in kind.fields}
    return neutral(kind)


def _bindable_list(kind: Kind, value: Any) -> Value:
    elements = value if isinstance(value, list) and kind.element else []
    return [_bindable(kind.element, element, []) for element in elements]


def _encodable(text: str) -> bool:
    """False for half surrogate pairs, which JSON can carry and no engine can hold."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)
