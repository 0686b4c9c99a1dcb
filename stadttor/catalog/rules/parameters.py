"""Parameters: what an authority sets when it adopts. A small subset of JSON Schema 2020-12.

The subset is checked here and not by a general validator, because a package comes from a stranger: patterns must be
linear-time, references must not exist, and every kind that is allowed must have a form for people.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from stadttor.catalog.rules import limits
from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.numbers import FORMATS
from stadttor.catalog.rules.patterns import matches, pattern_problem
from stadttor.catalog.rules.strict_yaml import Document, Path

Kind = Literal["string", "integer", "boolean", "list", "table"]
Scalar = Literal["string", "integer", "boolean"]

_SAID = {"title", "description", "default", "x-unit", "x-source", "type"}
_KEYS: dict[str, set[str]] = {
    "string": _SAID | {"minLength", "maxLength", "pattern", "format", "enum"},
    "integer": _SAID | {"minimum", "maximum", "enum"},
    "boolean": _SAID,
    "array": _SAID | {"minItems", "maxItems", "items"},
    "object": _SAID | {"properties", "required", "additionalProperties"},
}
_TYPES: dict[str, type] = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


@dataclass(frozen=True)
class Parameter:
    """One parameter, or one column of a table. `items` is the kind of a list's elements, `columns` those of a table."""

    name: str
    kind: Kind
    title: str
    help: str = ""
    default: Any = None
    unit: str = ""
    source: str = ""
    required: bool = False
    minimum: int | None = None
    maximum: int | None = None
    pattern: str = ""
    format: str = ""
    choices: tuple[Any, ...] = ()
    items: "Parameter | None" = None
    columns: tuple["Parameter", ...] = ()


@dataclass(frozen=True)
class ParameterFault:
    """A value that does not fit. `path` as in `zonen.0.name`; `code` names the rule, `limit` its bound.

    Codes: required, type, too_short, too_long, too_small, too_big, pattern, iban, creditor-id, option, too_few, too_many,
    unknown; check, with the key of the package's sentence as `limit`.
    """

    path: str
    code: str
    limit: Any = None

    def __str__(self) -> str:
        return f"{self.path}: {self.code}" + ("" if self.limit is None else f" ({self.limit})")


@dataclass(frozen=True)
class ParameterSchema:
    """All parameters of a package, in the order of the file."""

    parameters: tuple[Parameter, ...] = ()

    def defaults(self) -> dict[str, Any]:
        """What a test adoption begins with."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    def merged(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values over the defaults; unknown names are left out."""
        known = self.defaults()
        return known | {name: value for name, value in values.items() if name in known}

    def check(self, values: Mapping[str, Any]) -> list[ParameterFault]:
        """Every value that does not fit; empty means that the values may be adopted."""
        known = {parameter.name for parameter in self.parameters}
        faults = [ParameterFault(name, "unknown") for name in values if name not in known]
        for parameter in self.parameters:
            faults += _check(parameter, values.get(parameter.name), parameter.name)
        return faults


def _check(parameter: Parameter, value: Any, path: str) -> list[ParameterFault]:
    if value is None or (value == "" and parameter.kind == "string"):
        return [ParameterFault(path, "required")] if parameter.required else []
    checks: dict[Kind, Callable[[Parameter, Any, str], list[ParameterFault]]] = {
        "string": _check_string,
        "integer": _check_integer,
        "boolean": lambda _, value, path: [] if isinstance(value, bool) else [ParameterFault(path, "type")],
        "list": _check_list,
        "table": _check_table,
    }
    return checks[parameter.kind](parameter, value, path)


def _check_string(parameter: Parameter, value: Any, path: str) -> list[ParameterFault]:
    if not isinstance(value, str):
        return [ParameterFault(path, "type")]
    if parameter.choices and value not in parameter.choices:
        return [ParameterFault(path, "option")]
    if parameter.minimum is not None and len(value) < parameter.minimum:
        return [ParameterFault(path, "too_short", parameter.minimum)]
    longest = 2_000 if parameter.maximum is None else parameter.maximum
    if len(value) > longest:
        return [ParameterFault(path, "too_long", longest)]
    if parameter.pattern and not matches(parameter.pattern, value):
        return [ParameterFault(path, "pattern")]
    if parameter.format and not FORMATS[parameter.format](value):
        return [ParameterFault(path, parameter.format)]
    return []


