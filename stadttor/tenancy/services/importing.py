"""Import of the official register: one transaction, repeatable, nothing deleted."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db import connection
from django.db.models import Max

from stadttor.core.ars import Level
from stadttor.core.german_sort import search_key, sort_key
from stadttor.ground.work import common
from stadttor.tenancy import queries
from stadttor.tenancy.models import Area, ImportRun
from stadttor.tenancy.rules import files
from stadttor.tenancy.rules.changes import Changes, Entry, compare
from stadttor.tenancy.rules.names import split
from stadttor.tenancy.rules.register import DEMO, Place, Register

BATCH = 1_000
# Two imports at once wait for each other: the second then finds nothing left to do.
LOCK = 8_247_001
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What one import did. `municipalities` and `unincorporated` count the file, the rest counts rows written."""

    source: str
    as_of: date
    municipalities: int
    unincorporated: int
    verbaende: int
    kreise: int
    added: int
    changed: int
    dissolved: int


def import_register(
    data: bytes,
    *,
    file_name: str,
    now: datetime,
    as_of: date | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Take over a register file (GV100AD, CSV or JSON of keys) completely or not at all.

    Repeating it changes nothing. A file older than the newest one only fills gaps. `progress(done, total)` counts
    rows written. Raises BadRegister with the broken lines.
    """
    register = files.parse(data, as_of=as_of)
    sha256 = hashlib.sha256(data).hexdigest()
    return store_register(register, file_name=file_name, sha256=sha256, now=now, progress=progress)


def store_register(
    register: Register, *, file_name: str, sha256: str, now: datetime, progress: Progress | None = None
) -> ImportReport:
    """Take over a register that is already read."""
    with common(write=True):
        _wait_for_other_imports()
        newest: date | None = ImportRun.objects.exclude(source=DEMO).aggregate(newest=Max("as_of"))["newest"]
        changes = compare(_stored(), register, newest=newest)
        _write(changes, progress)
        report = _report(register, changes)
        ImportRun.objects.create(
            source=register.source,
            file_name=file_name,
            sha256=sha256,
            as_of=register.as_of,
            at=now,
            added=report.added,
            changed=report.changed,
            dissolved=report.dissolved,
        )
    queries.forget()
    return report


def _wait_for_other_imports() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _report(register: Register, changes: Changes) -> ImportReport:
    return ImportReport(
        source=register.source,
        as_of=register.as_of,
        municipalities=register.municipalities(),
        unincorporated=register.unincorporated(),
        verbaende=register.verbaende(),
        kreise=register.kreise(),
        added=len(changes.added),
        changed=len(changes.changed),
        dissolved=len(changes.dissolved),
    )


def _stored() -> dict[str, Entry]:
    return {row.code: _entry(row) for row in Area.objects.all()}


def _entry(row: Area) -> Entry:
    place = Place(
        code=row.code,
        ars=row.ars,
        level=cast(Level, row.level),
        name=row.name,
        kind=row.kind,
        seat=row.seat,
        population=row.population,
        population_date=row.population_date,
        area_ha=row.area_ha,
        postal_code=row.postal_code,
        several_postal_codes=row.several_postal_codes,
    )
    return Entry(place, row.valid_from, row.valid_until, row.successor)


_WRITTEN = (
    "ars", "level", "kind", "name", "sort_key", "search_key", "seat", "population", "population_date", "area_ha",
    "postal_code", "several_postal_codes", "valid_from", "valid_until", "successor",
)  # fmt: skip


def _write(changes: Changes, progress: Progress | None) -> None:
    entries = changes.all()
    done = 0
    for batch in _batches(entries):
        Area.objects.bulk_create(
            [_row(entry) for entry in batch], update_conflicts=True, unique_fields=["code"], update_fields=_WRITTEN
        )
        done += len(batch)
        if progress:
            progress(done, len(entries))


def _batches(entries: Sequence[Entry]) -> list[Sequence[Entry]]:
    return [entries[start : start + BATCH] for start in range(0, len(entries), BATCH)]


def _row(entry: Entry) -> Area:
    place = entry.place
    base = split(place.name).base
    return Area(
        code=place.code,
        ars=place.ars,
        level=place.level,
        kind=place.kind,
        name=place.name,
        sort_key=sort_key(base),
        search_key=search_key(base),
        seat=place.seat,
        population=place.population,
        population_date=place.population_date,
        area_ha=place.area_ha,
        postal_code=place.postal_code,
        several_postal_codes=place.several_postal_codes,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        successor=entry.successor,
    )
