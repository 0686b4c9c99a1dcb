"""Where in the answers of an application a person stands. Pure: answers in, places out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from stadttor.core.german_sort import search_key

Place = tuple[str, Mapping[str, Any]]
# In a form one of these groups is about who applies; of several people the first.
OWN_GROUPS = ("person", "personen", "antragsteller")


@dataclass(frozen=True)
class Sought:
    """A person by name and day of birth, or by e-mail address. All that is given must fit; what is empty is not looked at."""

    name: str = ""
    born: date | None = None
    email: str = ""

    @property
    def is_enough(self) -> bool:
        """A name alone means too many people; a name without a letter is none."""
        return bool(self.email.strip() or (_names(self.name) and self.born))

    @property
    def day(self) -> str:
        """The day of birth as answers hold it, empty without one."""
        return self.born.isoformat() if self.born else ""

    @property
    def address(self) -> str:
        return self.email.strip().casefold()


def own_group(answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """What somebody says about herself in an application or a draft: the first group of a form that asks for it."""
    for name in OWN_GROUPS:
        found = answers.get(name)
        first = found[0] if isinstance(found, list) and found else found
        if isinstance(first, Mapping) and _name_in(first):
            return first
    return {}


def applicant_in(answers: Mapping[str, Any]) -> str:
    """The name somebody gives herself there, empty before she did."""
    return _name_in(own_group(answers))


def is_applicant(sought: Sought, applicant: str, email: str, answers: Mapping[str, Any]) -> bool:
    """Whether she is the one who applied, and not only named in somebody else's application.

    All that is known of her must fit: the name of who applied, the birth date beside that name, the address. Families
    share addresses, and a son has his father's name.
    """
    own = own_group(answers)
    if sought.address and sought.address not in {email.strip().casefold(), *map(str.casefold, _texts(own))}:
        return False
    if sought.born and sought.day not in _texts(own):
        return False
    return _names(sought.name) <= _names(_name_in(own) or applicant)


def is_named(sought: Sought, name: str) -> bool:
    """Whether every word of the name that is known of her stands in this one."""
    return _names(sought.name) <= _names(name)


def is_told_of(sought: Sought, *texts: str) -> bool:
    """Whether her address or every word of her name stands in what somebody wrote freely, where nobody asks for a birth date."""
    said = " ".join(texts)
    if sought.address and sought.address in said.casefold():
        return True
    return bool(_names(sought.name)) and _names(sought.name) <= _names(said)


def places_of(sought: Sought, answers: Mapping[str, Any]) -> list[Place]:
    """The groups of answers in which all stands that is known of her, each with its path."""
    return [(path, group) for path, group in _groups(answers, "") if path and _is_about(sought, group)]


def _is_about(sought: Sought, group: Mapping[str, Any]) -> bool:
    own = _texts(group)
    if sought.address and sought.address not in map(str.casefold, own):
        return False
    if sought.born and sought.day not in own:
        return False
    return _names(sought.name) <= {word for value in own for word in _names(value)}


def _groups(answers: Any, path: str) -> Iterator[Place]:
    if isinstance(answers, Mapping):
        yield path, answers
        for name, value in answers.items():
            yield from _groups(value, f"{path}.{name}" if path else name)
    elif isinstance(answers, list):
        for place, value in enumerate(answers):
            yield from _groups(value, f"{path}.{place}")


def _texts(group: Mapping[str, Any]) -> list[str]:
    """What stands in a group itself; a group within it may be about somebody else."""
    return [value.strip() for value in group.values() if isinstance(value, str)]


def _name_in(group: Mapping[str, Any]) -> str:
    names = (group.get(part) for part in ("vorname", "nachname"))
    return " ".join(name.strip() for name in names if isinstance(name, str) and name.strip())


def _names(text: str) -> set[str]:
    return set(search_key(text.replace("ı", "i")).split())
