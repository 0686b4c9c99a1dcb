"""Proofs that a whole authority was erased: signed lines in `<authority>.erased.jsonl` beside the heads of the audit chains.

They outlive its rows, its files and its key, and say nothing about anybody: counts, the end of its audit chain, a moment.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from stadttor.ground.heads import append_line

END = ".erased.jsonl"


@dataclass(frozen=True)
class Erasure:
    """What went: `rows` by table, `files` with their bytes. `head` is the newest seal of the chain, [position, digest] or
    nothing; `at` an ISO moment, `signer` a public key in hex.
    """

    authority: str
    slug: str
    name: str
    at: str
    rows: Mapping[str, int]
    files: int
    head: tuple[int, str] | None
    signer: str = ""
    signature: str = ""

    def signed(self, key: Ed25519PrivateKey) -> "Erasure":
        """With public key and signature of the installation."""
        named = replace(self, signer=key.public_key().public_bytes_raw().hex())
        return replace(named, signature=base64.b64encode(key.sign(named._message())).decode())

    def is_signed_by(self, signer: str) -> bool:
        """Whether whoever has the key to this public key (hex) wrote exactly this."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer))
            key.verify(base64.b64decode(self.signature), self._message())
        except (InvalidSignature, ValueError, TypeError):
            return False
        return True

    def as_line(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    def _message(self) -> bytes:
        """What is signed; no head, export or backup begins so."""
        told = asdict(replace(self, signature=""))
        return b"stadttor erased\0" + json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def parsed(text: str) -> Erasure | None:
    """None for what is no such line."""
    try:
        told: dict[str, Any] = json.loads(text)
        head = (int(told["head"][0]), str(told["head"][1])) if told["head"] else None
        UUID(told["authority"])
        return Erasure(**told | {"head": head, "rows": {str(name): int(count) for name, count in told["rows"].items()}})
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return None


def remember(folder: Path, erasure: Erasure) -> Path:
    """Append a proof; on disk when this returns. Gives where it lies."""
    path = folder / f"{erasure.authority}{END}"
    append_line(path, erasure.as_line())
    return path


def erasures(folder: Path) -> Iterator[Erasure]:
    """All that are kept, oldest first for each authority, whoever signed them."""
    for path in sorted(folder.glob(f"*{END}")):
        yield from (one for text in path.read_text(errors="replace").splitlines() if (one := parsed(text)))
