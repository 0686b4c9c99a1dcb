"""The folders of a running cell, and the keys that open its files."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stadttor.ground.keys import FILES, fingerprint, own_from, purposed
from stadttor.ground.ports import BlobStore, named_store

ROOT = Path(__file__).resolve().parents[3]
MASTER, SIGNING = "master.key", "signing.key"


@dataclass(frozen=True)
class Cell:
    """What of a cell lies outside its database. Where files lie in a `bucket`, the folder `files` is empty."""

    files: Path
    heads: Path
    keys: Path
    bucket: BlobStore | None = None

    def signer(self) -> Ed25519PrivateKey | None:
        """The signature key of the installation; None where it does not lie. Never makes one."""
        key = self._key(SIGNING)
        return Ed25519PrivateKey.from_private_bytes(key) if key else None

    def master(self) -> bytes | None:
        """The key of the files; None where it does not lie. Never makes one."""
        return self._key(MASTER)

    def fingerprints(self) -> dict[str, str]:
        """Of each key that is here: enough to tell one from another, nothing to open with."""
        found = {path.name: path.read_bytes() for path in sorted(self.keys.glob("*.key"))}
        return {name: fingerprint(key) for name, key in found.items()}

    def files_key(self, authority: UUID) -> bytes | None:
        """The key of an authority's files: by the one it brought along (`ground/keys.py`), else by the master key."""
        brought, master = self._key(f"{authority}.key"), self.master()
        own = brought or (own_from(master, authority) if master else None)
        return purposed(own, FILES) if own else None

    def _key(self, name: str) -> bytes | None:
        path = self.keys / name
        return path.read_bytes() if path.exists() else None


def cell_below(var: Path) -> Cell:
    """The folders as the product's settings lay them out."""
    return Cell(var / "files", var / "audit-heads", var / "keys", named_store())


def cell_of(environment: Mapping[str, str] = os.environ) -> Cell:
    """The cell that STADTTOR_VAR names."""
    return cell_below(Path(environment.get("STADTTOR_VAR") or ROOT / "var"))
