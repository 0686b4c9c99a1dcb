"""Signed heads of the audit chains, kept outside the database: one line per sealing and authority."""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from django.conf import settings

from stadttor.ground import keys

TAIL = 4096


@dataclass(frozen=True)
class Head:
    """The end of a chain: `position` counts from 1, `digest` is 32 bytes."""

    authority_id: UUID
    position: int
    digest: bytes
    sealed_at: datetime

    def message(self) -> bytes:
        """What is signed."""
        return f"{self.authority_id}:{self.position}:{self.digest.hex()}:{self.sealed_at.isoformat()}".encode()


def keep(head: Head) -> None:
    """Append the signed head to the authority's file, on disk when this returns. Twice the same head is one line."""
    path = _path(head.authority_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    newest = _newest(path)
    if newest and newest["position"] >= head.position:
        return
    line = {
        "position": head.position,
        "digest": head.digest.hex(),
        "sealed_at": head.sealed_at.isoformat(),
        "signature": base64.b64encode(keys.signing().sign(head.message())).decode(),
    }
    with path.open("a") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())


def is_kept(head: Head) -> bool:
    """Whether this head, or a later one, is kept."""
    newest = _newest(_path(head.authority_id))
    return newest is not None and bool(newest["position"] >= head.position)


def fault_against(authority_id: UUID, digests: Mapping[int, bytes]) -> str | None:
    """Compare the chain's digests by position with the newest kept head: the fault in words, none when they agree."""
    newest = _newest(_path(authority_id))
    if newest is None:
        return "no signed head is kept outside the database" if len(digests) > 1 else None
    kept = Head(
        authority_id, newest["position"], bytes.fromhex(newest["digest"]), datetime.fromisoformat(newest["sealed_at"])
    )
    try:
        keys.signing().public_key().verify(base64.b64decode(newest["signature"]), kept.message())
    except InvalidSignature:
        return f"the kept head at position {kept.position} is not signed by this installation"
    found = digests.get(kept.position)
    if found is None:
        return f"rows after position {max(digests)} were deleted: the signed head stands at {kept.position}"
    return None if found == kept.digest else f"the chain was rewritten before position {kept.position}"


def _path(authority_id: UUID) -> Path:
    return Path(settings.STADTTOR_HEADS) / f"{authority_id}.jsonl"


def _newest(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    # A power cut may leave half a line; the head before it still stands.
    for line in reversed(_tail(path).splitlines()[-3:]):
        try:
            return dict(json.loads(line))
        except ValueError:
            continue
    return None


def _tail(path: Path) -> str:
    """The last lines; the file grows by a line at each sealing, for years."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        return file.read().decode()
