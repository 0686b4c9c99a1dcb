"""handover.yaml: what the procedure that works on gets of a case, as a file and as a sheet to copy from.

`HandOver` is the rule of a package, checked by `handover_check`; `handover_files` writes its file. Every value is a CEL
expression over answers and settings, or one of the few facts of the case in `CASE`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from stadttor.core.cel import Environment, Expression, Value
from stadttor.forms.definition import Field
from stadttor.forms.rules import countries
from stadttor.forms.rules.filled import Filled
from stadttor.forms.rules.types import Words, show

CASE = (
    "number", "received", "decided", "outcome", "valid_from", "valid_until", "applicant",
    "claim", "account", "asked", "due", "mandate",
)  # fmt: skip
"""What `case.<name>` may be: receipt number, days (ISO), the outcome's key, days of the permit, the applicant's name.

Of what the decision asks for: Kassenzeichen, account of the books, euros in all (`137,50`), euros by day
(`2026-12-28: 13,75; 2027-02-15: 123,75`), the day on which a SEPA mandate was given, whose reference is the Kassenzeichen.
"""

TAG = "tag"
"""`item.tag`: the number that the decision gives to an element of the group for which the package has a `tag`."""
Moment = Literal["received", "decided"]
Format = Literal["xml", "json", "csv"]
MEDIA_TYPES: Mapping[Format, str] = {"xml": "application/xml", "json": "application/json", "csv": "text/csv"}


@dataclass(frozen=True)
class Source:
    """Where a value comes from: a fact of the case, or an expression. `shown` is the field whose answer it is, if it is one.

    `is_country`: it is the country of an address, a code that people read as its name. `codes` says what the target calls a
    value; `otherwise` is for those it does not name.
    """

    fact: str = ""
    expression: Expression | None = None
    shown: Field | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    condition: Expression | None = None
    is_country: bool = False


@dataclass(frozen=True)
class Entry:
    """One value of the file or of the sheet under the name `to`; or `entries` for every element of the group `each`."""

    to: str
    source: Source | None = None
    each: str = ""
    entries: tuple["Entry", ...] = ()


@dataclass(frozen=True)
class Screen:
    """A screen of the target, with what is typed there in its order."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class FileRule:
    """`root` and `namespace` are for XML; `rows` is the group whose elements are the rows of a CSV, empty for one row."""

    format: Format
    entries: tuple[Entry, ...]
    root: str = ""
    namespace: str = ""
    rows: str = ""


@dataclass(frozen=True)
class HandOver:
    """`due_days` after that moment the target should have it. Without a file there is only the sheet."""

    target: str
    at: Moment
    outcomes: tuple[str, ...]
    due_days: int
    file: FileRule | None
    screens: tuple[Screen, ...]
    proofs: bool = False
    """Whether what the applicant handed in as files goes with the file."""


@dataclass(frozen=True)
class Line:
    """A line of the copy sheet. `key` is stable for the same place; `screen` begins a new part where it changes."""

    key: str
    screen: str
    label: str
    value: str


@dataclass(frozen=True)
class Facts:
    """A case as the rule reads it: the facts of `CASE` by name, the answers, how answers are said to people."""

    case: Mapping[str, str]
    filled: Filled
    words: Words
    tagged: str = ""
    tags: tuple[str, ...] = ()
    """The numbers that the decision gives to the elements of the group `tagged`: `item.tag` of each."""
    ended: frozenset[int] = frozenset()
    """The places in that group of what was ended before: it is not handed over as something that is there."""

    def elements(self, group: str) -> tuple[int, ...]:
        """The places of the elements of a repeated group that were answered, can be seen and were not ended before."""
        found = self.filled.seen(f"a.{group}")
        gone = self.ended if group == self.tagged else frozenset[int]()
        return tuple(one for one in range(len(found) if isinstance(found, list) else 0) if one not in gone)

    def value(self, source: Source, place: tuple[str, int] | None) -> Value:
        """The value as the target gets it; None where there is none."""
        environment = self._environment(place)
        if source.condition is not None and not source.condition.holds(environment):
            return None
        if source.fact:
            found: Value = self.case.get(source.fact, "")
        else:
            found = source.expression.evaluate(environment) if source.expression else None
        return _coded(source, found)

    def said(self, source: Source, place: tuple[str, int] | None) -> str:
        """The value as a person reads it: codes as the target has them, everything else as on the case page."""
        found = self.value(source, place)
        if found in (None, "", []):
            return ""
        if source.shown is not None and not source.codes:
            return show(source.shown, self.filled.answer(source.shown, place[1] if place else None), self.words)
        return countries.name(str(found), self.words.language) if source.is_country else plain(found)

    def _environment(self, place: tuple[str, int] | None) -> Environment:
        if place is None:
            return Environment(self.filled.seen)
        group, index = place
        return Environment(lambda path: self._seen(path, group, index))

    def _seen(self, path: str, group: str, index: int) -> Value:
        root, *rest = path.split(".")
        if root != "item":
            return self.filled.seen(path)
        if rest == [TAG] and group == self.tagged:
            return self.tags[index] if index < len(self.tags) else ""
        found = self.filled.seen(f"a.{group}")
        value: Value = found[index] if isinstance(found, list) else None
        for name in rest:
            value = value.get(name) if isinstance(value, dict) else None
        return value


def lines(rule: HandOver, facts: Facts) -> list[Line]:
    """The copy sheet in the order of the target's screens; without screens, what the file says in its order.

    Lines without a value are left out: there is nothing to type.
    """
    screens = rule.screens or (Screen(rule.target, rule.file.entries if rule.file else ()),)
    rows = rule.file.rows if rule.file and not rule.screens else ""
    found: list[Line] = []
    for number, screen in enumerate(screens):
        entries = (Entry(screen.title, each=rows, entries=screen.entries),) if rows else screen.entries
        found += _lines(str(number), screen.title, entries, facts, None)
    return [one for one in found if one.value]


def _lines(
    key: str, screen: str, entries: tuple[Entry, ...], facts: Facts, place: tuple[str, int] | None
) -> Iterator[Line]:
    for number, entry in enumerate(entries):
        here = f"{key}.{number}"
        if entry.source is not None:
            yield Line(here, screen, entry.to.replace(".", " › "), facts.said(entry.source, place))
        for index in facts.elements(entry.each) if entry.each else ():
            titled = f"{screen} – {entry.to} {index + 1}" if entry.to != screen else f"{screen} {index + 1}"
            yield from _lines(f"{here}.{index}", titled, entry.entries, facts, (entry.each, index))


def plain(value: Value) -> str:
    """A value in one line: days in the German form, several with commas."""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, list):
        return ", ".join(plain(one) for one in value)
    text = "" if value is None else str(value)
    if len(text) == 10 and text[4] == text[7] == "-":
        return _german_day(text)
    return text


def _german_day(text: str) -> str:
    try:
        return date.fromisoformat(text).strftime("%d.%m.%Y")
    except ValueError:
        return text


def _coded(source: Source, value: Value) -> Value:
    """What the target calls it; a value that is not there stays away, also where there are codes."""
    if not source.codes or value in (None, ""):
        return value
    if isinstance(value, list):
        return [_code(source, one) for one in value]
    return _code(source, value)


def _code(source: Source, value: Value) -> Value:
    name = str(value).lower() if isinstance(value, bool) else str(value)
    fallback = source.otherwise if source.otherwise is not None else value
    return source.codes.get(name, fallback)
