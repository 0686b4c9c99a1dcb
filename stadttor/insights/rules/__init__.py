"""Marks of satisfaction, and how key figures are made."""

from stadttor.insights.rules.codes import as_meant
from stadttor.insights.rules.marks import (
    KEEP_DAYS,
    LONGEST_COMMENT,
    MOODS,
    SATISFIED,
    SCORES,
    SHOWN_FROM,
    WAYS,
    WORDS,
    is_score,
)

__all__ = [
    "KEEP_DAYS", "LONGEST_COMMENT", "MOODS", "SATISFIED", "SCORES", "SHOWN_FROM", "WAYS", "WORDS", "as_meant", "is_score",
]  # fmt: skip
