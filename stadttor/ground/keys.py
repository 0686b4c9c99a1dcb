"""Keys of the installation, K4: kept as files outside the database, derived per authority and purpose (RFC 5869).

Each authority has a key of its own (the extract step), from which its keys for single purposes come (the expand step). It
comes from the master key, unless the authority moved here and brought it along: then it lies in a file of its own.
"""

import hashlib
import hmac
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from django.conf import settings

SIZE = 32
FILES = "files"
"""The purpose of the key of an authority's files."""


@cache
def master() -> bytes:
    """The 32 bytes everything is derived from; made at first use, readable by the owner alone."""
    return _file(Path(settings.STADTTOR_KEYS) / "master.key")


def own(authority_id: UUID) -> bytes:
    """The 32-byte key of one authority: the one it brought along, else from the master key. It opens nothing of another."""
    brought = brought_path(authority_id)
    return _file(brought) if brought.exists() else own_from(master(), authority_id)


def own_from(key: bytes, authority_id: UUID) -> bytes:
    """The same from a master key (RFC 5869 §2.2)."""
    return hmac.digest(authority_id.bytes, key, "sha256")


def brought_path(authority_id: UUID) -> Path:
    """Where the key lies that an authority brought along from another installation."""
    return Path(settings.STADTTOR_KEYS) / f"{authority_id}.key"


def bring(authority_id: UUID, key: bytes) -> bool:
    """Keep the key that an authority brings along, unless it comes from the master key here; gives whether a file was made.

    Raises ValueError when another one lies there, or it is none.
    """
    if own(authority_id) == key:
        return False
    path = brought_path(authority_id)
    if len(key) != SIZE or path.exists():
        raise ValueError(f"{path.name} is there already and is another key" if path.exists() else "this is no key")
    _make(path, key)
    return True


def derived(authority_id: UUID, purpose: str) -> bytes:
    """The 32-byte key of one authority for one purpose."""
    return purposed(own(authority_id), purpose)


def purposed(own_key: bytes, purpose: str) -> bytes:
    """The same from the authority's own key (RFC 5869 §2.3)."""
    return HKDFExpand(hashes.SHA256(), SIZE, info=purpose.encode()).derive(own_key)


def fingerprint(key: bytes) -> str:
    """Enough to tell one key from another, nothing to open with."""
    return hashlib.sha256(b"stadttor key\0" + key).hexdigest()[:16]


@cache
def signing() -> Ed25519PrivateKey:
    """The installation's signature key for audit heads."""
    return Ed25519PrivateKey.from_private_bytes(_file(Path(settings.STADTTOR_KEYS) / "signing.key"))


def _file(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _make(path, os.urandom(SIZE))
    key = path.read_bytes()
    if len(key) != SIZE:
        raise ValueError(f"{path.name} is damaged: restore it from the backup of the keys")
    return key


def _make(path: Path, key: bytes) -> None:
    """Whole from its first moment: another process starting at the same time must not read half a key."""
    half = path.with_name(f"{path.name}.{os.urandom(8).hex()}")
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(half, path)
    half.unlink()
