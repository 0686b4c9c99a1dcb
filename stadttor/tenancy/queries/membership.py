"""The member municipalities of an authority that serves several, and to which of them an address belongs."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from stadttor.tenancy.queries.authorities import areas_of
from stadttor.tenancy.queries.places import areas_index
from stadttor.tenancy.queries.responsibility import living
from stadttor.tenancy.rules.names import title

KEEP_S = 5.0
KEPT = 5_000
FEWEST = 2
"""An authority that serves one municipality is that municipality, and has no members."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A municipality of several that one authority serves: its regional key (ARS) and its name with title."""

    ars: str
    name: str


_members: dict[UUID, tuple[float, dict[str, MemberRow]]] = {}


def forget() -> None:
    """Drop what this process keeps (after a change, and between tests)."""
    _members.clear()


def members(authority_id: UUID) -> tuple[MemberRow, ...]:
    """The municipalities an authority serves, in German order; none where it serves only one. At most `KEEP_S` old."""
    return tuple(_known(authority_id).values())


def member(authority_id: UUID, ars: str) -> MemberRow | None:
    """The member with this regional key; none when the authority does not serve it, or serves it alone."""
    return _known(authority_id).get(ars)


def member_at(authority_id: UUID, address: Any) -> MemberRow | None:
    """The member in which an address of a form lies; none where that is not sure.

    A town's name decides, also of one that became part of a member. A postal code does not: the register knows only that of
    each town hall.
    """
    known = _known(authority_id)
    town = address.get("city") if isinstance(address, Mapping) and known else None
    if not isinstance(town, str) or not town.strip():
        return None
    index = areas_index()
    found = index.find(town)
    if found.how != "name":
        return None
    here = {heir.ars for area in found.areas if (heir := living(area, index)) is not None and heir.ars in known}
    return known[here.pop()] if len(here) == 1 else None


def _known(authority_id: UUID) -> dict[str, MemberRow]:
    kept = _members.get(authority_id)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    areas = areas_of(authority_id)
    found = {area.ars: MemberRow(area.ars, title(area.name, area.kind, area.level)) for area in areas}
    if len(_members) >= KEPT:
        _members.clear()
    _members[authority_id] = (time.monotonic() + KEEP_S, found if len(found) >= FEWEST else {})
    return _members[authority_id][1]
