"""Hostile data schemas (XDatenfelder) and code lists for the import: who sends one is asked for nothing else."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from stadttor.catalog.fim.codelists import MAX_COLUMNS
from stadttor.catalog.fim.codelists import NAMESPACE as OF_LISTS
from stadttor.catalog.fim.model import MAX_DEPTH, MAX_POSITIONS, NAMESPACE, Element, Position, Value
from stadttor.catalog.fim.tests.builders import a_field, a_group, a_message
from stadttor.catalog.fim.writing import write_message
from stadttor.catalog.fim.xml import MAX_BYTES, MAX_ELEMENTS
from stadttor.catalog.rules import limits
from tests.safety.hostile import spoiling as s

Sent = tuple[bytes, ...]
"""The schema, then code lists."""
HELP = b"<xdf3:hilfetext>Hilfe</xdf3:hilfetext>"
DECLARES, TOO_LONG = "declares a document type or entities", "The text is longer than 20,000"
LISTED = {"canonicalIdentification": "urn:de:x:tiere"}


def written(*contains: Position | Element) -> bytes:
    return write_message(a_message(*contains, hilfetext="Hilfe"))


def sound() -> Sent:
    return (written(a_field()),)


@dataclass(frozen=True)
class HostileSchema:
    """As a hostile package: `says` must be in the refusal, `good` is the same without the harm and must be taken."""

    bad: Callable[[], Sent]
    says: tuple[str, ...]
    good: Callable[[], Sent] = sound


def _instead(content: bytes, old: bytes = HELP) -> bytes:
    """The sound schema with this instead of a part."""
    (whole,) = sound()
    assert whole.count(old) == 1
    return whole.replace(old, content)


def _spoiled(bad: Callable[[], bytes], *says: str, good: Callable[[], bytes] | None = None) -> HostileSchema:
    return HostileSchema(lambda: (bad(),), says, sound if good is None else lambda: (good(),))


def _declared(declaration: str) -> HostileSchema:
    """Before the schema, and meant where its help stands."""
    bad = lambda: _instead(b"<xdf3:hilfetext>&a;</xdf3:hilfetext>").replace(b"?>", f"?>{declaration}".encode(), 1)  # noqa: E731  # made late
    return _spoiled(bad, DECLARES)


def _sized(size: int) -> bytes:
    (whole,) = sound()
    return whole + b" " * (size - len(whole))


def _counted(elements: int) -> bytes:
    (whole,) = sound()
    more = elements - len(re.findall(rb"<[a-z]", whole))
    return _instead(HELP + b"<xdf3:bezug/>" * more)


def _helped(length: int) -> bytes:
    return _instead(HELP.replace(b"Hilfe", b"h" * length))


def _linked(length: int) -> bytes:
    return _instead(HELP + b'<xdf3:bezug link="https://' + b"x" * length + b'">Gesetz</xdf3:bezug>')


def _deep(groups: int) -> bytes:
    one = a_field(feldart="hidden")
    for number in range(groups):
        one = a_group(number, one)
    return written(one)


def _hidden(names: Iterable[object]) -> bytes:
    """Fields of one id and other names, which nobody is asked."""
    return written(*(a_field(1, feldart="hidden", name=f"Feld {name}") for name in names))


def _choice(count: int) -> bytes:
    values = tuple(Value(f"w{number}", "Wert") for number in range(count))
    return written(replace(a_field(feldart="select"), values=values))


def _helpful(count: int) -> bytes:
    """So many fields, each with a help as long as it may be."""
    return written(*(a_field(number, hilfetextEingabe="x" * 20_000) for number in range(count)))


def _asking(count: int) -> bytes:
    """So many fields that all ask one code list."""
    return written(*[replace(a_field(feldart="select"), code_list=LISTED)] * count)


def code_list(
    columns: int, rows: int, values: str = "<Value><SimpleValue>{0}</SimpleValue></Value>", before: str = ""
) -> bytes:
    named = "<Identification><CanonicalUri>urn:de:x:tiere</CanonicalUri></Identification>"
    listed = "".join(f'<Column Id="c{number}"/>' for number in range(columns))
    content = "".join(f"<Row>{values.format(number)}</Row>" for number in range(rows))
    sheet = f"{named}<ColumnSet>{listed}</ColumnSet><SimpleCodeList>{content}</SimpleCodeList>"
    return f'<?xml version="1.0"?>{before}<g:CodeList xmlns:g="{OF_LISTS}">{sheet}</g:CodeList>'.encode()


def _with_list(
    bad: Callable[[], bytes], *says: str, good: Callable[[], bytes] = lambda: code_list(2, 3)
) -> HostileSchema:
    """A sound schema, and a code list for it."""
    return HostileSchema(lambda: (_asking(1), bad()), says, lambda: (_asking(1), good()))


SCHEMAS: dict[str, HostileSchema] = {
    "nothing": _spoiled(lambda: b"", "not readable XML"),
    "something else": _spoiled(lambda: b"\x89PNG\r\n" + b"x" * 999, "not readable XML"),
    "a schema cut off": _spoiled(lambda: sound()[0][:-99], "not readable XML"),
    "a billion laughs": _spoiled(s.laughs, DECLARES),
    "a file of the machine": _declared('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "a file of another machine": _declared('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "an entity that fetches others": _declared('<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;]>'),
    "an entity nobody declared": _spoiled(lambda: _instead(HELP.replace(b"Hilfe", b"&a;")), "not readable XML"),
    "an encoding that hides what it says": _spoiled(
        lambda: sound()[0].decode().replace("UTF-8", "UTF-16").encode("utf-16"), "not in UTF-8"
    ),
    "an encoding nobody knows": _spoiled(lambda: _instead(b"utf-7", b"UTF-8"), "not in UTF-8"),
    "another language": _spoiled(lambda: sound()[0].replace(NAMESPACE.encode(), b"urn:other"), "is not XDatenfelder"),
    "a part of somebody else": _spoiled(lambda: _instead(HELP + b"<y xmlns='urn:other'/>"), "<y> is not known"),
    "an id that leads elsewhere": _spoiled(lambda: _instead(b"../../etc", b"F99000000001"), "is not usable"),
    "a schema larger than allowed": _spoiled(
        lambda: _sized(MAX_BYTES + 1), "larger than 4,000,000", good=lambda: _sized(MAX_BYTES)
    ),
    "more elements than allowed": _spoiled(
        lambda: _counted(MAX_ELEMENTS + 1), "more than 200,000 elements", good=lambda: _counted(MAX_ELEMENTS)
    ),
    "elements as small as they can be": _spoiled(lambda: _instead(HELP + b"<a/> " * 790_000), "more than 200,000 elements"),
    "elements nested without end": _spoiled(lambda: _instead(HELP + b"<a>" * 100_000), "not readable XML"),
    "groups deeper than allowed": _spoiled(
        lambda: _deep(MAX_DEPTH), "more than 20 deep in each other", good=lambda: _deep(MAX_DEPTH - 1)
    ),
    "more positions than allowed": _spoiled(
        lambda: _hidden([1] * (MAX_POSITIONS + 1)), "more than 3,000 positions", good=lambda: _hidden([1] * MAX_POSITIONS)
    ),
    "more questions than allowed": _spoiled(
        lambda: written(*[a_field()] * (limits.FIELDS + 1)), "more than 1,000 questions",
        good=lambda: written(*[a_field()] * limits.FIELDS),
    ),
    "a text longer than allowed": _spoiled(
        lambda: _helped(limits.TEXT_BYTES + 1), TOO_LONG, good=lambda: _helped(limits.TEXT_BYTES)
    ),
    "a text of blanks": _spoiled(lambda: _instead(HELP.replace(b"Hilfe", b"a" + b" " * 3_000_000 + b"b")), TOO_LONG),
    "empty parts without end": _spoiled(
        lambda: _instead(HELP + b"<xdf3:hilfetext/>" * 190_000), "A second <hilfetext>",
        good=lambda: _instead(HELP + b"<xdf3:hilfetext/>"),
    ),
    "a link of megabytes": _spoiled(
        lambda: _linked(3_900_000), "more than 1,000,000 bytes of it", good=lambda: _linked(2_000)
    ),
    "values without end": _spoiled(lambda: _choice(20_000), "more than 60,000 values of it", good=lambda: _choice(500)),
    "one id for everything": _spoiled(
        lambda: _hidden(range(MAX_POSITIONS)), "more than 60,000 values of it", good=lambda: _hidden(range(20))
    ),
    "helps without end": _spoiled(lambda: _helpful(180), "more than 1,000,000 bytes of it", good=lambda: _helpful(20)),
    "a code list that is none": _with_list(lambda: sound()[0], "no code list in genericode"),
    "a code list that laughs": _with_list(
        lambda: code_list(2, 3, before='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), DECLARES
    ),
    "a code list of more columns than allowed": _with_list(
        lambda: code_list(MAX_COLUMNS + 1, 3), "more than 100 columns", good=lambda: code_list(MAX_COLUMNS, 3)
    ),
    "a code list of columns without end": _with_list(
        lambda: code_list(40_000, 1, '<Value ColumnRef="c39999"/>' * 60_000), "more than 100 columns"
    ),
    "a long code list for everything": HostileSchema(
        lambda: (_asking(limits.FIELDS + 1), code_list(2, 45_000)), ("more than 1,000 questions",),
        lambda: (_asking(2), code_list(2, 45_000)),
    ),
    "a choice in every question": HostileSchema(
        lambda: (_asking(limits.FIELDS), code_list(2, 500)), ("more than 60,000 values of it",),
        lambda: (_asking(2), code_list(2, 500)),
    ),
}  # fmt: skip
