from dataclasses import replace

import pytest

from stadttor.catalog.fim.model import NAMESPACE, NAMESPACE_2, Reference, Value, positions
from stadttor.catalog.fim.reading import read_message
from stadttor.catalog.fim.tests.builders import VALID, a_field, a_group, a_message, found, sample, times
from stadttor.catalog.fim.writing import write_message
from stadttor.catalog.rules.faults import PackageRefused


def refusal(content: bytes) -> str:
    with pytest.raises(PackageRefused) as caught:
        read_message(content, "schema.xml")
    return str(caught.value)


def a_file(body: str = "", *, namespace: str = NAMESPACE, before: str = "") -> bytes:
    """A schema of version 3 whose line 10 is `body`."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<x:xdatenfelder.stammdatenschema.0102 xmlns:x="{namespace}">
<x:header><x:nachrichtID>1</x:nachrichtID>
<x:erstellungszeitpunkt>2026-11-23T10:00:00Z</x:erstellungszeitpunkt></x:header>
<x:stammdatenschema>
<x:identifikation><x:id>S99000000001</x:id></x:identifikation>
<x:name>Probe</x:name>
<x:freigabestatus><code>2</code></x:freigabestatus>
<x:bezeichnung>Probe</x:bezeichnung>
{body}
</x:stammdatenschema></x:xdatenfelder.stammdatenschema.0102>""".encode()


# Published files


@pytest.mark.parametrize("name", VALID)
def test_a_published_file_is_read(name: str) -> None:
    assert read_message(sample(name), name).root.id


def test_the_real_schema_comes_in_completely() -> None:
    root = read_message(sample(VALID[0]), "schema.xml").root
    elements = [placed.element for placed in positions(root)]
    assert [one.kind for one in elements].count("field") == 88
    assert [one.kind for one in elements].count("group") == 29
    assert sorted(rule.id for one in elements for rule in one.rules) == ["R00000000252", "R00000000254", "R00000000255"]
    assert (root.id, root.version, root.label) == ("S00000000121", "1.0.0", "Antrag auf Blaue Karte EU")


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("flxbe-v2/duplicate-optional-value.xml", 15, "A second <beschreibung>"),
        ("flxbe-v2/duplicate-required-value.xml", 13, "A second <name>"),
        ("flxbe-v2/unknown-namespace.xml", 2, "xdatenfelder_unknown is not XDatenfelder"),
        ("flxbe-v3/duplicate-id-node.xml", 11, "A second <id>"),
        ("flxbe-v3/empty-id-node.xml", 10, "<id> is empty"),
        ("flxbe-v3/invalid-freigabestatus.xml", 18, "<freigabestatus> knows no code 10"),
        ("flxbe-v3/missing-id-node.xml", 9, "<id> is missing"),
        ("flxbe-v3/unexpected-node.xml", 11, "<unknown> is not known"),
        ("flxbe-v3/unknown-namespace.xml", 3, "xdatenfelder_unknown is not XDatenfelder"),
        ("WaBeKa_xdf2.xml", 2, "xdatenfelder_1 is not XDatenfelder"),
    ],
)
def test_an_invalid_file_is_refused_with_its_line(name: str, line: int, said: str) -> None:
    refused = refusal(sample(name))
    assert refused.startswith(f"schema.xml:{line}: ")
    assert said in refused
    assert "Mend: " in refused


# Version 3


def test_a_schema_is_read() -> None:
    message = read_message(a_file("<x:bezug link='https://example.org/1'> § 1\n   Muster </x:bezug>"), "schema.xml")
    assert (message.id, message.root.id, message.root.version) == ("1", "S99000000001", "")
    assert message.root.references == (Reference("§ 1\nMuster", "https://example.org/1"),)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<x:struktur><x:enthaelt/></x:struktur>", "<anzahl> is missing"),
        ("<x:struktur><x:anzahl>2:1</x:anzahl><x:enthaelt/></x:struktur>", "A second|2:1 is no cardinality"),
        ("<x:struktur><x:anzahl>1:1</x:anzahl></x:struktur>", "A position holds one field or one group"),
        ("<x:bezug><x:b/></x:bezug>", "<bezug> holds text only"),
        ("<x:gueltigAb>gestern</x:gueltigAb>", "which is no date"),
        ("<x:relation><x:praedikat><code>ABL</code></x:praedikat></x:relation>", "A relation has"),
        ("<y xmlns='urn:other'/>", "<y> is not known"),
        ("lose Worte", "holds text between its parts"),
    ],
)
def test_what_is_impossible_is_refused_with_its_line(body: str, said: str) -> None:
    refused = refusal(a_file(body))
    assert refused.split(":")[1] in ("5", "10")
    assert any(part in refused for part in said.split("|"))


def test_of_two_one_may_be_empty() -> None:
    """Published test data has an empty `inhalt` beside a filled one: nothing is ambiguous."""
    root = read_message(a_file("<x:hilfetext/><x:hilfetext>Hilfe</x:hilfetext>"), "schema.xml").root
    assert root.text("hilfetext") == "Hilfe"


def test_what_is_written_is_read_again() -> None:
    choice = a_field(2, feldart="select")
    message = a_message(
        times("0:1", a_group(1, times("1:*", a_field(1)), choice)), beschreibung="Zeile 1\nZeile 2 & <3>"
    )
    assert read_message(write_message(message), "schema.xml") == message