def _check_integer(parameter: Parameter, value: Any, path: str) -> list[ParameterFault]:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**53:
        return [ParameterFault(path, "type")]
    if parameter.choices and value not in parameter.choices:
        return [ParameterFault(path, "option")]
    if parameter.minimum is not None and value < parameter.minimum:
        return [ParameterFault(path, "too_small", parameter.minimum)]
    if parameter.maximum is not None and value > parameter.maximum:
        return [ParameterFault(path, "too_big", parameter.maximum)]
    return []


def _check_length(parameter: Parameter, value: Any, path: str) -> list[ParameterFault]:
    if not isinstance(value, list):
        return [ParameterFault(path, "type")]
    fewest = parameter.minimum or 0
    most = limits.TABLE_ROWS if parameter.maximum is None else parameter.maximum
    if len(value) < fewest:
        return [ParameterFault(path, "too_few", fewest)]
    return [ParameterFault(path, "too_many", most)] if len(value) > most else []


def _check_list(parameter: Parameter, value: Any, path: str) -> list[ParameterFault]:
    faults = _check_length(parameter, value, path)
    if faults or parameter.items is None:
        return faults
    return [fault for place, item in enumerate(value) for fault in _check(parameter.items, item, f"{path}.{place}")]


def _check_table(parameter: Parameter, value: Any, path: str) -> list[ParameterFault]:
    faults = _check_length(parameter, value, path)
    if faults:
        return faults
    for place, row in enumerate(value):
        faults += _check_row(parameter, row, f"{path}.{place}")
    return faults


def _check_row(parameter: Parameter, row: Any, path: str) -> list[ParameterFault]:
    if not isinstance(row, dict):
        return [ParameterFault(path, "type")]
    known = {column.name for column in parameter.columns}
    faults = [ParameterFault(f"{path}.{name}", "unknown") for name in row if name not in known]
    for column in parameter.columns:
        faults += _check(column, row.get(column.name), f"{path}.{column.name}")
    return faults


# Reading the schema


@dataclass
class _Reader:
    document: Document
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Path, text: str, mend: str) -> None:
        name = ".".join(map(str, path))
        self.faults.append(Fault(self.document.file, self.document.line(path), f"`{name}`: {text}", mend))

    def properties(self, schema: Mapping[str, Any], path: Path, *, flat: bool) -> Iterator[Parameter]:
        found = schema.get("properties", {})
        if not isinstance(found, dict):
            self.fault((*path, "properties"), "is not a mapping.", "List the parameters by name.")
            return
        if len(found) > limits.PARAMETERS:
            self.fault((*path, "properties"), f"more than {limits.PARAMETERS} entries.", "Combine them in a table.")
        required = self.required(schema, found, path)
        for name, part in found.items():
            read = self.parameter(name, part, (*path, "properties", name), name in required, flat=flat)
            if read is not None:
                yield read

    def required(self, schema: Mapping[str, Any], found: Mapping[str, Any], path: Path) -> Sequence[str]:
        names = schema.get("required", [])
        if not isinstance(names, list) or not all(isinstance(name, str) and name in found for name in names):
            self.fault((*path, "required"), "names something that is not in `properties`.", "Correct the list.")
            return []
        return names

    def parameter(self, name: str, part: Any, path: Path, required: bool, *, flat: bool) -> Parameter | None:
        if not name.isidentifier() or not name.isascii() or name != name.lower():
            self.fault(path, "a name has small letters, digits and `_` only.", "Rename it.")
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in ("string", "integer", "boolean", "array") or (flat and kind == "array"):
            allowed = "string, integer, boolean" + ("" if flat else ", array")
            self.fault(path, f"`type` must be one of {allowed}.", "Correct the type.")
            return None
        for key in part.keys() - _KEYS[kind]:
            self.fault((*path, key), f"is not supported for {kind}.", f"Supported: {', '.join(sorted(_KEYS[kind]))}.")
        self.values(part, kind, path)
        return self.array(name, part, path, required) if kind == "array" else _scalar(name, part, kind, required)

    def values(self, part: Mapping[str, Any], kind: str, path: Path) -> None:
        """The keywords themselves have the right types."""
        for key in ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"):
            if key in part and (not isinstance(part[key], int) or isinstance(part[key], bool)):
                self.fault((*path, key), "must be a whole number.", "Correct the value.")
        if (_whole(part.get("maxItems")) or 0) > limits.TABLE_ROWS:
            self.fault((*path, "maxItems"), f"at most {limits.TABLE_ROWS:,} rows are allowed.", "Lower it.")
        for key in ("title", "description", "x-source", "x-unit"):
            if key in part and not isinstance(part[key], str):
                self.fault((*path, key), "must be a text.", "Put it in quotes.")
        if part.get("x-unit") == "cents" and kind != "integer":
            self.fault((*path, "x-unit"), "money is an integer number of cents.", "Set `type: integer`.")
        if "pattern" in part and (problem := pattern_problem(part["pattern"])):
            self.fault((*path, "pattern"), f"{problem}.", "Use a pattern that RE2 understands.")
        if "format" in part and part["format"] not in FORMATS:
            self.fault(
                (*path, "format"), f"must be one of {', '.join(FORMATS)}.", "Correct the format, or use a pattern."
            )
        if "enum" in part and not _is_list_of(part["enum"], _TYPES[kind]):
            self.fault((*path, "enum"), f"must be a list of {kind}.", "Correct the list.")

    def array(self, name: str, part: Mapping[str, Any], path: Path, required: bool) -> Parameter | None:
        items, here = part.get("items"), (*path, "items")
        kind = items.get("type") if isinstance(items, dict) else None
        if not isinstance(items, dict) or kind not in ("string", "integer", "object"):
            self.fault(here, "must be of type string, integer or object.", "Add `items: {type: …}`.")
            return None
        if kind != "object":
            element = self.parameter("item", items, here, True, flat=True)
            return _array(name, part, required, "list", items=element)
        for key in items.keys() - _KEYS["object"]:
            self.fault((*here, key), "is not supported for object.", "Remove it.")
        columns = tuple(self.properties(items, here, flat=True))
        if not columns:
            self.fault(here, "an object without `properties`.", "Name its columns.")
        return _array(name, part, required, "table", columns=columns)

    def defaults(self, schema: ParameterSchema, path: Path) -> None:
        for parameter in schema.parameters:
            here = (*path, "properties", parameter.name)
            if parameter.default is None:
                self.fault(here, "has no default.", "Add `default: …`, so that the package can be tried.")
                continue
            for found in _check(parameter, parameter.default, parameter.name):
                self.fault((*here, "default"), f"the default does not fit: {found}.", "Correct the default.")


