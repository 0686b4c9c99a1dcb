"""A roll-out that is prepared in the browser: whom a list of keys means, and what is worth keeping of a form with values."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stadttor.core.ars import BadRegionalKey, parse_prefix
from stadttor.core.refused import Refused
from stadttor.rollout.rules.stages import within

MOST = 20
"""So many may a steering body prepare at the same time."""
MOST_KEYS = 11_000
"""Germany has 10,943 regional keys."""
LONGEST_KEYS = 160_000
"""Of the text they are typed or pasted in."""
LONGEST_LAW = 1_000
MOST_GIVEN = 500
"""Länder, Kreise and places with values of their own."""


def keys_in(text: str) -> tuple[str, ...]:
    """The beginnings of regional keys in a text, however they are separated. Refused when one is none, or they are too many."""
    words = [word for word in re.split(r"[\s,;]+", text[: LONGEST_KEYS + 1]) if word]
    if len(words) > MOST_KEYS or len(text) > LONGEST_KEYS:
        raise Refused("rollout_keys", "Give at most {most} keys.", field="keys", most=MOST_KEYS)
    try:
        return tuple(sorted({parse_prefix(word) for word in words}))
    except BadRegionalKey as error:
        raise Refused("ars.format", "This is no regional key: {reason}", field="keys", reason=str(error)) from None


def group_keys(wanted: Sequence[str], bounds: Sequence[str]) -> tuple[str, ...]:
    """Whom the group means: the places wanted, or without any all within the bounds of the body. Refused beyond them."""
    beyond = [key for key in wanted if not within(key, bounds)]
    if beyond:
        raise Refused(
            "rollout_beyond", "{key} lies beyond what your body is responsible for.", field="keys", key=beyond[0]
        )
    return tuple(wanted) or tuple(bounds)


def worth_keeping(
    shown: Mapping[str, Any], inherited: Mapping[str, Any], *, whole: bool, known: Iterable[str] = ()
) -> dict[str, Any]:
    """Of the values of a form those that differ from what would count without them and those `known` to be set; `whole`: all
    that are there.

    What nobody set goes on following the package, also when it changes.
    """
    kept = set(known)
    return {
        name: value
        for name, value in shown.items()
        if value != inherited.get(name) or name in kept or (whole and value not in (None, ""))
    }
