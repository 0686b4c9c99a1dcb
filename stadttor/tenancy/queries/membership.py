"""The member municipalities of an authority that serves several, and to which of them an address belongs."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from stadttor.core.german_sort import search_key
from stadttor.ground.work import common
from stadttor.tenancy.models import Member
from stadttor.tenancy.queries.authorities import areas_of
from stadttor.tenancy.queries.places import areas_index
from stadttor.tenancy.queries.responsibility import living
from stadttor.tenancy.rules.names import genitive, title
from stadttor.tenancy.rules.search import AreaRow

KEEP_S = 5.0
KEPT = 5_000
FEWEST = 2
"""An authority that serves one municipality is that municipality, and has no members."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A municipality of several that one authority serves: its regional key (ARS) and its name with title.

    The rest is what it has of its own, see `models.Member`; empty where it has what the authority has.
    """

    ars: str
    name: str
    lines: tuple[str, ...] = ()
    crest: str = ""
    remedy: str = ""
    places: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    website: str = ""

    @property
    def of_it(self) -> str:
        """Its German name in the genitive: `der Gemeinde Ettenstatt`."""
        return genitive(self.name)


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

    A town's name decides, also of one that became part of a member, or of a part that was named with it. A postal code does
    not: the register knows only that of each town hall.
    """
    town = address.get("city") if isinstance(address, Mapping) else None
    if not isinstance(town, str) or not town.strip():
        return None
    known = _known(authority_id)
    if not known:
        return None
    wanted = search_key(town)
    named = [row for row in known.values() if any(search_key(place) == wanted for place in row.places)]
    if named:
        return named[0] if len(named) == 1 else None
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
    with common():
        own = {row.ars: row for row in Member.objects.filter(authority_id=authority_id)}
    found = {area.ars: _row(area, own.get(area.ars)) for area in areas}
    if len(_members) >= KEPT:
        _members.clear()
    _members[authority_id] = (time.monotonic() + KEEP_S, found if len(found) >= FEWEST else {})
    return _members[authority_id][1]


def _row(area: AreaRow, own: Member | None) -> MemberRow:
    name = title(area.name, area.kind, area.level)
    if own is None:
        return MemberRow(area.ars, name)
    return MemberRow(
        area.ars, name, tuple(own.lines), own.crest, own.remedy, tuple(own.places), own.phone, own.email, own.website
    )
