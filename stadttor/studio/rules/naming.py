"""Short names of pages, groups, fields and choices: what one may be, and one made of its words."""

import re
import unicodedata
from collections.abc import Collection

from stadttor.core.cel import RESERVED
from stadttor.core.refused import Refused

LONGEST = 60
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def must_be_free(name: str, taken: Collection[str], field: str = "id") -> str:
    """The name. Refused for one that is none, that conditions give another meaning, or that is there already."""
    if not _NAME.fullmatch(name):
        raise Refused("part_name", "A short name begins with a letter: only a–z, 0–9 and _ may follow.", field=field)
    if name in RESERVED:
        raise Refused(
            "part_reserved", "Conditions give “{name}” another meaning. Choose another name.", field=field, name=name
        )
    if name in taken:
        raise Refused("part_taken", "There is already something called “{name}”.", field=field, name=name)
    return name


def made_of(words: str, taken: Collection[str], otherwise: str) -> str:
    """A free name from these words, such as `name_des_hundes`."""
    plain = unicodedata.normalize("NFKD", words.lower().translate(_GERMAN)).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40].strip("_")
    if not name[:1].isalpha() or name in RESERVED:
        name = f"{otherwise}_{name}".strip("_")
    return next(one for number in range(1, len(taken) + 2)
                if (one := name if number == 1 else f"{name}_{number}") not in taken)  # fmt: skip
