"""Makes a package of a data schema: what FIM says goes into the form and its texts, the rest into fim.yaml.

A page is an element of the top level. A group of the form is a group of the schema: groups inside groups stand one after
the other, since forms do not nest; what repeats is a repeated group. The trail of a position says which is which.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stadttor.catalog.fim.codelists import CodeList, entries
from stadttor.catalog.fim.model import Element, Message, Placed, Position, children
from stadttor.catalog.fim.naming import identifier
from stadttor.catalog.fim.questions import is_asked, question_of
from stadttor.catalog.fim.sidecar import Sidecar
from stadttor.catalog.rules import limits
from stadttor.catalog.rules.faults import refuse
from stadttor.forms.definition import MAX_REPEAT

_WITHOUT_END = 20
_MOST_FILES = 20


@dataclass
class Imported:
    """`form` and `texts` as form.yaml and texts/de.yaml hold them; `notes` by the path of the question, or the page."""

    form: dict[str, Any]
    texts: dict[str, Any]
    sidecar: Sidecar
    notes: list[tuple[str, str]]


@dataclass
class _Group:
    """A group of the form while it grows. `needed` is whether everything around it must be filled."""

    data: dict[str, Any]
    needed: bool
    ids: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        return str(self.data["id"])


def import_message(message: Message, lists: Sequence[CodeList] = ()) -> Imported:
    """The package's form, its German texts about the form, and what is left for a person.

    `lists` are code lists that fields of the schema name. Raises PackageRefused when it asks more than a form may.
    """
    return _Importer(message, lists).run()


class _Importer:
    def __init__(self, message: Message, lists: Sequence[CodeList]) -> None:
        self.message = message
        self.lists = lists
        self.pages: list[dict[str, Any]] = []
        self.page_ids: set[str] = set()
        self.group_ids: set[str] = set()
        self.texts: dict[str, Any] = {"pages": {}, "groups": {}, "fields": {}, "options": {}}
        self.places: dict[str, str] = {}
        self.asked = 0
        self.notes: list[tuple[str, str]] = []

    def run(self) -> Imported:
        root = self.message.root
        if root.kind == "group":
            self._page(root.label)
            self._inside(root, "", self._group(root.label, needed=True))
        else:
            self._top(root)
        self._rules(root, root.label)
        self._finish()
        texts = {name: part for name, part in self.texts.items() if part}
        return Imported({"pages": self.pages}, texts, Sidecar(self.message, self.places), self.notes)

    def _top(self, root: Element) -> None:
        """Groups of the top level are pages; fields between them share one."""
        shared: _Group | None = None
        for placed in children(root):
            if placed.element.kind == "group":
                shared = None
                self._page(placed.element.label)
                self._subgroup(placed, needed=True)
            else:
                if shared is None:
                    self._page("Weitere Angaben")
                    shared = self._group("Weitere Angaben", needed=True)
                shared = self._field(placed, shared)

    def _finish(self) -> None:
        """A page without questions would be a hole: empty groups go, an empty page says what it is for."""
        for page in self.pages:
            page["groups"] = [group for group in page["groups"] if group["fields"]]
        self.pages[:] = [page for page in self.pages if page["groups"]]
        if not self.pages:
            self._page(self.message.root.label)
            self._question(self._group("Hinweis", needed=False), "Hinweis", {"type": "info"})
            self.notes.append((self.pages[0]["id"], "Das Schema stellt keine Fragen: Felder ergänzen."))
        used = {group["id"] for page in self.pages for group in page["groups"]}
        pages = {page["id"] for page in self.pages}
        self.texts["pages"] = {key: text for key, text in self.texts["pages"].items() if key in pages}
        self.texts["groups"] = {key: text for key, text in self.texts["groups"].items() if key in used}
        self.places = {trail: path for trail, path in self.places.items() if path.split(".")[0] in used}

    def _page(self, title: str) -> None:
        page = identifier(title, self.page_ids, "seite")
        self.pages.append({"id": page, "groups": []})
        self.texts["pages"][page] = {"title": shown(title)}

    def _group(self, title: str, *, needed: bool, repeat: dict[str, int] | None = None) -> _Group:
        group = identifier(title, self.group_ids, "gruppe")
        data: dict[str, Any] = {"id": group, **({"repeat": repeat} if repeat else {}), "fields": []}
        self.pages[-1]["groups"].append(data)
        self.texts["groups"][group] = {"title": shown(title)}
        if repeat:
            self.texts["groups"][group] |= {"add": f"{shown(title)}: weitere Angabe", "item": shown(title)}
        return _Group(data, needed)

    def _inside(self, one: Element, trail: str, group: _Group, *, flat: bool = False) -> None:
        """The positions of an element; `flat` inside a repeated group, where everything goes into it."""
        self._rules(one, group.id)
        if one.is_choice:
            names = ", ".join(position.element.label for position in one.contains)
            self.notes.append(
                (group.id, f"Nur eines davon wird ausgefüllt: {names}. Auswahlfrage und Bedingungen ergänzen.")
            )
        needed = group.needed and not one.is_choice
        current = _Group(group.data, needed, group.ids)
        for placed in children(one, trail):
            if placed.element.kind == "field":
                current = self._field(placed, current, flat=flat)
            elif flat:
                self._flattened(placed, current)
            else:
                self._subgroup(placed, needed=needed)
                current = self._continued(group, one, needed)

    def _continued(self, group: _Group, one: Element, needed: bool) -> _Group:
        """The same group of the schema, after a group that stood in its middle."""
        return self._group(one.label, needed=needed) if self.pages[-1]["groups"][-1]["id"] != group.id else group

    def _subgroup(self, placed: Placed, *, needed: bool) -> None:
        one, count = placed.element, placed.position.count
        must = needed and count.least > 0
        if count.most == 1:
            if needed and not must:
                self.notes.append(
                    (one.label, "Diese Gruppe darf fehlen (0:1): Bedingung ergänzen, wann sie gefragt wird.")
                )
            self._inside(one, placed.trail, self._group(one.label, needed=must))
            return
        group = self._group(one.label, needed=True, repeat=self._repeat(placed.position, needed, one.label))
        self.places[placed.trail] = group.id
        self._inside(one, placed.trail, group, flat=True)

    def _flattened(self, placed: Placed, group: _Group) -> None:
        """A group inside a repeated one: its questions are asked once for each element."""
        count = placed.position.count
        if count.most != 1:
            self.notes.append(
                (group.id, f"„{placed.element.label}“ kommt in FIM je Eintrag {count}-mal vor, hier einmal.")
            )
        inner = _Group(group.data, group.needed and count.least > 0, group.ids)
        self._inside(placed.element, placed.trail, inner, flat=True)

    def _repeat(self, position: Position, needed: bool, label: str) -> dict[str, int]:
        count = position.count
        most = _WITHOUT_END if count.most is None else count.most
        if not 0 < most <= MAX_REPEAT:
            self.notes.append((label, f"Häufigkeit {count} in FIM, hier höchstens {MAX_REPEAT}."))
            most = MAX_REPEAT
        return {"min": min(count.least if needed else 0, most), "max": max(most, min(count.least, MAX_REPEAT))}

    def _field(self, placed: Placed, group: _Group, *, flat: bool = False) -> _Group:
        """Ask a field; gives the group that the next field belongs to."""
        one, count = placed.element, placed.position.count
        if not is_asked(one):
            self.notes.append((one.label, "Verstecktes Feld: wird nicht gefragt, steht nur in fim.yaml."))
            return group
        question = question_of(one, entries(one, self.lists))
        many = count.most != 1 and question.entry["type"] not in ("file", "info")
        if many and not flat:
            home = self._group(one.label, needed=True, repeat=self._repeat(placed.position, group.needed, one.label))
            path = self._question(home, one.label, {**question.entry, "required": True})
            self.places[placed.trail] = path
            self._said(path, one, question.options, question.notes)
            return self._group(_title(self.texts, group.id), needed=group.needed)
        if many:
            question.notes.append(f"Kommt in FIM je Eintrag {count}-mal vor, hier einmal.")
        entry = question.entry | ({"max_files": _files(count.most)} if question.entry["type"] == "file" else {})
        must = group.needed and count.least > 0 and entry["type"] != "info"
        path = self._question(group, one.label, entry | _required(must))
        self.places[placed.trail] = path
        if count.least > 0 and not must and entry["type"] != "info":
            question.notes.append("Pflicht in FIM, wenn die Gruppe ausgefüllt wird: Bedingung ergänzen.")
        self._said(path, one, question.options, question.notes)
        return group

    def _question(self, group: _Group, label: str, entry: Mapping[str, Any]) -> str:
        self.asked += 1
        if self.asked > limits.FIELDS:
            text = f"The schema asks more than {limits.FIELDS:,} questions."
            raise refuse("form.yaml", 0, text, "Split the schema, or import its groups one by one.")
        name = identifier(label, group.ids, "feld")
        group.data["fields"].append({"id": name, **entry})
        self.texts["fields"].setdefault(group.id, {})[name] = {"label": shown(label)}
        return f"{group.id}.{name}"

    def _said(self, path: str, one: Element, options: tuple[Any, ...], notes: list[str]) -> None:
        group, name = path.split(".")
        texts = self.texts["fields"][group][name]
        texts["label"] = label_of(one)
        if help_of(one):
            texts["help"] = help_of(one)
        if options:
            named = {value.code: shown(value.name or value.code) for value in options}
            self.texts["options"].setdefault(group, {})[name] = named
        self.notes += [(path, note) for note in notes]
        self._rules(one, path)

    def _rules(self, one: Element, at: str) -> None:
        for rule in one.rules:
            text = rule.said.get("freitextRegel") or rule.said.get("name", "")
            self.notes.append(
                (at, f"Regel {rule.id} als Bedingung oder Prüfung schreiben: {' '.join(text.split())[:1000]}")
            )


def _title(texts: Mapping[str, Any], group: str) -> str:
    return str(texts["groups"][group]["title"])


def _required(must: bool) -> dict[str, bool]:
    return {"required": True} if must else {}


def _files(most: int | None) -> int:
    return _MOST_FILES if most is None else max(1, min(most, _MOST_FILES))


def label_of(one: Element) -> str:
    """What the question is called; an information is its content."""
    return shown(one.text("inhalt") if one.text("feldart") == "label" and one.text("inhalt") else one.label)


def help_of(one: Element) -> str:
    return shown(one.text("hilfetextEingabe"))


def shown(text: str) -> str:
    """A text of FIM as one of a package, in which `](` would begin a link."""
    return text.replace("](", "] (")
