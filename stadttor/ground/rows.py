"""Rows of one table by equal values, and new rows: the statement is made once per table and set of columns.

For what runs in nearly every request: the query compiler costs several times what the database needs for one row. The
doors of `ground.work` and the filter on the authority are the same as everywhere.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model

from stadttor.ground import wire
from stadttor.ground.work import refuse_outside, setting_of_reading

M = TypeVar("M", bound=Model)


def rows(
    model: type[M], *, order: Sequence[str] = (), most: int | None = None, lock: bool = False, **equal: Any
) -> list[M]:
    """The rows whose columns have these values (None: that have none), ordered by columns (`-` before a name: descending).

    With `lock` nobody else changes them before the open work ends.
    """
    given, empty = _split(equal)
    found = _ask(_select(model, tuple(given), empty, tuple(order), most, lock), list(given.values())).rows
    return [_loaded(model, row) for row in found]


def first(model: type[M], *, order: Sequence[str] = (), lock: bool = False, **equal: Any) -> M | None:
    """The first of these rows, none when there is none."""
    return next(iter(rows(model, order=order, most=1, lock=lock, **equal)), None)


def read(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a statement of ours gives; the values stand in the places `%s`, in their order."""
    return _ask(_numbered(sql), values).rows


def insert(row: Model) -> None:
    """Write a new row as it is; defaults are those of the model. Raises what the database says."""
    _write(_insert(type(row)), row)


def insert_both(one: Model, other: Model) -> None:
    """Write two new rows in one statement."""
    _write(_insert_both(type(one), type(other)), one, other)


def insert_unless_taken(row: Model) -> bool:
    """Write a new row unless another one has a key of its own already; gives whether it was written.

    Waits for whoever is writing such a row at this moment.
    """
    return _write(_insert(type(row), "ON CONFLICT DO NOTHING"), row) == 1


def change(model: type[Model], values: Mapping[str, object], **equal: Any) -> int:
    """Set columns of the rows whose columns have these values (None: that have none); gives how many."""
    given, empty = _split(equal)
    sql = _update(model, tuple(values), tuple(given), empty)
    written: list[Any] = [_prepared(model, name, value) for name, value in values.items()]
    return _ask(sql, [*written, *given.values()]).touched


def _split(equal: Mapping[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
    """(columns with a value, names of those that must be empty): in SQL nothing equals NULL."""
    given = {name: value for name, value in equal.items() if value is not None}
    return given, tuple(name for name in equal if name not in given)


def _write(sql: str, *rows: Model) -> int:
    touched = _ask(sql, [value for row in rows for value in _values(row)]).touched
    for row in rows if touched else ():
        row._state.adding = False
    return touched


def _ask(sql: str, values: Sequence[Any]) -> wire.Answered:
    """Behind the open door, with the errors a cursor of Django would raise."""
    refuse_outside(sql)
    here = _here()
    here.ensure_connection()
    here.validate_no_broken_transaction()
    before = setting_of_reading()
    with here.wrap_database_errors:
        if before is None:
            return wire.ask(here.connection, sql.encode(), values)
        return _ask_alone(here, before, sql.encode(), values)


def _ask_alone(here: Any, before: bytes, sql: bytes, values: Sequence[Any]) -> wire.Answered:
    try:
        return wire.ask_alone(here.connection, before, sql, values)
    except psycopg.Error:
        if not here.connection.closed:
            raise
    # The server restarted since this connection was last used. Nothing can have been written, so one more try is safe.
    here.close()
    here.ensure_connection()
    return wire.ask_alone(here.connection, before, sql, values)


def _here() -> Any:
    """This thread's connection itself: Django's own stand-in for it looks it up at every touch."""
    return connections[DEFAULT_DB_ALIAS]


@lru_cache(1_000)
def _numbered(sql: str) -> str:
    """With $1, $2 … in the places."""
    first, *others = sql.split("%s")
    return first + "".join(f"${number}{part}" for number, part in enumerate(others, 1))


def _values(row: Model) -> list[Any]:
    fields, here = type(row)._meta.concrete_fields, _here()
    return [field.get_db_prep_save(field.pre_save(row, add=True), here) for field in fields]


def _prepared(model: type[Model], name: str, value: object) -> object:
    return _field(model, name).get_db_prep_save(value, _here())


@cache
def _update(model: type[Model], changed: tuple[str, ...], equal: tuple[str, ...], empty: tuple[str, ...]) -> str:
    sets = ", ".join(_equal(model, changed))
    where = _where(model, equal, empty, after=len(changed))
    return f'UPDATE "{model._meta.db_table}" SET {sets} WHERE {where}'  # noqa: S608  # names of our models


@cache
def _select(
    model: type[Model],
    equal: tuple[str, ...],
    empty: tuple[str, ...],
    order: tuple[str, ...],
    most: int | None,
    lock: bool,
) -> str:
    columns = ", ".join(_column(field) for field in model._meta.concrete_fields)
    where = _where(model, equal, empty)
    sql = f'SELECT {columns} FROM "{model._meta.db_table}" WHERE {where}'  # noqa: S608  # names of our own models
    if order:
        sql += " ORDER BY " + ", ".join(_direction(model, name) for name in order)
    sql += f" LIMIT {most}" if most is not None else ""
    return f"{sql} FOR UPDATE" if lock else sql


def _direction(model: type[Model], name: str) -> str:
    return f"{_column(_field(model, name.removeprefix('-')))} {'DESC' if name.startswith('-') else 'ASC'}"


def _where(model: type[Model], equal: tuple[str, ...], empty: tuple[str, ...], after: int = 0) -> str:
    tests = [*_equal(model, equal, after), *(f"{_column(_field(model, name))} IS NULL" for name in empty)]
    return " AND ".join(tests)


def _equal(model: type[Model], names: Iterable[str], after: int = 0) -> Iterator[str]:
    """`"column" = $n`, counted from the one after the places that are taken."""
    return (f"{_column(_field(model, name))} = ${place}" for place, name in enumerate(names, after + 1))


@cache
def _insert(model: type[Model], conflict: str = "", after: int = 0) -> str:
    fields = model._meta.concrete_fields
    columns = ", ".join(map(_column, fields))
    places = ", ".join(f"${after + place}" for place in range(1, len(fields) + 1))
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places}) {conflict}'  # noqa: S608  # names of our own models


@cache
def _insert_both(one: type[Model], other: type[Model]) -> str:
    return f"WITH one AS ({_insert(one)}) {_insert(other, after=len(one._meta.concrete_fields))}"


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    """By the name of its attribute: `authority_id`, not `authority`."""
    return next(field for field in model._meta.concrete_fields if field.attname == name)


def _column(field: "Field[Any, Any]") -> str:
    return f'"{field.column}"'


@cache
def _readers(model: type[Model]) -> tuple[tuple[int, Any], ...]:
    """The columns whose values Django itself turns into Python's (JSON), by place."""
    fields = enumerate(model._meta.concrete_fields)
    return tuple((place, field) for place, field in fields if hasattr(field, "from_db_value"))


def _loaded(model: type[M], row: Sequence[Any]) -> M:
    values = list(row)
    for place, field in _readers(model):
        values[place] = field.from_db_value(values[place], None, _here())
    return model.from_db(DEFAULT_DB_ALIAS, _names(model), values)


@cache
def _names(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)
