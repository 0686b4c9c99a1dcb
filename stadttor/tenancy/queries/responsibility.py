"""Who is responsible at a place, for a service or in general?"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from stadttor.core.ars import Ars, ArsPrefix, Level
from stadttor.ground.authorities import AuthorityRow
from stadttor.ground.work import common
from stadttor.tenancy.models import Coverage
from stadttor.tenancy.queries.authorities import row_of
from stadttor.tenancy.queries.places import areas_index
from stadttor.tenancy.rules.responsibility import prefix_order
from stadttor.tenancy.rules.search import AreaRow, Found, Index

Note = Literal[
    "unknown_place",  # nothing of this name, code or key
    "ask_place",  # a postal code does not decide: name the place
    "seat_postal_code",  # found by the postal code of the administration's seat; others are not in the register
    "similar",  # not the name as typed, but a similar one
    "dissolved",  # the place belongs to another municipality now
    "dissolved_unknown",  # the place is gone and the register does not say where to
    "unincorporated",  # gemeindefreies Gebiet: there is no municipality
    "no_authority",  # the place is known, its administration does not take part here
    "not_offered",  # the administration takes part, but does not offer this service
]

# (slug of the service, authorities that might do it) -> those that offer it now; the catalogue lies above this module.
LevelAt = Callable[[AreaRow], Level]
Offers = Callable[[str, Sequence[UUID]], Collection[UUID]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place that may be meant and the authority competent there, none when it does not take part.

    `offered` is none when no service was asked for; `formerly` the dissolved place that was typed.
    """

    area: AreaRow
    authority: AuthorityRow | None
    offered: bool | None
    formerly: AreaRow | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Who is responsible: `exact` is one authority (or none takes part), `several` asks which, `none` knows nothing."""

    status: Literal["exact", "several", "none"]
    candidates: tuple[Candidate, ...]
    notes: tuple[Note, ...]

    @property
    def authority(self) -> AuthorityRow | None:
        """The one responsible authority of an exact answer."""
        return self.candidates[0].authority if self.status == "exact" else None


def responsible(
    text: str,
    *,
    now: datetime,
    level: Level | LevelAt = "gemeinde",
    service: str | None = None,
    offers: Offers | None = None,
) -> Answer:
    """Who is responsible at the place that `text` names (name, postal code, ARS, AGS), for a service or in general.

    `level` is the competence of the service's package, or what says it for each place. `offers` tells which of some
    authorities offer the service now.
    """
    index = areas_index()
    found = index.find(text)
    places = _living_places(found, index)
    if not places:
        return Answer("none", (), _notes_when_nothing(found))
    with common():
        candidates = _candidates(places, level, service, offers)
    return _answer(found, candidates)


def _living_places(found: Found, index: Index) -> dict[str, tuple[AreaRow, AreaRow | None]]:
    """Each living place found, by code, with the dissolved one that led to it."""
    places: dict[str, tuple[AreaRow, AreaRow | None]] = {}
    for area in found.areas:
        if area.level not in ("gemeinde", "verband", "kreis"):
            continue
        heir = living(area, index)
        if heir is not None:
            places.setdefault(heir.code, (heir, area if heir is not area else None))
    return places


def living(area: AreaRow, index: Index) -> AreaRow | None:
    """The place itself, or the one that a dissolved place belongs to now; none where the register does not say."""
    for _ in range(5):  # a chain of mergers is short; a circle in the data must not hang
        if not area.dissolved:
            return area
        successor = index.by_code.get(area.successor)
        if successor is None:
            return None
        area = successor
    return None


def _notes_when_nothing(found: Found) -> tuple[Note, ...]:
    if found.areas:
        return ("dissolved_unknown", "ask_place")
    return ("ask_place",) if found.how in ("postal_code", "postal_region") else ("unknown_place",)


def _candidates(
    places: Mapping[str, tuple[AreaRow, AreaRow | None]],
    level: Level | LevelAt,
    service: str | None,
    offers: Offers | None,
) -> tuple[Candidate, ...]:
    orders = {code: _order(area, level(area) if callable(level) else level) for code, (area, _) in places.items()}
    covering = _covering({prefix for order in orders.values() for prefix in order})
    offering = _offering(covering, service, offers)
    result = []
    for code, (area, formerly) in places.items():
        able = [authority for prefix in orders[code] for authority in covering.get(prefix, ())]
        able.sort(key=lambda authority: offering is not None and authority.id not in offering)
        chosen = able[0] if able else None
        offered = None if offering is None else chosen is not None and chosen.id in offering
        result.append(Candidate(area, chosen, offered, formerly))
    return tuple(result)


def _order(area: AreaRow, level: Level) -> tuple[ArsPrefix, ...]:
    """A Verband or Kreis that was itself asked for is covered by its own prefix."""
    return prefix_order(Ars(area.ars), level) if area.level == "gemeinde" else (ArsPrefix(area.ars),)


def _covering(wanted: Collection[str]) -> dict[str, list[AuthorityRow]]:
    """Which active authorities have exactly these prefixes."""
    rows = Coverage.objects.filter(ars_prefix__in=wanted, authority__active=True).select_related("authority")
    covering: dict[str, list[AuthorityRow]] = {}
    for row in rows.order_by("ars_prefix", "authority__slug"):
        covering.setdefault(row.ars_prefix, []).append(row_of(row.authority))
    return covering


def _offering(
    covering: Mapping[str, list[AuthorityRow]], service: str | None, offers: Offers | None
) -> Collection[UUID] | None:
    if service is None or offers is None:
        return None
    return offers(service, sorted({authority.id for rows in covering.values() for authority in rows}))


def _answer(found: Found, candidates: tuple[Candidate, ...]) -> Answer:
    notes: list[Note] = []
    if found.how == "similar":
        notes.append("similar")
    if found.how in ("postal_code", "postal_region"):
        notes.append("seat_postal_code")
    if _is_decided(found, candidates):
        return Answer("exact", candidates, (*notes, *_notes_about(candidates[0])))
    if "seat_postal_code" in notes:
        notes.append("ask_place")
    return Answer("several", candidates, tuple(notes))


def _is_decided(found: Found, candidates: tuple[Candidate, ...]) -> bool:
    """One place; or several places of one postal code that are all served by the same authority."""
    if found.how == "postal_region":
        return False
    if len(candidates) == 1:
        return True
    authority = candidates[0].authority
    return found.how == "postal_code" and authority is not None and all(c.authority == authority for c in candidates)


def _notes_about(candidate: Candidate) -> tuple[Note, ...]:
    notes: list[Note] = []
    if candidate.formerly is not None:
        notes.append("dissolved")
    if candidate.area.kind.startswith("gemeindefrei"):
        notes.append("unincorporated")
    if candidate.authority is None:
        notes.append("no_authority")
    elif candidate.offered is False:
        notes.append("not_offered")
    return tuple(notes)
