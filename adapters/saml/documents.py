"""XML from strangers, read so that nothing is in it but elements, attributes and text.

Document types, entities, comments, CDATA and processing instructions are refused before any parser sees them: each was the
way of an attack on SAML (external entities, entity bombs, a comment that cuts a value short).
"""

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from stadttor.identity.ports import SignInFailed

LARGEST = 512 * 1024
DECLARATION = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^?>]*\?>)?")
COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
INSTANT = re.compile(r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z\Z")
Element = Any


def invalid(detail: str) -> SignInFailed:
    """The answer is not to be trusted; the person learns only that."""
    return SignInFailed("invalid", detail)


def posted(text: str) -> Element:
    """The document in a posted field."""
    if len(text) > LARGEST * 2:
        raise invalid("the message is too large")
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise invalid("the message is no Base64") from None
    return document(data)


def document(data: bytes, *, comments: bool = False) -> Element:
    """The root element. `comments` (metadata of a service, never a message) are taken out first."""
    if len(data) > LARGEST:
        raise invalid("the document is too large")
    rest = DECLARATION.sub(b"", data, count=1)
    if comments:
        rest = COMMENT.sub(b"", rest)
    if b"<!" in rest or b"<?" in rest or b"\0" in rest:
        raise invalid("the document holds more than elements and text")
    try:
        rest.decode("utf-8")
        root = etree.fromstring(rest, _parser())
    except (UnicodeDecodeError, etree.XMLSyntaxError):
        raise invalid("the document is no XML") from None
    _must_have_each_id_once(root)
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip


def _must_have_each_id_once(root: Element) -> None:
    """A signature names an element by its ID: two of one name are two answers to what was signed."""
    ids = [value for one in root.iter() for name, value in one.attrib.items() if name.lower() in ("id", "xml:id")]
    if len(ids) != len(set(ids)):
        raise invalid("an ID stands twice")


def children(element: Element, name: str) -> list[Element]:
    """The direct children of this name."""
    return [one for one in element if one.tag == name]


def only(element: Element, name: str) -> Element:
    """The one direct child of this name."""
    found = children(element, name)
    if len(found) != 1:
        raise invalid(f"{len(found)} times {etree.QName(name).localname} in {etree.QName(element).localname}")
    return found[0]


def text(element: Element) -> str:
    """All of the text; an element inside a value is refused."""
    if len(element):
        raise invalid(f"an element inside {etree.QName(element).localname}")
    return (element.text or "").strip()


def instant(value: str | None) -> datetime:
    """A time in UTC, as SAML Core 1.3.3 wants it."""
    if value is None or not INSTANT.match(value):
        raise invalid("a time is missing or of another form")
    try:
        return datetime.fromisoformat(value[:19]).replace(tzinfo=UTC)
    except ValueError:
        raise invalid("a time that does not exist") from None


def written(moment: datetime) -> str:
    """The same the other way."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
