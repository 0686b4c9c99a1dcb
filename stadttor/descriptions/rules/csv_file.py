"""Descriptions as a table: a line for each description and language (RFC 4180; semicolons, commas or tabs).

The columns are those of docs/descriptions-files.md; the first line of a description says what is the same in all languages.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from stadttor.core.languages import LANGUAGES, OFFICIAL
from stadttor.core.refused import Refused
from stadttor.core.tables import FORMULA
from stadttor.descriptions.rules.given import (
    LARGEST,
    LONGEST_ID,
    MOST_FAULTS,
    MOST_GIVEN,
    Fault,
    Given,
    Read,
    fault,
    too_large,
)
from stadttor.descriptions.rules.own import FIELDS, Said, cleaned, listed

HEADS: Mapping[str, str] = {
    "id": "Kennung", "language": "Sprache", "title": "Titel", "summary": "Kurztext", "who": "Wer", "need": "Unterlagen",
    "cost": "Kosten", "deadline": "Frist", "how": "Ablauf", "unit": "Stelle", "where": "Ort", "when": "Zeiten",
    "words": "Alltagswörter", "law": "Recht", "cost_kind": "Kostenart", "office": "Zuständig", "situation": "Lebenslage",
    "reviewed": "Geprüft am", "hidden": "Verborgen",
}  # fmt: skip
COST_KINDS = {"": "", "frei": "free", "satzung": "statute", "gesetz": "law"}
OFFICE_KINDS = {
    "": "",
    "rathaus": "",
    "standesamt": "registry",
    "landratsamt": "district",
    "andere behörde": "elsewhere",
}
HIDDEN = {"": False, "nein": False, "ja": True}
MOST_LINES, MOST_COLUMNS = 6_000, 50
_TAGS = {tag.casefold(): tag for tag in LANGUAGES}


def read_csv(content: bytes, situations: frozenset[str]) -> Read:
    """Every description of a table whose first line names its columns; all faults are told. Refused for what is no table."""
    records = _records(content)
    if not records:
        raise Refused("empty", "The file is empty.", field="file")
    by_name = {name.casefold(): key for key, label in HEADS.items() for name in (label, key)}
    cells = [_unguarded(cell).strip() for cell in records[0][1]]
    heads = [by_name.get(cell.casefold(), "") for cell in cells]
    if "id" not in heads:
        raise Refused("no_id", "No column is called “Kennung”.", field="file")
    if twice := [head for head in filter(None, heads) if heads.count(head) > 1]:
        raise Refused("twice", "Two columns have the same head: {name}.", field="file", name=HEADS[twice[0]])
    faults: list[Fault] = []
    found: dict[str, dict[str, Any]] = {}
    readers = _readers(situations)
    for place, record in records[1:]:
        line = {head: _unguarded(cell) for head, cell in zip(heads, record, strict=False) if head}
        if any(cell.strip() for cell in line.values()):
            faults += _line(place, line, found, readers, situations)
    if len(found) > MOST_GIVEN:
        raise Refused("many", "A file has {most} descriptions at most.", field="file", most=MOST_GIVEN)
    wrong = {one["place"] for one in found.values() if one["wrong"]}
    given = [
        Given(id_, one["place"], one["texts"], one["shared"], one["hidden"])
        for id_, one in found.items()
        if one["place"] not in wrong
    ]
    unknown = tuple(cell[:50] for cell, head in zip(cells, heads, strict=True) if cell and not head)
    return Read(tuple(given), tuple(faults[:MOST_FAULTS]), unknown)


def _line(
    place: int,
    line: Mapping[str, str],
    found: dict[str, dict[str, Any]],
    readers: Mapping[str, Callable[[str], Any]],
    situations: frozenset[str],
) -> Iterable[Fault]:
    faults: list[Fault] = []
    id_, tag = cleaned("title", line["id"]), _TAGS.get(line.get("language", "").strip().casefold() or OFFICIAL)
    if not id_ or len(id_) > LONGEST_ID:
        return [
            fault(place, Refused("id", "An id of 1 to {most} characters is missing.", most=LONGEST_ID), HEADS["id"])
        ]
    one = found.setdefault(id_, {"place": place, "texts": {}, "shared": {}, "hidden": None, "raw": {}, "wrong": False})
    if tag is None:
        faults.append(
            fault(place, Refused("language", "We do not know this language."), HEADS["language"], ", ".join(LANGUAGES))
        )
    elif tag in one["texts"]:
        refused = Refused("again", "This description stands there twice in this language.")
        faults.append(fault(place, refused, HEADS["language"]))
    else:
        one["texts"][tag] = {name: cleaned(name, line[name]) for name in FIELDS if name in line}
    for name in ("words", "law", "cost_kind", "office", "situation", "reviewed", "hidden"):
        if name not in line:
            continue
        cell = line[name].strip()
        if one["place"] != place:
            if cell and cell != one["raw"].get(name, cell):
                refused = Refused(
                    "contradicts", "This is not what line {line} says of the same description.", line=one["place"]
                )
                faults.append(fault(place, refused, HEADS[name]))
            continue
        one["raw"][name] = cell
        try:
            value = readers[name](cell)
        except (KeyError, ValueError):
            faults.append(
                fault(place, Refused("word", "We do not know this word."), HEADS[name], _allowed(name, situations))
            )
            continue
        if name == "hidden":
            one["hidden"] = value
        elif name != "reviewed" or value:
            one["shared"]["cost" if name == "cost_kind" else name] = value
    one["wrong"] = one["wrong"] or bool(faults)
    return faults


def _readers(situations: frozenset[str]) -> dict[str, Callable[[str], Any]]:
    known = {"": "", **{one: one for one in situations}}
    return {
        "words": lambda cell: listed(cell, ","),
        "law": lambda cell: listed(cell, "\n"),
        "cost_kind": lambda cell: COST_KINDS[cell.casefold()],
        "office": lambda cell: OFFICE_KINDS[cell.casefold()],
        "situation": lambda cell: known[cell.casefold()],
        "reviewed": lambda cell: date.fromisoformat(cell) if cell else None,
        "hidden": lambda cell: HIDDEN[cell.casefold()],
    }


def _allowed(name: str, situations: frozenset[str]) -> str:
    """The words of a column."""
    fixed: dict[str, Iterable[str]] = {
        "cost_kind": COST_KINDS, "office": OFFICE_KINDS, "hidden": HIDDEN, "situation": sorted(situations)
    }  # fmt: skip
    if name == "reviewed":
        return "2026-12-31"
    return ", ".join(filter(None, fixed.get(name, ())))


def lines_of(id_: str, said: Said, hidden: bool) -> Iterable[list[str]]:
    """The lines of one, the official language first; the first says what is in no language."""
    cost = next(word for word, kind in COST_KINDS.items() if kind == said.cost)
    office = next(word for word, kind in reversed(OFFICE_KINDS.items()) if kind == said.office)
    shared = [
        ", ".join(said.words), "\n".join(said.law), cost, office, said.situation, said.reviewed.isoformat(),
        "ja" if hidden else "nein",
    ]  # fmt: skip
    for tag in LANGUAGES:
        if by := said.texts.get(tag):
            yield [id_, tag, *(by.get(name, "") for name in FIELDS), *shared]
            shared = [""] * len(shared)


def _unguarded(cell: str) -> str:
    """Without the sign that keeps spreadsheets from running it (`core.tables.harmless`)."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _records(content: bytes) -> list[tuple[int, Sequence[str]]]:
    """(the line it begins in, its cells); empty lines at the end are left out."""
    if len(content) > LARGEST:
        raise too_large()
    text = _decoded(content)
    if "\0" in text:
        raise _no_table()
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=first.count))
    found: list[tuple[int, Sequence[str]]] = []
    place = 1
    try:
        for record in reader:
            found.append((place, record[:MOST_COLUMNS]))
            place = reader.line_num + 1
            if len(found) > MOST_LINES:
                raise Refused("lines", "A table has {most} lines at most.", field="file", most=MOST_LINES)
    except csv.Error:
        raise _no_table() from None
    return [one for one in found if any(cell.strip() for cell in one[1])]


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, else what older German spreadsheets write."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _no_table()


def _no_table() -> Refused:
    return Refused("no_table", "This is no file we can read. Please send a CSV or a JSON.", field="file")
