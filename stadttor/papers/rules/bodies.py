"""Who watches over data protection and accessibility in a Land, from `bodies.toml` beside this file. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("bodies.toml")


@dataclass(frozen=True)
class Body:
    """A body with its page. `checked` is false where nobody has compared the row with what the body itself says."""

    land: str
    name: str
    website: str
    source: str
    checked: bool
    law: str = ""


@dataclass(frozen=True)
class Bodies:
    """Both tables by Land, as of a day. `supervision`: Art. 51 GDPR; `enforcement`: Art. 9 of Directive (EU) 2016/2102."""

    as_of: date
    supervision: Mapping[str, Body]
    enforcement: Mapping[str, Body]


@lru_cache(maxsize=1)
def bodies() -> Bodies:
    """The tables as shipped. Raises for a row that is not whole."""
    read = tomllib.loads(FILE.read_text("utf-8"))
    tables = {
        name: {row["land"]: Body(**{"source": read[f"{name}_source"], **row}) for row in read[name]}
        for name in ("supervision", "enforcement")
    }
    return Bodies(read["as_of"], **tables)
