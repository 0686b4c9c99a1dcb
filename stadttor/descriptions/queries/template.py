"""Reads of the descriptions that come with the product."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from stadttor.descriptions.rules.template import PARTS, BadDescriptions, Description, Situation, read_situation, spoken

FOLDER = Path(__file__).parents[1] / "texts"


@dataclass(frozen=True)
class DescribedService:
    """A description as lists and searches show it; `language` is the one its title is in, `situation` that of a town's own."""

    slug: str
    title: str
    summary: str
    language: str
    search: tuple[str, ...]
    situation: str = ""


@dataclass(frozen=True)
class SituationRow:
    """A life situation in one language, with the addresses of its services."""

    id: str
    title: str
    language: str
    slugs: tuple[str, ...]


@dataclass(frozen=True)
class WholeDescription:
    """A description in one language. `parts`: (one of `PARTS`, its text, the language of that), in the order of reading;
    the text of the cost is empty where `cost` (one of `COSTS`) says it. `places`: what a town says of unit, place and
    hours, likewise; `is_own`: its texts are the town's.
    """

    title: str
    summary: str
    language: str
    parts: tuple[tuple[str, str, str], ...]
    cost: str
    office: str
    law: tuple[str, ...]
    reviewed: date
    places: tuple[tuple[str, str, str], ...] = ()
    is_own: bool = False


def templates() -> list[Description]:
    """Every description of the product, read from its file."""
    return [one for path in _files() for one in _read(path.stem)[1]]


def template(slug: str) -> Description | None:
    """One of them; None for an unknown address."""
    situation = _index().get(slug)
    return None if situation is None else next(one for one in _read(situation)[1] if one.slug == slug)


def described(language: str) -> tuple[DescribedService, ...]:
    """Every description in the language it can be shown in."""
    return _listed(spoken(language))


def description(slug: str, language: str) -> WholeDescription | None:
    """One description whole; None for an unknown address. Read from its file: nobody keeps all of them in memory."""
    found = template(slug)
    return None if found is None else _whole(found, spoken(language))


def _whole(one: Description, language: str) -> WholeDescription:
    said = [(part, one.text(part, language)) for part in PARTS]
    return WholeDescription(
        title=one.titles[language],
        summary=one.summaries[language],
        language=language,
        parts=tuple((part, text, language) for part, text in said if text or (part == "cost" and one.cost)),
        cost=one.cost,
        office=one.office,
        law=one.law,
        reviewed=one.reviewed,
    )


def situations(language: str) -> tuple[SituationRow, ...]:
    """The life situations, in the order of their files."""
    tag = spoken(language)
    return tuple(SituationRow(one.id, one.title(tag), tag, one.slugs) for one in _situations())


@lru_cache
def _situations() -> tuple[Situation, ...]:
    return tuple(_read(path.stem)[0] for path in _files())


@lru_cache
def _index() -> dict[str, str]:
    """The life situation, and so the file, of each address. Raises BadDescriptions for one that is there twice."""
    found: dict[str, str] = {}
    for path in _files():
        for one in _read(path.stem)[1]:
            if one.slug in found:
                raise BadDescriptions(f"{one.slug}: described twice")
            found[one.slug] = path.stem
    return found


@lru_cache
def _listed(language: str) -> tuple[DescribedService, ...]:
    return tuple(
        DescribedService(one.slug, one.titles[language], one.summaries[language], language, one.words)
        for path in _files()
        for one in _read(path.stem)[1]
    )


def _files() -> list[Path]:
    return sorted(FOLDER.glob("*.yaml"))


def _read(situation: str) -> tuple[Situation, list[Description]]:
    data = yaml.load((FOLDER / f"{situation}.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return read_situation(situation, data)
