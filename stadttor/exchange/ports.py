"""What hand-over needs from outside: ways to a target, and which services have something to hand over."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid5

from stadttor.exchange.rules import API, FOLDER, SFTP, host_of, sftp_parts

__all__ = [
    "API",
    "FOLDER",
    "SFTP",
    "Offered",
    "Parcel",
    "Piece",
    "Place",
    "TargetAway",
    "TargetRefuses",
    "Way",
    "host_of",
    "offered",
    "sftp_parts",
    "use_offered",
    "use_ways",
    "way",
    "ways",
]


@dataclass(frozen=True)
class Place:
    """Where a target is and as whom we come. `secret` is a password, a private key or a token."""

    authority: str
    place: str
    username: str = ""
    secret: str = ""
    host_key: str = ""


@dataclass(frozen=True)
class Piece:
    """One file of a parcel, under an id of its own."""

    id: UUID
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Parcel:
    """A file under an id, with the proofs that go `along`. The same id is always the same names and the same bytes."""

    id: UUID
    name: str
    media_type: str
    data: bytes
    along: tuple[Piece, ...] = ()

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What appears at the target, in this order: proofs, the file, and last, where there are proofs, the manifest.

        So whoever waits for the file, or for the manifest, finds all of it there.
        """
        file = Piece(self.id, self.name, self.media_type, self.data)
        return (*self.along, file, self.manifest) if self.along else (file,)

    @property
    def manifest(self) -> Piece:
        """What belongs together, with hashes, as JSON."""
        told = {
            "hand_over": str(self.id),
            "file": _listed(Piece(self.id, self.name, self.media_type, self.data)),
            "proofs": [_listed(one) for one in self.along],
        }
        data = json.dumps(told, ensure_ascii=False, indent=1).encode()
        return Piece(uuid5(self.id, "manifest"), f"{self.name}.manifest.json", "application/json", data)


def _listed(piece: Piece) -> dict[str, object]:
    digest = hashlib.sha256(piece.data).hexdigest()
    return {"name": piece.name, "media_type": piece.media_type, "size": len(piece.data), "sha256": digest}


class TargetAway(RuntimeError):
    """The target cannot be reached, or did not say that it has it: to be tried again. `code` is a key of `PROBLEMS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TargetRefuses(TargetAway):
    """The target said no, or is not who it should be: trying again helps nobody."""


class Way(Protocol):
    """One way to hand files over. Each call ends within a minute.

    Raises TargetAway or TargetRefuses. A call that broke off anywhere may be repeated: the target has the file once.
    """

    def deliver(self, place: Place, parcel: Parcel) -> str:
        """Have the target get it, whole or not at all; gives what the target answered, at most 300 characters.

        Of a parcel with proofs the file appears when all of them are there.
        """
        ...

    def forget(self, place: Place, parcel: Parcel) -> None:
        """The target has it, or never will: what lies there of ours may go, also what a broken try left, proofs whose file
        never appeared among it. Safe to repeat; asks no data of the parcel, ids and names alone.

        Never for what may be delivered again: it would not be known any more that it arrived.
        """
        ...

    def look(self, place: Place) -> None:
        """See whether we would be let in, without leaving anything."""
        ...

    def allows(self, place: str) -> bool:
        """Whether the operator lets us go there; nobody is asked."""
        ...


@dataclass(frozen=True)
class Offered:
    """A service that has something to hand over. `has_file`: else there is only the sheet to copy from."""

    slug: str
    title: str
    target: str
    has_file: bool


_ways: dict[str, Callable[[], Way]] = {}
_offered: list[Callable[[UUID], list[Offered]]] = []


def use_ways(ways: Mapping[str, Callable[[], Way]]) -> None:
    """Set at start-up; each is made where it is first needed. What is not there cannot be chosen."""
    _ways.clear()
    _ways.update(ways)


def use_offered(offered: Callable[[UUID], list[Offered]]) -> None:
    """Set at start-up: the services of an authority that have something to hand over."""
    _offered[:] = [offered]


def ways() -> tuple[str, ...]:
    """The ways this installation knows."""
    return tuple(_ways)


def way(kind: str) -> Way:
    """Raises TargetRefuses for one that the operator took away."""
    if kind not in _ways:
        raise TargetRefuses("way")
    return _ways[kind]()


def offered(authority_id: UUID) -> list[Offered]:
    """The services of an authority that have something to hand over."""
    return _offered[0](authority_id) if _offered else []
