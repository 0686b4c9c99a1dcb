"""Signed heads of the audit chains, kept outside the database: one line per sealing and authority."""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from django.conf import settings

from stadttor.ground import keys
from stadttor.ground.steps import step

TAIL = 4096


@dataclass(frozen=True)
class Head:
    """The end of a chain: `position` counts from 1, `digest` is 32 bytes."""

    authority_id: UUID
    position: int
    digest: bytes
    sealed_at: datetime

    def message(self, resumed: bool) -> bytes:
        """What is signed."""
        text = f"{self.authority_id}:{self.position}:{self.digest.hex()}:{self.sealed_at.isoformat()}"
        return f"{text}:resumed".encode() if resumed else text.encode()


@dataclass(frozen=True)
class Kept:
    """One line of the file. `resumed`: from here the chain goes on by hand, after a restored backup."""

    head: Head
    resumed: bool
    signature: bytes

    def is_ours(self) -> bool:
        """Whether this installation signed it."""
        try:
            keys.signing().public_key().verify(self.signature, self.head.message(self.resumed))
        except InvalidSignature:
            return False
        return True


@dataclass
class Expected:
    """What all kept heads together say of the chain: digests by position; `fault` and `notes` in words."""

    digests: dict[int, set[bytes]] = field(default_factory=dict)
    fault: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def last(self) -> int:
        """The highest position the chain must reach."""
        return max(self.digests, default=0)

    def allows(self, position: int, digest: bytes) -> bool:
        """Whether every head kept at this position is this digest."""
        return self.digests.get(position, {digest}) == {digest}

    def add(self, kept: Kept) -> None:
        """Take in the next line."""
        position = kept.head.position
        if not kept.is_ours():
            self.fault = self.fault or not_signed(position)
        elif kept.resumed:
            self._forgive_after(kept.head)
        else:
            self.digests.setdefault(position, set()).add(kept.head.digest)

    def _forgive_after(self, head: Head) -> None:
        if self.last > head.position:
            lost = f"positions {head.position + 1} to {self.last} are missing"
            self.notes += (f"{lost}, resumed by hand on {head.sealed_at:%Y-%m-%d %H:%M} UTC",)
        self.digests = {position: digests for position, digests in self.digests.items() if position <= head.position}
        if head.position:
            self.digests.setdefault(head.position, set()).add(head.digest)


@step
def keep(head: Head) -> None:
    """Append the signed head to the authority's file, on disk when this returns. Twice the same head is one line."""
    last = newest(head.authority_id)
    if last is None or last.head.position < head.position:
        _append(head, resumed=False)


def resume(head: Head) -> None:
    """Append that the chain goes on from here, whatever heads were kept before."""
    _append(head, resumed=True)


def newest(authority_id: UUID) -> Kept | None:
    """The last head that was kept."""
    path = _path(authority_id)
    if not path.exists():
        return None
    # A power cut may leave half a line; the head before it still stands.
    readable = (_kept(authority_id, line) for line in reversed(_tail(path).splitlines()[-3:]))
    return next((kept for kept in readable if kept), None)


def kept_of() -> set[UUID]:
    """The authorities of which heads are kept, whether the database knows them or not."""
    return {authority_id for path in Path(settings.STADTTOR_HEADS).glob("*.jsonl") if (authority_id := _named(path))}


def expected(authority_id: UUID) -> Expected:
    """All that was ever kept, each line with its signature."""
    result = Expected()
    for kept in _all(authority_id):
        result.add(kept)
    return result


def not_signed(position: int) -> str:
    """A fault in words."""
    return f"the kept head at position {position} is not signed by this installation"


def rows_deleted(end: int, position: int) -> str:
    """A fault in words: the chain ends at `end`."""
    return f"rows after position {end} were deleted: the signed head stands at {position}"


def rewritten(position: int) -> str:
    """A fault in words."""
    return f"the chain was rewritten before position {position}"


def put_after(position: int) -> str:
    """A fault in words: past the end that is signed."""
    return f"the entry at position {position} was put there past the sealer"


def _path(authority_id: UUID) -> Path:
    return Path(settings.STADTTOR_HEADS) / f"{authority_id}.jsonl"


def _named(path: Path) -> UUID | None:
    """None for what is kept beside the heads under another name."""
    try:
        return UUID(path.stem)
    except ValueError:
        return None


def _append(head: Head, *, resumed: bool) -> None:
    line = {
        "position": head.position,
        "digest": head.digest.hex(),
        "sealed_at": head.sealed_at.isoformat(),
        "signature": base64.b64encode(keys.signing().sign(head.message(resumed))).decode(),
        **({"resumed": True} if resumed else {}),
    }
    append_line(_path(head.authority_id), json.dumps(line))


def append_line(path: Path, text: str) -> None:
    """On disk when this returns: for the heads, and for what is kept and backed up beside them as `*.jsonl`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        # On a line of its own, also after half a line.
        broken = file.tell() and not _tail(path).endswith("\n")
        file.write("\n" * bool(broken) + text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _all(authority_id: UUID) -> Iterator[Kept]:
    path = _path(authority_id)
    if path.exists():
        with path.open() as file:
            yield from (kept for line in file if (kept := _kept(authority_id, line)))


def _kept(authority_id: UUID, text: str) -> Kept | None:
    try:
        line = json.loads(text)
        sealed_at = datetime.fromisoformat(line["sealed_at"])
        head = Head(authority_id, line["position"], bytes.fromhex(line["digest"]), sealed_at)
        return Kept(head, line.get("resumed") is True, base64.b64decode(line["signature"]))
    except (ValueError, KeyError, TypeError):
        return None


def _tail(path: Path) -> str:
    """The last lines; the file grows by a line at each sealing, for years."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        return file.read().decode()
