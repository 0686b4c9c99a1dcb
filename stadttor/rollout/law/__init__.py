"""Which level does a service in a Land, as the product knows it: `competence.toml` beside this file, each row with its source.

What nobody compared with the law of the Land counts for nothing: it is there to be checked, and the cockpit says so. Pure.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from stadttor.core.ars import Level

FILE = Path(__file__).with_name("competence.toml")
EVERYWHERE = "*"


@dataclass(frozen=True)
class KnownLevel:
    """The level of a package in a Land from a day on; municipalities of the kinds in `themselves` do it themselves."""

    package: str
    land: str
    level: Level
    since: date
    checked: bool
    source: str
    themselves: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def table() -> tuple[KnownLevel, ...]:
    """All rows as shipped. Raises for one that is not whole."""
    read = tomllib.loads(FILE.read_text("utf-8"))["competence"]
    return tuple(
        KnownLevel(
            one["package"], one["land"], one["level"], one["from"], one["checked"], one["source"],
            tuple(one.get("themselves", ())),
        )
        for one in read
    )  # fmt: skip


def known_level(package: str, land: str, on: date) -> KnownLevel | None:
    """What is known of a package in a Land on a day: its own row before the one for everywhere else; none where nothing is."""
    return _newest(
        one for one in table() if one.package == package and one.land in (land, EVERYWHERE) and one.since <= on
    )


def _newest(rows: Iterable[KnownLevel]) -> KnownLevel | None:
    return max(rows, key=lambda one: (one.land != EVERYWHERE, one.since), default=None)
