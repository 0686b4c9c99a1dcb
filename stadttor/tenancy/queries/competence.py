"""Which authorities are competent for all places of the country: the targets of a roll-out."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from stadttor.core.ars import Ars, Level
from stadttor.ground.authorities import AuthorityRow
from stadttor.ground.rows import read
from stadttor.ground.work import common
from stadttor.tenancy.models import Coverage
from stadttor.tenancy.queries.places import areas_index
from stadttor.tenancy.rules.responsibility import prefix_order
from stadttor.tenancy.rules.search import AreaRow


@dataclass(frozen=True)
class Competent:
    """An authority, the beginning of the regional key (ARS) by which it is competent, and the places where it is."""

    authority: AuthorityRow
    prefix: str
    places: tuple[AreaRow, ...]

    @property
    def inhabitants(self) -> int:
        """Of all its places, as far as the register says."""
        return sum(place.population or 0 for place in self.places)


@dataclass(frozen=True)
class Competences:
    """Every living place once: below its competent authority, or among those of nobody."""

    authorities: tuple[Competent, ...]
    nobody: tuple[AreaRow, ...]


def competences(level_at: Callable[[AreaRow], Level]) -> Competences:
    """Who is competent where; `level_at` gives the level that does it at a place.

    Where several authorities share the same key the first by address has it, as in `responsible`.
    """
    places = [one for one in areas_index().by_code.values() if one.level == "gemeinde" and not one.dissolved]
    covering = _covering()
    found: dict[str, list[AreaRow]] = {}
    nobody = []
    for place in places:
        order = prefix_order(Ars(place.ars), level_at(place))
        prefix = next((one for one in order if one in covering), None)
        if prefix is None:
            nobody.append(place)
        else:
            found.setdefault(prefix, []).append(place)
    return Competences(_by_authority(found, covering), tuple(nobody))


def _by_authority(found: Mapping[str, list[AreaRow]], covering: Mapping[str, AuthorityRow]) -> tuple[Competent, ...]:
    """An authority that covers several prefixes is one target."""
    joined: dict[UUID, Competent] = {}
    for prefix, places in sorted(found.items()):
        authority = covering[prefix]
        before = joined.get(authority.id)
        joined[authority.id] = Competent(
            authority, before.prefix if before else prefix, (*(before.places if before else ()), *places)
        )
    return tuple(joined.values())


# Asked in requests, too, for the whole country: models of all these rows would cost several times what the database needs.
_COVERING = """
SELECT DISTINCT ON (c.ars_prefix) c.ars_prefix, a.id, a.slug, a.name, a.kind FROM tenancy_coverage c
JOIN ground_authority a ON a.id = c.authority_id WHERE a.active ORDER BY c.ars_prefix, a.slug
"""


def _covering() -> dict[str, AuthorityRow]:
    with common():
        return {prefix: AuthorityRow(*columns) for prefix, *columns in read(_COVERING)}


def first_prefixes(authorities: Collection[UUID]) -> dict[UUID, str]:
    """The first beginning of a regional key that each of these authorities covers."""
    with common():
        rows = Coverage.objects.filter(authority_id__in=list(authorities)).order_by("-ars_prefix")
        return dict(rows.values_list("authority_id", "ars_prefix"))
