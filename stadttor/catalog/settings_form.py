"""The form for a package's parameters, made from their schema: what was posted becomes values, values become fields."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.datastructures import MultiValueDict

from stadttor.catalog.rules.parameters import Parameter, ParameterFault, ParameterSchema
from stadttor.ground.web.blocks import Field
from stadttor.ground.web.formats import amount
from stadttor.ground.web.language import _, ngettext

ROWS_AS_TABLE = 40
"""Longer tables (streets) are edited as text, one row a line, which also takes what is pasted from a spreadsheet."""

_MONEY = re.compile(r"(-?)([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,12})(?:,([0-9]{1,2}))?")
_TRUTH = {"true": True, "false": False, "ja": True, "nein": False}

Posted = Mapping[str, str]
# What the package calls the codes of a parameter, by the parameter's name.
Labels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Row:
    """One row of an editable table: its place from 0 and a field for each column."""

    place: int
    cells: tuple[Field, ...]


@dataclass(frozen=True)
class Table:
    """A parameter that is a list of flat objects. `as_text` is set when it is edited as text instead."""

    name: str
    title: str
    help: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    as_text: Field | None
    error: str = ""


@dataclass(frozen=True)
class Setting:
    """One parameter on the page: a field or a table, and the legal source of its default."""

    field: Field | None
    table: Table | None
    source: str


# From what was posted to values


def posted_values(schema: ParameterSchema, posted: Posted) -> dict[str, Any]:
    """The values in a posted form. What cannot be read stays text, so that the check names it."""
    return {parameter.name: value_of(parameter, posted, f"p.{parameter.name}") for parameter in schema.parameters}


def edited(schema: ParameterSchema, posted: Posted) -> dict[str, Any]:
    """The values after a button for a row (`add_item`, `remove_item`) was pressed; empty rows are kept."""
    values = posted_values(schema, posted)
    for parameter in schema.parameters:
        if parameter.kind == "table" and f"p.{parameter.name}.text" not in posted:
            values[parameter.name] = list(_rows(parameter, posted, f"p.{parameter.name}"))
    added = posted.get("add_item", "")
    if isinstance(values.get(added), list):
        values[added] = [*values[added], {}]
    name, _dot, place = posted.get("remove_item", "").partition(".")
    if isinstance(values.get(name), list) and place.isdigit():
        values[name] = [row for number, row in enumerate(values[name]) if number != int(place)]
    return values


def value_of(parameter: Parameter, posted: Posted, name: str) -> Any:
    """The value posted under this name. What cannot be read stays text, so that the check names it."""
    if parameter.kind == "table":
        return _table(parameter, posted, name)
    text = posted.get(name, "").replace("\r\n", "\n").strip()
    if parameter.kind == "list":
        given = "\n".join(posted.getlist(name)) if isinstance(posted, MultiValueDict) else text
        lines = [line.strip() for line in given.replace("\r\n", "\n").split("\n") if line.strip()]
        return [_typed(parameter.items, line) if parameter.items else line for line in lines]
    return _typed(parameter, text)


def _typed(parameter: Parameter, text: str) -> Any:
    if parameter.kind == "string":
        return text
    if text == "":
        return None
    if parameter.kind == "boolean":
        return _TRUTH.get(text.lower(), text)
    return _cents(text) if parameter.unit == "cents" else _whole(text)


def _cents(text: str) -> int | str:
    match = _MONEY.fullmatch(text.removesuffix("€").strip())
    if not match:
        return text
    sign, whole, rest = match.groups()
    cents = int(whole.replace(".", "")) * 100 + int((rest or "0").ljust(2, "0"))
    return -cents if sign else cents


def _whole(text: str) -> int | str:
    return int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else text


def _table(parameter: Parameter, posted: Posted, name: str) -> list[dict[str, Any]]:
    if f"{name}.text" in posted:
        return list(_rows_in_text(parameter, posted[f"{name}.text"]))
    return [row for row in _rows(parameter, posted, name) if any(value not in ("", None) for value in row.values())]


def _rows(parameter: Parameter, posted: Posted, name: str) -> Iterator[dict[str, Any]]:
    """Rows as posted, also empty ones; an optional cell left empty is left out."""
    count = posted.get(f"{name}.rows", "0")
    for place in range(min(int(count) if count.isdigit() else 0, ROWS_AS_TABLE + 1)):
        texts = {column: posted.get(f"{name}.{place}.{column.name}", "").strip() for column in parameter.columns}
        yield {column.name: _typed(column, text) for column, text in texts.items() if text or column.required}


def _rows_in_text(parameter: Parameter, text: str) -> Iterator[dict[str, Any]]:
    for line in text.replace("\r\n", "\n").split("\n"):
        cells = [cell.strip() for cell in re.split(r"[\t;]", line)]
        if any(cells):
            named = zip(parameter.columns, cells, strict=False)
            yield {column.name: _typed(column, cell) for column, cell in named if cell or column.required}


def edited_as_text(schema: ParameterSchema, posted: Posted) -> set[str]:
    """The tables that are edited as text: asked for now, or posted so and not asked back."""
    named = {parameter.name for parameter in schema.parameters if f"p.{parameter.name}.text" in posted}
    return (named | {posted.get("as_text", "")}) - {posted.get("as_table", "")}


# From values to fields


def labels_of(schema: ParameterSchema, options: Mapping[str, str]) -> Labels:
    """What the form calls the codes that a parameter offers: `options` by their keys (`laufzeit.dauer.ein_jahr`).

    A parameter's codes are those of a question when one question knows them all.
    """
    questions: dict[str, dict[str, str]] = {}
    for key, label in options.items():
        question, _dot, code = key.rpartition(".")
        questions.setdefault(question, {})[code] = label
    found = {}
    for parameter in schema.parameters:
        codes = {str(choice) for choice in _choices(parameter)}
        fitting = next((known for known in questions.values() if codes and codes <= known.keys()), None)
        if fitting:
            found[parameter.name] = fitting
    return found


def _choices(parameter: Parameter) -> Sequence[Any]:
    return parameter.choices or (parameter.items.choices if parameter.items else ())


def settings(
    schema: ParameterSchema,
    values: Mapping[str, Any],
    said: Mapping[str, str] = MappingProxyType({}),
    as_text: Set[str] = frozenset(),
    labels: Labels | None = None,
) -> list[Setting]:
    """Every parameter as it is shown, with what is `said` to be wrong; `as_text` names tables to be edited as text."""
    return [
        _setting(parameter, values.get(parameter.name), said, as_text, (labels or {}).get(parameter.name, {}))
        for parameter in schema.parameters
    ]


def _setting(
    parameter: Parameter, value: Any, said: Mapping[str, str], as_text: Set[str], labels: Mapping[str, str]
) -> Setting:
    if parameter.kind == "table":
        return Setting(None, _table_of(parameter, value, said, as_text), parameter.source)
    field = field_of(parameter, f"p.{parameter.name}", value, _said(said, parameter), labels=labels)
    return Setting(field, None, parameter.source)


def _said(said: Mapping[str, str], parameter: Parameter) -> str:
    """What is wrong with a field; for a list also what is wrong with its lines."""
    start = f"{parameter.name}."
    found = [text for path, text in said.items() if path == parameter.name]
    lines = [_("Line {number}: {text}", number=int(path.removeprefix(start)) + 1, text=text)
             for path, text in said.items() if parameter.kind == "list" and path.startswith(start)]  # fmt: skip
    return " ".join([*found, *lines[:5]])


def field_of(
    parameter: Parameter,
    name: str,
    value: Any,
    error: str = "",
    label: str = "",
    labels: Mapping[str, str] | None = None,
) -> Field:
    """How a parameter that is no table is edited under this name."""
    choices = [
        {"value": str(choice), "label": shown(parameter, choice, labels or {})} for choice in _choices(parameter)
    ]
    return Field(
        type=_field_type(parameter),
        name=name,
        label=label or parameter.title,
        help=parameter.help,
        value=_typed_value(parameter, value),
        error=error,
        required=parameter.required,
        options=choices,
        maxlength=parameter.maximum if parameter.kind == "string" else None,
        rows=min(12, max(4, len(value) + 1)) if parameter.kind == "list" and isinstance(value, list) else 4,
        unit=parameter.unit if parameter.unit not in ("", "cents") else "",
    )


def _field_type(parameter: Parameter) -> str:
    if _choices(parameter):
        return "multiselect" if parameter.kind == "list" else "select"
    if parameter.kind == "list" or (parameter.kind == "string" and (parameter.maximum or 200) > 200):
        return "textarea"
    if parameter.kind == "integer":
        return "money" if parameter.unit == "cents" else "integer"
    return "boolean" if parameter.kind == "boolean" else "text"


def _typed_value(parameter: Parameter, value: Any) -> Any:
    if parameter.kind == "list":
        items = value if isinstance(value, list) else []
        if _choices(parameter):
            return [str(item) for item in items]
        return "\n".join(str(_typed_value(parameter.items, item) if parameter.items else item) for item in items)
    if parameter.kind == "boolean":
        return value
    if parameter.unit == "cents" and isinstance(value, int):
        return amount(value)
    return "" if value is None else str(value)


def _table_of(parameter: Parameter, value: Any, said: Mapping[str, str], as_text: Set[str]) -> Table:
    rows = value if isinstance(value, list) else []
    name = f"p.{parameter.name}"
    is_text = parameter.name in as_text or len(rows) > ROWS_AS_TABLE
    return Table(
        name=parameter.name,
        title=parameter.title,
        help=parameter.help,
        columns=tuple(column.title for column in parameter.columns),
        rows=() if is_text else tuple(_row(parameter, place, row, said) for place, row in enumerate(rows)),
        as_text=_as_text(parameter, name, rows, said) if is_text else None,
        error=said.get(parameter.name, ""),
    )


def _row(parameter: Parameter, place: int, row: Any, said: Mapping[str, str]) -> Row:
    values = row if isinstance(row, dict) else {}
    cells = []
    for column in parameter.columns:
        path = f"{parameter.name}.{place}.{column.name}"
        label = _("{column}, row {number}", column=column.title, number=place + 1)
        cells.append(field_of(column, f"p.{path}", values.get(column.name), said.get(path, ""), label))
    return Row(place, tuple(cells))


def _as_text(parameter: Parameter, name: str, rows: Sequence[Any], said: Mapping[str, str]) -> Field:
    lines = [";".join(str(_typed_value(column, row.get(column.name))) for column in parameter.columns)
             for row in rows if isinstance(row, dict)]  # fmt: skip
    wrong = [_("Line {number}: {text}", number=_line(path), text=text)
             for path, text in said.items() if path.startswith(f"{parameter.name}.")]  # fmt: skip
    columns = "; ".join(column.title for column in parameter.columns)
    return Field(
        type="textarea",
        name=f"{name}.text",
        label=parameter.title,
        help=_("One row a line, columns separated by semicolon or tab, in this order: {columns}", columns=columns),
        value="\n".join(lines),
        error=" ".join([*([said[parameter.name]] if parameter.name in said else []), *wrong[:5]]),
        required=parameter.required,
        rows=min(20, len(lines) + 2),
    )


def _line(path: str) -> int:
    place = path.split(".")[1]
    return int(place) + 1 if place.isdigit() else 0


def errors(schema: ParameterSchema, settings: Sequence[Setting], said: Mapping[str, str]) -> list[dict[str, str]]:
    """What the error summary lists, each with its setting's title; a table edited as text is one place to go to."""
    text_tables = {one.table.name for one in settings if one.table and one.table.as_text}
    titles = {parameter.name: parameter.title for parameter in schema.parameters}
    return [
        {
            "field": _place(path, text_tables),
            "text": f"{titles.get(path.split('.')[0], path)}: {text}",
        }
        for path, text in said.items()
    ]


