"""Marks of satisfaction: five of them, the best first."""

from collections.abc import Mapping


def N_(text: str) -> str:
    """Marks a text for translation where it is not yet shown."""
    return text


WORDS: Mapping[int, str] = {5: N_("Very good"), 4: N_("Good"), 3: N_("Fair"), 2: N_("Bad"), 1: N_("Very bad")}
SCORES = tuple(WORDS)
SHOWN_FROM = 5
"""Fewer answers than this could be guessed back to people."""
LONGEST_COMMENT = 1_000
MOST_A_DAY = 2_000
"""Per authority and service; what comes after that is no opinion of applicants."""
KEEP_DAYS = 365


def is_score(text: str) -> bool:
    """Whether a posted mark is one of ours."""
    return text in {str(score) for score in SCORES}
