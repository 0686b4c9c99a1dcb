"""Finding a service by everyday words: whole words and declared search words first, typos forgiven.

Who types another language than the page is in finds the service by what it is called there. What is only a part of a
longer word (`Personalausweis` and `Bewohnerparkausweis`) is a guess and is called one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from stadttor.core.german_sort import search_key
from stadttor.core.likeness import alike_as_wholes, alike_in_part

MEANT = 75.0
"""From here on a service is an answer: of two words one must be said and the other be near."""
NEAR = 45.0
NEAR_LETTERS = 78.0
INSIDE_FROM = 5
"""So many letters are looked for inside of words too."""
NEAR_BEGINNING = 75.0
"""Three letters of four."""
# Words that say nothing about which service is meant; they count only when there is no other.
_FILLING = frozenset(map(search_key, (
    "ich", "wir", "ein", "eine", "einen", "einem", "einer", "mein", "meine", "meinen", "meinem", "der", "die", "das",
    "den", "dem", "und", "oder", "für", "mit", "auf", "in", "im", "an", "am", "zu", "zum", "zur", "habe", "hab",
    "bin", "ist", "will", "möchte", "muss", "kann", "brauche", "neu", "neue", "neuen", "neuer", "beantragen",
    "antrag", "online", "wie", "wo", "was",
    "i", "we", "a", "an", "my", "our", "the", "and", "or", "for", "to", "of", "want", "need", "have", "new", "how", "where",
    "bir", "benim", "ve", "veya", "için", "yeni", "istiyorum", "nasıl", "nerede",
    "я", "мій", "моя", "моє", "мою", "мого", "і", "та", "або", "для", "на", "в", "у", "хочу", "як", "де", "нова", "новий",
    "في", "من", "على", "إلى", "أريد", "أن", "كيف", "أين", "جديد", "جديدة",
)))  # fmt: skip


class Findable(Protocol):
    """What is known of a service by its words, with a form or without."""

    @property
    def slug(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def search(self) -> tuple[str, ...]: ...


One = TypeVar("One", bound=Findable)


@dataclass(frozen=True)
class Hits(Generic[One]):
    """Services, the best first. `guessed`: none says what was asked for, they only look like it."""

    services: list[One]
    guessed: bool = False


Names = Mapping[str, Sequence[Sequence[str]]]
"""By address, what a service is called in each language."""


def found(services: Sequence[One], words: str, names: Names | None = None) -> Hits[One]:
    """The services the words mean; if none, those they mean in another language; without any, those they may have meant.

    `names` in all languages; a whole name of another language is an answer also beside those in the language of the page.
    """
    asked, elsewhere = search_key(words), names or {}
    if not asked:
        return Hits([])
    rated = [(max(_meaning(one, asked), _called(elsewhere.get(one.slug, ()), asked)), one) for one in services]
    meant = _ranked(rated, MEANT, asked)
    if not meant:
        rated = [(_meaning_in_any(elsewhere.get(one.slug, ()), asked), one) for one in services]
        meant = _ranked(rated, MEANT, asked)
    if meant:
        return Hits(meant)
    return Hits(_ranked([(_likeness(service, asked), service) for service in services], NEAR, asked), guessed=True)


def _ranked(rated: Sequence[tuple[float, One]], least: float, asked: str) -> list[One]:
    """Those good enough, the surest first; of equals the one that bears what was asked for as a name of its own."""
    good = [pair for pair in rated if pair[0] >= least]
    return [service for _, service in sorted(good, key=lambda pair: (-pair[0], asked not in _names(pair[1])))]


def _names(service: Findable) -> list[str]:
    """What the service is called: its title, its address, the words its package declares."""
    return [search_key(text) for text in (service.title, service.slug, *service.search)]


def _meaning(service: Findable, asked: str) -> float:
    """0 to 100: how surely the service is meant, by whole words; a phrase that is declared counts as one word."""
    return _said(_names(service), search_key(service.summary).split(), asked)


def _called(languages: Sequence[Sequence[str]], asked: str) -> float:
    """Just below the same word on the page: whether it is called so, as a whole, in any language."""
    return 99.0 if any(search_key(name) == asked for names in languages for name in names) else 0.0


def _meaning_in_any(languages: Sequence[Sequence[str]], asked: str) -> float:
    """The same by the names it has in other languages, those of one language at a time."""
    return max((_said([search_key(name) for name in names], (), asked) for names in languages), default=0.0)


def _said(names: Sequence[str], summary: Iterable[str], asked: str) -> float:
    phrase = max(_same(asked, name) for name in names)
    known = {word for name in names for word in name.split()}
    told = set(summary) - known
    by_word = [max(_best(word, known), 0.8 * _best(word, told)) for word in _telling(asked)]
    return max(phrase, sum(by_word) / len(by_word))


def _telling(asked: str) -> list[str]:
    words = asked.split()
    return [word for word in words if word not in _FILLING] or words


def _best(word: str, known: set[str]) -> float:
    return max((_same(word, one) for one in known), default=0.0)


def _same(word: str, known: str) -> float:
    """100 for the same word; less for one that is only begun, or goes on (`Hund`, `Hundesteuer`), or is mistyped."""
    if word == known:
        return 100.0
    if min(len(word), len(known)) < 3:
        return 0.0
    if known.startswith(word):
        return 95.0
    likeness = alike_as_wholes(word, known) if min(len(word), len(known)) >= 4 else 0.0
    goes_on = 85.0 if len(known) >= 4 and word.startswith(known) else 0.0
    return max(goes_on, 0.95 * likeness if likeness >= 80 else 0.0)


def _likeness(service: Findable, asked: str) -> float:
    """How much of what was asked for stands anywhere in a name of the service, also inside a word.

    A few letters stand inside many words by chance (`pass` and `Assistenzhund`): they must be like the
    beginning of one, from its first letter on.
    """
    names = _names(service)
    if len(asked) < INSIDE_FROM:
        words = {word for name in names for word in name.split() if word[0] == asked[0]}
        begun = max((alike_as_wholes(asked, word[: len(asked)]) for word in words), default=0.0)
        return max(_meaning(service, asked), begun if begun >= NEAR_BEGINNING else 0.0)
    letters = max(alike_in_part(asked, text) for text in (*names, search_key(service.summary)))
    return max(_meaning(service, asked), letters if letters >= NEAR_LETTERS else 0.0)
