"""What a package says is handed over of a case: its rule, its sheet, its file."""

from stadttor.catalog.rules.handover import MEDIA_TYPES, Facts, FileRule, HandOver, Line, lines

__all__ = ["MEDIA_TYPES", "Facts", "HandOver", "Line", "lines", "written"]

LARGEST = 1_000_000
"""Bytes of a file at most."""


def written(rule: FileRule, facts: Facts, hand_over: str) -> bytes | None:
    """The bytes of the file, None where it would be too large; who writes it is loaded where it is first needed, by a worker."""
    from stadttor.catalog.rules.handover_files import TooLarge, write

    try:
        return write(rule, facts, hand_over, LARGEST)
    except TooLarge:
        return None
