"""Writes a message as XDatenfelder 3.0.0, with the prefix `xdf3` that the method's own tools insist on."""

from collections.abc import Iterator, Mapping

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from stadttor.catalog.fim import tables
from stadttor.catalog.fim.model import MESSAGES, NAMESPACE, TAGS, Element, Keyword, Message, Position, Reference, Rule
from stadttor.catalog.fim.xml import legal, parse

_TAG_OF_MESSAGE = {kind: name for name, kind in MESSAGES.items()}


def write_message(message: Message) -> bytes:
    """The file. The same message gives the same bytes."""
    root = etree.Element(_tag(_TAG_OF_MESSAGE[message.root.kind]), nsmap={"xdf3": NAMESPACE})
    header = _below(root, "header")
    _below(header, "nachrichtID", message.id)
    _below(header, "erstellungszeitpunkt", message.created)
    _element(root, message.root)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _below(
    parent: etree._Element, name: str, text: str = "", attributes: Mapping[str, str] | None = None
) -> etree._Element:
    node = etree.SubElement(
        parent, _tag(name), {key: legal(value) for key, value in (attributes or {}).items() if value}
    )
    node.text = legal(text) or None
    return node


def _code(parent: etree._Element, name: str, code: str) -> None:
    uri, version = tables.LISTS[name]
    node = _below(parent, name, attributes={"listURI": uri, "listVersionID": version})
    etree.SubElement(node, "code").text = code  # no namespace: so the standard has it


def _identity(parent: etree._Element, identifier: str, version: str) -> None:
    _below(parent, "id", identifier)
    if version:
        _below(parent, "version", version)


def _element(parent: etree._Element, one: Element) -> None:
    node = _below(parent, TAGS[one.kind])
    _identity(_below(node, "identifikation"), one.id, one.version)
    for name in tables.PARTS[one.kind]:
        if name in tables.STRUCTURED:
            _structured(node, name, one)
        else:
            _single(node, name, one.said)


def _single(node: etree._Element, name: str, said: Mapping[str, str]) -> None:
    if text := said.get(name, ""):
        _code(node, name, text) if name in tables.CODES else _below(node, name, text)


def _structured(node: etree._Element, name: str, one: Element) -> None:
    match name:
        case "bezug":
            _references(node, one.references)
        case "stichwort":
            _keywords(node, one.keywords)
        case "relation":
            for relation in one.relations:
                below = _below(node, "relation")
                _code(below, "praedikat", relation.predicate)
                _identity(_below(below, "objekt"), relation.id, relation.version)
        case "praezisierung" if one.bounds:
            _below(node, name, one.bounds.get("text", ""), {key: one.bounds.get(key, "") for key in tables.BOUNDS})
        case "werte" if one.values:
            _values(_below(node, name), one)
        case "codelisteReferenz" if one.code_list:
            below = _below(node, name)
            for key in tables.CODE_LIST:
                if key in one.code_list:
                    _below(below, key, one.code_list[key])
        case "dokumentsteckbrief" if one.document:
            _identity(_below(node, name), one.document["id"], one.document.get("version", ""))
        case "mediaType":
            for media in one.media:
                _below(node, name, media)
        case "regel":
            for rule in one.rules:
                _rule(node, rule)
        case "struktur":
            for position in one.contains:
                _position(node, position)


def _references(node: etree._Element, references: tuple[Reference, ...]) -> None:
    for one in references:
        _below(node, "bezug", one.text, {"link": one.link})


def _keywords(node: etree._Element, keywords: tuple[Keyword, ...]) -> None:
    for one in keywords:
        _below(node, "stichwort", one.text, {"uri": one.uri})


def _values(node: etree._Element, one: Element) -> None:
    for value in one.values:
        below = _below(node, "wert")
        _below(below, "code", value.code)
        _below(below, "name", value.name)
        if value.help:
            _below(below, "hilfe", value.help)


def _rule(node: etree._Element, rule: Rule) -> None:
    below = _below(node, "regel")
    _identity(_below(below, "identifikation"), rule.id, rule.version)
    opaque = list(_opaque(rule))
    for name in tables.RULE_PARTS:
        if name == "bezug":
            _references(below, rule.references)
        elif name == "stichwort":
            _keywords(below, rule.keywords)
        elif name in tables.OPAQUE:
            below.extend(one for one in opaque if etree.QName(one).localname == name)
        else:
            _single(below, name, rule.said)


def _opaque(rule: Rule) -> Iterator[etree._Element]:
    for part in rule.parts:
        yield parse(part.encode(), "fim.yaml")


def _position(node: etree._Element, position: Position) -> None:
    below = _below(node, "struktur")
    _below(below, "anzahl", str(position.count))
    _references(below, position.references)
    _element(_below(below, "enthaelt"), position.element)