# Version 2


def test_version_2_is_lifted() -> None:
    root = read_message(sample(VALID[0]), "schema.xml").root
    (place_of_birth,) = found(root, "F00000000067")
    assert dict(place_of_birth.bounds) == {"minLength": "1", "maxLength": "80"}
    assert place_of_birth.version == "1.0.0"
    assert "Aus XDatenfelder 2: ID F00000067; Version 1.0" in place_of_birth.text("beschreibung")
    (line,) = {str(one.position.count) for one in positions(root) if one.element.id == "F00000000087"}
    assert line == "2:5"
    assert found(root, "F00000000038")[0].code_list["canonicalVersionUri"].endswith("schluessel:staat_2017-01-01")


def test_rules_of_version_2_keep_their_words_with_the_long_ids() -> None:
    root = read_message(sample(VALID[0]), "schema.xml").root
    (rule,) = next(one.element.rules for one in positions(root) if one.element.id == "G00000000636")
    assert rule.said["freitextRegel"].startswith('"F00000001028 Krankenversicherungsträger" ist nur dann zu befüllen')
    assert rule.said["typ"] == "K"


def test_bounds_that_are_no_json_stay_as_words() -> None:
    field = """<x:struktur><x:anzahl>1:1</x:anzahl><x:enthaelt><x:datenfeld>
      <x:identifikation><x:id>F99000001</x:id></x:identifikation><x:name>F</x:name><x:status><code>aktiv</code></x:status>
      <x:feldart><code>input</code></x:feldart><x:datentyp><code>text</code></x:datentyp>
      <x:praezisierung>höchstens zehn</x:praezisierung></x:datenfeld></x:enthaelt></x:struktur>"""
    body = (
        a_file(field, namespace=NAMESPACE_2).decode().replace("freigabestatus><code>2<", "freigabestatus><code>aktiv<")
    )
    body = body.replace("x:freigabestatus", "x:status").replace("x:bezeichnung>", "x:bezeichnungEingabe>")
    (placed,) = positions(read_message(body.encode(), "schema.xml").root)
    assert dict(placed.element.bounds) == {"text": "höchstens zehn"}


def test_value_lists_keep_order_and_help() -> None:
    values = (Value("b", "Zwei", "Hilfe"), Value("a", "Eins"))
    chosen = replace(a_field(1, feldart="select"), values=values)
    (placed,) = positions(read_message(write_message(a_message(chosen)), "schema.xml").root)
    assert placed.element.values == values


# Hostile files


def test_a_document_type_is_refused() -> None:
    bomb = '\n<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert refusal(a_file("<x:hilfetext>&b;</x:hilfetext>", before=bomb)).startswith("schema.xml:2: The file declares")


def test_an_external_entity_is_refused() -> None:
    stolen = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert "declares a document type" in refusal(a_file("<x:hilfetext>&a;</x:hilfetext>", before=stolen))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7"])
def test_an_encoding_that_could_hide_one_is_refused(encoding: str) -> None:
    content = a_file().decode().replace("UTF-8", encoding.upper()).encode(encoding)
    assert refusal(content)


def test_a_deep_file_is_refused() -> None:
    group = "<x:datenfeldgruppe><x:identifikation><x:id>G1</x:id></x:identifikation><x:name>G</x:name>"
    opened = (
        f"<x:struktur><x:anzahl>1:1</x:anzahl><x:enthaelt>{group}<x:freigabestatus><code>2</code></x:freigabestatus>"
    )
    closed = "</x:datenfeldgruppe></x:enthaelt></x:struktur>"
    assert "deep" in refusal(a_file(opened * 30 + closed * 30))
    assert refusal(a_file(opened * 3000 + closed * 3000))


def test_a_large_file_is_refused() -> None:
    assert "larger than" in refusal(a_file(" " * 4_000_001))
    assert "elements" in refusal(a_file("<x:bezug/>" * 200_001))


def test_a_long_text_is_refused_with_its_line() -> None:
    assert refusal(a_file(f"<x:hilfetext>{'a' * 20_001}</x:hilfetext>")).startswith("schema.xml:10: The text is longer")


def test_a_text_of_blanks_alone_is_long_as_well() -> None:
    """Report: a hundred thousand blanks between two letters were looked at for a minute, three millions for days."""
    assert "The text is longer" in refusal(a_file(f"<x:hilfetext>a{' ' * 3_000_000}b</x:hilfetext>"))
    spoken = read_message(a_file("<x:hilfetext> eins \t\n \n\tzwei  drei </x:hilfetext>"), "schema.xml").root
    assert spoken.text("hilfetext") == "eins\n\nzwei  drei"


def test_of_many_not_all_but_one_may_be_empty() -> None:
    """Report: each empty part was compared with all before it."""
    empty = "<x:hilfetext/>" * 190_000
    assert "A second <hilfetext>" in refusal(a_file(f"<x:hilfetext>Hilfe</x:hilfetext>{empty}"))


def test_broken_xml_is_refused_with_its_line() -> None:
    assert refusal(a_file("<x:hilfetext>")).startswith("schema.xml:11: This is not readable XML")
    assert refusal(b"")
    assert refusal(b"\x89PNG\r\n")
