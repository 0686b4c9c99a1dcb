"""The data of an application by the ids of its schema: an XSD, a JSON Schema, and the answers in that form.

The XSD is built like the method's own (XFall): one element per position, named by its FIM id, below one root named by the
schema's id and version. The JSON has the same names. Labels and hidden fields are never filled by people.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from stadttor.catalog.fim.exporting import Exported
from stadttor.catalog.fim.model import Element, Placed, children
from stadttor.catalog.fim.xml import legal
from stadttor.forms.definition import Field, FormDefinition

Schema = dict[str, Any]
Answers = Mapping[str, Any]

XSD = "http://www.w3.org/2001/XMLSchema"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_XSD_TYPES = {
    "date": "date", "time": "time", "datetime": "dateTime", "bool": "boolean", "num": "decimal", "num_int": "integer",
    "num_currency": "decimal",
}  # fmt: skip
_JSON_TYPES: Mapping[str, Schema] = {
    "date": {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "time": {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}"},
    "datetime": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T"},
    "bool": {"type": "boolean"},
    "num": {"type": "number"},
    "num_int": {"type": "integer"},
    "num_currency": {"type": "number"},
}
# Classes of characters that XML Schema has and other engines of patterns do not.
_ONLY_XML = re.compile(r"\\[pPicIC]|-\[")


def namespace(root: Element) -> str:
    """The namespace of the application's data."""
    return f"urn:fim-de:xfall:xdf3:{root_name(root)}"


def root_name(root: Element) -> str:
    return f"{root.id}V{root.version}" if root.version else root.id


def _name(placed: Placed) -> str:
    """The element's id; of equal siblings the second has `_2` behind it."""
    return placed.trail.rsplit("/", 1)[-1].replace("~", "_")


def _filled(root: Element, trail: str = "") -> Iterator[Placed]:
    """The positions that hold data."""
    for placed in children(root, trail):
        if placed.element.text("feldart") != "label" and placed.element.text("datentyp") != "obj":
            yield placed


def _least(placed: Placed) -> int:
    """How often it must be there; what a system fills is not there yet, nor is a group without data."""
    one = placed.element
    is_empty = one.text("feldart") == "hidden" or (one.kind == "group" and not any(_filled(one)))
    return 0 if is_empty else placed.position.count.least


# XSD


def xsd(exported: Exported) -> bytes:
    """The XML Schema of the application's data."""
    root = exported.message.root
    schema = etree.Element(
        f"{{{XSD}}}schema",
        {"targetNamespace": namespace(root), "elementFormDefault": "qualified", "attributeFormDefault": "unqualified"},
        nsmap={"xs": XSD, "xdf": namespace(root)},
    )
    _described(_group(_add(schema, "element", name=root_name(root)), root, ""), root)
    written: bytes = etree.tostring(schema, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XSD}}}{tag}", {name: legal(value) for name, value in attributes.items()})


def _described(node: etree._Element, one: Element) -> None:
    note = etree.Element(f"{{{XSD}}}annotation")
    _add(note, "documentation").text = legal(one.text("name"))
    node.insert(0, note)


def _group(node: etree._Element, one: Element, trail: str) -> etree._Element:
    inner = _add(_add(node, "complexType"), "choice" if one.is_choice else "sequence")
    for placed in _filled(one, trail):
        most = placed.position.count.most
        occurs = {"minOccurs": str(_least(placed)), "maxOccurs": "unbounded" if most is None else str(most)}
        below = _add(inner, "element", name=_name(placed), **occurs)
        if placed.element.kind == "group":
            _group(below, placed.element, placed.trail)
        else:
            _simple(below, placed.element)
        _described(below, placed.element)
    return node


def _simple(node: etree._Element, one: Element) -> None:
    base = f"xs:{_XSD_TYPES.get(one.text('datentyp'), 'string')}"
    limits = list(_facets(one))
    if not limits:
        node.set("type", base)
        return
    restriction = _add(_add(node, "simpleType"), "restriction", base=base)
    for tag, value in limits:
        _add(restriction, tag, value=value)


_FACETS = {
    True: (("minLength", "minLength"), ("maxLength", "maxLength")),
    False: (("minValue", "minInclusive"), ("maxValue", "maxInclusive")),
}
"""Facets of XML Schema for texts, and for everything else."""


def _facets(one: Element) -> Iterator[tuple[str, str]]:
    if one.values:
        yield from (("enumeration", value.code) for value in one.values)
        return
    is_text = one.text("datentyp") in ("text", "text_latin")
    if one.text("datentyp") not in ("bool", "file"):
        yield from ((tag, one.bounds[name]) for name, tag in _FACETS[is_text] if one.bounds.get(name))
    if is_text and one.bounds.get("pattern"):
        yield "pattern", one.bounds["pattern"]


# JSON Schema


def json_schema(exported: Exported) -> Schema:
    """The JSON Schema (2020-12) of the same data."""
    root = exported.message.root
    return {"$schema": DIALECT, "$id": namespace(root), "title": root.label, **_object(root, "")}


