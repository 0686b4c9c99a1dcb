"""The texts of a package side by side: each language as its file says it, what is missing in which."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

OFFICIAL = "de"
FOR_STAFF = ("parameters.", "parameter_checks.", "outcome_help.", "cautions.")
"""What only staff read is in German alone (docs/package-format.md)."""

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class TextRow:
    """One text: its key, where it stands in a file, and what each language says; for staff it is in German alone."""

    key: str
    place: Place
    said: Mapping[str, str]
    for_staff: bool = False

    def missing(self, languages: Iterable[str]) -> tuple[str, ...]:
        """The languages that still show this text in German."""
        if self.for_staff:
            return ()
        return tuple(one for one in languages if one != OFFICIAL and not self.said.get(one))


@dataclass(frozen=True)
class Sides:
    """All texts of a package; `unreadable` are the languages whose file cannot be read."""

    languages: tuple[str, ...]
    rows: tuple[TextRow, ...]
    unreadable: tuple[str, ...] = ()
    missing: Mapping[str, int] = field(default_factory=dict)


def sides(languages: Sequence[str], read: Mapping[str, object], permit_letter: str = "") -> Sides:
    """From the data of each language's file; None for one that cannot be read."""
    staff = (*FOR_STAFF, *((f"letters.{permit_letter}.",) if permit_letter else ()))
    leaves = {tag: dict(_leaves(data)) for tag, data in read.items() if isinstance(data, dict)}
    order = list(dict.fromkeys(place for tag in (OFFICIAL, *languages) for place in leaves.get(tag, {})))
    rows = []
    for place in order:
        key = ".".join(map(str, place))
        said = {tag: found[place] for tag, found in leaves.items() if place in found}
        rows.append(TextRow(key, place, said, for_staff=key.startswith(staff)))
    counted = {tag: sum(tag in row.missing([tag]) for row in rows if row.said.get(OFFICIAL)) for tag in languages}
    unreadable = tuple(tag for tag in languages if tag in read and tag not in leaves)
    return Sides(tuple(languages), tuple(rows), unreadable, counted)


def _leaves(value: object, place: Place = ()) -> Iterable[tuple[Place, str]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _leaves(below, (*place, key))
    elif value is not None and not isinstance(value, list):
        yield place, str(value)
