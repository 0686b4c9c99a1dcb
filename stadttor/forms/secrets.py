"""Secret links: 256 random bits open a draft or an application; only their SHA-256 is kept."""

import hashlib


def hashed(token: str) -> bytes:
    """How a token is stored and found; random bits need no salt."""
    return hashlib.sha256(token.encode()).digest()