def _scalar(name: str, part: Mapping[str, Any], kind: Scalar, required: bool) -> Parameter:
    low, high = ("minLength", "maxLength") if kind == "string" else ("minimum", "maximum")
    choices = part.get("enum", ())
    return Parameter(
        name,
        kind,
        **_said(name, part),
        required=required,
        minimum=_whole(part.get(low)),
        maximum=_whole(part.get(high)),
        pattern=str(part.get("pattern", "")) if not pattern_problem(part.get("pattern", "")) else "",
        format=str(part.get("format", "")) if part.get("format") in FORMATS else "",
        choices=tuple(choices) if isinstance(choices, list) else (),
    )


def _array(
    name: str,
    part: Mapping[str, Any],
    required: bool,
    kind: Kind,
    items: Parameter | None = None,
    columns: tuple[Parameter, ...] = (),
) -> Parameter:
    low, high = _whole(part.get("minItems")), _whole(part.get("maxItems"))
    said = _said(name, part)
    return Parameter(name, kind, **said, required=required, minimum=low, maximum=high, items=items, columns=columns)


def _said(name: str, part: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": str(part.get("title", name)),
        "help": str(part.get("description", "")),
        "default": part.get("default"),
        "unit": str(part.get("x-unit", "")),
        "source": str(part.get("x-source", "")),
    }


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and bool(value) and all(type(item) is kind for item in value)


def parse_schema(document: Document, schema: Any, path: Path = ("parameters",)) -> tuple[ParameterSchema, list[Fault]]:
    """Read the `parameters` of package.yaml. A schema with faults is returned as far as it was understood."""
    reader = _Reader(document)
    if not isinstance(schema, dict) or schema.get("type") != "object":
        reader.fault(path, "must be a JSON Schema of `type: object`.", "Begin with `type: object`.")
        return ParameterSchema(), reader.faults
    for key in schema.keys() - {"type", "properties", "required", "$schema", "additionalProperties"}:
        reader.fault((*path, key), "is not supported.", "Remove it.")
    read = ParameterSchema(tuple(reader.properties(schema, path, flat=False)))
    if not reader.faults:
        reader.defaults(read, path)
    return read, reader.faults
