"""Comments of applicants as colleagues sort them: tags, states, words that are struck out, what an answer may say."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from stadttor.core.din91379 import tidy, unprintable
from stadttor.core.refused import Refused
from stadttor.insights.rules.marks import N_

TAGS: Mapping[str, str] = {
    "words": N_("Hard to understand"),
    "length": N_("Too much is asked"),
    "technical": N_("Does not work"),
    "documents": N_("Documents and uploads"),
    "payment": N_("Fees and payment"),
    "time": N_("Takes too long"),
    "access": N_("Accessibility"),
    "praise": N_("Praise"),
    "other": N_("Something else"),
}
"""The same everywhere, so that they can be counted over authorities; besides, each authority has its own."""
STATES: Mapping[str, str] = {
    "new": N_("New"),
    "read": N_("Read"),
    "answered": N_("Answered"),
    "request": N_("Became a change request"),
}
BY_HAND = ("new", "read")
"""The others say what happened."""
MOST_TAGS, LONGEST_TAG = 8, 30
LONGEST_SAID, LONGEST_DONE = 300, 1_000
STRUCK = "[…]"
_PIECES = re.compile(r"\s+|\S+")
_WORD = re.compile(r"\w+")
# So many words one after the other are no longer found by chance.
OWN_WORDS = 5


def cleaned(text: str) -> str:
    """As it can be shown and printed everywhere: composed, without signs of no letter."""
    found = tidy(text)
    refused = set(unprintable(found))
    return "".join(letter for letter in found if letter not in refused).strip()


def words_of(text: str) -> tuple[str, ...]:
    """What can be struck out, one by one."""
    return tuple(text.split())


def seal_of(text: str) -> str:
    """Tells whether a comment is still the one that somebody saw."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def struck(text: str, places: Collection[int]) -> str:
    """The text without the words at these places (see `words_of`); one mark stands where words that follow each other stood."""
    kept: list[str] = []
    place = -1
    for piece in _PIECES.findall(text.strip()):
        if piece.isspace():
            kept.append(piece)
            continue
        place += 1
        if place not in places:
            kept.append(piece)
        elif len(kept) > 1 and kept[-2] == STRUCK:
            kept.pop()
        else:
            kept.append(STRUCK)
    return "".join(kept)


def tags_of(fixed: Iterable[str], own: str) -> list[str]:
    """Keys of ours, then the authority's own, which are separated by commas; none twice. Refused when they are too many."""
    known = {label.casefold(): key for key, label in TAGS.items()}
    typed = [" ".join(cleaned(one).split()) for one in own.split(",")]
    found = [*(one for one in fixed if one in TAGS), *(known.get(one.casefold(), one) for one in typed if one)]
    tags = list(dict.fromkeys(found))
    if len(tags) > MOST_TAGS or any(len(one) > LONGEST_TAG for one in tags):
        raise Refused(
            "tags_too_many", "At most {most} tags, each of at most {longest} letters.", field="own", most=MOST_TAGS,
            longest=LONGEST_TAG,
        )  # fmt: skip
    return tags


def must_be_answer(said: str, done: str, *, comments: Sequence[str], is_quote: bool) -> None:
    """Refused when something is missing, or when an applicant's own words would go out that nobody released."""
    for name, text, longest in (("said", said, LONGEST_SAID), ("done", done, LONGEST_DONE)):
        if not text:
            raise Refused("answer_missing", "Please write something here.", field=name)
        if len(text) > longest:
            raise Refused("answer_long", "Please write at most {longest} letters.", field=name, longest=longest)
    if not is_quote and any(repeats(text, comment) for comment in comments for text in (said, done)):
        raise Refused(
            "answer_quotes",
            "This repeats an applicant’s own words. Say it in yours, or release it as a quote.",
            field="said",
        )


def repeats(text: str, comment: str) -> bool:
    """Whether OWN_WORDS words of the comment stand in the text one after the other, or all of a shorter one."""
    words, there = (_WORD.findall(one.casefold()) for one in (comment, text))
    run = min(OWN_WORDS, len(words))
    parts = {tuple(there[place : place + run]) for place in range(len(there) - run + 1)}
    return run > 1 and any(tuple(words[place : place + run]) in parts for place in range(len(words) - run + 1))
