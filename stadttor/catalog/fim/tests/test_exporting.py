from dataclasses import replace
from pathlib import Path

import pytest

from stadttor.catalog.fim.exporting import Exported
from stadttor.catalog.fim.model import Element, Relation, Value, positions
from stadttor.catalog.fim.naming import string_latin
from stadttor.catalog.fim.tests.builders import (
    PACKAGES,
    a_field,
    a_group,
    a_message,
    content_of,
    export_of,
    export_of_folder,
    files_of,
    found,
    times,
)
from stadttor.catalog.fim.writing import write_message
from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.tests.builders import a_package, checked


def by_path(exported: Exported) -> dict[str, Element]:
    """The element of each question."""
    elements = {placed.trail: placed.element for placed in positions(exported.message.root)}
    return {path: elements[trail] for trail, path in exported.places.items()}


def changed(old: str, new: str, file: str = "form.yaml") -> dict[str, bytes]:
    """The package of a small schema with one text replaced; it passes the check."""
    choice = replace(a_field(2, feldart="select"), values=(Value("a", "Eins"), Value("b", "Zwei")))
    files = dict(files_of(a_message(a_group(1, a_field(1), choice, times("0:*", a_field(3))))))
    assert old in files[file].decode()
    files[file] = files[file].decode().replace(old, new, 1).encode()
    files["examples/leer.yaml"] = files["examples/leer.yaml"].split(b"expect:")[0] + b"expect: {valid: false}\n"
    assert checked(files).faults == ()
    return files


# A package that no schema describes


def test_a_package_becomes_a_schema() -> None:
    exported = export_of(a_package())
    root = exported.message.root
    assert root.id.startswith("S99")
    assert root.version == "0.1.0"
    assert [one.text for one in root.references] == ["§ 22 VwVfG"]
    elements = by_path(exported)
    assert elements["anliegen.art"].values == (
        Value("neu", "Eine neue Genehmigung"), Value("verlaengerung", "Meine Genehmigung verlängern"),
    )  # fmt: skip
    assert elements["person.email"].text("hilfetextEingabe").startswith("Dorthin schreiben wir")
    assert elements["anliegen.ab"].text("datentyp") == "date"


def test_what_a_condition_hides_may_be_missing_and_has_a_rule() -> None:
    exported = export_of(a_package())
    counts = {exported.places.get(one.trail): str(one.position.count) for one in positions(exported.message.root)}
    assert counts["anliegen.nummer"] == "0:1"
    assert counts["anliegen.art"] == "1:1"
    texts = [rule.said["freitextRegel"] for rule in exported.message.root.rules]
    number = by_path(exported)["anliegen.nummer"].id
    assert any(f'{number} "Nummer der bisherigen Genehmigung" ist nur auszufüllen' in text for text in texts)
    assert any("Die Genehmigung kann nicht für die Vergangenheit gelten." in text for text in texts)


def test_ids_stay_in_the_next_version() -> None:
    once = by_path(export_of(a_package()))
    more = "          - {id: neu, type: text}\n          - {id: ab, type: date, required: true}"
    files = a_package(package=("0.1.0", "0.2.0"), form=("          - {id: ab, type: date, required: true}", more))
    files["texts/de.yaml"] = files["texts/de.yaml"].replace(b"    ab: {label", b"    neu: {label: Neu}\n    ab: {label")
    later = by_path(export_of(files))
    assert {path: one.id for path, one in once.items()}.items() <= {path: one.id for path, one in later.items()}.items()


def test_a_field_may_name_its_own_id() -> None:
    files = a_package(form=("{id: vorname, type: name,", "{id: vorname, type: name, fim: F60000000228,"))
    assert by_path(export_of(files))["person.vorname"].id == "F60000000228"


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: folder.name)
def test_every_question_of_our_packages_is_in_its_schema(folder: Path) -> None:
    content, exported = content_of(read_folder(folder)), export_of_folder(folder)
    assert content.form.fields.keys() <= set(exported.places.values())
    identifiers = [one.element.id for one in positions(exported.message.root)]
    assert len(identifiers) == len(set(identifiers))


def test_texts_are_written_in_string_latin() -> None:
    assert string_latin("„Weißenburg“ – Straße … Yılmaz, Łódź, 5 €") == '"Weißenburg" - Straße ... Yılmaz, Łódź, 5 €'
    assert string_latin("ĉ 日") == "c "


