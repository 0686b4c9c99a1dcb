"""Identifiers: UUIDs whose first bits are the time (RFC 9562 §5.7), so that rows written together lie together."""

import os
import time
from uuid import UUID


def uuid7(milliseconds: int, randomness: bytes) -> UUID:
    """The UUID version 7 of a Unix time in milliseconds and ten random bytes (RFC 9562 §5.7)."""
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(randomness[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def new_id() -> UUID:
    """A fresh identifier for a row."""
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))
