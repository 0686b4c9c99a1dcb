"""How surely something about a person is known: the levels of BSI TR-03107-1 §3, from nothing to high.

The German names are those of packages and of BundID; eIDAS (Art. 8 of Regulation (EU) 910/2014) says low, substantial, high.
"""

from typing import Literal, get_args

Trust = Literal["none", "normal", "substantiell", "hoch"]
LEVELS: tuple[Trust, ...] = get_args(Trust)


def reaches(level: Trust, needed: Trust) -> bool:
    """Whether a level is at least the needed one."""
    return LEVELS.index(level) >= LEVELS.index(needed)


def lower(one: Trust, other: Trust) -> Trust:
    """The lower of two: a value is known no more surely than the person who brought it."""
    return min(one, other, key=LEVELS.index)


def as_trust(text: str) -> Trust:
    """The level of this name. Raises ValueError for any other text."""
    found = next((level for level in LEVELS if level == text), None)
    if found is None:
        raise ValueError(f"no level of trust: {text!r}")
    return found
