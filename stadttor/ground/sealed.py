"""Bytes under a key: AES-GCM with a fresh nonce before them (NIST SP 800-38D); `name` binds them to their place."""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
MORE = NONCE + 16
"""By how many bytes the sealed are longer than the plain: nonce and tag."""


def seal(key: bytes, name: UUID, data: bytes) -> bytes:
    """The sealed bytes, `MORE` than the plain ones."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, name.bytes)


def unseal(key: bytes, name: UUID, sealed: bytes) -> bytes:
    """The plain bytes. Raises cryptography.exceptions.InvalidTag when they were changed, moved or cut."""
    if len(sealed) < MORE:
        raise InvalidTag  # AESGCM calls a cut nonce a wrong argument
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], name.bytes)
