"""Makes a message of XDatenfelder 3.0.0 of a package.

A package that was imported brings its schema in fim.yaml: what the package has changed since (labels, help, bounds,
options, cardinality, questions added or removed) is laid over it, everything else stays word for word. For another
package, and for added questions, elements are made with ids of the private number range, the same in every version.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stadttor.catalog.fim.fields import DataField, count_of, data_field
from stadttor.catalog.fim.importing import help_of, import_message, label_of
from stadttor.catalog.fim.model import (
    MAY,
    ONCE,
    Count,
    Element,
    Kind,
    Message,
    Placed,
    Position,
    Reference,
    Relation,
    Value,
    children,
)
from stadttor.catalog.fim.naming import private_id, string_latin
from stadttor.catalog.fim.questions import is_asked
from stadttor.catalog.fim.rules_of import rules_of
from stadttor.catalog.fim.sidecar import Places, Sidecar
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.texts import OFFICIAL
from stadttor.core.cel import Expression
from stadttor.forms.definition import Field, Group, Page
from stadttor.forms.parsing import parse_form
from stadttor.forms.rules import countries
from stadttor.forms.rules.types import ABROAD_PARTS, ADDRESS_PARTS, HERE, MAY_BE_OPEN

_NO_PROFILE = {"id": "D99000000001"}
"""The method's own placeholder: the package belongs to no document profile."""
_PART_LABELS = {"street": "Straße", "house_number": "Hausnummer", "postal_code": "Postleitzahl", "city": "Ort"}
_ABROAD_LABELS = {**_PART_LABELS, "country": "Staat außerhalb Deutschlands"}


@dataclass(frozen=True)
class Exported:
    """`places` as in fim.yaml; the parts of an address are places too (`person.anschrift.city`)."""

    message: Message
    places: Places


@dataclass(frozen=True)
class _Node:
    """A position and the question it is; `below` are the nodes of the positions below it, in their order."""

    position: Position
    path: str = ""
    below: tuple["_Node", ...] = ()


def export_package(content: PackageContent, sidecar: Sidecar | None, created: str) -> Exported:
    """The package's schema. `created` is the moment of the export (ISO 8601), for what has no date of its own."""
    maker = _Maker(content, created)
    if sidecar is None:
        nodes = tuple(maker.page(page, page.groups) for page in content.form.pages)
        message = Message(maker.message_id(), created, maker.root())
    else:
        nodes, message = _Overlay(content, sidecar, maker).nodes(), sidecar.message
    contains = tuple(node.position for node in nodes)
    places = dict(_places(contains, nodes, ""))
    known = {rule.id for rule in message.root.rules}
    added = tuple(
        rule for rule in rules_of(content, _ids_by_path(contains, places), created, maker.ids) if rule.id not in known
    )
    root = replace(message.root, contains=contains, rules=(*message.root.rules, *added))
    return Exported(replace(message, root=root), places)


def _places(contains: tuple[Position, ...], nodes: Sequence[_Node], trail: str) -> Iterator[tuple[str, str]]:
    holder = Element("group", "G", "", {}, contains=contains)
    for placed, node in zip(children(holder, trail), nodes, strict=True):
        if node.path:
            yield placed.trail, node.path
        yield from _places(placed.element.contains, node.below, placed.trail)


def _ids_by_path(contains: tuple[Position, ...], places: Places) -> Mapping[str, str]:
    """The FIM id of each question, for rules to name it."""
    return {path: trail.rsplit("/", 1)[-1].split("~")[0] for trail, path in places.items()}


