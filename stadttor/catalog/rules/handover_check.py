"""What is right in handover.yaml: its shape, its names, its expressions, its codes, its bounds."""

import re
from typing import Any

from stadttor.catalog.rules import limits
from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.handover import CASE, TAG, Entry, FileRule, HandOver, Screen, Source
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.strict_yaml import Document, Path
from stadttor.core.cel import BOOLEAN, TEXT, Declared, Expression, Kind, ProfileError, record
from stadttor.forms.definition import Field, FormDefinition

FILE = "handover.yaml"
_TOP = frozenset({"target", "at", "outcomes", "due", "file", "proofs", "sheet"})
_FILE = frozenset({"format", "root", "namespace", "rows", "fields"})
_ENTRY = frozenset({"to", "from", "codes", "otherwise", "if", "each", "fields"})
_SCREEN = frozenset({"screen", "fields"})
_NAME = re.compile(r"(?!xml)[A-Za-z_][A-Za-z0-9_-]{0,59}(\.(?!xml)[A-Za-z_][A-Za-z0-9_-]{0,59}){0,5}", re.IGNORECASE)
_LABEL = re.compile(r"[^\x00-\x1f\x7f]{1,80}")
_DUE = re.compile(r"P([1-9][0-9]{0,2})D")
_NAMESPACE = re.compile(r"(urn:|https?://)[A-Za-z0-9.:/_-]{1,200}")


def parse_handover(
    document: Document, manifest: Manifest, form: FormDefinition, faults: list[Fault]
) -> HandOver | None:
    """The rule; what is wrong is added to `faults`, and then there is none."""
    reader = _Reader(document, manifest, form)
    rule = reader.whole(document.data)
    faults += reader.faults
    return None if reader.faults else rule


