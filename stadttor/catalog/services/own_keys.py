"""The keys this installation signs its catalogue with, as a file that only it may read."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from joserfc.jwk import OKPKey

from stadttor.catalog import signing
from stadttor.catalog.rules.faults import refuse

FILE = "catalogue.json"


@dataclass(frozen=True)
class OwnKeys:
    """`key` signs from now on. `earlier` sign besides, until whoever follows this catalogue has seen the new one."""

    name: str
    key: OKPKey
    earlier: tuple[OKPKey, ...] = ()

    @property
    def kid(self) -> str:
        return self.key.thumbprint()

    @property
    def kids(self) -> list[str]:
        return [one.thumbprint() for one in (self.key, *self.earlier)]


def own_keys() -> OwnKeys | None:
    """None where this installation has no catalogue for others."""
    try:
        found = json.loads(_path().read_bytes())
    except FileNotFoundError:
        return None
    earlier = tuple(signing.read_key(json.dumps(one)) for one in found["earlier"])
    return OwnKeys(str(found["name"]), signing.read_key(json.dumps(found["key"])), earlier)


def make_own_keys(name: str) -> OwnKeys:
    """The first key. Raises PackageRefused where there is one, or when nobody could read the name."""
    if not 1 <= len(name) <= 200 or not name.isprintable():
        raise refuse("name", 0, "The name has 1 to 200 characters, in one line.", "Name the state or the operator.")
    if own_keys() is not None:
        raise refuse(str(_path()), 0, "This installation has a catalogue already.", "Look: stadttor catalogue show")
    return _kept(OwnKeys(name, signing.new_key()))


def rotate_own_key() -> OwnKeys:
    """A new key; the one that was signs besides. Raises PackageRefused without a catalogue, or while one is changed."""
    own = _there()
    if own.earlier:
        raise refuse(FILE, 0, "The key is being changed already.", "End that first: stadttor catalogue retire-key")
    return _kept(OwnKeys(own.name, signing.new_key(), (own.key,)))


def retire_earlier_key() -> OwnKeys:
    """The earlier key signs no more: whoever did not see the new one until now must agree on it anew."""
    own = _there()
    return _kept(OwnKeys(own.name, own.key))


def _there() -> OwnKeys:
    own = own_keys()
    if own is None:
        raise refuse(FILE, 0, "This installation has no catalogue for others.", "Make one: stadttor catalogue open")
    return own


def _kept(own: OwnKeys) -> OwnKeys:
    """The old file or the new one, never half of it."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = {"name": own.name, "key": _secret(own.key), "earlier": [_secret(one) for one in own.earlier]}
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return own


def _secret(key: OKPKey) -> object:
    return key.as_dict(private=True)


def _path() -> Path:
    return Path(settings.STADTTOR_KEYS) / FILE
