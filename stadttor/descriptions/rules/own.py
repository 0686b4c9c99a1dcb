"""What a town says of a service: a description of its own, or its version of the product's; and what may be said."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from stadttor.core.languages import LANGUAGES, OFFICIAL
from stadttor.core.refused import Refused
from stadttor.core.tables import FORMULA
from stadttor.descriptions.rules.template import COSTS, OFFICES, PARTS, Description

PLACES = ("unit", "where", "when")
"""Who is responsible, where to go, when it is open: only a town knows."""
FIELDS = ("title", "summary", *PARTS, *PLACES)
LINES = ("title", "summary")
LONGEST: Mapping[str, int] = {"title": 150, "summary": 400}
LONGEST_TEXT = 4_000
MOST_WORDS, LONGEST_WORD = 40, 60
MOST_LAWS, LONGEST_LAW = 20, 300
MOST_OWN = 1_000
OVERDUE_DAYS = 365
# What the desk's own addresses are called.
_RESERVED = ("new", "import", "export", "example")
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class Said:
    """A description as it is kept: texts by language and by one of FIELDS, the rest in none. What is not said is not there."""

    reviewed: date
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    law: tuple[str, ...] = ()
    cost: str = ""
    office: str = ""
    situation: str = ""

    def text(self, name: str, tag: str) -> tuple[str, str]:
        """(the text, the language it is in): the reader's where there is one, else the official one."""
        for known in (tag, tag.split("-")[0], OFFICIAL):
            if text := self.texts.get(known, {}).get(name, ""):
                return text, known
        return "", OFFICIAL

    def language(self, tag: str) -> str:
        """The language its title is shown in."""
        return self.text("title", tag)[1]


def of_template(one: Description) -> Said:
    """What the product says."""
    given = {"title": one.titles, "summary": one.summaries, **one.texts}
    texts = {tag: {name: by[tag] for name, by in given.items() if by.get(tag)} for tag in one.titles}
    return Said(one.reviewed, texts, one.words, one.law, one.cost, one.office, one.situation)


def kept(said: Said) -> dict[str, Any]:
    """As the table keeps it."""
    return {
        "reviewed": said.reviewed.isoformat(), "texts": {tag: dict(by) for tag, by in said.texts.items()},
        "words": list(said.words), "law": list(said.law), "cost": said.cost, "office": said.office,
        "situation": said.situation,
    }  # fmt: skip


def of_kept(data: Mapping[str, Any]) -> Said:
    """The other way round."""
    return Said(
        date.fromisoformat(data["reviewed"]), data["texts"], tuple(data["words"]), tuple(data["law"]), data["cost"],
        data["office"], data["situation"],
    )  # fmt: skip


def merged(said: Said, texts: Mapping[str, Mapping[str, str]], **others: Any) -> Said:
    """With other texts: an empty one is taken out, and what is not named stays."""
    whole = {tag: dict(by) for tag, by in said.texts.items()}
    for tag, given in texts.items():
        now = {**whole.get(tag, {}), **{name: cleaned(name, text) for name, text in given.items()}}
        whole[tag] = {name: now[name] for name in FIELDS if now.get(name)}
    return replace(said, texts={tag: whole[tag] for tag in LANGUAGES if whole.get(tag)}, **others)


def cleaned(name: str, text: str) -> str:
    """A text as it is kept: one line for a title, no control characters, and nothing a spreadsheet's guard put before it."""
    known = text.encode("utf-8", "replace").decode().replace("\0", "")
    lines = [" ".join(line.split()) for line in known.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    known = (" " if name in LINES else "\n").join(lines).strip()
    while known.startswith("'") and known[1:].startswith(FORMULA):
        known = known[1:]
    return known


def listed(text: str, separator: str) -> tuple[str, ...]:
    """Words or laws as somebody typed them, each once."""
    return tuple(dict.fromkeys(filter(None, (cleaned("title", one) for one in text.split(separator)))))


def must_be_sound(said: Said, situations: frozenset[str]) -> None:
    """Raises Refused for what no description may be; `field` is `<language>.<field>` for a text."""
    for name in LINES:
        if not said.texts.get(OFFICIAL, {}).get(name):
            raise Refused("text_missing", "Please write this in German.", field=f"{OFFICIAL}.{name}")
    for tag, by in said.texts.items():
        for name in LINES:
            if not by.get(name):
                raise Refused("half_language", "A language needs title and summary.", field=f"{tag}.{name}")
        for name, text in by.items():
            most = LONGEST.get(name, LONGEST_TEXT)
            if len(text) > most:
                raise Refused("too_long", "Please write {most} characters at most.", field=f"{tag}.{name}", most=most)
    if set(said.texts) - set(LANGUAGES):
        raise Refused("language", "We do not know this language.", field="language")
    _must_fit("words", said.words, MOST_WORDS, LONGEST_WORD)
    _must_fit("law", said.law, MOST_LAWS, LONGEST_LAW)
    known = {"cost": ("", *COSTS), "office": OFFICES, "situation": ("", *situations)}
    for name, values in known.items():
        if getattr(said, name) not in values:
            raise Refused("unknown_word", "Please choose one of these.", field=name)


def _must_fit(name: str, given: tuple[str, ...], most: int, longest: int) -> None:
    if len(given) > most or any(len(one) > longest for one in given):
        raise Refused(
            "too_many", "At most {most} of them, each of {longest} characters at most.",
            field=name, most=most, longest=longest,
        )  # fmt: skip


def slug_of(title: str) -> str:
    """An address made of a title: `Straßenfest anmelden` becomes `strassenfest-anmelden`."""
    made = _NO_SLUG.sub("-", title.casefold().translate(_UMLAUTS)).strip("-")[:50].strip("-")
    return made if made[:1].isalpha() and len(made) > 1 and made not in _RESERVED else f"leistung-{made}".strip("-")
