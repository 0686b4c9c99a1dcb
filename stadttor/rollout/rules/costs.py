"""How the common costs of a service are shared, to the cent."""

from collections.abc import Sequence

from stadttor.core.refused import Refused

KEYS = ("equal", "inhabitants", "applications")
MOST_CENTS = 100_000_000_000
FIRST_YEAR, LAST_YEAR = 2020, 2099
LONGEST_SOURCE = 200


def shares_of(cents: int, weights: Sequence[int]) -> list[int]:
    """The share of each weight; their sum is `cents` exactly, or nothing where no weight is above 0.

    By largest remainders (Hare/Niemeyer): each gets whole cents of its exact share, and those that are left go one by one to
    the largest remainders, the first of equal ones.
    """
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    shares = [cents * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(cents * weights[place] % whole), place))
    for place in by_remainder[: cents - sum(shares)]:
        shares[place] += 1
    return shares


def must_be_costs(cents: int | None, year: int | None, key: str, source: str) -> None:
    """Refused for what cannot be stated."""
    if cents is None or not 0 < cents <= MOST_CENTS:
        raise Refused("cost_amount", "Please enter the costs of the year in whole euros.", field="euros")
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("cost_year", "Please enter a year, for example 2026.", field="year")
    if key not in KEYS:
        raise Refused("cost_key", "Please choose one of the listed values.", field="key")
    if not 0 < len(source) <= LONGEST_SOURCE:
        raise Refused("cost_source", "Please say in short where this number is from.", field="source")
