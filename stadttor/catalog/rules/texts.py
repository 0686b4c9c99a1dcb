"""The texts of a package: nested in the file, flat by key here. What a language lacks falls back to German."""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.strict_yaml import Document, Path

OFFICIAL = "de"
SECTIONS = (
    "title", "summary", "service", "elsewhere", "pages", "groups", "fields", "options", "checks", "fees", "parameters",
    "parameter_checks",
    "declaration", "receipt", "outcomes", "outcome_next", "outcome_help", "cautions", "search", "reasons", "conditions", "letters",
)  # fmt: skip
_LINK = re.compile(r"\]\(([^)\s]*)")
_ALLOWED_LINK = re.compile(r"(https://|mailto:|tel:)\S+\Z")


@dataclass(frozen=True)
class Texts:
    """The texts of one language by key (`fields.fahrzeug.kennzeichen.label`), over the German ones."""

    language: str
    own: Mapping[str, str] = field(default_factory=dict)
    german: Mapping[str, str] = field(default_factory=dict)

    def text(self, key: str, default: str = "") -> str:
        """The text of a key: in this language, else in German, else the default."""
        return self.own.get(key) or self.german.get(key, default)

    def language_of(self, key: str) -> str:
        """The language `text` gives this key in, for the `lang` attribute."""
        return self.language if self.own.get(key) else OFFICIAL

    def section(self, prefix: str) -> dict[str, str]:
        """All texts below a key, by the rest of their keys: `section("outcomes")` → {"granted": …}."""
        start = prefix + "."
        keys = [key for key in {**self.german, **self.own} if key.startswith(start)]
        return {key[len(start) :]: self.text(key) for key in keys}

    def nested(self) -> dict[str, Any]:
        """All texts as they stand in the file, with the German ones filled in."""
        tree: dict[str, Any] = {}
        for key in {**self.german, **self.own}:
            _put(tree, key.split("."), self.text(key))
        return tree


def _put(tree: dict[str, Any], path: list[str], text: str) -> None:
    for part in path[:-1]:
        below = tree.setdefault(part, {})
        if not isinstance(below, dict):
            return
        tree = below
    tree.setdefault(path[-1], text)


def parse_texts(document: Document) -> tuple[dict[str, str], list[Fault]]:
    """The texts of one file by key, and what is wrong with them."""
    if not isinstance(document.data, dict):
        return {}, [Fault(document.file, 1, "The file is not a mapping.", "Begin with `title: …`.")]
    found: dict[str, str] = {}
    faults: list[Fault] = []
    for path, value in _leaves(document.data, ()):
        # Interned: the same in every language of the package, and of its next version.
        key, line = sys.intern(".".join(map(str, path))), document.line(path)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            faults.append(Fault(document.file, line, f"`{key}` is not a text.", "Put quotes around it."))
            continue
        found[key] = str(value)
        faults += _check_links(document.file, line, key, str(value))
    return found, [*faults, *_check_sections(document)]


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _leaves(below, (*path, key))
    else:
        yield path, value


def _check_links(file: str, line: int, key: str, text: str) -> Iterator[Fault]:
    for target in _LINK.findall(text):
        if not _ALLOWED_LINK.match(target):
            mend = "Links begin with https://, mailto: or tel:."
            yield Fault(file, line, f"`{key}` links to `{target[:80]}`.", mend)


def _check_sections(document: Document) -> Iterator[Fault]:
    for section in document.data:
        if section not in SECTIONS:
            mend = f"Use one of {', '.join(SECTIONS)}."
            yield Fault(document.file, document.line((section,)), f"`{section}` is not a section of texts.", mend)
