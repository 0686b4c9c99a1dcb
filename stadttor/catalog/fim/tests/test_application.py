"""The schemas are proved on the packages' own example applications."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree

from stadttor.catalog.fim.application import data_of, json_schema, to_xml, xsd
from stadttor.catalog.fim.exporting import Exported
from stadttor.catalog.fim.model import Value
from stadttor.catalog.fim.reading import read_message
from stadttor.catalog.fim.tests.builders import (
    PACKAGES,
    VALID,
    a_field,
    a_group,
    a_message,
    content_of,
    export_of,
    export_of_folder,
    files_of,
    sample,
    times,
)
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.examples import filled
from stadttor.catalog.rules.files import read_folder

by_folder = pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: folder.name)


class Schemas:
    """Both schemas of a package; every judgement is made by both."""

    def __init__(self, exported: Exported) -> None:
        self.exported = exported
        self.xsd = etree.XMLSchema(etree.fromstring(xsd(exported)))
        self.json = jsonschema.Draft202012Validator(json_schema(exported))

    def refused(self, data: dict[str, Any]) -> tuple[bool, bool]:
        """What the XSD and what the JSON Schema say."""
        is_right = self.xsd.validate(etree.fromstring(to_xml(self.exported, data)))
        return not is_right, not self.json.is_valid(data)


def applications(content: PackageContent) -> Iterator[dict[str, Any]]:
    """The answers of the package's examples that are accepted, as they would be submitted."""
    for example in content.examples:
        if example.data["expect"]["valid"]:
            yield filled(example, content, content.parameters.defaults()).clean()


@by_folder
def test_the_examples_of_a_package_are_valid(folder: Path) -> None:
    content, schemas = content_of(read_folder(folder)), Schemas(export_of_folder(folder))
    answers = list(applications(content))
    assert len(answers) > 2
    for one in answers:
        assert schemas.refused(data_of(schemas.exported, content.form, one)) == (False, False)


@by_folder
def test_an_application_without_what_is_required_is_not(folder: Path) -> None:
    content, schemas = content_of(read_folder(folder)), Schemas(export_of_folder(folder))
    data = data_of(schemas.exported, content.form, next(applications(content)))
    needed = json_schema(schemas.exported)["required"]
    assert needed
    for name in needed:
        assert schemas.refused({key: value for key, value in data.items() if key != name}) == (True, True)


@pytest.mark.parametrize("name", VALID)
def test_schemas_of_published_files_are_schemas(name: str) -> None:
    exported = export_of(files_of(read_message(sample(name), name)))
    jsonschema.Draft202012Validator.check_schema(json_schema(exported))
    etree.XMLSchema(etree.fromstring(xsd(exported)))


def test_answers_stand_where_their_position_is() -> None:
    """The same group at two places, a repeated group, a field that repeats, cents."""
    money = a_field(3, datentyp="num_currency")
    name = a_group(2, a_field(1))
    files = files_of(a_message(a_group(1, name, times("0:*", a_field(2))), times("1:*", a_group(3, name, money))))
    exported, form = export_of(files), content_of(files).form
    answers = {
        "gruppe_2": {"feld_1": "Amira"},
        "feld_2": [{"feld_2": "x"}, {"feld_2": "y"}],
        "gruppe_3": [{"feld_1": "Jonas", "feld_3": 1250}, {"feld_1": "Mina", "feld_3": 100}],
    }
    data = data_of(exported, form, answers)
    assert data == {
        "G99000000001": {"G99000000002": {"F99000000001": "Amira"}, "F99000000002": ["x", "y"]},
        "G99000000003": [
            {"G99000000002": {"F99000000001": "Jonas"}, "F99000000003": 12.5},
            {"G99000000002": {"F99000000001": "Mina"}, "F99000000003": 1},
        ],
    }
    assert Schemas(exported).refused(data) == (False, False)


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        (replace(a_field(1), bounds={"maxLength": "3"}), "abc", "abcd"),
        (replace(a_field(1), bounds={"pattern": "[0-9]{5}"}), "91781", "9178"),
        (replace(a_field(1, feldart="select"), values=(Value("a", "A"), Value("b", "B"))), "a", "c"),
        (replace(a_field(1, datentyp="num_int"), bounds={"maxValue": "5"}), 5, 6),
        (a_field(1, datentyp="date"), "2026-11-23", "23.11.2026"),
        (a_field(1, datentyp="bool"), True, "ja"),
    ],
)
def test_both_schemas_say_the_same(field: Any, right: object, wrong: object) -> None:
    schemas = Schemas(export_of(files_of(a_message(a_group(1, field)))))
    assert schemas.refused({"G99000000001": {field.id: right}}) == (False, False)
    assert schemas.refused({"G99000000001": {field.id: wrong}}) == (True, True)


def test_of_a_choice_only_one_is_taken() -> None:
    group = a_group(1, times("0:1", a_field(1)), times("0:1", a_field(2)), art="X")
    schemas = Schemas(export_of(files_of(a_message(group))))
    assert schemas.refused({"G99000000001": {"F99000000002": "x"}}) == (False, False)
    assert schemas.refused({"G99000000001": {"F99000000001": "x", "F99000000002": "y"}}) == (True, True)
