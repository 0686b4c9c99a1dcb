"""The index of a catalogue: what it says, and the one way to write it.

Canonical JSON (the integers and texts of RFC 8785): keys in order, no space, UTF-8. Reading accepts only what writing
would have written, byte for byte, so that nobody can hide a second reading in it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from stadttor.catalog.archive import TrustedKey
from stadttor.catalog.federation.refusals import CatalogueRefused
from stadttor.catalog.rules import limits
from stadttor.catalog.rules.semver import Version, parse_version

FORMAT = 1
State = Literal["offered", "withdrawn", "revoked"]
STATES = ("offered", "withdrawn", "revoked")
"""`withdrawn`: its publisher takes it back. `revoked`: the key that signed it is trusted no more."""
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")


@dataclass(frozen=True)
class Listed:
    """One version: `sha256` (hexadecimal) and `size` (bytes) of its archive, `publisher` the key that signed it."""

    package: str
    version: str
    title: str
    sha256: str
    size: int
    publisher: str
    state: State = "offered"
    reason: str = ""

    @property
    def number(self) -> Version:
        return parse_version(self.version)


@dataclass(frozen=True)
class Index:
    """What a catalogue says: `number` grows with each index, `key` is the public key (JWK) it signs with from now on."""

    name: str
    number: int
    made_at: datetime
    expires_at: datetime
    key: Mapping[str, Any]
    publishers: tuple[TrustedKey, ...]
    versions: tuple[Listed, ...]

    def listed(self, package: str, version: str) -> Listed:
        """Raises CatalogueRefused for a version it does not name."""
        for one in self.versions:
            if (one.package, one.version) == (package, version):
                return one
        raise CatalogueRefused("not_listed", f"{package} {version}")


def canonical(value: object) -> bytes:
    """The one way to write this value. Raises ValueError for what has none."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def signed_part(index: Index) -> bytes:
    """What is signed."""
    return canonical(
        {
            "expires_at": index.expires_at.astimezone(UTC).strftime(_TIME),
            "format": FORMAT,
            "key": dict(index.key),
            "made_at": index.made_at.astimezone(UTC).strftime(_TIME),
            "name": index.name,
            "number": index.number,
            **contents(index.publishers, index.versions),
        }
    )


def contents(publishers: tuple[TrustedKey, ...], versions: tuple[Listed, ...]) -> dict[str, Any]:
    """What a new index is made for when it changes."""
    return {
        "publishers": [
            {"namespace": one.namespace, "public_jwk": dict(one.public_jwk), "publisher": one.publisher}
            for one in publishers
        ],
        "versions": [dict(vars(one)) for one in versions],
    }


def file_of(signed: bytes, signatures: tuple[str, ...]) -> bytes:
    """The index as it is served: `index.json`."""
    return canonical({"signatures": list(signatures), "signed": json.loads(signed)})


@dataclass(frozen=True)
class Read:
    """A file that is an index. Who signed it is not yet known."""

    index: Index
    signed: bytes
    signatures: tuple[str, ...]


def read(content: bytes) -> Read:
    """The index in a file. Trusts nobody yet. Raises CatalogueRefused."""
    if len(content) > limits.INDEX_BYTES:
        raise CatalogueRefused("too_large")
    try:
        found = json.loads(content, parse_float=_no_number, parse_constant=_no_number)
        if canonical(found) != content:
            raise ValueError("not canonical")
        signatures = found["signatures"]
        if set(found) != {"signatures", "signed"} or not 1 <= len(signatures) <= limits.INDEX_SIGNATURES:
            raise ValueError("signatures")
        texts = tuple(_text(one, limits.SIGNATURE_BYTES) for one in signatures)
        signed = canonical(found["signed"])
        index = _index(found["signed"])
        # What this product would not have written the same way holds something it does not know.
        if signed_part(index) != signed:
            raise ValueError("more than is known")
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise CatalogueRefused("unreadable") from error
    return Read(index, signed, texts)


