"""fim.yaml: what a data schema says beyond the form, and which position of it is which question.

    message: {id: …, created: …}
    root: S00000000121 1.0.0
    elements:                       # every element once, by id and version
      F00000000043 1.0.0: {kind: field, said: {name: Titel, …}, …}
    places: {G00000000630/F00000000043: person.titel}    # trail of the position: path of the question

The file comes from a stranger like the rest of a package: it is read here completely before anything uses it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from stadttor.catalog.fim import tables
from stadttor.catalog.fim.model import (
    MAX_DEPTH,
    MAX_POSITIONS,
    Count,
    Element,
    Keyword,
    Kind,
    Message,
    Position,
    Reference,
    Relation,
    Rule,
    Value,
    positions,
    size,
)
from stadttor.catalog.rules.faults import PackageRefused, refuse
from stadttor.catalog.rules.strict_yaml import Document, Path

FILE = "fim.yaml"
Places = Mapping[str, str]
"""The path of the question (`group.field`, or the id of a repeated group) by the trail of its position."""

_COUNT = re.compile(r"(\d{1,4}):(\d{1,4}|\*)")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")


@dataclass(frozen=True)
class Sidecar:
    message: Message
    places: Places


def to_data(sidecar: Sidecar) -> dict[str, Any]:
    """What the file holds."""
    book = _Book()
    root = book.enter(sidecar.message.root)
    return {
        "message": {"id": sidecar.message.id, "created": sidecar.message.created},
        "root": root,
        "elements": book.elements,
        "places": dict(sidecar.places),
    }


@dataclass
class _Book:
    """Every element once. The same id and version with another content gets `~2` behind its name."""

    elements: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    """By the name, then by the content: who gives one id to all would be compared with each otherwise."""

    def enter(self, one: Element) -> str:
        data = _filled(
            {
                "kind": one.kind,
                "id": one.id,
                "version": one.version,
                "said": _in_order(one.said, tables.PARTS[one.kind]),
                "references": _references(one.references),
                "relations": [vars_of(relation) for relation in one.relations],
                "keywords": [vars_of(keyword) for keyword in one.keywords],
                "bounds": dict(one.bounds),
                "values": [vars_of(value) for value in one.values],
                "code_list": dict(one.code_list),
                "media": list(one.media),
                "document": dict(one.document),
                "rules": [_rule_data(rule) for rule in one.rules],
                "contains": [self._position(position) for position in one.contains],
            }
        )
        name = f"{one.id} {one.version}".strip()
        same = self.keys.setdefault(name, {})
        key = same.setdefault(json.dumps(data, sort_keys=True), f"{name}~{len(same) + 1}" if same else name)
        self.elements[key] = data
        return key

    def _position(self, position: Position) -> dict[str, Any]:
        key = self.enter(position.element)
        return _filled({"element": key, "count": str(position.count), "references": _references(position.references)})


def vars_of(one: Reference | Keyword | Relation | Value) -> dict[str, str]:
    """The filled attributes of a small record."""
    return _filled({name: getattr(one, name) for name in one.__slots__})


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in ("", [], {})}


def _in_order(said: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """The texts in the order of the standard, so that the same schema gives the same file."""
    return {name: said[name] for name in names if name in said}


def _references(references: tuple[Reference, ...]) -> list[dict[str, str]]:
    return [vars_of(one) for one in references]


def _rule_data(rule: Rule) -> dict[str, Any]:
    return _filled(
        {
            "id": rule.id,
            "version": rule.version,
            "said": _in_order(rule.said, tables.RULE_PARTS),
            "references": _references(rule.references),
            "keywords": [vars_of(one) for one in rule.keywords],
            "parts": list(rule.parts),
        }
    )


def from_document(document: Document) -> Sidecar:
    """The schema and its places. Raises PackageRefused with the line of the first fault."""
    return _Sheet(document).sidecar()


class _Sheet:
    """Reads the file's data; every value is checked where it is read."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.read: dict[str, Element] = {}
        self.heights: dict[str, int] = {}

    def fault(self, path: Path, text: str, mend: str = "Import the schema again.") -> PackageRefused:
        return refuse(self.document.file, self.document.line(path), text, mend)

    def sidecar(self) -> Sidecar:
        data = self.mapping(self.document.data, (), frozenset({"message", "root", "elements", "places"}))
        header = self.mapping(data.get("message"), ("message",), frozenset({"id", "created"}))
        elements = data.get("elements")
        if not isinstance(elements, dict):
            raise self.fault(("elements",), "`elements` is not a mapping.")
        root = self.element(self.text(data, "root", ()), ("root",), elements, ())
        if root.kind == "field" or size(root) > MAX_POSITIONS:
            raise self.fault(("root",), f"`root` is no schema of at most {MAX_POSITIONS:,} positions.")
        message = Message(self.text(header, "id", ("message",)), self.text(header, "created", ("message",)), root)
        return Sidecar(message, self.places(data.get("places", {}), root))

    def mapping(self, data: Any, path: Path, known: frozenset[str] | None = None) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise self.fault(path, f"`{_name(path)}` is not a mapping.")
        for key in data:
            if known is not None and key not in known:
                raise self.fault((*path, key), f"`{key}` is not known here.", f"Known: {', '.join(sorted(known))}.")
        return data

    def text(self, data: Mapping[str, Any], name: str, path: Path) -> str:
        value = data.get(name, "")
        if not isinstance(value, str):
            raise self.fault((*path, name), f"`{name}` is not a text.", "Put quotes around it.")
        return value

    def texts(self, data: Any, path: Path, known: frozenset[str]) -> dict[str, str]:
        found = self.mapping(data, path, known)
        return {name: self.text(found, name, path) for name in found}

    def items(self, data: Mapping[str, Any], name: str, path: Path) -> list[Any]:
        found = data.get(name, [])
        if not isinstance(found, list):
            raise self.fault((*path, name), f"`{name}` is not a list.")
        return found

    def records(self, data: Mapping[str, Any], name: str, path: Path, kind: Any) -> tuple[Any, ...]:
        """A list of small records of one kind; what is left out is empty."""
        known = frozenset(kind.__slots__)
        found = enumerate(self.items(data, name, path))
        empty = dict.fromkeys(kind.__slots__, "")
        return tuple(kind(**{**empty, **self.texts(one, (*path, name, place), known)}) for place, one in found)

    def identifier(self, data: Mapping[str, Any], path: Path) -> str:
        value = self.text(data, "id", path)
        if not _ID.fullmatch(value):
            raise self.fault((*path, "id"), f"The id {value[:60]!r} is not usable.", "A letter, then digits.")
        return value

    def element(self, key: str, named: Path, elements: Mapping[str, Any], above: tuple[str, ...]) -> Element:
        """An element by its key; `above` are the keys of the groups it stands in."""
        if key in above or len(above) + self.heights.get(key, 0) > MAX_DEPTH + 1:
            raise self.fault(named, f"`{key}` contains itself, or groups stand too deep in each other.")
        if key in self.read:
            return self.read[key]
        path: Path = ("elements", key)
        known = frozenset(Element.__slots__)
        data = self.mapping(elements.get(key), path if key in elements else named, known)
        kind = self.kind(data, path)
        found = Element(
            kind=kind,
            id=self.identifier(data, path),
            version=self.text(data, "version", path),
            said=self.said(data, path, frozenset(tables.PARTS[kind]) - tables.STRUCTURED),
            references=self.records(data, "references", path, Reference),
            relations=self.records(data, "relations", path, Relation),
            keywords=self.records(data, "keywords", path, Keyword),
            bounds=self.texts(data.get("bounds", {}), (*path, "bounds"), frozenset({*tables.BOUNDS, "text"})),
            values=self.records(data, "values", path, Value),
            code_list=self.texts(data.get("code_list", {}), (*path, "code_list"), frozenset(tables.CODE_LIST)),
            media=tuple(self.plain(data, "media", path)),
            document=self.texts(data.get("document", {}), (*path, "document"), frozenset({"id", "version"})),
            rules=tuple(self.rule(one, (*path, "rules", at)) for at, one in enumerate(self.items(data, "rules", path))),
            contains=tuple(
                self.position(one, (*path, "contains", at), elements, (*above, key))
                for at, one in enumerate(self.items(data, "contains", path))
            ),
        )
        self.read[key] = found
        held = (str(one["element"]) for one in data.get("contains", []))
        self.heights[key] = 1 + max((self.heights[one] for one in held), default=0)
        return found

    def kind(self, data: Mapping[str, Any], path: Path) -> Kind:
        value = data.get("kind")
        for kind in get_args(Kind):
            if value == kind:
                return kind  # type: ignore[no-any-return]  # one of the literals
        raise self.fault((*path, "kind"), f"The kind {value!r} is not known.", "Use schema, group or field.")

    def said(self, data: Mapping[str, Any], path: Path, known: frozenset[str]) -> dict[str, str]:
        found = self.texts(data.get("said", {}), (*path, "said"), known)
        for name, text in found.items():
            if name in tables.CODES and text not in tables.CODES[name]:
                mend = f"Use one of {', '.join(sorted(tables.CODES[name]))}."
                raise self.fault((*path, "said", name), f"`{name}` knows no code {text!r}.", mend)
        return found

    def plain(self, data: Mapping[str, Any], name: str, path: Path) -> list[str]:
        found = self.items(data, name, path)
        if not all(isinstance(one, str) for one in found):
            raise self.fault((*path, name), f"`{name}` is not a list of texts.", "Put quotes around them.")
        return found

    def rule(self, data: Any, path: Path) -> Rule:
        found = self.mapping(data, path, frozenset(Rule.__slots__))
        return Rule(
            self.identifier(found, path),
            self.text(found, "version", path),
            self.said(found, path, frozenset(tables.RULE_PARTS) - tables.STRUCTURED),
            self.records(found, "references", path, Reference),
            self.records(found, "keywords", path, Keyword),
            tuple(self.plain(found, "parts", path)),
        )

    def position(self, data: Any, path: Path, elements: Mapping[str, Any], above: tuple[str, ...]) -> Position:
        found = self.mapping(data, path, frozenset({"element", "count", "references"}))
        matched = _COUNT.fullmatch(self.text(found, "count", path))
        if not matched:
            raise self.fault((*path, "count"), "`count` is no cardinality.", 'Write it like "0:1" or "1:*".')
        count = Count(int(matched[1]), None if matched[2] == "*" else int(matched[2]))
        element = self.element(self.text(found, "element", path), (*path, "element"), elements, above)
        if element.kind == "schema":
            raise self.fault((*path, "element"), "A schema stands in no other.")
        return Position(count, element, self.records(found, "references", path, Reference))

    def places(self, data: Any, root: Element) -> dict[str, str]:
        found = self.mapping(data, ("places",))
        known = {placed.trail for placed in positions(root)}
        for trail in found:
            if trail not in known:
                mend = "Remove the line."
                raise self.fault(("places", trail), f"The schema has no position {trail[:120]}.", mend)
        return {trail: self.text(found, trail, ("places",)) for trail in found}


def _name(path: Path) -> str:
    return ".".join(map(str, path)) or FILE
