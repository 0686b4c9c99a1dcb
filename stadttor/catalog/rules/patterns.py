"""Patterns run in RE2: time grows with the length of the text only, so no pattern can hang a server."""

from functools import lru_cache
from typing import Any

import re2

from stadttor.catalog.rules import limits


def pattern_problem(pattern: object) -> str:
    """Why this pattern cannot be used, or an empty string."""
    if not isinstance(pattern, str):
        return "a pattern is a text"
    if len(pattern) > limits.PATTERN_LENGTH:
        return f"a pattern has at most {limits.PATTERN_LENGTH} characters"
    try:
        _compiled(pattern)
    except re2.error as error:
        detail = error.args[0]
        return detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
    return ""


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text has this form."""
    return bool(_compiled(pattern).fullmatch(text))


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.max_mem = limits.PATTERN_MEMORY
    options.log_errors = False
    return re2.compile(pattern, options)