def test_the_prefix_is_the_one_the_methods_tools_insist_on() -> None:
    assert b"<xdf3:xdatenfelder.stammdatenschema.0102 xmlns:xdf3=" in write_message(export_of(a_package()).message)


# A package that was imported and changed


def test_a_new_label_is_exported_and_nothing_else_changes() -> None:
    before = export_of(changed("Feld 1", "Feld 1", "texts/de.yaml")).message
    after = export_of(changed("label: Feld 1", "label: Ihr Name", "texts/de.yaml")).message
    (old,), (new,) = found(before.root, "F99000000001"), found(after.root, "F99000000001")
    assert new == replace(old, said={**old.said, "bezeichnungEingabe": "Ihr Name"})
    assert found(before.root, "F99000000002") == found(after.root, "F99000000002")


def test_a_new_bound_is_exported() -> None:
    exported = export_of(changed("      type: text\n", "      type: text\n      max_length: 7\n"))
    assert by_path(exported)["gruppe_1.feld_1"].bounds["maxLength"] == "7"


def test_a_new_option_is_exported() -> None:
    files = changed("      options:\n      - a\n", "      options:\n      - a\n")
    form = files["form.yaml"].replace(b"      - a\n", b"      - a\n      - c\n")
    texts = files["texts/de.yaml"].replace(b"      a: Eins\n", b"      a: Eins\n      c: Drei\n")
    exported = export_of(files | {"form.yaml": form, "texts/de.yaml": texts})
    assert by_path(exported)["gruppe_1.feld_2"].values == (Value("a", "Eins"), Value("c", "Drei"), Value("b", "Zwei"))


def test_cardinality_follows_the_form() -> None:
    exported = export_of(changed("      required: true\n", "      required: false\n"))
    repeated = export_of(changed("max: 20", "max: 3"))
    counts = [
        {found_.places.get(one.trail): str(one.position.count) for one in positions(found_.message.root)}
        for found_ in (exported, repeated)
    ]
    assert counts[0]["gruppe_1.feld_1"] == "0:1"
    assert counts[1]["feld_3.feld_3"] == "0:3"


def test_a_question_removed_leaves_the_schema() -> None:
    files = changed("gruppe_1", "gruppe_1")
    files["fim.yaml"] = files["fim.yaml"].replace(b"  G99000000001/F99000000001: gruppe_1.feld_1\n", b"")
    form = files["form.yaml"].decode()
    start = form.index("    - id: feld_1\n")
    files["form.yaml"] = (form[:start] + form[form.index("    - id: feld_2\n") :]).encode()
    root = export_of(files).message.root
    assert found(root, "F99000000001") == []
    assert found(root, "F99000000002")


def test_a_question_added_gets_an_id_of_the_private_range() -> None:
    files = changed("gruppe_1", "gruppe_1")
    for file, old, new in (
        ("form.yaml", "    - id: feld_2\n", "    - id: neu\n      type: date\n    - id: feld_2\n"),
        ("texts/de.yaml", "label: Feld 1\n", "label: Feld 1\n    neu:\n      label: Neu\n"),
    ):
        files[file] = files[file].replace(old.encode(), new.encode(), 1)
    assert checked(files).faults == ()
    exported = export_of(files)
    assert by_path(exported)["gruppe_1.neu"].id.startswith("F99")
    assert by_path(exported)["gruppe_1.neu"].text("datentyp") == "date"


def test_one_of_two_equal_elements_that_is_changed_is_a_new_element() -> None:
    files = dict(files_of(a_message(a_group(1, a_field(1)), a_group(2, a_field(1)))))
    texts = files["texts/de.yaml"].decode()
    place = texts.rindex("label: Feld 1")
    files["texts/de.yaml"] = (texts[:place] + "label: Anderes" + texts[place + len("label: Feld 1") :]).encode()
    elements = by_path(export_of(files))
    assert elements["gruppe_1.feld_1"].id == "F99000000001"
    other = elements["gruppe_2.feld_1"]
    assert other.id != "F99000000001"
    assert other.relations == (Relation("ABL", "F99000000001", "1.0.0"),)
