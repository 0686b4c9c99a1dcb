"""What a description says, and the check of a file of descriptions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

OFFICIAL = "de"
LANGUAGES = ("de", "en")
PARTS = ("who", "need", "cost", "deadline", "how")
"""Beside title and summary, in the order they are read; `cost` may also be one of `COSTS`."""
COSTS = ("free", "statute", "law")
"""Nothing; what the municipality sets; what federal or Land law sets."""
OFFICES = ("", "registry", "district", "elsewhere")
"""Who is responsible: the town hall, its registry office, often the district, somebody else."""
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,59}\Z")


class BadDescriptions(ValueError):
    """A file that is not as descriptions must be; says where."""


@dataclass(frozen=True)
class Situation:
    """A life situation with the addresses of the services that belong to it, adopted ones included."""

    id: str
    titles: Mapping[str, str]
    slugs: tuple[str, ...]

    def title(self, language: str) -> str:
        return self.titles[spoken(language)]


@dataclass(frozen=True)
class Description:
    """A service without a form. Texts by language; `words` are everyday words people search with."""

    slug: str
    situation: str
    titles: Mapping[str, str]
    summaries: Mapping[str, str]
    words: tuple[str, ...]
    law: tuple[str, ...]
    office: str
    reviewed: date
    cost: str
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def text(self, part: str, language: str) -> str:
        """One of `PARTS`; empty where nothing is said."""
        return self.texts.get(part, {}).get(spoken(language), "")


def spoken(language: str) -> str:
    """The language a description is shown in: the reader's where there is one, else the official language."""
    base = language.split("-")[0]
    return base if base in LANGUAGES else OFFICIAL


def read_situation(id_: str, data: Any) -> tuple[Situation, list[Description]]:
    """A file of `texts/`: one life situation. Raises BadDescriptions."""
    _must(isinstance(data, dict) and set(data) <= {"title", "reviewed", "adopted", "services"}, id_, "unknown keys")
    services = data.get("services")
    _must(isinstance(services, dict) and services != {}, id_, "no services")
    described = [_description(id_, slug, value, data.get("reviewed")) for slug, value in services.items()]
    adopted = tuple(data.get("adopted", ()))
    slugs = (*adopted, *(one.slug for one in described))
    return Situation(id_, _both(data.get("title"), id_, "title"), slugs), described


def _description(situation: str, slug: str, value: Any, reviewed: Any) -> Description:
    known = {"title", "summary", "words", "law", "office", "reviewed", *PARTS}
    _must(_SLUG.match(slug) is not None, slug, "not an address")
    _must(isinstance(value, dict) and set(value) <= known, slug, "unknown keys")
    cost, day = value.get("cost", ""), value.get("reviewed", reviewed)
    _must(isinstance(day, date), slug, "no day of review")
    _must(value.get("office", "") in OFFICES, slug, "unknown office")
    _must(bool(value.get("law")), slug, "no law")
    _must(isinstance(cost, dict) or cost in COSTS, slug, "unknown cost")
    return Description(
        slug=slug,
        situation=situation,
        titles=_both(value.get("title"), slug, "title"),
        summaries=_both(value.get("summary"), slug, "summary"),
        words=tuple(str(word) for word in value.get("words", ())),
        law=tuple(str(one) for one in value["law"]),
        office=value.get("office", ""),
        reviewed=day,
        cost=cost if isinstance(cost, str) else "",
        texts=dict(_texts(slug, value)),
    )


def _texts(slug: str, value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for part in PARTS:
        if isinstance(value.get(part), dict):
            yield part, _both(value[part], slug, part)
        else:
            _must(part == "cost" or part not in value, slug, f"{part} is no text")


def _both(value: Any, where: str, part: str) -> Mapping[str, str]:
    right = isinstance(value, dict) and set(value) == set(LANGUAGES)
    _must(right and all(isinstance(one, str) and one.strip() for one in value.values()), where, f"{part} lacks a text")
    return {tag: str(value[tag]) for tag in LANGUAGES}


def _must(holds: bool, where: str, why: str) -> None:
    if not holds:
        raise BadDescriptions(f"{where}: {why}")
