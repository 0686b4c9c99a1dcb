"""Builds form definitions from plain dicts as a stranger wrote them. Every fault is collected, none is raised early."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, get_args

import re2

from stadttor.core.cel import (
    BOOLEAN,
    DATE,
    INTEGER,
    RESERVED,
    TEXT,
    Declared,
    Expression,
    Kind,
    ProfileError,
    list_of,
    record,
)
from stadttor.core.classify import DataClass
from stadttor.forms.definition import (
    MAX_CHAIN,
    MAX_FIELDS,
    MAX_NESTING,
    MAX_OPTIONS,
    MAX_PATTERN,
    MAX_REPEAT,
    Bound,
    Check,
    Condition,
    Fault,
    FeeItem,
    Field,
    FieldType,
    FormDefinition,
    FormFaults,
    Group,
    Lookup,
    Page,
    Range,
    Repeat,
    Share,
    WalletProof,
)
from stadttor.forms.dependencies import circle, longest_chain
from stadttor.forms.wallet_key import NoWalletProof, read_wallet_proof

Path = tuple[str | int, ...]
T = TypeVar("T")

_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
_FIELD_KEYS = frozenset({
    "id", "type", "required", "show_if", "options", "options_from", "min", "max", "min_length", "max_length", "pattern",
    "prefill", "class", "fim", "evidence", "register", "wallet", "accept", "max_mb", "max_files", "autocomplete", "width", "lookup",
    "nationality", "abroad", "protects",
})  # fmt: skip
_LENGTHS = {"textarea": 4_000, "name": 100, "email": 254}
_KINDS: dict[str, Kind] = {
    "date": DATE,
    "integer": INTEGER,
    "money": INTEGER,
    "boolean": BOOLEAN,
    "multiselect": list_of(TEXT),
    "file": list_of(TEXT),
    "address": record({"street": TEXT, "house_number": TEXT, "postal_code": TEXT, "city": TEXT}),
}
_ABROAD = record({**_KINDS["address"].fields, "country": TEXT})
_PREFILL = re.compile(r"claim:[a-z][a-z0-9_]*|previous:[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


def parse_form(raw: Mapping[str, Any], parameters_schema: Mapping[str, Any]) -> FormDefinition:
    """The form in form.yaml's data. Raises FormFaults with every fault.

    `parameters_schema` is the package's JSON Schema of parameters, already checked by the catalogue.
    """
    reader = _FormReader(declared_names(raw, parameters_schema))
    pages = reader.form(raw)
    faults = reader.faults or _order_faults(pages)
    if faults:
        raise FormFaults(tuple(faults))
    return FormDefinition(_digest(raw, parameters_schema), pages, reader.names)


def _order_faults(pages: Sequence[Page]) -> list[Fault]:
    if names := circle(pages):
        message = f"The conditions of {', '.join(names[:8])} depend on each other in a circle."
        return [Fault(("pages",), message, "Let one of them depend on something else.")]
    if longest_chain(pages) > MAX_CHAIN:
        message = f"More than {MAX_CHAIN} conditions depend on each other in a row."
        return [Fault(("pages",), message, "Let them depend on the first answer directly.")]
    return []


def parse_fees(raw: Sequence[Any], form: FormDefinition) -> tuple[FeeItem, ...]:
    """The fee items in fees.yaml's data, checked against the form's names. Raises FormFaults with every fault."""
    reader = _Reader(form.names)
    items = tuple(reader.each(raw, (), reader.fee)) if isinstance(raw, list) else ()
    if not isinstance(raw, list):
        reader.fault((), "Fees are a list.", "Begin each fee item with a dash.")
    reader.unique([item.id for item in items], ())
    if reader.faults:
        raise FormFaults(tuple(reader.faults))
    return items


def parameter_kinds(schema: Mapping[str, Any]) -> Kind:
    """The CEL kinds of a parameter schema (JSON Schema of type object)."""
    return _properties_kind(schema, 0)


def _properties_kind(schema: Mapping[str, Any], depth: int) -> Kind:
    properties = schema.get("properties")
    named = properties if isinstance(properties, dict) else {}
    return record({name: _schema_kind(part, depth) for name, part in named.items()})


def _schema_kind(schema: object, depth: int) -> Kind:
    part = schema if isinstance(schema, dict) and depth < 3 else {}
    match part.get("type"):
        case "integer":
            return INTEGER
        case "boolean":
            return BOOLEAN
        case "array":
            return list_of(_schema_kind(part.get("items"), depth + 1))
        case "object":
            return _properties_kind(part, depth + 1)
    return DATE if part.get("format") == "date" else TEXT


def _digest(raw: object, schema: object) -> str:
    return hashlib.sha256(json.dumps([raw, schema], sort_keys=True, default=str).encode()).hexdigest()


def declared_names(raw: object, schema: Mapping[str, Any]) -> Declared:
    """The names a form declares, read before its conditions so that they may point forward. Tolerates any data."""
    groups: dict[str, Kind] = {}
    for group in _dicts(raw, "pages", "groups"):
        fields = record(
            {str(one.get("id")): _kind(one) for one in _dicts(group, "fields") if one.get("type") != "info"}
        )
        groups[str(group.get("id"))] = list_of(fields) if group.get("repeat") else fields
    return Declared(record(groups), parameter_kinds(schema))


def _kind(one: Mapping[str, Any]) -> Kind:
    if one.get("type") == "address" and one.get("abroad") is True:
        return _ABROAD
    return _KINDS.get(str(one.get("type")), TEXT)


def _dicts(raw: object, *keys: str) -> Iterator[dict[str, Any]]:
    """Every dict below the given keys of nested lists; what has another shape is passed over."""
    if not isinstance(raw, dict):
        return
    if not keys:
        yield raw
        return
    inner = raw.get(keys[0])
    for part in inner if isinstance(inner, list) else []:
        yield from _dicts(part, *keys[1:])


class _Reader:
    """Reads attributes of dicts and remembers faults; a faulty attribute becomes its default."""

    def __init__(self, names: Declared) -> None:
        self.names = names
        self.faults: list[Fault] = []

    def fault(self, path: Path, message: str, mend: str = "") -> None:
        self.faults.append(Fault(path, message, mend))

    def each(self, raw: object, path: Path, read: Callable[[dict[str, Any], Path], T | None]) -> Iterator[T]:
        for number, part in enumerate(raw if isinstance(raw, list) else []):
            if not isinstance(part, dict):
                self.fault((*path, number), "This is not a mapping.", "Write attributes as key: value.")
            elif (result := read(part, (*path, number))) is not None:
                yield result

    def children(
        self, raw: Mapping[str, Any], key: str, path: Path, read: Callable[[dict[str, Any], Path], T | None]
    ) -> tuple[T, ...]:
        if not isinstance(raw.get(key), list) or not raw[key]:
            self.fault((*path, key), f"{key} is missing or not a list.", f"List the {key}, each with a dash.")
        return tuple(self.each(raw.get(key), (*path, key), read))

    def known(self, raw: Mapping[str, Any], path: Path, keys: frozenset[str]) -> None:
        for key in raw:
            if key not in keys:
                self.fault((*path, str(key)), f"{key} is not known here.", f"Known: {', '.join(sorted(keys))}.")

    def identifier(self, raw: Mapping[str, Any], path: Path) -> str:
        value = raw.get("id")
        if not isinstance(value, str) or not _ID.fullmatch(value):
            self.fault((*path, "id"), f"The id {value!r} is not usable.", "A letter, then a-z, 0-9 or _.")
        elif value in RESERVED:
            self.fault((*path, "id"), f"The id {value} is reserved in CEL.", "Choose another id.")
        return str(value)

    def unique(self, ids: Sequence[str], path: Path) -> None:
        for value in sorted({one for one in ids if ids.count(one) > 1}):
            self.fault(path, f"The id {value} stands more than once.", "Give each its own id.")

    def expression(self, raw: object, path: Path, names: Declared, expect: Kind | None = None) -> Expression | None:
        if not isinstance(raw, str):
            self.fault(path, "This is not an expression.", 'Write it as text in quotes: "a.group.field == true".')
            return None
        try:
            return Expression.parse(raw, names, expect)
        except ProfileError as error:
            self.fault(path, f"{error.message} (at character {error.position + 1}).", error.mend)
            return None

    def condition(self, raw: Mapping[str, Any], key: str, path: Path, names: Declared) -> Expression | None:
        """An optional condition; True for one that always holds is left out, as YAML writes it."""
        value = raw.get(key)
        return None if value is None or value is True else self.expression(value, (*path, key), names, BOOLEAN)

    def text(self, raw: Mapping[str, Any], key: str, path: Path) -> str | None:
        value = raw.get(key)
        if value is not None and (not isinstance(value, str) or not value or len(value) > 200):
            self.fault((*path, key), f"{key} is not a short text.", "Write a text of at most 200 characters.")
            return None
        return value

    def number(self, raw: Mapping[str, Any], key: str, path: Path, default: int, most: int) -> int:
        value = raw.get(key, default)
        if type(value) is not int or not 0 <= value <= most:
            self.fault((*path, key), f"{key} is not a number from 0 to {most}.", f"For example {default}.")
            return default
        return value

    def fee(self, raw: dict[str, Any], path: Path) -> FeeItem | None:
        self.known(raw, path, frozenset({"id", "cents", "text", "if", "shares"}))
        identifier, text = self.identifier(raw, path), self.text(raw, "text", path)
        amount = str(raw["cents"]) if type(raw.get("cents")) is int else raw.get("cents")
        cents = self.expression(amount, (*path, "cents"), self.names, INTEGER)
        condition = self.condition(raw, "if", path, self.names)
        shares = self.children(raw, "shares", path, self.share) if "shares" in raw else ()
        return FeeItem(identifier, cents, text or identifier, condition, shares) if cents else None

    def share(self, raw: dict[str, Any], path: Path) -> Share | None:
        self.known(raw, path, frozenset({"to", "cents"}))
        amount = str(raw["cents"]) if type(raw.get("cents")) is int else raw.get("cents")
        to, cents = self.text(raw, "to", path), self.expression(amount, (*path, "cents"), self.names, INTEGER)
        return Share(to, cents) if to and cents else None


class _FormReader(_Reader):
    def form(self, raw: object) -> tuple[Page, ...]:
        if not isinstance(raw, dict) or _depth(raw) > MAX_NESTING:
            self.fault((), f"A form is a mapping of at most {MAX_NESTING} levels.", "Begin with pages:")
            return ()
        self.known(raw, (), frozenset({"pages"}))
        count = sum(1 for _ in _dicts(raw, "pages", "groups", "fields"))
        if count > MAX_FIELDS:
            self.fault(("pages",), f"The form has {count} fields, {MAX_FIELDS} are allowed.", "Split the service.")
            return ()
        pages = self.children(raw, "pages", (), self.page)
        self.unique([page.id for page in pages], ("pages",))
        self.unique([group.id for page in pages for group in page.groups], ("pages",))
        return pages

    def page(self, raw: dict[str, Any], path: Path) -> Page:
        self.known(raw, path, frozenset({"id", "show_if", "groups", "checks"}))
        identifier = self.identifier(raw, path)
        groups = self.children(raw, "groups", path, self.group)
        show_if = self.condition(raw, "show_if", path, self.names)
        return Page(identifier, groups, show_if, tuple(self.each(raw.get("checks"), (*path, "checks"), self.check)))

    def group(self, raw: dict[str, Any], path: Path) -> Group:
        self.known(raw, path, frozenset({"id", "repeat", "fields", "show_if"}))
        identifier = self.identifier(raw, path)
        names = self._names_in(identifier)
        fields = self.children(raw, "fields", path, lambda part, at: self.field(part, at, identifier, names))
        self.unique([one.id for one in fields], (*path, "fields"))
        repeat = self.repeat(raw["repeat"], (*path, "repeat")) if raw.get("repeat") else None
        for number, one in enumerate(fields if repeat else ()):
            if one.wallet:
                message = "Whoever shows a wallet is one person, and this group can stand here several times."
                self.fault((*path, "fields", number, "wallet"), message, "Move the field to a group without repeat.")
        return Group(identifier, fields, repeat, self.condition(raw, "show_if", path, self.names))

    def _names_in(self, group: str) -> Declared:
        element = kind.element if (kind := self.names.answers.fields.get(group)) else None
        return self.names.with_item(element) if element else self.names

    def repeat(self, raw: object, path: Path) -> Repeat:
        if raw is True:
            return Repeat()
        if not isinstance(raw, dict):
            self.fault(path, "repeat is not a mapping.", "Write repeat: {min: 1, max: 8}.")
            return Repeat()
        self.known(raw, path, frozenset({"min", "max"}))
        least, most = self.number(raw, "min", path, 0, MAX_REPEAT), self.number(raw, "max", path, 20, MAX_REPEAT)
        if least > most or most == 0:
            self.fault(path, "min is above max, or max is 0.", "Write repeat: {min: 1, max: 8}.")
        return Repeat(least, most)

    def check(self, raw: dict[str, Any], path: Path) -> Check | None:
        self.known(raw, path, frozenset({"if", "refuse", "text", "strict"}))
        refuse, text = self.text(raw, "refuse", path) or "", self.text(raw, "text", path)
        group, _, name = refuse.partition(".")
        kind = self.names.answers.fields.get(group)
        fields = (kind.element or kind).fields if kind else {}
        if name not in fields:
            self.fault((*path, "refuse"), f"{refuse or 'refuse'} is not a field.", "Name the field as group.field.")
        if not text:
            self.fault((*path, "text"), "text is missing.", "Name the text below checks: in the texts.")
        strict = raw.get("strict", False)
        if not isinstance(strict, bool):
            self.fault((*path, "strict"), "strict is neither true nor false.", "Write true, or remove it.")
        condition = self.expression(raw.get("if"), (*path, "if"), self._names_in(group), BOOLEAN)
        return Check(condition, refuse, text, strict is True) if condition and text else None

    def _nationality(self, raw: dict[str, Any], path: Path, kind: FieldType) -> bool:
        value = raw.get("nationality", False)
        if not isinstance(value, bool) or (value and kind != "country"):
            self.fault((*path, "nationality"), "Only a country can be a nationality.", "Write true, or remove it.")
            return False
        return value

    def _abroad(self, raw: dict[str, Any], path: Path, kind: FieldType) -> bool:
        value = raw.get("abroad", False)
        if not isinstance(value, bool) or (value and kind != "address"):
            self.fault((*path, "abroad"), "Only an address can lie abroad.", "Write true, or remove it.")
            return False
        return value

    def _protects(self, raw: dict[str, Any], path: Path, kind: FieldType) -> bool:
        value = raw.get("protects", False)
        if not isinstance(value, bool) or (value and kind != "boolean"):
            self.fault((*path, "protects"), "Only a boolean field can protect a person.", "Write true, or remove it.")
            return False
        return value

    def field(self, raw: dict[str, Any], path: Path, group: str, names: Declared) -> Field | None:
        self.known(raw, path, _FIELD_KEYS)
        identifier, kind = self.identifier(raw, path), _field_type(raw.get("type"))
        if kind is None:
            known = ", ".join(get_args(FieldType))
            self.fault((*path, "type"), f"The field type {raw.get('type')!r} is not known.", f"Known: {known}.")
            return None
        return Field(
            id=identifier,
            group=group,
            type=kind,
            required=self._required(raw, path, names),
            show_if=self.condition(raw, "show_if", path, names),
            options=self._options(raw, path),
            options_from=self._options_from(raw, path),
            minimum=self._bound(raw, "min", path, names),
            maximum=self._bound(raw, "max", path, names),
            min_length=self.number(raw, "min_length", path, 0, 20_000),
            max_length=self.number(raw, "max_length", path, _LENGTHS.get(kind, 200), 20_000),
            pattern=self._pattern(raw, path),
            prefill=self._prefill(raw, path),
            data_class=self._one_of(raw, "class", path, tuple(DataClass), "K2") or "K2",
            fim=self.text(raw, "fim", path),
            evidence=self.text(raw, "evidence", path),
            register=self._register(raw, path, kind),
            wallet=self._wallet(raw, path, kind),
            accept=self._accept(raw, path),
            max_mb=self.number(raw, "max_mb", path, 10, 20),
            max_files=self.number(raw, "max_files", path, 4, 20),
            autocomplete=self.text(raw, "autocomplete", path),
            width=self._one_of(raw, "width", path, ("short", "medium", "long"), None),  # type: ignore[arg-type]  # checked
            lookup=self._lookup(raw["lookup"], (*path, "lookup"), names) if "lookup" in raw else None,
            nationality=self._nationality(raw, path, kind),
            abroad=self._abroad(raw, path, kind),
            protects=self._protects(raw, path, kind),
        )

    def _register(self, raw: Mapping[str, Any], path: Path, kind: FieldType) -> str | None:
        """A register gives a proof, so the field must be one."""
        name = self.text(raw, "register", path)
        if name is None or (kind == "file" and "evidence" in raw and _ID.fullmatch(name)):
            return name
        mend = "Write it at a field of type file that names its evidence: register: fahrzeugregister."
        self.fault((*path, "register"), "A register is named in small letters, and gives an evidence as a file.", mend)
        return None

    def _wallet(self, raw: Mapping[str, Any], path: Path, kind: FieldType) -> WalletProof | None:
        """A credential gives a proof, so the field must be one."""
        if "wallet" not in raw:
            return None
        try:
            return read_wallet_proof(raw["wallet"], is_proof=kind == "file" and "evidence" in raw)
        except NoWalletProof as error:
            self.fault((*path, "wallet", *error.path), error.message, error.mend)
            return None

    def _required(self, raw: Mapping[str, Any], path: Path, names: Declared) -> Condition:
        value = raw.get("required", False)
        if isinstance(value, bool):
            return value
        return self.expression(value, (*path, "required"), names, BOOLEAN) or False

    def _one_of(
        self, raw: Mapping[str, Any], key: str, path: Path, allowed: tuple[str, ...], default: str | None
    ) -> str | None:
        value = raw.get(key, default)
        if value is not None and value not in allowed:
            self.fault((*path, key), f"{key} is {value!r}.", f"Write one of {', '.join(allowed)}.")
            return default
        return str(value) if value is not None else None

    def _options(self, raw: Mapping[str, Any], path: Path) -> tuple[str, ...]:
        chooses = raw["type"] in ("select", "multiselect")
        if chooses == (("options" in raw) + ("options_from" in raw) != 1):
            mend = "Write options: [a, b] or options_from: p.list." if chooses else "Use type select or multiselect."
            self.fault(path, "Options and field type do not fit." if not chooses else "Options are missing.", mend)
        options = raw.get("options", [])
        if not isinstance(options, list) or not all(isinstance(one, str) and _option(one) for one in options):
            self.fault(
                (*path, "options"), "Options are not a list of short texts.", "Put numbers, yes and no in quotes."
            )
            return ()
        if len(options) > MAX_OPTIONS or len(set(options)) < len(options):
            self.fault((*path, "options"), "An option stands twice, or there are too many.", f"At most {MAX_OPTIONS}.")
        return tuple(options)

    def _options_from(self, raw: Mapping[str, Any], path: Path) -> str | None:
        name = raw.get("options_from")
        if name is None:
            return None
        kind = self.names.kind_of(name) if isinstance(name, str) and name.startswith("p.") else None
        if kind != list_of(TEXT):
            self.fault((*path, "options_from"), f"{name} is not a parameter with a list of texts.", "Write p.<name>.")
            return None
        return str(name).removeprefix("p.")

    def _bound(self, raw: Mapping[str, Any], key: str, path: Path, names: Declared) -> Bound:
        value, at = raw.get(key), (*path, key)
        if isinstance(value, date):  # YAML reads an unquoted date as a date
            value = value.isoformat()
        if value is None:
            return None
        match raw["type"]:
            case "integer" | "money":
                return value if type(value) is int else self.expression(value, at, names, INTEGER)
            case "date":
                return value if _is_day(value) else self.expression(value, at, names, DATE)
            case "decimal":
                return self._decimal(value, at)
        self.fault(at, f"{key} has no meaning for {raw['type']}.", "Use min_length or max_length for texts.")
        return None

    def _decimal(self, value: object, at: Path) -> str | None:
        try:
            return str(Decimal(str(value)))
        except InvalidOperation:
            self.fault(at, "This is not a number.", "Write a number in quotes: '12.50'.")
            return None

    def _pattern(self, raw: Mapping[str, Any], path: Path) -> str | None:
        pattern = raw.get("pattern")
        if pattern is None:
            return None
        if isinstance(pattern, str) and len(pattern) > MAX_PATTERN:
            said = f"The pattern has {len(pattern)} characters, {MAX_PATTERN} are allowed."
            self.fault((*path, "pattern"), said, "Shorten it, or split the field.")
            return None
        if not isinstance(pattern, str) or not _compiles(pattern):
            self.fault((*path, "pattern"), "The pattern is not usable.", "Use RE2 syntax, without look-around.")
            return None
        return pattern

    def _prefill(self, raw: Mapping[str, Any], path: Path) -> str | None:
        prefill = self.text(raw, "prefill", path)
        if prefill and not _PREFILL.fullmatch(prefill):
            self.fault((*path, "prefill"), f"{prefill} is no source.", "Write claim:<name> or previous:<group.field>.")
            return None
        return prefill

    def _accept(self, raw: Mapping[str, Any], path: Path) -> tuple[str, ...]:
        accept = raw.get("accept", ["pdf", "jpeg", "png"])
        if not isinstance(accept, list) or not accept or not {str(one) for one in accept} <= {"pdf", "jpeg", "png"}:
            self.fault((*path, "accept"), "accept names unknown file types.", "Choose from pdf, jpeg, png.")
            return ("pdf", "jpeg", "png")
        return tuple(accept)

    def _lookup(self, raw: object, path: Path, names: Declared) -> Lookup | None:
        table = raw.get("table") if isinstance(raw, dict) else None
        kind = names.kind_of(table) if isinstance(table, str) and table.startswith("p.") else None
        if not isinstance(raw, dict) or kind is None or kind.element is None or not kind.element.fields:
            self.fault(path, "The lookup names no table.", "Write table: p.<name>, a parameter with a list of objects.")
            return None
        self.known(raw, path, frozenset({"table", "match", "range", "give"}))
        columns = kind.element.fields
        match = raw["match"] if isinstance(raw.get("match"), dict) else {}
        limits = raw.get("range")
        found = Lookup(
            table=str(table).removeprefix("p."),
            match=tuple((str(column), str(source)) for column, source in match.items()),
            give=str(raw.get("give")),
            range=Range(str(limits.get("number")), str(limits.get("from")), str(limits.get("to")))
            if isinstance(limits, dict)
            else None,
        )
        self._check_lookup(found, columns, path)
        return found

    def _check_lookup(self, lookup: Lookup, columns: Mapping[str, Kind], path: Path) -> None:
        used = [lookup.give, *(column for column, _ in lookup.match)]
        sources = [source for _, source in lookup.match]
        if lookup.range:
            used += [lookup.range.start, lookup.range.end]
            sources.append(lookup.range.value)
        for column in used:
            if column not in columns:
                self.fault(path, f"{column} is not a column of {lookup.table}.", f"Columns: {', '.join(columns)}.")
        for source in sources:
            kind = self.names.kind_of(f"a.{source}")
            if kind is None or kind.name not in ("text", "integer"):
                self.fault(path, f"{source} is not a text or number answer.", "Write the path as group.field.")
        if not lookup.match:
            self.fault((*path, "match"), "match is missing.", "Write match: {column: group.field}.")


def _field_type(value: object) -> FieldType | None:
    return next((known for known in get_args(FieldType) if known == value), None)


def _option(value: str) -> bool:
    return 0 < len(value) <= 100


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _compiles(pattern: str) -> bool:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        re2.compile(pattern, options=options)
    except re2.error:
        return False
    return True


def _depth(raw: object) -> int:
    """Levels of the form's own nesting: mappings count, lists do not. Bounded: the catalogue refused deeper files."""
    if isinstance(raw, dict):
        return 1 + max((_depth(part) for part in raw.values()), default=0)
    return max((_depth(part) for part in raw), default=0) if isinstance(raw, list) else 0
