"""Who is meant: a group of authorities by Land, Kreis, association, keys and size."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stadttor.core.ars import BadRegionalKey, parse_prefix
from stadttor.core.refused import Refused


@dataclass(frozen=True)
class Group:
    """Everybody, unless it says less. `keys` are beginnings of the regional key (ARS), of which one must fit.

    2 digits are a Land, 5 a Kreis, 9 an association (Amt, Verwaltungsgemeinschaft, Samtgemeinde), 12 a municipality.
    `smallest` and `largest` bound the inhabitants of all places an authority serves, both included.
    """

    keys: tuple[str, ...] = ()
    smallest: int | None = None
    largest: int | None = None

    def holds(self, places: Iterable[str], inhabitants: int) -> bool:
        """Whether an authority with these places (ARS) and inhabitants belongs to the group."""
        if self.smallest is not None and inhabitants < self.smallest:
            return False
        if self.largest is not None and inhabitants > self.largest:
            return False
        return not self.keys or any(ars.startswith(self.keys) for ars in places)

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"keys": list(self.keys), "smallest": self.smallest, "largest": self.largest}


def group_of(keys: Iterable[str], smallest: int | None = None, largest: int | None = None) -> Group:
    """Refused when a key is none."""
    try:
        checked = tuple(sorted({parse_prefix(key) for key in keys}))
    except BadRegionalKey as error:
        raise Refused("ars.format", "This is no regional key: {reason}", reason=str(error)) from None
    return Group(checked, smallest, largest)


def must_be_keyed(given: Mapping[str, Mapping[str, Any]]) -> None:
    """Refused unless the values stand below beginnings of regional keys, or below the empty text, which is everybody."""
    group_of(key for key in given if key)
    if not all(isinstance(values, Mapping) for values in given.values()):
        raise Refused("rollout_values", "Write the values as {form}.", form='{"": {"name": 1}, "09": {"name": 2}}')


def values_at(given: Mapping[str, Mapping[str, Any]], ars: str) -> dict[str, Any]:
    """The values for one authority: those of longer beginnings of its key go over those of shorter ones."""
    found: dict[str, Any] = {}
    for key in sorted((key for key in given if ars.startswith(key)), key=len):
        found |= given[key]
    return found
