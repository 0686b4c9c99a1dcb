"""Places: the index of all areas, kept by each process and refreshed after an import."""

import time
from collections.abc import Iterable
from datetime import date
from typing import cast
from uuid import UUID

from stadttor.core.ars import Level, land_name
from stadttor.ground.work import common
from stadttor.tenancy.models import Area, ImportRun
from stadttor.tenancy.rules.names import split, title
from stadttor.tenancy.rules.search import AreaRow, Index

KEEP_S = 5.0

_index: tuple[UUID | None, Index] | None = None
_index_checked = 0.0


def forget() -> None:
    """Look for a new import at the next question (after an import, and between tests)."""
    global _index_checked
    _index_checked = 0.0


def areas_index() -> Index:
    """All places, kept by this process until another import; whether there was one is asked every few seconds."""
    global _index, _index_checked
    if _index is not None and _index_checked > time.monotonic():
        return _index[1]
    with common():
        version = ImportRun.objects.order_by("-id").values_list("id", flat=True).first()
        if _index is None or _index[0] != version:
            _index = (version, Index(_area_rows()))
    _index_checked = time.monotonic() + KEEP_S
    return _index[1]


_COLUMNS = (
    "code", "ars", "level", "kind", "name", "sort_key", "population", "postal_code", "several_postal_codes",
    "valid_until", "successor",
)  # fmt: skip


def _area_rows() -> Iterable[AreaRow]:
    return (_area_row(*values) for values in Area.objects.order_by("code").values_list(*_COLUMNS))


def _area_row(
    code: str,
    ars: str,
    level: str,
    kind: str,
    name: str,
    sort_key: str,
    population: int | None,
    postal_code: str,
    several: bool,
    until: date | None,
    successor: str,
) -> AreaRow:
    return AreaRow(
        code=code,
        ars=ars,
        level=cast(Level, level),
        kind=kind,
        name=name,
        base=split(name).base,
        sort_key=sort_key,
        population=population,
        postal_code=postal_code,
        several_postal_codes=several,
        dissolved=until is not None,
        successor=successor,
        last_year=until.year if until else None,
    )


def area(key: str) -> AreaRow | None:
    """The area of an AGS, ARS or prefix, living or dissolved."""
    code = key[:5] + key[9:] if len(key) == 12 else key
    return areas_index().by_code.get(code)


def place_label(area: AreaRow) -> str:
    """A place so that people can tell it from others: `Neustadt (Landkreis Marburg-Biedenkopf, Hessen)`."""
    if area.level != "gemeinde":
        return title(area.name, area.kind, area.level)
    kreis = areas_index().by_code.get(area.code[:5])
    around = [title(kreis.name, kreis.kind, "kreis")] if kreis and split(kreis.name).base != area.base else []
    land = land_name(area.code)
    if land not in (area.base, *around):
        around.append(land)
    return f"{area.base} ({', '.join(around)})" if around else area.base
