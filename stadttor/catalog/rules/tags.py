"""What a decision enters until it is ended, one for each element of a repeated group (a dog with its tag), and what ends it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from stadttor.catalog.rules.again import Again, again_of, wrong_paths
from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.manifest import Manifest, Tag, TagEnd
from stadttor.catalog.rules.strict_yaml import Document
from stadttor.core.cel import BOOLEAN, DATE, TEXT, Declared, Environment, Expression, Kind, ProfileError, Value
from stadttor.forms.definition import FormDefinition
from stadttor.forms.rules.filled import Filled


@dataclass(frozen=True)
class Ending:
    """That an application ends a tag: its number as somebody typed it, and the last day."""

    number: str
    last_day: date | None


@dataclass(frozen=True)
class EndRule:
    """Which applications end a tag, by decisions with which outcomes."""

    condition: Expression
    outcomes: tuple[str, ...]
    number: Expression
    last_day: Expression

    def ending(self, filled: Filled) -> Ending | None:
        """What this application wants ended; None for one that ends nothing."""
        environment = Environment(filled.seen)
        if not self.condition.holds(environment):
            return None
        return Ending(_text(self.number, environment), _day(self.last_day, environment))


@dataclass(frozen=True)
class TagRule:
    """One tag for each element of the group `each`; `called` and `since` are said of the element.

    `again` by its act (end) says how an application is prefilled from a tag.
    """

    outcomes: tuple[str, ...]
    each: str
    called: Expression
    since: Expression
    again: Mapping[str, Again] = field(default_factory=dict)
    ends: EndRule | None = None

    def things(self, filled: Filled) -> tuple[tuple[str, date | None], ...]:
        """How each element is called and since when it is there, in the order of the answers."""
        found = filled.seen(f"a.{self.each}")
        elements = [self._element(filled, index) for index in range(len(found) if isinstance(found, list) else 0)]
        return tuple((_text(self.called, one), _day(self.since, one)) for one in elements)

    def ending(self, filled: Filled) -> Ending | None:
        """What this application wants ended; None for one that ends nothing."""
        return self.ends.ending(filled) if self.ends else None

    def _element(self, filled: Filled, index: int) -> Environment:
        def seen(path: str) -> Value:
            root, *rest = path.split(".")
            if root != "item":
                return filled.seen(path)
            found = filled.seen(f"a.{self.each}")
            value: Value = found[index] if isinstance(found, list) else None
            for name in rest:
                value = value.get(name) if isinstance(value, dict) else None
            return value

        return Environment(seen)


def _text(one: Expression, environment: Environment) -> str:
    value = one.evaluate(environment)
    return value.strip() if isinstance(value, str) else ""


def _day(one: Expression, environment: Environment) -> date | None:
    value = one.evaluate(environment)
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def parse_tag(document: Document, manifest: Manifest, form: FormDefinition, faults: list[Fault]) -> TagRule | None:
    """The rule, None where the package has none; what is wrong with it is added to `faults`."""
    if manifest.tag is None:
        return None
    reader = _Reader(document, manifest.tag, form)
    rule = reader.rule()
    faults += reader.faults
    return None if reader.faults else rule


class _Reader:
    """Reads the expressions, collecting faults with their lines."""

    def __init__(self, document: Document, said: Tag, form: FormDefinition) -> None:
        self.document, self.said, self.form = document, said, form
        self.faults: list[Fault] = []

    def rule(self) -> TagRule | None:
        said, item = self.said, self._item()
        called = self._parsed("called", said.called, TEXT, item)
        since = self._parsed("since", said.since, DATE, item)
        ends = self._ends(said.ends) if said.ends else None
        again = {act: again_of(one) for act, one in said.again.items()}
        self.faults += wrong_paths(self.document, "tag", again, self.form)
        self.faults += self._wrong_elements(again)
        return TagRule(tuple(said.outcomes), said.each, called, since, again, ends) if called and since else None

    def _ends(self, said: TagEnd) -> EndRule | None:
        whole = self.form.names
        condition = self._parsed("ends", said.when, BOOLEAN, whole)
        number = self._parsed("ends", said.number, TEXT, whole)
        last_day = self._parsed("ends", said.last_day, DATE, whole)
        if condition is None or number is None or last_day is None:
            return None
        return EndRule(condition, tuple(said.outcomes), number, last_day)

    def _item(self) -> Declared:
        group = self.form.groups.get(self.said.each)
        kind = self.form.names.answers.fields.get(self.said.each)
        if group is None or not group.repeat or kind is None or kind.element is None:
            self._fault("each", f"`{self.said.each}` is not a repeated group of the form.", "Name one of form.yaml.")
            return self.form.names
        return self.form.names.with_item(kind.element)

    def _wrong_elements(self, again: Mapping[str, Again]) -> Iterator[Fault]:
        for act, one in again.items():
            for name in one.element.values():
                if f"{self.said.each}.{name}" not in self.form.fields:
                    line = self.document.line(("tag", "again", act))
                    text = f"`tag.again.{act}`: `{self.said.each}` has no field `{name}`."
                    yield Fault(self.document.file, line, text, "Name one of form.yaml.")

    def _parsed(self, name: str, source: str, kind: Kind, names: Declared) -> Expression | None:
        try:
            return Expression.parse(source, names, kind)
        except ProfileError as error:
            self._fault(name, f"{error.message} (at character {error.position + 1}).", error.mend)
            return None

    def _fault(self, name: str, text: str, mend: str) -> None:
        path = ("tag", name)
        self.faults.append(Fault(self.document.file, self.document.line(path), f"`{'.'.join(path)}`: {text}", mend))
