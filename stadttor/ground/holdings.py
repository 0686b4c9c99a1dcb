"""Rows as the person they are about may have them: every column ready for JSON, in order, nothing left out by accident."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from stadttor.core.classify import K4
from stadttor.ground.models import AuditEntry, Walled
from stadttor.ground.rows import rows
from stadttor.ground.work import work

Tables = Mapping[str, list[dict[str, Any]]]
MOST = 5_000


@dataclass(frozen=True)
class Access:
    """One line of the audit chain about something: `by` is citizen, staff, system or api, never a name."""

    at: datetime
    act: str
    by: str


def held(model: type[Walled], authority_id: UUID, **equal: Any) -> Tables:
    """The rows with these values under the name of their table, without secrets (K4), which open and say nothing."""
    with work(authority_id):
        found = rows(model, order=("id",), most=MOST, authority_id=authority_id, **equal)
    secret = {one.attname for one in model._meta.concrete_fields if getattr(one, "data_class", None) == K4}
    listed = [{name: value for name, value in plain(row).items() if name not in secret} for row in found]
    return {model._meta.db_table: listed} if listed else {}


def joined(*found: Tables) -> Tables:
    """The rows of each table together."""
    together: dict[str, list[dict[str, Any]]] = {}
    for tables in found:
        for name, listed in tables.items():
            together.setdefault(name, []).extend(listed)
    return together


def plain(row: Walled) -> dict[str, Any]:
    """The columns of a row, ready for JSON; without the authority, which is the same for all."""
    names = (one.attname for one in row._meta.concrete_fields)
    return {name: _value(getattr(row, name)) for name in names if name != "authority_id"}


def accesses(authority_id: UUID, subject_ids: Iterable[UUID]) -> list[Access]:
    """What was done with these things, oldest first. Not by whom: colleagues act for their authority (CJEU C-579/21)."""
    with work(authority_id):
        entries = AuditEntry.objects.filter(authority_id=authority_id, subject_id__in=list(subject_ids))
        listed = entries.order_by("at", "id").values_list("at", "act", "actor_kind")[:MOST]
        return [Access(*row) for row in listed]


def _value(value: Any) -> Any:
    """JSON holds texts, numbers, lists; everything else as ISO text, bytes in hex."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if value is None or isinstance(value, str | int | bool | list | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