class _Reader:
    """Reads one file, collecting faults with their lines."""

    def __init__(self, document: Document, manifest: Manifest, form: FormDefinition) -> None:
        self.document, self.manifest, self.form = document, manifest, form
        self.faults: list[Fault] = []
        self.count = 0

    def fault(self, path: Path, text: str, mend: str) -> None:
        place = ".".join(map(str, path))
        said = f"`{place}`: {text}" if place else text
        self.faults.append(Fault(FILE, self.document.line(path), said, mend))

    def whole(self, data: object) -> HandOver | None:
        if not isinstance(data, dict):
            self.fault((), "The file is not a mapping.", "Begin with `target:`.")
            return None
        self.known(data, (), _TOP)
        at = self.one_of(data, "at", (), ("received", "decided"))
        due = self.text(data, "due", (), _DUE, "Write days, like P3D.")
        target = self.text(data, "target", (), _LABEL, "Name the procedure that takes it over.")
        rule = HandOver(
            target=target,
            at="received" if at == "received" else "decided",
            outcomes=self.outcomes(data, at),
            due_days=int(due[1:-1]) if due else 0,
            file=self.file(data["file"]) if "file" in data else None,
            screens=self.screens(data["sheet"]) if "sheet" in data else (),
            proofs=self.proofs(data),
        )
        if "file" not in data and "sheet" not in data:
            self.fault((), "There is neither a `file` nor a `sheet`.", "Say what the target gets.")
        if self.count > limits.HAND_OVER_FIELDS:
            self.fault((), f"More than {limits.HAND_OVER_FIELDS} values.", "Hand over less.")
        return rule

    def proofs(self, data: dict[str, Any]) -> bool:
        """Whether they go along: only beside a file."""
        given = data.get("proofs", False)
        if not isinstance(given, bool):
            self.fault(("proofs",), "Neither true nor false.", "Write true where proofs go along.")
        elif given and "file" not in data:
            self.fault(("proofs",), "Proofs go along with a file, and there is none.", "Add a `file`.")
        return given is True

    def outcomes(self, data: dict[str, Any], at: str) -> tuple[str, ...]:
        """Those of the package after which the target gets it; none where it gets it with the application."""
        given = self.listed(data.get("outcomes", []), ("outcomes",))
        if at == "received" and given:
            self.fault(("outcomes",), "Nothing is decided yet when it is received.", "Remove it, or write at: decided.")
        if at == "decided" and not given:
            self.fault(("outcomes",), "No outcome is named.", "Name those after which it is handed over.")
        for place, outcome in enumerate(given):
            if outcome not in self.manifest.outcomes:
                self.fault(("outcomes", place), f"The package has no outcome `{outcome}`.", "Name one of package.yaml.")
        return tuple(map(str, given))

    def file(self, data: object) -> FileRule | None:
        if not isinstance(data, dict):
            self.fault(("file",), "It is not a mapping.", "Write `format:` and `fields:`.")
            return None
        self.known(data, ("file",), _FILE)
        kind = self.one_of(data, "format", ("file",), ("xml", "json", "csv"))
        root = namespace = rows = ""
        if kind == "xml":
            root = self.text(data, "root", ("file",), _NAME, "Name the outermost element.")
            if "namespace" in data:
                namespace = self.text(data, "namespace", ("file",), _NAMESPACE, "Write it like urn:example:steuer.")
        if kind == "csv" and "rows" in data:
            rows = self.group(data["rows"], ("file", "rows"))
        for key, only in (("root", "xml"), ("namespace", "xml"), ("rows", "csv")):
            if key in data and kind and kind != only:
                self.fault(("file", key), f"This is for {only} only.", "Remove it.")
        entries = self.entries(data.get("fields"), ("file", "fields"), rows, named=_LABEL if kind == "csv" else _NAME)
        for place, entry in enumerate(entries):
            if kind == "csv" and entry.each:
                self.fault(("file", "fields", place), "A row of a CSV has no groups.", "Use `rows`, or xml or json.")
        if kind != "csv":
            self.apart(entries, ("file", "fields"))
        if kind == "xml":
            return FileRule("xml", entries, root, namespace)
        return FileRule("csv" if kind == "csv" else "json", entries, rows=rows)

    def screens(self, data: object) -> tuple[Screen, ...]:
        found = []
        for place, one in enumerate(self.listed(data, ("sheet",))):
            path: Path = ("sheet", place)
            if not isinstance(one, dict):
                self.fault(path, "It is not a mapping.", "Write `screen:` and `fields:`.")
                continue
            self.known(one, path, _SCREEN)
            title = self.text(one, "screen", path, _LABEL, "Name the screen as the target does.")
            found.append(Screen(title, self.entries(one.get("fields"), (*path, "fields"), "", named=_LABEL)))
        return tuple(found)

    def entries(self, data: object, path: Path, group: str, *, named: re.Pattern[str]) -> tuple[Entry, ...]:
        given = self.listed(data, path)
        if not given:
            self.fault(path, "It names nothing.", "List the values with `to` and `from`.")
        found = [self.entry(one, (*path, place), group, named) for place, one in enumerate(given)]
        names = [one.to for one in found if one]
        for place, name in enumerate(names):
            if name in names[:place] and named is _NAME:
                self.fault((*path, place, "to"), f"`{name}` is there twice.", "Give each value its own name.")
        return tuple(one for one in found if one)

    def entry(self, data: object, path: Path, group: str, named: re.Pattern[str]) -> Entry | None:
        self.count += 1
        if not isinstance(data, dict):
            self.fault(path, "It is not a mapping.", "Write {to: …, from: …}.")
            return None
        self.known(data, path, _ENTRY)
        to = self.text(data, "to", path, named, "Use the target's name for it.")
        if "each" not in data:
            return Entry(to, self.source(data, path, group))
        if group or "from" in data or "if" in data:
            self.fault(path, "`each` stands alone, and not inside another.", "Give it `to`, `each` and `fields` only.")
            return None
        inner = self.group(data["each"], (*path, "each"))
        return Entry(to, each=inner, entries=self.entries(data.get("fields"), (*path, "fields"), inner, named=named))

    def source(self, data: dict[str, Any], path: Path, group: str) -> Source | None:
        names = self.names(group)
        text = data.get("from")
        condition = self.expression(data["if"], (*path, "if"), names, BOOLEAN) if "if" in data else None
        if not isinstance(text, str):
            self.fault((*path, "from"), "It does not say where the value comes from.", "Write from: a.person.nachname.")
            return None
        codes, otherwise = self.codes(data, path)
        if text.startswith("case."):
            fact = text.removeprefix("case.")
            if fact not in CASE:
                known = ", ".join(f"case.{one}" for one in CASE)
                self.fault((*path, "from"), f"`{text}` is not known.", f"Known: {known}.")
            return Source(fact=fact, codes=codes, otherwise=otherwise, condition=condition)
        expression = self.expression(text, (*path, "from"), names, None)
        if expression is None:
            return None
        if any(self._is_file(reference, group) for reference in expression.references):
            self.fault(
                (*path, "from"),
                "Uploaded files are not handed over in a file.",
                "Remove it; with `proofs: true` they go along.",
            )
        shown = self.field_of(text, group)
        self.all_coded(shown, codes, otherwise, path)
        address = self.field_of(text.removesuffix(".country"), group)
        is_country = text.endswith(".country") and address is not None and address.abroad and not codes
        return Source("", expression, shown, codes, otherwise, condition, is_country)

    def codes(self, data: dict[str, Any], path: Path) -> tuple[dict[str, str], str | None]:
        given, otherwise = data.get("codes", {}), data.get("otherwise")
        if not isinstance(given, dict) or len(given) > limits.HAND_OVER_CODES or ("codes" in data and not given):
            self.fault((*path, "codes"), "It is no mapping of values to codes.", "Write {weiblich: W, maennlich: M}.")
            given = {}
        if otherwise is not None and not isinstance(otherwise, str | int):
            self.fault((*path, "otherwise"), "It is not a text.", "Write the code for all other values.")
        if otherwise is not None and not given:
            self.fault((*path, "otherwise"), "There are no codes.", "Add `codes`, or remove it.")
        for key, code in given.items():
            if (
                isinstance(code, bool)
                or not isinstance(code, str | int)
                or len(str(code)) > limits.HAND_OVER_CODE_LENGTH
            ):
                self.fault((*path, "codes", key), "The code is not a short text.", 'Write it like "01".')
        return {_key(key): str(code) for key, code in given.items()}, None if otherwise is None else str(otherwise)

    def all_coded(self, shown: Field | None, codes: dict[str, str], otherwise: str | None, path: Path) -> None:
        """A value without its code would reach the target as it is here: every option has one, or there is `otherwise`."""
        options = (shown.options if shown.type != "boolean" else ("true", "false")) if shown and codes else ()
        if otherwise is None and (left := [one for one in options if one not in codes]):
            self.fault((*path, "codes"), f"No code for {', '.join(left)}.", "Add them, or say `otherwise`.")
        if shown and shown.options and (strange := [one for one in codes if one not in shown.options]):
            self.fault((*path, "codes"), f"`{shown.path}` has no option {', '.join(strange)}.", "Remove them.")

    def names(self, group: str) -> Declared:
        kind = self.form.names.answers.fields.get(group)
        if kind is None or kind.element is None:
            return self.form.names
        if self.manifest.tag is not None and self.manifest.tag.each == group:
            return self.form.names.with_item(record({**kind.element.fields, TAG: TEXT}))
        return self.form.names.with_item(kind.element)

    def field_of(self, text: str, group: str) -> Field | None:
        """The field whose answer this expression is, if it is nothing else."""
        root, _, rest = text.partition(".")
        path = f"{group}.{rest}" if root == "item" else rest if root == "a" else ""
        return self.form.fields.get(path)

    def _is_file(self, reference: str, group: str) -> bool:
        one = self.field_of(reference, group)
        return one is not None and one.type == "file"

    def group(self, name: object, path: Path) -> str:
        found = self.form.groups.get(name) if isinstance(name, str) else None
        if found is None or not found.repeat:
            self.fault(path, f"`{name}` is not a repeated group of the form.", "Name one of form.yaml.")
            return ""
        return found.id

    def expression(self, text: object, path: Path, names: Declared, kind: Kind | None) -> Expression | None:
        if not isinstance(text, str):
            self.fault(path, "It is not an expression.", "Write it like a.person.nachname.")
            return None
        try:
            return Expression.parse(text, names, kind)
        except ProfileError as error:
            self.fault(path, f"{error.message} (at character {error.position + 1}).", error.mend)
            return None

    def apart(self, entries: tuple[Entry, ...], path: Path) -> None:
        """A name that holds a value cannot hold others as well."""
        names = {one.to for one in entries}
        for place, entry in enumerate(entries):
            parts = entry.to.split(".")
            for end in range(1, len(parts)):
                if (above := ".".join(parts[:end])) in names:
                    self.fault((*path, place, "to"), f"`{above}` is a value already.", "Give it another name.")
            self.apart(entry.entries, (*path, place, "fields"))

    def known(self, data: dict[str, Any], path: Path, known: frozenset[str]) -> None:
        for key in data:
            if key not in known:
                self.fault((*path, key), "It is not known here.", f"Known: {', '.join(sorted(known))}.")

    def listed(self, data: object, path: Path) -> list[Any]:
        if not isinstance(data, list) or len(data) > limits.HAND_OVER_FIELDS:
            self.fault(path, "It is no list, or too long.", "List the entries with `- `.")
            return []
        return data

    def text(self, data: dict[str, Any], key: str, path: Path, pattern: re.Pattern[str], mend: str) -> str:
        value = data.get(key)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            self.fault((*path, key), "It is missing or has the wrong form.", mend)
            return ""
        return value

    def one_of(self, data: dict[str, Any], key: str, path: Path, choices: tuple[str, ...]) -> str:
        value = data.get(key)
        if value not in choices:
            self.fault((*path, key), "It is missing or not known.", f"Write one of {', '.join(choices)}.")
            return ""
        return str(value)


def _key(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
