"""Secret links: 256 random bits open a draft or an application. Found by their SHA-256; sealed for later mails."""

import hashlib
import os
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from stadttor.ground import keys

NONCE = 12


def hashed(token: str) -> bytes:
    """How a token is stored and found; random bits need no salt."""
    return hashlib.sha256(token.encode()).digest()


def sealed(authority_id: UUID, token: str) -> bytes:
    """The token under the authority's key, so that a later mail can carry the link again."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(keys.derived(authority_id, "links")).encrypt(nonce, token.encode(), None)


def opened(authority_id: UUID, sealed_token: bytes) -> str:
    """The token again. Raises cryptography.exceptions.InvalidTag when it was changed."""
    cipher = AESGCM(keys.derived(authority_id, "links"))
    return cipher.decrypt(sealed_token[:NONCE], sealed_token[NONCE:], None).decode()