def _index(found: Any) -> Index:
    if found["format"] != FORMAT or len(found["versions"]) > limits.INDEX_VERSIONS:
        raise ValueError("format or length")
    versions = tuple(_listed(one) for one in found["versions"])
    names = [(one.package, one.number) for one in versions]
    if names != sorted(set(names)):
        raise ValueError("a version twice, or out of order")
    return Index(
        name=_text(found["name"]),
        number=_count(found["number"]),
        made_at=_moment(found["made_at"]),
        expires_at=_moment(found["expires_at"]),
        key=_key(found["key"]),
        publishers=tuple(_publisher(one) for one in found["publishers"]),
        versions=versions,
    )


def _listed(found: Any) -> Listed:
    one = Listed(
        package=_text(found["package"]),
        version=str(parse_version(found["version"])),
        title=_text(found["title"]),
        sha256=found["sha256"],
        size=_count(found["size"]),
        publisher=_text(found["publisher"]),
        state=found["state"],
        reason=_text(found["reason"], least=0),
    )
    # The size is how much is fetched at most: that is for this side to say.
    if one.size > limits.ARCHIVE_BYTES:
        raise ValueError("larger than any archive")
    if not _NAME.fullmatch(one.package) or not _SHA256.fullmatch(one.sha256) or one.state not in STATES:
        raise ValueError("a version")
    return one


def _publisher(found: Any) -> TrustedKey:
    return TrustedKey(_key(found["public_jwk"]), _text(found["publisher"]), _text(found["namespace"]))


def _key(found: Any) -> dict[str, str]:
    """An Ed25519 key and nothing secret (RFC 8037 §2)."""
    key = {name: _text(found[name]) for name in sorted(found)}
    if set(key) - {"crv", "kty", "x", "kid"} or (key["kty"], key["crv"]) != ("OKP", "Ed25519"):
        raise ValueError("a key")
    return key


def _text(found: Any, most: int = limits.INDEX_TEXT, least: int = 1) -> str:
    if not isinstance(found, str) or not least <= len(found) <= most or not found.isprintable():
        raise ValueError("a text")
    return found


def _count(found: Any) -> int:
    if type(found) is not int or not 0 < found < 2**53:
        raise ValueError("a number")
    return found


def _moment(found: Any) -> datetime:
    return datetime.strptime(_text(found), _TIME).replace(tzinfo=UTC)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no whole number")


LONGEST = timedelta(days=30)
"""How long an index may say that it is valid: whoever holds new ones back is noticed then."""
SKEW = timedelta(minutes=5)
"""By how much clocks may differ."""


def must_follow(seen: "Read | None", then: "Read", now: datetime) -> None:
    """Whether this index may come after the one that was seen. Raises CatalogueRefused.

    No older one, no second one of a number, none that has expired; what was named once is named for ever, with the same
    archive, and what was withdrawn stays so.
    """
    index = then.index
    if index.made_at > now + SKEW:
        raise CatalogueRefused("from_future")
    if index.expires_at - index.made_at > LONGEST:
        raise CatalogueRefused("too_long")
    if seen is not None and index.number < seen.index.number:
        raise CatalogueRefused("replayed", f"{index.number} < {seen.index.number}")
    if seen is not None and index.number == seen.index.number and then.signed != seen.signed:
        raise CatalogueRefused("two_indexes", str(index.number))
    if index.expires_at <= now:
        raise CatalogueRefused("expired")
    if seen is not None:
        _versions_must_stay(seen.index, index)


def _versions_must_stay(seen: Index, then: Index) -> None:
    there = {(one.package, one.version): one for one in then.versions}
    for old in seen.versions:
        about, new = f"{old.package} {old.version}", there.get((old.package, old.version))
        if new is None:
            raise CatalogueRefused("missing_version", about)
        if (new.sha256, new.size, new.publisher) != (old.sha256, old.size, old.publisher):
            raise CatalogueRefused("changed_version", about)
        if new.state == "offered" != old.state:
            raise CatalogueRefused("came_back", about)