class _Maker:
    """Makes elements for what no schema describes."""

    def __init__(self, content: PackageContent, created: str) -> None:
        self.content = content
        self.created = created
        self.texts = content.texts_in(OFFICIAL)
        self.ids: set[str] = {one.fim for one in content.form.fields.values() if one.fim}
        self.law = tuple(Reference(string_latin(law)) for law in content.manifest.law)

    def message_id(self) -> str:
        manifest = self.content.manifest
        return f"{manifest.id}-{manifest.version}"

    def id(self, letter: str, path: str) -> str:
        return private_id(letter, self.content.manifest.id, path, self.ids)

    def root(self) -> Element:
        title = string_latin(self.texts.text("title"))
        said = {
            **self._common(title),
            "beschreibung": string_latin(self.texts.text("summary")),
            "bezeichnung": title,
            "ableitungsmodifikationenStruktur": "0",
            "ableitungsmodifikationenRepraesentation": "0",
        }
        return Element("schema", self.id("S", ""), self.version, said, self.law, document=_NO_PROFILE)

    @property
    def version(self) -> str:
        return str(self.content.manifest.version)

    def _common(self, name: str) -> dict[str, str]:
        return {
            "name": name,
            "freigabestatus": "2",
            "statusGesetztDurch": string_latin(self.content.manifest.publisher),
            "letzteAenderung": self.created,
        }

    def element(self, kind: Kind, path: str, label: str, help_text: str = "", known: str = "") -> Element:
        """An element bound to the law of the service."""
        name = string_latin(" ".join(label.split())) or path
        said = {**self._common(name), "bezeichnungEingabe": name, "bezeichnungAusgabe": name, "schemaelementart": "RNG"}
        if help_text.strip() and string_latin(help_text) != name:
            said["hilfetextEingabe"] = string_latin(help_text)
        return Element(kind, known or self.id("G" if kind == "group" else "F", path), self.version, said, self.law)

    def page(self, page: Page, groups: Sequence[Group]) -> _Node:
        """A page is a group of its groups; one with a single group is that group."""
        always = page.show_if is None
        title = self.texts.text(f"pages.{page.id}.title")
        if len(groups) == 1:
            return self.group(groups[0], always=always, title=title)
        below = tuple(self.group(group, always=always) for group in groups)
        return self._node(self.element("group", f"page {page.id}", title), below, always=always)

    def _node(
        self, one: Element, below: tuple[_Node, ...], *, always: bool, path: str = "", many: Count | None = None
    ) -> _Node:
        contains = tuple(node.position for node in below)
        needed = always and any(node.position.count.least for node in below)
        count = many or Count(int(needed), 1)
        return _Node(Position(count, replace(one, contains=contains), self.law), path, below)

    def group(self, group: Group, *, always: bool, title: str = "", only: Sequence[Field] | None = None) -> _Node:
        always = always and group.show_if is None
        label = (
            self.texts.text(f"groups.{group.id}.title") or title or self.texts.text(f"groups.{group.id}.item", group.id)
        )
        many = Count(group.repeat.min if always else 0, group.repeat.max) if group.repeat else None
        below = tuple(self.field(one, always=always or bool(many)) for one in (group.fields if only is None else only))
        one = self.element("group", group.id, label)
        return self._node(one, below, always=always, path=group.id if many else "", many=many)

    def field(self, one: Field, *, always: bool) -> _Node:
        always = always and one.show_if is None
        label, help_text = self.text(one, "label"), self.text(one, "help")
        if one.type == "address":
            return self._address(one, label, help_text, always=always)
        made = self.element("field", one.path, label, help_text, one.fim or "")
        if one.type == "info":
            made = replace(made, said={**made.said, "name": f"Hinweis {one.id}", "inhalt": string_latin(label)})
        return _Node(Position(count_of(one, always=always), dressed(made, self.data(one)), self.law), one.path)

    def text(self, one: Field, part: str) -> str:
        return self.texts.text(f"fields.{one.path}.{part}")

    def data(self, one: Field) -> DataField:
        return data_field(
            one, self._options(one), lambda option: self.texts.text(f"options.{one.path}.{option}", option)
        )

    def _options(self, one: Field) -> tuple[str, ...]:
        """The choices that no authority can change: its own, or what its parameter may at most hold."""
        if one.options_from is None:
            return one.options
        schema = self.content.manifest.parameters.get("properties", {}).get(one.options_from, {})
        return tuple(map(str, schema.get("items", {}).get("enum", ())))

    def _address(self, one: Field, label: str, help_text: str, *, always: bool) -> _Node:
        parts = ABROAD_PARTS if one.abroad else ADDRESS_PARTS
        below = tuple(self._part(one, part, longest) for part, longest in parts.items())
        group = self.element("group", one.path, label, help_text)
        contains = tuple(node.position for node in below)
        needed = always and one.required is True
        position = Position(Count(int(needed), 1), replace(group, contains=contains), self.law)
        return _Node(position, one.path, below)

    def _part(self, one: Field, part: str, longest: int) -> _Node:
        made = self.element("field", f"{one.path}.{part}", _ABROAD_LABELS[part])
        bounds = {"minLength": "1", "maxLength": str(longest)}
        if part == "country":
            values = tuple(Value(code, string_latin(name)) for code, name in countries.choices("de") if code != HERE)
            data = DataField({"feldart": "select", "datentyp": "text"}, values=values)
            return _Node(Position(MAY, dressed(made, data), self.law), f"{one.path}.{part}")
        if part == "postal_code" and not one.abroad:
            bounds = {"minLength": "5", "maxLength": "5", "pattern": "[0-9]{5}"}
        data = DataField({"feldart": "input", "datentyp": "text_latin"}, bounds)
        count = MAY if one.abroad and part in MAY_BE_OPEN else ONCE
        return _Node(Position(count, dressed(made, data), self.law), f"{one.path}.{part}")


def dressed(one: Element, data: DataField) -> Element:
    """The element asking for this data."""
    kept = {name: text for name, text in one.said.items() if name not in ("feldart", "datentyp", "maxSize")}
    said = {**kept, **data.said, "vorbefuellung": one.said.get("vorbefuellung", "keine")}
    return replace(one, said=said, bounds=dict(data.bounds), values=data.values, media=data.media)


