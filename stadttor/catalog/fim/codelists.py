"""Code lists in genericode 1.0, as the XRepository gives them: schemas only name them, their entries come from these files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from stadttor.catalog.fim.model import Element, Texts, Value
from stadttor.catalog.fim.xml import local, parse, said
from stadttor.catalog.rules.faults import refuse
from stadttor.forms.definition import MAX_OPTIONS

NAMESPACE = "http://docs.oasis-open.org/codelist/ns/genericode/1.0/"
MAX_COLUMNS = 100


@dataclass(frozen=True)
class CodeList:
    """`key` is the column of the codes, `columns` are all of them in order; a row has its values by column."""

    uri: str
    version_uri: str
    key: str
    columns: tuple[str, ...]
    rows: tuple[Texts, ...]

    def is_named_by(self, one: Element) -> bool:
        """Whether a field asks for an entry of this list: in this version, or in any when it names none."""
        named = one.code_list.get("canonicalVersionUri", "")
        if named:
            return named == self.version_uri
        version = one.code_list.get("version")
        uri = one.code_list.get("canonicalIdentification", "")
        return self.version_uri == f"{uri}_{version}" if version else bool(uri) and uri == self.uri

    def values(self, one: Element) -> tuple[Value, ...]:
        """The entries in the columns that the field names; of more than can be chosen from one more, which says so."""
        code = one.text("codeKey") or self.key
        others = [column for column in self.columns if column != code]
        name, more = one.text("nameKey") or next(iter(others), code), one.text("helpKey")
        if (code, name, more) not in self._given:
            found = self._with_code.get(code, ())[: MAX_OPTIONS + 1]
            self._given[code, name, more] = tuple(
                Value(row[code], row.get(name, ""), row.get(more, "")) for row in found
            )
        return self._given[code, name, more]

    @cached_property
    def _given(self) -> dict[tuple[str, str, str], tuple[Value, ...]]:
        """The entries by the columns they come from."""
        return {}

    @cached_property
    def _with_code(self) -> dict[str, list[Texts]]:
        """The rows that say something in a column, by the column: hundreds of fields may ask the same long list."""
        found: dict[str, list[Texts]] = {}
        for row in self.rows:
            for column in filter(row.get, row):
                found.setdefault(column, []).append(row)
        return found


def read_code_list(content: bytes, file: str) -> CodeList:
    """The list in a file. Raises PackageRefused with the line."""
    root = parse(content, file)
    if etree.QName(root).namespace != NAMESPACE or local(root) != "CodeList":
        raise refuse(file, root.sourceline, "This is no code list in genericode 1.0.", "Fetch it from the XRepository.")
    columns = tuple(str(one.get("Id", "")) for one in _all(root, "ColumnSet", "Column"))
    keys = [str(one.get("Ref", "")) for one in _all(root, "ColumnSet", "Key", "ColumnRef")]
    if not columns:
        raise refuse(file, root.sourceline, "The code list has no columns.", "Fetch it from the XRepository.")
    if len(columns) > MAX_COLUMNS:
        raise refuse(file, root.sourceline, f"The code list has more than {MAX_COLUMNS} columns.", "Remove some.")
    rows = tuple(dict(_row(row, columns)) for row in _all(root, "SimpleCodeList", "Row"))
    uri, version_uri = (_text(root, "Identification", name) for name in ("CanonicalUri", "CanonicalVersionUri"))
    return CodeList(uri, version_uri, keys[0] if keys else columns[0], columns, rows)


def _row(row: etree._Element, columns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Column and text; a value without a reference stands in the column after the one before it."""
    place = -1
    for value in _all(row, "Value"):
        column = value.get("ColumnRef")
        place = columns.index(column) if column in columns else place + 1
        if place < len(columns):
            yield columns[place], _text(value, "SimpleValue")


def _all(node: etree._Element, *names: str) -> Iterator[etree._Element]:
    for child in node:
        if isinstance(child.tag, str) and local(child) == names[0]:
            if len(names) == 1:
                yield child
            else:
                yield from _all(child, *names[1:])


def _text(node: etree._Element, *names: str) -> str:
    return next((said(one.text) for one in _all(node, *names)), "")


def entries(one: Element, lists: Sequence[CodeList]) -> tuple[Value, ...]:
    """The entries a field may choose from, as far as its list is at hand."""
    return next((found.values(one) for found in lists if found.is_named_by(one)), ())
