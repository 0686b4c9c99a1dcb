"""Where in the answers of an application a person stands. Pure: answers in, places out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from stadttor.core.german_sort import search_key

Place = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Sought:
    """A person by name and day of birth, or by e-mail address. What is empty is not looked at."""

    name: str = ""
    born: date | None = None
    email: str = ""

    @property
    def is_enough(self) -> bool:
        """A name alone means too many people."""
        return bool(self.email.strip() or (self.name.strip() and self.born))

    @property
    def needle(self) -> str:
        """What must stand somewhere in the answers."""
        return self.email.strip() or (self.born.isoformat() if self.born else "")


def is_applicant(sought: Sought, applicant: str, email: str, answers: Mapping[str, Any]) -> bool:
    """Whether she is the one who applied, and not only named in somebody else's application."""
    if sought.email:
        return sought.email.strip().casefold() == email.casefold()
    return _names(sought.name) <= _names(applicant) and sought.needle in list(_texts(answers))


def places_of(sought: Sought, answers: Mapping[str, Any]) -> list[Place]:
    """The groups of answers that say her name and birth date, or her address, each with its path."""
    return [(path, group) for path, group in _groups(answers, "") if _is_about(sought, group)]


def _is_about(sought: Sought, group: Mapping[str, Any]) -> bool:
    own = [value for value in group.values() if isinstance(value, str)]
    if sought.email:
        return any(value.casefold() == sought.email.strip().casefold() for value in own)
    words = {word for value in own for word in _names(value)}
    return sought.needle in own and _names(sought.name) <= words


def _groups(answers: Any, path: str) -> Iterator[Place]:
    if isinstance(answers, Mapping):
        yield path, answers
        for name, value in answers.items():
            yield from _groups(value, f"{path}.{name}" if path else name)
    elif isinstance(answers, list):
        for place, value in enumerate(answers):
            yield from _groups(value, f"{path}.{place}")


def _texts(answers: Any) -> Iterator[str]:
    if isinstance(answers, str):
        yield answers
    elif isinstance(answers, Mapping | list):
        for value in answers.values() if isinstance(answers, Mapping) else answers:
            yield from _texts(value)


def _names(text: str) -> set[str]:
    return set(search_key(text.replace("ı", "i")).split())
