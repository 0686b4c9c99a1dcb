"""Everybody who comes in the demo and in journeys, by what names them: read from where these people are defined.

A journey that brings somebody new, or a number that is hers alone, is noticed by test_cast.py.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

MONTHS = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
          "Dezember")  # fmt: skip
TOO_COMMON = frozenset({"Max", "Kern", "Dr."})
"""Names that are words as well; these people are known by their whole names, their mails and all the rest."""
TYPED = ("2025-0815", "2025-4711", "2025-1", "WUG-PL 1", "WUG-PL 2")
"""Numbers of permits and plates that journeys type in."""
SECOND_HOME = ("Hausverwaltung Seiler", "Weißenburger Straße", "Weißenburger Straße 4")
"""Of an application with two addresses `_flat` keeps one; the other's, and who let the dwelling."""
TITLES = frozenset({"Herr", "Frau"})
_HOUSE = re.compile(r" \d[\d\s-]*[a-z]?$")


@cache
def cast() -> tuple[str, ...]:
    """Names, addresses, plates, birthdays, telephones and mails, and the password of all colleagues."""
    words = sorted({word for word in (*_colleagues(), *_citizens(), *TYPED, *SECOND_HOME) if word})
    return tuple({word.casefold(): word for word in words}.values())


def _colleagues() -> Iterator[str]:
    from stadttor.site.demo_cast import COLLEAGUES, PASSWORD, STEERING

    yield PASSWORD
    for local, name in (*(one[:2] for one in COLLEAGUES), STEERING[3:5]):
        yield f"{local}@"
        yield from _names(name)


def _citizens() -> Iterator[str]:
    from adapters.simulated_register import VEHICLES
    from stadttor.appointments.demo import COMING
    from stadttor.site.demo_cast import APPLICATIONS
    from stadttor.site.simulated_people import PEOPLE
    from tests.journeys import people

    for _service, guest in COMING:
        yield from (*_names(guest.name), guest.email)
    for one in PEOPLE.values():
        yield from (*_names(one.name), one.pseudonym)
        yield from _said({name: value for name, (value, _trust) in one.values.items()})
    for plate, *_rest in VEHICLES.values():
        yield from _said({"kennzeichen": plate})
    for application in APPLICATIONS:
        yield from _said(_flat(application["answers"]))
    for answers in (people.AMIRA, people.JONAS, people.CAR):
        yield from _said({name.rpartition(".")[2]: value for name, value in answers.items()})


def _flat(answers: Mapping[str, Any]) -> dict[str, str]:
    """By the last word of their names."""
    found: dict[str, str] = {}
    for name, value in answers.items():
        found |= _flat(value) if isinstance(value, Mapping) else {name: str(value)}
    return found


def _said(values: Mapping[str, str]) -> Iterator[str]:
    """What tells who it is, of what somebody says in a form or by an account."""
    for name, value in values.items():
        match name:
            case "vorname" | "nachname" | "given_name" | "family_name":
                yield from _names(value)
            case "geburtsdatum" | "birth_date":
                yield from _days(value)
            case "street" | "street_address":
                yield from (value, _HOUSE.sub("", value))
            case "kennzeichen":
                yield from (value, value.rpartition(" ")[0])
            case "email" | "phone" | "ausweis_nummer":
                yield value
    if "street" in values and "house_number" in values:
        yield f"{values['street']} {values['house_number']}"


def _names(name: str) -> Iterator[str]:
    """The whole, and each part that is nobody else's word."""
    parts = [part for part in name.split() if part not in TITLES]
    whole = name if set(parts) & TOO_COMMON else " ".join(parts)
    yield from (one for one in (whole, *parts) if one not in TOO_COMMON)


def _days(said: str) -> Iterator[str]:
    """A birthday in the ways in which it is written: 1988-05-24, 24.5.1988, 24.05.1988, 24. Mai 1988."""
    yield said
    parts = said.split("-") if "-" in said else said.split(".")[::-1]
    year, month, day = map(int, parts)
    if month and day:
        yield date(year, month, day).isoformat()
        yield from (f"{day}.{month}.{year}", f"{day:02}.{month:02}.{year}", f"{day}. {MONTHS[month - 1]} {year}")


@cache
def _patterns() -> tuple[tuple[str, "re.Pattern[str]"], ...]:
    return tuple((word, re.compile(_pattern(word))) for word in cast())


@cache
def _anybody() -> "re.Pattern[str]":
    return re.compile("|".join(pattern.pattern for _word, pattern in _patterns()))


def named_in(text: str) -> list[str]:
    """The words of the cast in a text that is written plainly; large and small letters are the same."""
    folded = text.casefold()
    return [word for word, pattern in _patterns() if pattern.search(folded)] if _anybody().search(folded) else []


def _pattern(word: str) -> str:
    """As a word of its own: no letter stands beside its letters, no digit beside its digits. Between its parts stands
    anything or nothing, as in a plate; between those of a number something stands."""
    parts = re.findall(r"[^\W_]+", word.casefold())
    least = 1 if all(part.isdigit() for part in parts) else 0
    inner = rf"[\W_]{{{least},3}}".join(map(re.escape, parts))
    # A mail's first part is followed by its sign.
    return f"{_border(parts[0][0], '<!')}{inner}{'@' if word.endswith('@') else _border(parts[-1][-1], '!')}"


def _border(letter: str, side: str) -> str:
    return rf"(?{side}\d)" if letter.isdigit() else rf"(?{side}[^\W\d_])"
