"""The words by which a case is found, and what somebody typed into the search."""

from stadttor.core.german_sort import plain_key, search_key

MAX_WORDS = 24
MAX_TERMS = 5
LONGEST = 40
# Sorts after every word that begins with the same letters (column with collation "C": order of code points).
LAST = "\U0010ffff"


def words_of(number: str, applicant: str, title: str) -> list[str]:
    """The words of a case: of its title, each name, its number with and without separators.

    A name with an umlaut has two: Brücke is found by bruecke, and by brucke, as keyboards without umlauts type it.
    """
    parts = _key(number).split()
    found = ["".join(parts), *parts, *_names(applicant), *_names(title)]
    return list(dict.fromkeys(word[:LONGEST] for word in found if len(word) > 1))[:MAX_WORDS]


def terms_of(text: str) -> list[str]:
    """What to look for: each term is the beginning of a word. A typed case number is one term."""
    parts = _key(text[:200]).split()
    if len(parts) >= 3 and len(parts[0]) <= 4 and parts[1].isdigit():
        return ["".join(parts)[:LONGEST]]
    return [part[:LONGEST] for part in parts[:MAX_TERMS]]


def range_of(term: str) -> tuple[str, str]:
    """From (included) and to (excluded): all words that begin with the term."""
    return term, term + LAST


def _names(text: str) -> list[str]:
    return [*_key(text).split(), *plain_key(_without_dotless(text)).split()]


def _key(text: str) -> str:
    """The search key; the Turkish dotless ı is found by i, as it is typed on a German keyboard."""
    return search_key(_without_dotless(text))


def _without_dotless(text: str) -> str:
    return text.replace("ı", "i")
