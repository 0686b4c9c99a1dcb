"""Rows of one table by equal values, and new rows: the statement is made once per table and set of columns.

For what runs in nearly every request: the query compiler costs several times what the database needs for one row. The
doors of `ground.work` and the filter on the authority are the same as everywhere.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

M = TypeVar("M", bound=Model)


def rows(model: type[M], *, order: Sequence[str] = (), most: int | None = None, **equal: object) -> list[M]:
    """The rows whose columns have these values, in the order of columns (`-` before a name: descending)."""
    with connection.cursor() as cursor:
        cursor.execute(_select(model, tuple(equal), tuple(order), most), list(equal.values()))
        found = cursor.fetchall()
    return [_loaded(model, row) for row in found]


def first(model: type[M], *, order: Sequence[str] = (), **equal: object) -> M | None:
    """The first of these rows, none when there is none."""
    return next(iter(rows(model, order=order, most=1, **equal)), None)


def insert(row: Model) -> None:
    """Write a new row as it is; defaults are those of the model. Raises what the database says."""
    model = type(row)
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in model._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(_insert(model), values)
    row._state.adding = False


@cache
def _select(model: type[Model], equal: tuple[str, ...], order: tuple[str, ...], most: int | None) -> str:
    columns = ", ".join(_column(field) for field in model._meta.concrete_fields)
    where = " AND ".join(f"{_column(_field(model, name))} = %s" for name in equal)
    sql = f'SELECT {columns} FROM "{model._meta.db_table}" WHERE {where}'  # noqa: S608  # names of our own models
    if order:
        sql += " ORDER BY " + ", ".join(_direction(model, name) for name in order)
    return f"{sql} LIMIT {most}" if most is not None else sql


def _direction(model: type[Model], name: str) -> str:
    return f"{_column(_field(model, name.removeprefix('-')))} {'DESC' if name.startswith('-') else 'ASC'}"


@cache
def _insert(model: type[Model]) -> str:
    fields = model._meta.concrete_fields
    columns, places = ", ".join(map(_column, fields)), ", ".join("%s" for _ in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places})'  # noqa: S608  # as above


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
        values[place] = field.from_db_value(values[place], None, connection)
    return model.from_db(connection.alias, [field.attname for field in model._meta.concrete_fields], values)
