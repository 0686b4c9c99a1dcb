"""Comparing what a stranger says with what only the right one knows."""

import hmac
from typing import Any


def same_text(said: Any, ours: str) -> bool:
    """Whether this is our text, in a time that tells nothing of where they differ.

    JSON may hold half of a character (RFC 8259 §8.2), which is no UTF-8: it differs, and nothing fails.
    """
    return isinstance(said, str) and hmac.compare_digest(said.encode("utf-8", "surrogatepass"), ours.encode())
