"""Lists of the current keys: JSON (all levels, dissolved keys) and CSV (keys joined with older figures)."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from stadttor.core.ars import (
    LAENDER,
    Ars,
    BadRegionalKey,
    Level,
    ags_of,
    is_gemeindefrei,
    is_kreisfrei,
    parse_ars,
    parse_prefix,
)
from stadttor.tenancy.rules.names import guess_kind, guess_kreis
from stadttor.tenancy.rules.register import KINDS, BadRegister, Dissolved, Place, Problem, Register

_CSV_COLUMNS = {"ags", "ars", "land", "kreis_key", "kreis_name"}
_NEEDED = _CSV_COLUMNS | {"plz_unique"}
_YEAR = re.compile(r"_([1-9][0-9]{3})$")


def parse_json(data: bytes) -> Register:
    """Read the list of keys as JSON. Raises BadRegister; JSON has no lines, so broken keys are named themselves."""
    try:
        document = json.loads(data)
        latest, obsolete = document["latest"], document["obsolete"]
        as_of = date.fromisoformat(latest["source"]["snapshotDate"])
        places, dissolved = tuple(_json_places(latest)), tuple(_json_dissolved(obsolete))
    except BadRegionalKey as error:
        raise BadRegister([Problem(0, str(error))]) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRegister([Problem(0, f"is no list of regional keys ({type(error).__name__}: {error})")]) from None
    return Register("keys (JSON)", as_of, places, dissolved)


def _json_places(latest: Mapping[str, Any]) -> Iterator[Place]:
    levels: tuple[tuple[str, Level], ...] = (
        ("bundeslaender", "land"),
        ("regierungsbezirke", "bezirk"),
        ("kreise", "kreis"),
    )
    for table, level in levels:
        for key, name in sorted(latest[table].items()):
            yield _larger(key, name, level, kreisfrei=f"{key}0000000" in latest["gemeindenByArs"])
    for key, name in sorted(latest["gemeindeverbaende"].items()):
        if key[5] == "5":
            yield _larger(key, name, "verband")
    for key, name in sorted(latest["gemeindenByArs"].items()):
        yield _municipality(parse_ars(key), name)


def _json_dissolved(obsolete: Mapping[str, Any]) -> Iterator[Dissolved]:
    """Only keys whose AGS is gone: an ARS also changes when a municipality merely joins another Verband."""
    last_ars = {ags_of(parse_ars(key)): key for key in sorted(obsolete["maps"]["gemeindenByArs"])}
    years = obsolete["lastContainedInYear"]["gemeindenByAgs"]
    for ags, name in sorted(obsolete["maps"]["gemeindenByAgs"].items()):
        if ags in last_ars:
            yield Dissolved(_municipality(Ars(last_ars[ags]), name), int(years[ags]))


def _larger(key: str, name: str, level: Level, *, kreisfrei: bool = False) -> Place:
    kind = guess_kreis(key, name, kreisfrei=kreisfrei) if level == "kreis" else guess_kind(key, name, level)
    return Place(parse_prefix(key), key, level, name, kind)


def _municipality(key: Ars, name: str) -> Place:
    return Place(ags_of(key), key, "gemeinde", name, guess_kind(key, name, "gemeinde"))


def is_csv(first_line: str) -> bool:
    """Whether this header belongs to the CSV read here."""
    return _CSV_COLUMNS.issubset(first_line.strip().split(","))


def parse_csv(data: bytes, *, as_of: date | None = None) -> Register:
    """Read the joined CSV. Raises BadRegister with every broken line and its number.

    The header tells the years (`name_2026`, `population_2020`). Without `as_of`, the state is 1 January of that year.
    """
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    except UnicodeDecodeError as error:
        raise BadRegister([Problem(data.count(b"\n", 0, error.start) + 1, "is not UTF-8")]) from None
    try:
        return _read_csv(reader, as_of)
    except csv.Error as error:
        raise BadRegister([Problem(reader.line_num, f"is no CSV: {error}")]) from None


def _read_csv(reader: "csv.DictReader[str]", as_of: date | None) -> Register:
    columns = _Columns(reader.fieldnames or ())
    places: list[Place] = []
    problems: list[Problem] = []
    larger: dict[str, Place] = {}
    for row in reader:
        try:
            place, above = columns.place(row), dict(_csv_larger(row))
        except ValueError as error:
            problems.append(Problem(reader.line_num, str(error)))
            continue
        places.append(place)
        larger.update(above)
    if problems or not places:
        raise BadRegister(problems or [Problem(0, "holds no municipality")])
    return Register("keys (CSV)", as_of or date(columns.year, 1, 1), (*larger.values(), *places))


def _csv_larger(row: Mapping[str, str]) -> Iterator[tuple[str, Place]]:
    """Land and Kreis of a municipality. Raises ValueError when the Kreis is none."""
    land, kreis = row["ars"][:2], row["kreis_key"]
    yield land, Place(land, land, "land", LAENDER[land], "land")
    if row["kreis_name"]:
        yield kreis, _larger(kreis, row["kreis_name"], "kreis", kreisfrei=is_kreisfrei(Ars(row["ars"])))


class _Columns:
    """The columns of one CSV file, whose names carry the year of their content."""

    def __init__(self, header: "list[str] | tuple[str, ...] | Any"):
        if not set(header) >= _NEEDED:
            raise BadRegister([Problem(1, f"lacks the columns {', '.join(sorted(_NEEDED - set(header)))}")])
        self.name = self._column(header, "name_")
        self.kind = self._column(header, "textkennzeichen_")
        self.population = self._column(header, "population_")
        self.area = self._column(header, "area_ha_")
        self.postal_code = self._column(header, "plz_sitz_")
        self.year = _year(self.name)
        self.population_date = date(_year(self.population), 12, 31)

    @staticmethod
    def _column(header: Any, prefix: str) -> str:
        for column in header:
            if column.startswith(prefix) and _YEAR.search(column):
                return str(column)
        raise BadRegister([Problem(1, f"lacks a column {prefix}<year>")])

    def place(self, row: Mapping[str, str]) -> Place:
        """One municipality. Raises ValueError (BadRegionalKey included) with the reason."""
        if any(value is None for value in row.values()) or None in row:
            raise ValueError("has another number of fields than the header")
        key, name = parse_ars(row["ars"]), row[self.name].strip()
        if ags_of(key) != row["ags"]:
            raise ValueError(f"AGS {row['ags']} does not belong to ARS {key}")
        if not name:
            raise ValueError(f"{key} has no name")
        population = _optional(row, self.population, int)
        return Place(
            code=ags_of(key),
            ars=key,
            level="gemeinde",
            name=name,
            kind=self._kind(row, key, name),
            population=population,
            population_date=None if population is None else self.population_date,
            area_ha=_optional(row, self.area, int),
            postal_code=row[self.postal_code],
            several_postal_codes=row["plz_unique"] == "False",
        )

    def _kind(self, row: Mapping[str, str], key: Ars, name: str) -> str:
        kind = KINDS.get(row[self.kind], "")
        if kind and kind.startswith("gemeindefrei") == is_gemeindefrei(key):
            return kind
        return guess_kind(key, name, "gemeinde")


def _year(column: str) -> int:
    found = _YEAR.search(column)
    return int(found[1]) if found else 0


def _optional(row: Mapping[str, str], column: str, convert: Callable[[str], int]) -> int | None:
    text = row[column].strip()
    if not text:
        return None
    try:
        return convert(text)
    except ValueError:
        raise ValueError(f"{column} should be a number, not {text!r}") from None