def _place(path: str, text_tables: set[str]) -> str:
    name, *rest = path.split(".")
    if name in text_tables:
        return f"p.{name}.text"
    return f"p.{path}" if len(rest) != 1 else f"p.{name}"


def fault_texts(faults: Sequence[ParameterFault], checks: Mapping[str, str]) -> dict[str, str]:
    """What is wrong by the path of the value; `checks` are the package's own sentences by their keys.

    A value is wrong in one way at a time: the first counts.
    """
    said: dict[str, str] = {}
    for fault in faults:
        said.setdefault(fault.path, checks.get(str(fault.limit), "") if fault.code == "check" else fault_text(fault))
    return said


def fault_text(fault: ParameterFault) -> str:
    """What is wrong and what to do, in the reader's language."""
    sentences: dict[str, Callable[[], str]] = {
        "required": lambda: _("Fill in this setting."),
        "type": lambda: _("Write this in the form that is asked for: a whole number, or an amount like 30,70."),
        "too_short": lambda: _("Write at least {limit} characters.", limit=fault.limit),
        "too_long": lambda: _("Write at most {limit} characters.", limit=fault.limit),
        "too_small": lambda: _("This value is too small. The least is {limit}.", limit=_limit(fault)),
        "too_big": lambda: _("This value is too big. The most is {limit}.", limit=_limit(fault)),
        "pattern": lambda: _("This does not have the form that is asked for."),
        "iban": lambda: _("This is no IBAN: length or check digits are wrong. Compare it with the bank's letter."),
        "creditor-id": lambda: _(
            "This is no creditor identifier: its check digits are wrong. Compare it with the letter."
        ),
        "option": lambda: _("Choose one of the offered values."),
        "too_few": lambda: ngettext("Give at least one entry.", "Give at least {count} entries.", fault.limit),
        "too_many": lambda: ngettext("Give at most one entry.", "Give at most {count} entries.", fault.limit),
        "unknown": lambda: _("The package does not know this setting."),
    }
    return sentences[fault.code]()


def _limit(fault: ParameterFault) -> str:
    return amount(fault.limit) + " €" if fault.path.endswith("_cents") else str(fault.limit)


def shown(parameter: Parameter, value: Any, labels: Mapping[str, str] = MappingProxyType({})) -> str:
    """A value as a person reads it; `labels` are what the package calls its codes."""
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if parameter.unit == "cents" and isinstance(value, int):
        return amount(value) + " €"
    if isinstance(value, list):
        return (
            ngettext("one entry", "{count} entries", len(value))
            if parameter.kind == "table"
            else ", ".join(labels.get(str(one), str(one)) for one in value)
        )
    if str(value) in labels:
        return labels[str(value)]
    return f"{value} {parameter.unit}".strip()
