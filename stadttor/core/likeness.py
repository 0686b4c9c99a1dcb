"""How alike two texts are, of 100. The library is loaded with the first search: 4 MB for what few people do."""

from collections.abc import Sequence


def alike(text: str, known: Sequence[str], *, least: float, most: int) -> list[tuple[str, float]]:
    """Those of the known texts that are at least so alike, likest first, `most` at most; each with its likeness."""
    from rapidfuzz import fuzz, process  # here: see above

    found = process.extract(text, known, scorer=fuzz.ratio, score_cutoff=least, limit=most)
    return [(match, score) for match, score, _ in found]


def alike_as_wholes(one: str, other: str) -> float:
    """How alike two texts are, letter by letter."""
    from rapidfuzz import fuzz  # here: see above

    return fuzz.ratio(one, other)


def alike_in_any_order(one: str, other: str) -> float:
    """How alike two texts are, whatever the order of their words."""
    from rapidfuzz import fuzz  # here: see above

    return fuzz.token_sort_ratio(one, other)


def alike_in_part(one: str, other: str) -> float:
    """How alike the shorter text is to the part of the other one that is most like it."""
    from rapidfuzz import fuzz  # here: see above

    return fuzz.partial_ratio(one, other)
