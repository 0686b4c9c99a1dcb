"""The signed list of what belongs to a set. Without it a folder below sets/ is no set."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .problems import BackupProblem

FORMAT = 1
NAME = "manifest.json"
CHUNK = 1024 * 1024
Kind = Literal["base", "dump"]


@dataclass(frozen=True)
class Part:
    """A file of the set: `size` in bytes, `sha256` in hex."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Log:
    """Which write-ahead log a base backup needs: positions as PostgreSQL writes them, `segment` in bytes."""

    timeline: int
    start: str
    end: str
    segment: int


@dataclass(frozen=True)
class Manifest:
    """`begun` and `ended` are ISO times in UTC; `missing` names files that were deleted while the set was made.

    `heads` gives the length and hash of each file of heads as it was, `keys` the fingerprints of the keys it needs.
    """

    name: str
    kind: Kind
    begun: str
    ended: str
    postgres: int
    product: str
    system: str
    timeline: int
    database: str
    parts: Mapping[str, Part]
    heads: Mapping[str, Part]
    keys: Mapping[str, str]
    file_count: int
    file_bytes: int
    missing: tuple[str, ...] = ()
    log: Log | None = None
    signature: str = ""
    format: int = FORMAT

    @property
    def end(self) -> datetime:
        """From here on the set can stand for the cell."""
        return datetime.fromisoformat(self.ended)

    def signed(self, key: Ed25519PrivateKey | None) -> "Manifest":
        """With the signature of the installation, unsigned where its key does not lie."""
        return replace(self, signature=base64.b64encode(key.sign(self._message())).decode()) if key else self

    def is_signed_by(self, key: Ed25519PrivateKey) -> bool:
        """Whether this installation wrote exactly this."""
        try:
            key.public_key().verify(base64.b64decode(self.signature), self._message())
        except (InvalidSignature, ValueError):
            return False
        return True

    def as_json(self) -> str:
        """As it lies on disk."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"

    def _message(self) -> bytes:
        return json.dumps(asdict(replace(self, signature="")), sort_keys=True, separators=(",", ":")).encode()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a set. Raises BackupProblem when it is missing, damaged or of another version."""
    path = folder / NAME
    if not path.exists():
        raise BackupProblem(f"{folder.name} is half written: it has no manifest.", f"delete {folder}")
    try:
        told: dict[str, Any] = json.loads(path.read_text())
        if told.get("format") != FORMAT:
            raise BackupProblem(
                f"{folder.name} was made in format {told.get('format')}; this version reads format {FORMAT}.",
                f"use the version of Stadttor that made it ({told.get('product')})",
            )
        return _manifest(told)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupProblem(f"{folder.name}: its manifest is damaged.", "take another set") from error


def _manifest(told: dict[str, Any]) -> Manifest:
    log = Log(**told["log"]) if told["log"] else None
    lists = {name: {path: Part(**part) for path, part in told[name].items()} for name in ("parts", "heads")}
    return Manifest(**told | lists | {"log": log, "missing": tuple(told["missing"])})


def hashed(path: Path, most: int | None = None) -> Part:
    """Size and hash of a file, or of its first `most` bytes."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK if most is None else min(CHUNK, most - size)):
            digest.update(chunk)
            size += len(chunk)
    return Part(size, digest.hexdigest())
