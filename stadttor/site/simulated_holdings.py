"""What the demo's wallets hold: a file below VAR that goes with the demo. Invented people, one credential of each kind a town."""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

from stadttor.core.languages import OFFICIAL
from stadttor.ground.web.language import current

FILE = "demo/wallet-held.json"


@dataclass(frozen=True)
class Kept:
    """A credential that was received, the key (PEM) it is bound to, and its title by language."""

    credential: str
    key: str
    titles: Mapping[str, str]


def title_in(by_language: Mapping[str, str]) -> str:
    """In the reader's language, or the official one."""
    return by_language.get(current().tag, by_language[OFFICIAL])


def held(town: str, person: str) -> dict[str, Kept]:
    """What somebody received of this town, by type."""
    path = settings.VAR / FILE
    if not path.exists():
        return {}
    said = json.loads(path.read_text()).get(town, {}).get(person, {})
    return {type_: Kept(**one) for type_, one in said.items()}


def keep(town: str, person: str, type_: str, kept: Kept) -> None:
    """In the place of an earlier one of this type."""
    with _alone() as said:
        said.setdefault(town, {}).setdefault(person, {})[type_] = asdict(kept)


@contextmanager
def _alone() -> Iterator[dict[str, Any]]:
    """The whole file, for one process at a time; written back in one piece."""
    path = settings.VAR / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        yield said
        new = path.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps(said))
        new.replace(path)
