from dataclasses import replace
from pathlib import Path

import pytest

from stadttor.catalog.cli import main
from stadttor.catalog.fim.codelists import CodeList, read_code_list
from stadttor.catalog.fim.importing import import_message
from stadttor.catalog.fim.model import Message, Value
from stadttor.catalog.fim.packaging import skeleton_of
from stadttor.catalog.fim.tests.builders import NAME, a_field, a_group, a_message, export_of
from stadttor.catalog.fim.writing import write_message
from stadttor.catalog.rules.faults import PackageRefused

LIST = b"""<?xml version="1.0" encoding="UTF-8"?>
<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/">
  <Identification><CanonicalUri>urn:de:x:tiere</CanonicalUri><CanonicalVersionUri>urn:de:x:tiere_2</CanonicalVersionUri></Identification>
  <ColumnSet>
    <Column Id="kurz"/><Column Id="code"/><Column Id="name"/>
    <Key Id="k"><ColumnRef Ref="code"/></Key>
  </ColumnSet>
  <SimpleCodeList>
    <Row>
      <Value ColumnRef="code"><SimpleValue>01</SimpleValue></Value>
      <Value ColumnRef="name"><SimpleValue>Hund</SimpleValue></Value>
    </Row>
    <Row>
      <Value><SimpleValue>K</SimpleValue></Value>
      <Value><SimpleValue>02</SimpleValue></Value>
      <Value><SimpleValue>Katze</SimpleValue></Value>
    </Row>
  </SimpleCodeList>
</gc:CodeList>"""


def a_choice(**said: str) -> Message:
    named = {"canonicalIdentification": "urn:de:x:tiere", "canonicalVersionUri": "urn:de:x:tiere_2"}
    return a_message(a_group(1, replace(a_field(1, feldart="select", **said), code_list=named)))


def test_a_list_is_read_with_and_without_references() -> None:
    found = read_code_list(LIST, "list.xml")
    assert (found.uri, found.version_uri, found.key) == ("urn:de:x:tiere", "urn:de:x:tiere_2", "code")
    assert found.rows == ({"code": "01", "name": "Hund"}, {"kurz": "K", "code": "02", "name": "Katze"})


def test_a_field_takes_the_columns_it_names() -> None:
    one = replace(a_field(1, nameKey="name"), code_list={"canonicalVersionUri": "urn:de:x:tiere_2"})
    assert read_code_list(LIST, "list.xml").values(one) == (Value("01", "Hund"), Value("02", "Katze"))


@pytest.mark.parametrize(
    ("named", "is_named"),
    [
        ({"canonicalVersionUri": "urn:de:x:tiere_2"}, True),
        ({"canonicalVersionUri": "urn:de:x:tiere_1"}, False),
        ({"canonicalIdentification": "urn:de:x:tiere"}, True),
        ({"canonicalIdentification": "urn:de:x:tiere", "version": "1"}, False),
        ({}, False),
    ],
)
def test_another_version_is_another_list(named: dict[str, str], is_named: bool) -> None:
    assert read_code_list(LIST, "list.xml").is_named_by(replace(a_field(1), code_list=named)) is is_named


def test_the_entries_become_options_and_the_schema_still_names_the_list() -> None:
    message = a_choice(nameKey="name")
    imported = import_message(message, [read_code_list(LIST, "list.xml")])
    (field,) = imported.form["pages"][0]["groups"][0]["fields"]
    assert field["options"] == ["01", "02"]
    assert imported.notes == []
    assert export_of(skeleton_of(imported, NAME).files).message == message


def test_without_the_list_a_person_is_told() -> None:
    imported = import_message(a_choice(), [CodeList("urn:other", "urn:other_1", "c", ("c",), ())])
    assert "Auswahl aus der Codeliste urn:de:x:tiere_2" in imported.notes[0][1]


def test_what_is_no_list_is_refused_with_its_line() -> None:
    with pytest.raises(PackageRefused) as caught:
        read_code_list(b"\n<CodeList/>", "list.xml")
    assert str(caught.value).startswith("list.xml:2: This is no code list")


def test_the_command_takes_lists(tmp_path: Path) -> None:
    (tmp_path / "schema.xml").write_bytes(write_message(a_choice(nameKey="name")))
    (tmp_path / "list.xml").write_bytes(LIST)
    command = [
        "import-xdf",
        tmp_path / "schema.xml",
        "--id",
        NAME,
        "--to",
        tmp_path / "p",
        "--code-list",
        tmp_path / "list.xml",
    ]
    assert main([str(one) for one in command]) == 0
    assert "Katze" in (tmp_path / "p" / "texts" / "de.yaml").read_text()


def test_more_columns_than_anybody_needs_are_refused() -> None:
    """Report: the column of each of sixty thousand values was looked for among forty thousand."""
    many = "".join(f'<Column Id="c{number}"/>' for number in range(101)).encode()
    with pytest.raises(PackageRefused, match=r"more than 100 columns. Mend: Remove"):
        read_code_list(LIST.replace(b"<ColumnSet>", b"<ColumnSet>" + many), "list.xml")


def test_a_long_list_is_no_choice_however_many_fields_ask_it() -> None:
    """Report: all of its rows were read again for every field, a minute for a thousand of them."""
    rows = tuple({"code": str(number), "name": "Tier"} for number in range(40_000))
    long = CodeList("urn:de:x:tiere", "urn:de:x:tiere_2", "code", ("code", "name"), rows)
    (asked,) = a_choice().root.contains[0].element.contains
    found = import_message(a_message(*[asked] * 1_000), [long])
    assert {one["type"] for page in found.form["pages"] for group in page["groups"] for one in group["fields"]} == {
        "text"
    }
    assert "zu viele" in found.notes[0][1]