class _Overlay:
    """Lays what the package says over the schema it came from."""

    def __init__(self, content: PackageContent, sidecar: Sidecar, maker: _Maker) -> None:
        self.content = content
        self.sidecar = sidecar
        self.maker = maker
        imported = import_message(sidecar.message)
        self.once_places = imported.sidecar.places
        self.once_form = parse_form(imported.form, {})
        self.once_texts = imported.texts
        self.seen: dict[tuple[str, str], Element] = {}

    def nodes(self) -> tuple[_Node, ...]:
        self.maker.ids |= {placed.element.id for placed in _everything(self.sidecar.message.root)}
        return (*self._below(self.sidecar.message.root, ""), *self._added())

    def _below(self, one: Element, trail: str) -> Iterator[_Node]:
        for placed in children(one, trail):
            if placed.element.kind == "group":
                yield from self._group(placed)
            elif not is_asked(placed.element):
                yield _Node(placed.position)
            elif (path := self.sidecar.places.get(placed.trail, "")) in self.content.form.fields:
                yield self._field(placed, self.content.form.fields[path])

    def _group(self, placed: Placed) -> Iterator[_Node]:
        below = tuple(self._below(placed.element, placed.trail))
        if placed.element.contains and not below:
            return  # every question of it was removed
        changed = replace(placed.element, contains=tuple(node.position for node in below))
        path = self.sidecar.places.get(placed.trail, "")
        count = placed.position.count
        group, once = self.content.form.groups.get(path), self._once_group(placed.trail)
        if group and once and group.repeat != once.repeat:
            count = Count(group.repeat.min, group.repeat.max) if group.repeat else ONCE
        yield _Node(
            replace(placed.position, count=count, element=self._own(placed.element, changed, placed.trail)), path, below
        )

    def _once_group(self, trail: str) -> Group | None:
        return self.once_form.groups.get(self.once_places.get(trail, ""))

    def _field(self, placed: Placed, one: Field) -> _Node:
        once = self.once_form.fields[self.once_places[placed.trail]]
        changed = self._said(placed.element, one, once)
        if _answer(one) != _answer(once) or self._options(one) != self._once_options(once):
            changed = self._asked_anew(changed, one)
        count = placed.position.count
        if (_must(one), one.max_files) != (_must(once), once.max_files):
            most = one.max_files if one.type == "file" else count.most
            count = Count(max(1, count.least) if _must(one) else 0, most)
        repeat, was = self.content.form.groups[one.group].repeat, self.once_form.groups[once.group].repeat
        if repeat != was and repeat and count.most != 1:
            count = Count(repeat.min, repeat.max)
        element = self._own(placed.element, changed, placed.trail)
        return _Node(replace(placed.position, count=count, element=element), one.path)

    def _said(self, element: Element, one: Field, once: Field) -> Element:
        said = dict(element.said)
        label, help_text = self.maker.text(one, "label"), self.maker.text(one, "help")
        if label != label_of(element):
            is_content = element.text("feldart") == "label" and element.text("inhalt")
            said["inhalt" if is_content else "bezeichnungEingabe"] = string_latin(label)
        if help_text != help_of(element):
            said["hilfetextEingabe"] = string_latin(help_text)
        return replace(element, said={name: text for name, text in said.items() if text})

    def _asked_anew(self, element: Element, one: Field) -> Element:
        data = self.maker.data(one)
        if one.type == "select" and element.code_list and not element.values:
            return element  # the options are those of its code list
        return replace(dressed(element, data), code_list={} if data.values else element.code_list)

    def _options(self, one: Field) -> Mapping[str, str]:
        return {option: self.maker.texts.text(f"options.{one.path}.{option}") for option in one.options}

    def _once_options(self, once: Field) -> Mapping[str, str]:
        found: Any = self.once_texts.get("options", {})
        return {option: str(found[once.group][once.id][option]) for option in once.options}

    def _own(self, before: Element, after: Element, trail: str) -> Element:
        """An element that stands elsewhere with another content gets an id of its own, derived from the first."""
        first = self.seen.setdefault((before.id, before.version), after)
        if after in (before, first):
            return after
        relation = Relation("ABL", before.id, before.version)
        letter = "G" if before.kind == "group" else "F"
        return replace(after, id=self.maker.id(letter, trail), relations=(*after.relations, relation))

    def _added(self) -> Iterator[_Node]:
        """Groups for the questions no position of the schema is."""
        placed = set(self.sidecar.places.values())
        for page in self.content.form.pages:
            for group in page.groups:
                only = [one for one in group.fields if one.path not in placed and self._is_new(one)]
                if only:
                    yield self.maker.group(group, always=page.show_if is None, only=only)

    def _is_new(self, one: Field) -> bool:
        """Not the placeholder that an import writes where a schema asks nothing."""
        return not (one.type == "info" and one.path in self.once_form.fields and not self.once_places)


def _everything(root: Element) -> Iterator[Placed]:
    for placed in children(root):
        yield placed
        yield from _everything(placed.element)


def _answer(one: Field) -> tuple[Any, ...]:
    """What may be answered, comparable across forms."""
    bounds = tuple(bound.source if isinstance(bound, Expression) else bound for bound in (one.minimum, one.maximum))
    return (one.type, one.options, bounds, one.min_length, one.max_length, one.pattern, one.accept, one.max_mb)


def _must(one: Field) -> bool:
    return one.required is True and one.show_if is None
