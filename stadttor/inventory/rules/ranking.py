"""What comes first: marks by criteria, weighted by the municipality, against the effort it takes; and what changes the order.

The six criteria are those for putting services in order from the guideline for the OZG (leitfaden.ozg-umsetzung.de, "Kriterien
für die Priorisierung"): the priority agreed in the OZG catalogue, numbers of cases, complexity for citizens and companies,
potential of going digital, cost and time of the users, political and social relevance. All of them speak for a process the
higher they are; what it costs the authority itself stands against them as effort.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal
from uuid import UUID

from stadttor.core.german_sort import sort_key
from stadttor.core.refused import Refused

CRITERIA = ("priority", "volume", "complexity", "potential", "users_cost", "relevance")
# The mark for the numbers of cases is reckoned, the others are given.
GIVEN = tuple(one for one in CRITERIA if one != "volume")
MARKS = range(1, 6)
MOST_WEIGHT = 10
ALIKE: Mapping[str, int] = dict.fromkeys(CRITERIA, 5)
# From so many cases a year on the mark is 2, 3, 4, 5: our own steps, each about five times the one before.
VOLUME_STEPS = (50, 250, 1_000, 5_000)
MIDDLE = 3
Field = Literal["quick_win", "project", "later", "never"]
FIRST = 3


@dataclass(frozen=True)
class Rated:
    """A process with its mark for each of CRITERIA and the effort, all of MARKS."""

    id: UUID
    name: str
    marks: Mapping[str, int]
    effort: int


@dataclass(frozen=True)
class Place:
    """Where a process stands: `rank` from 1, `benefit` from 1 to 5, in which quarter of the picture."""

    rank: int
    rated: Rated
    benefit: Fraction
    field: Field


@dataclass(frozen=True)
class Swap:
    """Beyond the weight `at` of a criterion (`is_up`: over it, else under it) `rises` comes before `falls`."""

    criterion: str
    is_up: bool
    at: Fraction
    rises: Rated
    falls: Rated


def volume_mark(volume: int) -> int:
    """1 to 5 by cases a year."""
    return 1 + sum(volume >= step for step in VOLUME_STEPS)


def must_be_weights(weights: Mapping[str, int]) -> None:
    """Refused outside of 0 to MOST_WEIGHT, and when nothing counts."""
    for name in CRITERIA:
        if not 0 <= weights[name] <= MOST_WEIGHT:
            raise Refused(
                "out_of_range", "Please enter a number from {least} to {most}.", field=name, least=0, most=MOST_WEIGHT
            )
    if not any(weights.values()):
        raise Refused("no_weight", "At least one criterion has to count.", field=CRITERIA[0])


def must_be_marks(marks: Mapping[str, int], effort: int) -> None:
    """Refused unless each of GIVEN and the effort have a mark."""
    for name, mark in [*((one, marks.get(one, 0)) for one in GIVEN), ("effort", effort)]:
        if mark not in MARKS:
            raise Refused("mark_missing", "Please choose a mark.", field=name)


def benefit_of(one: Rated, weights: Mapping[str, int]) -> Fraction:
    """The weighted mean of the marks."""
    return Fraction(_sum(one, weights), sum(weights.values()))


def field_of(benefit: Fraction, effort: int) -> Field:
    """The quarter: the middle itself counts as much benefit, and as much effort."""
    if benefit >= MIDDLE:
        return "quick_win" if effort < MIDDLE else "project"
    return "later" if effort < MIDDLE else "never"


def ranked(found: Iterable[Rated], weights: Mapping[str, int]) -> list[Place]:
    """The greatest benefit first; of equal ones the smaller effort, then the name."""
    ordered = sorted(found, key=lambda one: (-_sum(one, weights), one.effort, sort_key(one.name), one.id))
    places = []
    for rank, one in enumerate(ordered, 1):
        benefit = benefit_of(one, weights)
        places.append(Place(rank, one, benefit, field_of(benefit, one.effort)))
    return places


def swaps(found: Iterable[Rated], weights: Mapping[str, int]) -> list[Swap]:
    """For each criterion and direction the nearest weight beyond which the first FIRST are others, or stand otherwise.

    Only this one weight changes. Sums of two processes are straight lines over it, which cross once or never; nothing among
    the first changes before one of them crosses another process. None where 0 to MOST_WEIGHT holds no such weight.
    """
    order = [place.rated for place in ranked(found, weights)]
    return [
        swap
        for criterion in CRITERIA
        for is_up in (False, True)
        if (swap := _nearest(order, weights, criterion, is_up=is_up))
    ]


def _nearest(order: Sequence[Rated], weights: Mapping[str, int], criterion: str, *, is_up: bool) -> Swap | None:
    crossings = list(_crossings(order, weights, criterion, is_up=is_up))
    here = weights[criterion]
    inside = [one for one in crossings if (here <= one.at < MOST_WEIGHT if is_up else 0 < one.at <= here)]
    # Where several cross at once, the one that comes to stand highest: over the first of those that fall, the steepest.
    return min(inside, key=lambda one: (abs(one.at - here), order.index(one.falls), -_apart(one)), default=None)


def _apart(swap: Swap) -> int:
    return abs(swap.rises.marks[swap.criterion] - swap.falls.marks[swap.criterion])


def _crossings(order: Sequence[Rated], weights: Mapping[str, int], criterion: str, *, is_up: bool) -> Iterator[Swap]:
    """Where one that stands lower draws level with one of the first: beyond that it stands higher."""
    for rank, upper in enumerate(order[:FIRST]):
        for lower in order[rank + 1 :]:
            steeper = lower.marks[criterion] - upper.marks[criterion]
            if steeper and (steeper > 0) == is_up:
                ahead = _sum(upper, weights) - _sum(lower, weights)
                yield Swap(criterion, is_up, weights[criterion] + Fraction(ahead, steeper), lower, upper)


def _sum(one: Rated, weights: Mapping[str, int]) -> int:
    return sum(weights[name] * one.marks[name] for name in CRITERIA)
