"""Any schema the standard allows, as the reader would give it."""

from typing import Any

from hypothesis import strategies as st

from stadttor.catalog.fim import tables, xml
from stadttor.catalog.fim.model import (
    NAMESPACE,
    Count,
    Element,
    Keyword,
    Kind,
    Message,
    Position,
    Reference,
    Relation,
    Rule,
    Texts,
    Value,
)

WORDS = st.one_of(
    st.sampled_from(
        ["null", "1.0", "007", "ja", "{p.x}", "[a](b)", "ä–„“ß", "a: b", "- a", "#", "'", '"', "<&>", "x\ny", "=1"]
    ),
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\ufffe\uffff"), max_size=30),
).map(lambda text: xml.said(xml.legal(text)))
SOME = WORDS.filter(bool)
LINES = SOME.filter(lambda text: "\n" not in text)


PART = f'<xdf3:ziel xmlns:xdf3="{NAMESPACE}"><xdf3:id>F1</xdf3:id></xdf3:ziel>'


def _number(letter: str) -> st.SearchStrategy[str]:
    return st.integers(0, 40).map(lambda number: f"{letter}60{number:09d}")


VERSIONS = st.sampled_from(["1.0.0", "2.1.0", ""])
REFERENCES = st.lists(st.builds(Reference, SOME, st.sampled_from(["", "https://example.org/§1"])), max_size=2).map(
    tuple
)
KEYWORDS = st.lists(st.builds(Keyword, SOME, st.sampled_from(["", "urn:x"])), max_size=1).map(tuple)
BOUNDS = st.fixed_dictionaries(
    {},
    optional={
        "minLength": st.sampled_from(["0", "1", "7", "x"]),
        "maxLength": st.sampled_from(["3", "300", "4000", "99999"]),
        "minValue": st.sampled_from(["0", "-1.5", "2020-01-01", "gestern"]),
        "maxValue": st.sampled_from(["10", "12.50", "2030-12-31"]),
        "pattern": st.sampled_from(["[0-9]{5}", "(?=a)b", "\\i\\c*"]),
        "text": SOME,
    },
).map(lambda found: {name: found[name] for name in (*tables.BOUNDS, "text") if name in found})


@st.composite
def _said(draw: st.DrawFn, names: tuple[str, ...], needed: frozenset[str]) -> Texts:
    """Texts by the names of the standard; codes are codes, days are days."""
    found: dict[str, str] = {}
    for name in names:
        if name in tables.STRUCTURED or (name not in needed and draw(st.booleans())):
            continue
        found[name] = draw(_text(name))
    return {name: text for name, text in found.items() if text}


def _text(name: str) -> st.SearchStrategy[str]:
    if name in tables.CODES:
        return st.sampled_from(sorted(tables.CODES[name]))
    if name in tables.DATES:
        return st.dates().map(lambda day: f"{day.year:04d}-{day:%m-%d}")
    return st.just("2026-11-23T10:00:00Z") if name == "letzteAenderung" else SOME


RULES = st.lists(
    st.builds(
        Rule, _number("R"), VERSIONS, _said(tables.RULE_PARTS, frozenset({"name"})), REFERENCES, KEYWORDS,
        st.sampled_from([(), (PART,)]),
    ),
    max_size=1,
).map(tuple)  # fmt: skip


@st.composite
def _element(draw: st.DrawFn, kind: Kind, contains: tuple[Position, ...] = ()) -> Element:
    needed = frozenset({"name", "freigabestatus", "feldart", "datentyp"})
    more: dict[str, Any] = {}
    if kind == "field":
        codes = draw(st.lists(SOME, max_size=3))
        more = {
            "bounds": draw(BOUNDS),
            "values": tuple(Value(code, draw(WORDS), draw(WORDS)) for code in codes),
            "code_list": draw(st.sampled_from([{}, {"canonicalIdentification": "urn:de:x", "version": "1"}])),
            "media": draw(st.sampled_from([(), ("application/pdf",), ("text/plain", "image/png")])),
        }
    relation = st.builds(Relation, st.sampled_from(["ABL", "EQU"]), _number("G"), VERSIONS)
    return Element(
        kind, draw(_number({"schema": "S", "group": "G", "field": "F"}[kind])), draw(VERSIONS),
        draw(_said(tables.PARTS[kind], needed)), draw(REFERENCES), draw(st.lists(relation, max_size=1).map(tuple)),
        draw(KEYWORDS), rules=draw(RULES), contains=contains,
        document=draw(st.sampled_from([{}, {"id": "D99000000001"}])) if kind == "schema" else {}, **more,
    )  # fmt: skip


@st.composite
def _position(draw: st.DrawFn, inner: st.SearchStrategy[Element]) -> Position:
    least = draw(st.integers(0, 2))
    most = draw(st.sampled_from([None, max(1, least), least + 3]))
    return Position(Count(least, most), draw(inner), draw(REFERENCES))


def _groups(inner: st.SearchStrategy[Element]) -> st.SearchStrategy[Element]:
    return st.lists(_position(inner), max_size=3).flatmap(lambda held: _element("group", tuple(held)))


_HELD = st.recursive(_element("field"), _groups, max_leaves=5)
MESSAGES: st.SearchStrategy[Message] = st.lists(_position(_HELD), max_size=3).flatmap(
    lambda held: st.builds(Message, LINES, st.just("2026-11-23T10:00:00Z"), _element("schema", tuple(held)))
)