def _object(one: Element, trail: str) -> Schema:
    found = list(_filled(one, trail))
    said: Schema = {
        "type": "object",
        "properties": {_name(placed): _property(placed) for placed in found},
        "required": [_name(placed) for placed in found if _least(placed)],
        "additionalProperties": False,
    }
    return said | {"maxProperties": 1} if one.is_choice else said


def _property(placed: Placed) -> Schema:
    one, count = placed.element, placed.position.count
    said = _object(one, placed.trail) if one.kind == "group" else _value(one)
    if count.most != 1:
        most = {} if count.most is None else {"maxItems": count.most}
        said = {"type": "array", "items": said, "minItems": max(1, count.least), **most}
    return {"title": one.label, **said}


def _value(one: Element) -> Schema:
    if one.values:
        return {"type": "string", "enum": [value.code for value in one.values]}
    kind, bounds = one.text("datentyp"), one.bounds
    if kind not in ("text", "text_latin"):
        said = dict(_JSON_TYPES.get(kind, {"type": "string"}))
        if said["type"] in ("number", "integer"):
            said |= {key: _number(bounds[name]) for name, key in _NUMBER_BOUNDS if bounds.get(name)}
        return said
    said = {"type": "string", **{name: int(bounds[name]) for name in ("minLength", "maxLength") if bounds.get(name)}}
    if bounds.get("pattern") and not _ONLY_XML.search(bounds["pattern"]):
        said["pattern"] = f"^(?:{bounds['pattern']})$"
    return said


_NUMBER_BOUNDS = (("minValue", "minimum"), ("maxValue", "maximum"))


def _number(text: str) -> int | float:
    number = Decimal(text)
    return int(number) if number == int(number) else float(number)


# The answers


def data_of(exported: Exported, form: FormDefinition, answers: Answers) -> dict[str, Any]:
    """The answers of an application (cleaned: nothing hidden, nothing empty) as the schemas describe them."""
    return _Data(exported, form, answers).object(exported.message.root, "", None)


class _Data:
    def __init__(self, exported: Exported, form: FormDefinition, answers: Answers) -> None:
        self.places = exported.places
        self.form = form
        self.answers = answers

    def object(self, one: Element, trail: str, index: int | None) -> dict[str, Any]:
        found = ((_name(placed), self.value(placed, index)) for placed in _filled(one, trail))
        return {name: value for name, value in found if value not in (None, {}, [])}

    def value(self, placed: Placed, index: int | None) -> Any:
        path = self.places.get(placed.trail, "")
        if placed.element.kind == "field":
            return self.field(placed, path, index)
        if path in self.form.groups:
            items = self.answers.get(path)
            places = range(len(items)) if isinstance(items, list) else ()
            return [self.object(placed.element, placed.trail, place) for place in places]
        return self.object(placed.element, placed.trail, index)

    def field(self, placed: Placed, path: str, index: int | None) -> Any:
        group, _, rest = path.partition(".")
        name, _, part = rest.partition(".")
        one = self.form.fields.get(f"{group}.{name}")
        if one is None:
            return None
        repeated = self.form.groups[group].repeat is not None
        if repeated and index is None:  # a field that repeats, in a group of its own
            items = self.answers.get(group) or []
            return [_converted(one, item.get(name)) for item in items if item.get(name) is not None]
        given: Any = self.answers.get(group) or {}
        if repeated:
            given = given[index] if given and index is not None and index < len(given) else {}
        answer = given.get(name)
        value = answer.get(part) if part and isinstance(answer, dict) else answer
        return None if value is None else _counted(_converted(one, value), placed)


def _counted(value: Any, placed: Placed) -> Any:
    many = placed.position.count.most != 1
    if many:
        return value if isinstance(value, list) else [value]
    return (value[0] if value else None) if isinstance(value, list) else value


def _converted(one: Field, value: Any) -> Any:
    """An answer as FIM writes it: euro instead of cents, numbers as numbers."""
    if one.type == "money":
        return _number(str(Decimal(value) / 100))
    return _number(value) if one.type == "decimal" else value


def to_xml(exported: Exported, data: Mapping[str, Any]) -> bytes:
    """The data as XML, in the order of the schema."""
    root = exported.message.root
    node = etree.Element(f"{{{namespace(root)}}}{root_name(root)}", nsmap={None: namespace(root)})
    _write(node, root, "", data, f"{{{namespace(root)}}}")
    written: bytes = etree.tostring(node, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _write(node: etree._Element, one: Element, trail: str, data: Mapping[str, Any], space: str) -> None:
    for placed in _filled(one, trail):
        value = data.get(_name(placed))
        for each in value if isinstance(value, list) else [] if value is None else [value]:
            below = etree.SubElement(node, f"{space}{_name(placed)}")
            if isinstance(each, dict):
                _write(below, placed.element, placed.trail, each, space)
            else:
                below.text = _xml_text(each)


def _xml_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else legal(str(value))
