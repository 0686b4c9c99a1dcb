"""XML from strangers: no DTD, no entities, bounded in size and depth; every fault has its line."""

import re
from collections.abc import Mapping

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from stadttor.catalog.rules.faults import PackageRefused, refuse

MAX_BYTES = 4_000_000
MAX_ELEMENTS = 200_000
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_ENCODINGS = frozenset({b"utf-8", b"us-ascii", b"iso-8859-1", b"iso-8859-15", b"windows-1252"})
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse(content: bytes, file: str) -> etree._Element:
    """The root of a document. Raises PackageRefused with the line."""
    if len(content) > MAX_BYTES:
        raise refuse(file, 0, f"The file is larger than {MAX_BYTES:,} bytes.", "Split the schema.")
    _check_plain(content, file)
    # Before the tree is built, which takes fifty times what is written: every element has one or two of them.
    if content.count(b"<") > 2 * MAX_ELEMENTS:
        raise _too_many(file)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise refuse(file, error.lineno or 0, f"This is not readable XML: {error.msg}.", "Export it again.") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise refuse(file, 1, "The file brings a DTD.", "Remove it.")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise _too_many(file)
    return root


def _too_many(file: str) -> PackageRefused:
    return refuse(file, 0, f"The file has more than {MAX_ELEMENTS:,} elements.", "Split the schema.")


def _check_plain(content: bytes, file: str) -> None:
    """Refuse what could hide or declare entities, before a parser looks at it."""
    encoding = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf"))
    if b"\0" in content or (encoding and encoding[1].lower() not in _ENCODINGS):
        raise refuse(file, 1, "The file is not in UTF-8.", "Save it as UTF-8.")
    for mark in (b"<!DOCTYPE", b"<!ENTITY"):
        if (found := content.find(mark)) >= 0:
            line = content.count(b"\n", 0, found) + 1
            raise refuse(file, line, "The file declares a document type or entities.", "Remove the declaration.")


def said(text: str | None) -> str:
    """The text of an element: lines end with \\n, without the indentation of the file."""
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return "\n".join(line.strip(" \t") for line in plain.split("\n"))


def legal(text: str) -> str:
    """The text without characters that no XML document may hold."""
    return _ILLEGAL.sub("", text)


def local(node: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(node).localname)


def plain(node: etree._Element, namespace: str) -> str:
    """An element as text that is the same however its file was indented and called its namespace."""
    written: str = etree.tostring(_copied(node, namespace), encoding="unicode")
    return written


def _copied(node: etree._Element, namespace: str) -> etree._Element:
    copy = etree.Element(node.tag, dict(node.attrib), nsmap={"xdf3": namespace})
    copy.text = said(node.text) or None
    copy.extend(_copied(one, namespace) for one in node if isinstance(one.tag, str))
    return copy


class Reader:
    """Walks through a document of one namespace; knows its file for faults."""

    def __init__(self, file: str, namespace: str) -> None:
        self.file = file
        self.namespace = namespace

    def fault(self, node: etree._Element, text: str, mend: str = "") -> PackageRefused:
        return refuse(self.file, node.sourceline or 0, text, mend)

    def parts(self, node: etree._Element, known: Mapping[str, bool]) -> dict[str, list[etree._Element]]:
        """The children by name, in order. `known` says of each name whether it may stand more than once."""
        found: dict[str, list[etree._Element]] = {}
        for child in node:
            name = self._name(child, node, known)
            if name in found and not known[name] and not self._one_is_empty(found[name], child):
                raise self.fault(child, f"A second <{name}> stands in <{local(node)}>.", "Remove one of the two.")
            found.setdefault(name, []).append(child)
        if (node.text or "").strip() or any((child.tail or "").strip() for child in node):
            raise self.fault(node, f"<{local(node)}> holds text between its parts.", "Remove the text.")
        return found

    def _name(self, child: etree._Element, node: etree._Element, known: Mapping[str, bool]) -> str:
        if not isinstance(child.tag, str):
            raise self.fault(node, "The file uses an entity.", "Write its text out.")
        name, space = local(child), etree.QName(child).namespace
        if name not in known or space not in (self.namespace, *((None,) if name == "code" else ())):
            raise self.fault(child, f"<{name}> is not known in <{local(node)}>.", "Remove it, or correct the name.")
        return name

    @staticmethod
    def _one_is_empty(found: list[etree._Element], child: etree._Element) -> bool:
        """Editors leave an empty element beside the filled one; then nothing is ambiguous. A third one is."""
        if len(found) > 1:
            return False
        filled = [one for one in (*found, child) if said(one.text) or len(one) or one.attrib]
        return len(filled) == 1

    def one(self, parts: Mapping[str, list[etree._Element]], name: str) -> etree._Element | None:
        """The only element of a name: of two the one that says something."""
        found = parts.get(name, [])
        return next((one for one in found if said(one.text) or len(one) or one.attrib), found[0] if found else None)

    def text(self, node: etree._Element | None, longest: int = 20_000) -> str:
        """The text of a leaf; empty without one."""
        if node is None:
            return ""
        if len(node):
            raise self.fault(node[0], f"<{local(node)}> holds text only.", "Remove what stands in it.")
        text = said(node.text)
        if len(text.encode()) > longest:
            raise self.fault(node, f"The text is longer than {longest:,} bytes.", "Shorten it.")
        return text

    def needed(self, parts: Mapping[str, list[etree._Element]], name: str, within: etree._Element) -> str:
        """The text of a part that must be there and say something."""
        node = self.one(parts, name)
        if node is None:
            raise self.fault(within, f"<{name}> is missing in <{local(within)}>.", "Add it.")
        text = self.text(node)
        if not text:
            raise self.fault(node, f"<{name}> is empty.", "Fill it.")
        return text
