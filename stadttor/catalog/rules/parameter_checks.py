"""`parameter_checks` of package.yaml: settings that fit one by one, but not together.

A check says, like one of a form, what is refused: `{if: <CEL over p>, refuse: <parameter>, text: <key>}`. With `refuse:
<table>.<column>` it is asked of every row, which it reads as `item`.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stadttor.catalog.rules import limits
from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.parameters import Parameter, ParameterFault, ParameterSchema
from stadttor.catalog.rules.strict_yaml import Document, Path
from stadttor.core.cel import BOOLEAN, Declared, Environment, Expression, ProfileError, Value
from stadttor.forms.parsing import parameter_kinds

SECTION = "parameter_checks"
_ROOTS = ("p.", "item.")


@dataclass(frozen=True)
class ParameterCheck:
    """`names` of parameters the condition reads or refuses; `column` is set when every row of a table is asked."""

    condition: Expression
    parameter: str
    column: str
    text: str
    names: frozenset[str]


@dataclass(frozen=True)
class ParameterRules:
    """What an authority's settings must be: each by itself (`schema`), and together (`checks`)."""

    schema: ParameterSchema
    declared: Declared
    checks: tuple[ParameterCheck, ...] = ()

    def check(self, values: Mapping[str, Any]) -> list[ParameterFault]:
        """Every value that does not fit; a check about a setting that is wrong by itself is not asked."""
        faults = self.schema.check(values)
        wrong = {fault.path.split(".")[0] for fault in faults}
        for check in self.checks:
            if not check.names & wrong:
                faults += self._refused(check, values)
        return faults

    def _refused(self, check: ParameterCheck, values: Mapping[str, Any]) -> Iterator[ParameterFault]:
        given = {one.name: _bindable(one, values.get(one.name)) for one in self.schema.parameters}
        rows = given[check.parameter] if check.column else [None]
        bound = {"p": given, "item": None}
        environment = Environment(lambda path: _at(bound, path))
        for place, row in enumerate(rows if isinstance(rows, list) else ()):
            bound["item"] = row
            environment.forget("item")
            if check.condition.holds(environment):
                path = f"{check.parameter}.{place}.{check.column}" if check.column else check.parameter
                yield ParameterFault(path, "check", check.text)


def _at(values: Any, path: str) -> Value:
    for name in path.split("."):
        values = values[name]
    found: Value = values
    return found


_UNANSWERED: Mapping[str, Value] = {"string": "", "boolean": False, "integer": None}


def _bindable(parameter: Parameter, value: Any) -> Any:
    """The value as conditions see it: what is not set is neutral, a row has all its columns."""
    if parameter.kind == "table":
        return [{one.name: _bindable(one, row.get(one.name)) for one in parameter.columns} for row in value or ()]
    if parameter.kind == "list":
        return list(value or ())
    return _UNANSWERED[parameter.kind] if value is None else value


def parse_rules(document: Document, manifest: Manifest, schema: ParameterSchema, faults: list[Fault]) -> ParameterRules:
    """The rules for a package's parameters; what is wrong with its checks, or its defaults by them, goes to `faults`."""
    declared = Declared(parameters=parameter_kinds(manifest.parameters))
    reader = _Reader(document, {one.name: one for one in schema.parameters}, declared, faults)
    checks = tuple(reader.checks(manifest.parameter_checks))
    rules = ParameterRules(schema, declared, checks)
    if not faults:
        reader.defaults(rules)
    return rules


@dataclass
class _Reader:
    document: Document
    parameters: Mapping[str, Parameter]
    declared: Declared
    faults: list[Fault]

    def checks(self, written: Sequence[Mapping[str, str]]) -> Iterator[ParameterCheck]:
        if len(written) > limits.PARAMETERS:
            self._fault((SECTION,), f"more than {limits.PARAMETERS} checks", "Combine some.")
            return
        cost = 0
        for place, one in enumerate(written):
            read = self._check(one, (SECTION, place))
            if read is not None:
                cost += self._cost(read)
                yield read
        if cost > limits.CHECKED_VALUES:
            self._fault((SECTION,), f"they could look at {cost:,} rows and values", "Lower `maxItems`, or ask less.")

    def _check(self, written: Mapping[str, str], path: Path) -> ParameterCheck | None:
        name, _dot, column = written["refuse"].partition(".")
        parameter = self.parameters.get(name)
        columns = [one.name for one in parameter.columns] if parameter else []
        if parameter is None or (column and column not in columns):
            self._fault((*path, "refuse"), f"there is no setting `{written['refuse']}`", "Name a parameter.")
            return None
        condition = self._condition(written["if"], (*path, "if"), name if column else "")
        if condition is None:
            return None
        return ParameterCheck(condition, name, column, written["text"], frozenset({name, *_read(condition)}))

    def _cost(self, check: ParameterCheck) -> int:
        """How many values a check looks at where every list is as long as it may be, lists inside lists."""
        lists = [*set(_read(check.condition)), *([check.parameter] if check.column else [])]
        return math.prod(_longest(self.parameters[name]) for name in lists)

    def _condition(self, source: str, path: Path, table: str) -> Expression | None:
        element = self.declared.parameters.fields[table].element if table else None
        try:
            condition = Expression.parse(
                source, self.declared.with_item(element) if element else self.declared, BOOLEAN
            )
        except ProfileError as error:
            self._fault(path, f"{error.message} (at character {error.position + 1})", error.mend)
            return None
        for name in sorted(condition.references):
            if not name.startswith(_ROOTS):
                self._fault(path, f"`{name}` is no setting", "Write p.<name>; settings know no application and no day.")
                return None
        return condition

    def defaults(self, rules: ParameterRules) -> None:
        """What the package proposes must be free of what it refuses."""
        for fault in rules.check(rules.schema.defaults()):
            path: Path = ("parameters", "properties", fault.path.split(".")[0], "default")
            self._fault(path, f"the default is refused by the check `{fault.limit}`", "Correct the default.")

    def _fault(self, path: Path, text: str, mend: str) -> None:
        name = ".".join(map(str, path))
        self.faults.append(Fault(self.document.file, self.document.line(path), f"`{name}`: {text}.", mend))


def _longest(parameter: Parameter) -> int:
    if parameter.kind not in ("list", "table"):
        return 1
    return limits.TABLE_ROWS if parameter.maximum is None else max(1, parameter.maximum)


def _read(condition: Expression) -> Iterable[str]:
    return (path.split(".")[1] for path in condition.references if path.startswith("p."))
