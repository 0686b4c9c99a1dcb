"""Reads a message of XDatenfelder 3.0.0 or 2. What is unknown, double, missing or impossible is refused with its line."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, TypeAlias

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from stadttor.catalog.fim import lifting, tables, xml
from stadttor.catalog.fim.model import (
    MAX_DEPTH,
    MAX_POSITIONS,
    MESSAGES,
    NAMESPACE,
    NAMESPACE_2,
    TAGS,
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
    size,
)
from stadttor.catalog.rules.faults import refuse

Parts: TypeAlias = Mapping[str, list[Any]]
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,39}")
_COUNT = re.compile(r"(\d{1,4}):(\d{1,4}|\*|n)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(Z|[+-]\d{2}:\d{2})?")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?")


def read_message(content: bytes, file: str) -> Message:
    """The message in a file, lifted to XDatenfelder 3.0.0. Raises PackageRefused with the line of the first fault."""
    root = xml.parse(content, file)
    namespace, name = etree.QName(root).namespace, etree.QName(root).localname
    if namespace not in (NAMESPACE, NAMESPACE_2):
        mend = "Export the schema as XDatenfelder 3.0.0 or 2."
        raise refuse(file, root.sourceline, f"The namespace {namespace} is not XDatenfelder 3.0.0 or 2.", mend)
    if name not in MESSAGES:
        mend = "Use a data schema (0102) or a group of data fields (0103)."
        raise refuse(file, root.sourceline, f"<{name}> holds no questions.", mend)
    reader = _Reader(file) if namespace == NAMESPACE else _Reader2(file)
    message = reader.message(root, MESSAGES[name])
    if size(message.root) > MAX_POSITIONS:
        raise refuse(file, root.sourceline, f"The schema has more than {MAX_POSITIONS:,} positions.", "Split it.")
    return message


class _Reader(xml.Reader):
    """XDatenfelder 3.0.0."""

    element_parts = tables.PARTS
    rule_parts: tuple[str, ...] = tables.RULE_PARTS
    repeated = tables.REPEATED

    def __init__(self, file: str, namespace: str = NAMESPACE) -> None:
        super().__init__(file, namespace)
        self.created = ""

    def _known(self, names: tuple[str, ...]) -> dict[str, bool]:
        return {"identifikation": False, **{name: name in self.repeated for name in names}}

    def message(self, root: etree._Element, kind: Kind) -> Message:
        parts = self.parts(root, {"header": False, TAGS[kind]: False})
        for name in ("header", TAGS[kind]):
            if name not in parts:
                raise self.fault(root, f"<{name}> is missing.", "Export the message again.")
        header = self.parts(parts["header"][0], {"nachrichtID": False, "erstellungszeitpunkt": False})
        self.created = self.needed(header, "erstellungszeitpunkt", parts["header"][0])
        if not _MOMENT.fullmatch(self.created):
            raise self.fault(header["erstellungszeitpunkt"][0], f"{self.created} is no moment.", "Use ISO 8601.")
        identifier = self.needed(header, "nachrichtID", parts["header"][0])
        return Message(identifier, self.created, self.element(parts[TAGS[kind]][0], kind, 0))

    def element(self, node: etree._Element, kind: Kind, depth: int) -> Element:
        if depth > MAX_DEPTH:
            raise self.fault(
                node, f"Groups stand more than {MAX_DEPTH} deep in each other.", "Make the schema flatter."
            )
        parts = self.parts(node, self._known(self.element_parts[kind]))
        identifier, version = self.identification(parts, node)
        self.needed(parts, "name", node)
        return Element(
            kind=kind,
            id=identifier,
            version=version,
            said=dict(self.single(parts, node, kind)),
            references=self.references(parts),
            relations=tuple(self.relation(one) for one in parts.get("relation", [])),
            keywords=self.keywords(parts),
            bounds=self.bounds(self.one(parts, "praezisierung")),
            values=self.values(parts),
            code_list=self.code_list(self.one(parts, "codelisteReferenz")),
            media=tuple(filter(None, (self.text(one) for one in parts.get("mediaType", [])))),
            document=self.document(self.one(parts, "dokumentsteckbrief")),
            rules=tuple(self.rule(one) for one in parts.get("regel", [])),
            contains=tuple(self.position(one, depth) for one in parts.get("struktur", [])),
        )

    def identification(self, parts: Parts, node: etree._Element) -> tuple[str, str]:
        found = parts.get("identifikation")
        if not found:
            raise self.fault(node, f"<identifikation> is missing in <{xml.local(node)}>.", "Add it.")
        return self.identity(found[0])

    def identity(self, node: etree._Element) -> tuple[str, str]:
        """Id and version (empty for a working copy) of `identifikation` or `objekt`."""
        parts = self.parts(node, {"id": False, "version": False})
        identifier, version = self.needed(parts, "id", node), self.text(self.one(parts, "version"))
        if not _ID.fullmatch(identifier):
            raise self.fault(parts["id"][0], f"The id {identifier[:60]} is not usable.", "A letter, then digits.")
        if version and not _VERSION.fullmatch(version):
            raise self.fault(parts["version"][0], f"The version {version[:60]} is not usable.", "Write it like 1.0.0.")
        return identifier, version

    def single(self, parts: Parts, node: etree._Element, kind: Kind) -> Iterator[tuple[str, str]]:
        """The parts that are one text or one code, as far as they say something."""
        yield from self.texts(parts, self.element_parts[kind])
        for needed in ("freigabestatus", *(("feldart", "datentyp") if kind == "field" else ())):
            if needed not in parts:
                raise self.fault(node, f"<{needed}> is missing in <{xml.local(node)}>.", "Add it.")

    def texts(self, parts: Parts, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for name in names:
            node = self.one(parts, name)
            if node is None or name in tables.STRUCTURED:
                continue
            if text := self.code(node, name) if name in tables.CODES else self.text(node):
                self.check_day(node, name, text)
                yield name, text

    def check_day(self, node: etree._Element, name: str, text: str) -> None:
        form = _DAY if name in tables.DATES else _MOMENT if name == "letzteAenderung" else None
        if form and not form.fullmatch(text):
            raise self.fault(node, f"<{name}> is {text[:40]}, which is no date.", "Write it like 2026-11-22.")

    def code(self, node: etree._Element, name: str) -> str:
        parts = self.parts(node, {"code": False})
        code = self.needed(parts, "code", node)
        if code not in tables.CODES[name]:
            known = ", ".join(sorted(tables.CODES[name]))
            raise self.fault(parts["code"][0], f"<{name}> knows no code {code[:40]}.", f"Use one of {known}.")
        return code

    def references(self, parts: Parts) -> tuple[Reference, ...]:
        found = (Reference(self.text(one), xml.said(one.get("link"))) for one in parts.get("bezug", []))
        return tuple(one for one in found if one.text or one.link)

    def keywords(self, parts: Parts) -> tuple[Keyword, ...]:
        found = (Keyword(self.text(one), xml.said(one.get("uri"))) for one in parts.get("stichwort", []))
        return tuple(one for one in found if one.text or one.uri)

    def relation(self, node: etree._Element) -> Relation:
        parts = self.parts(node, {"praedikat": False, "objekt": False})
        if len(parts) < 2:
            raise self.fault(node, "A relation has <praedikat> and <objekt>.", "Add what is missing.")
        return Relation(self.code(parts["praedikat"][0], "praedikat"), *self.identity(parts["objekt"][0]))

    def bounds(self, node: etree._Element | None) -> dict[str, str]:
        if node is None:
            return {}
        for name in node.attrib:
            if name not in tables.BOUNDS:
                raise self.fault(node, f"<praezisierung> knows no {name}.", f"Known: {', '.join(tables.BOUNDS)}.")
        found = {name: xml.said(node.get(name)) for name in tables.BOUNDS}
        return {name: value for name, value in (found | {"text": self.text(node)}).items() if value}

    def values(self, parts: Parts) -> tuple[Value, ...]:
        node = self.one(parts, "werte")
        return (
            tuple(self.value(one) for one in self.parts(node, {"wert": True}).get("wert", []))
            if node is not None
            else ()
        )

    def value(self, node: etree._Element) -> Value:
        parts = self.parts(node, {"code": False, "name": False, "hilfe": False})
        code = self.needed(parts, "code", node)
        return Value(code, self.text(self.one(parts, "name")), self.text(self.one(parts, "hilfe")))

    def code_list(self, node: etree._Element | None) -> dict[str, str]:
        if node is None or (not len(node) and not self.text(node)):
            return {}
        parts = self.parts(node, dict.fromkeys(tables.CODE_LIST, False))
        found = {name: self.text(self.one(parts, name)) for name in tables.CODE_LIST}
        return {name: value for name, value in found.items() if value}

    def document(self, node: etree._Element | None) -> dict[str, str]:
        if node is None:
            return {}
        identifier, version = self.identity(node)
        return {"id": identifier, **({"version": version} if version else {})}

    def rule(self, node: etree._Element) -> Rule:
        parts = self.parts(node, self._known(self.rule_parts))
        identifier, version = self.identification(parts, node)
        opaque = chain.from_iterable(parts.get(name, []) for name in tables.OPAQUE)
        kept = tuple(xml.plain(one, NAMESPACE) for one in opaque)
        said = dict(self.texts(parts, self.rule_parts))
        return Rule(identifier, version, said, self.references(parts), self.keywords(parts), kept)

    def position(self, node: etree._Element, depth: int) -> Position:
        parts = self.parts(node, {"anzahl": False, "bezug": True, "enthaelt": False})
        count = self.count(parts, node)
        inner = (
            self.parts(parts["enthaelt"][0], {TAGS["group"]: False, TAGS["field"]: False})
            if "enthaelt" in parts
            else {}
        )
        if len(inner) != 1:
            raise self.fault(node, "A position holds one field or one group.", "Fill <enthaelt>.")
        ((tag, (held,)),) = inner.items()
        kind: Kind = "group" if tag == TAGS["group"] else "field"
        return Position(count, self.element(held, kind, depth + 1), self.references(parts))

    def count(self, parts: Parts, node: etree._Element) -> Count:
        text = self.needed(parts, "anzahl", node)
        found = _COUNT.fullmatch(text)
        most = None if found is None or found[2] in ("*", "n") else int(found[2])
        if found is None or (most is not None and not int(found[1]) <= most):
            raise self.fault(parts["anzahl"][0], f"{text[:40]} is no cardinality.", "Write it like 0:1, 1:1 or 1:*.")
        return Count(int(found[1]), most)


class _Reader2(_Reader):
    """XDatenfelder 2: other names, bounds as JSON, one text for all legal bases."""

    element_parts = tables.PARTS_2
    rule_parts = tables.RULE_PARTS_2
    repeated = tables.REPEATED_2

    def __init__(self, file: str) -> None:
        super().__init__(file, NAMESPACE_2)

    def element(self, node: etree._Element, kind: Kind, depth: int) -> Element:
        return lifting.lifted(super().element(node, kind, depth), self.created)

    def rule(self, node: etree._Element) -> Rule:
        return lifting.lifted_rule(super().rule(node), self.created)

    def single(self, parts: Parts, node: etree._Element, kind: Kind) -> Iterator[tuple[str, str]]:
        yield from self.texts(parts, self.element_parts[kind])
        for needed in ("status", *(("feldart", "datentyp") if kind == "field" else ())):
            if needed not in parts:
                raise self.fault(node, f"<{needed}> is missing in <{xml.local(node)}>.", "Add it.")
        if "codelisteReferenz" in parts:
            yield "codeliste", self.old_code_list(parts["codelisteReferenz"][0])

    def texts(self, parts: Parts, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        yield from super().texts(parts, tuple(name for name in names if name != "status"))
        if "status" in parts:
            yield "status", self.status(parts["status"][0])

    def status(self, node: etree._Element) -> str:
        parts = self.parts(node, {"code": False})
        code = self.needed(parts, "code", node)
        if code not in tables.STATUS_2:
            known = ", ".join(sorted(tables.STATUS_2))
            raise self.fault(parts["code"][0], f"<status> knows no code {code[:40]}.", f"Use one of {known}.")
        return code

    def references(self, parts: Parts) -> tuple[Reference, ...]:
        lines = chain.from_iterable(self.text(one).splitlines() for one in parts.get("bezug", []))
        return tuple(Reference(line.strip()) for line in lines if line.strip())

    def bounds(self, node: etree._Element | None) -> dict[str, str]:
        text = self.text(node)
        try:
            found = json.loads(text) if text else {}
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            return {"text": text}
        known = {name: xml.said(str(value)) for name, value in found.items() if name in tables.BOUNDS}
        other = "; ".join(f"{name}: {value}" for name, value in found.items() if name not in tables.BOUNDS)
        return {name: value for name, value in (known | {"text": xml.said(other)}).items() if value}

    def code_list(self, node: etree._Element | None) -> dict[str, str]:
        if node is None:
            return {}
        inner = self.parts(node, {"identifikation": False, "genericodeIdentification": False})
        return super().code_list(inner["genericodeIdentification"][0]) if "genericodeIdentification" in inner else {}

    def old_code_list(self, node: etree._Element) -> str:
        """The editor's own id of the list, which XDatenfelder 3 no longer has."""
        inner = self.parts(node, {"identifikation": False, "genericodeIdentification": False})
        return " ".join(self.identity(inner["identifikation"][0])).strip() if "identifikation" in inner else ""
