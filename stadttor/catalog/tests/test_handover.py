"""What the procedure that works on gets: read, checked, written as XML, JSON and CSV, and as a sheet to copy from."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from stadttor.catalog.rules import limits
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.examples import filled
from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.rules.handover import Facts, FileRule, HandOver, Source, lines
from stadttor.catalog.rules.handover_files import TooLarge
from stadttor.catalog.rules.handover_files import write as written
from stadttor.catalog.tests.builders import a_package, checked, faults_of
from stadttor.catalog.tests.test_representing import content as package_of_ours
from stadttor.core.cel import Value
from stadttor.forms.rules.types import Words

PACKAGES = Path(__file__).parents[3] / "packages"
CASE = {
    "number": "WUG-2026-4F7K-92",
    "received": "2026-11-20",
    "decided": "2026-11-22",
    "outcome": "assessed",
    "valid_from": "2026-12-01",
    "valid_until": "2027-11-30",
}
HEAD = "target: Fachverfahren\nat: decided\noutcomes: [granted]\ndue: P3D\n"


def write(rule: FileRule, facts: Facts, hand_over: str, most: int = 1_000_000) -> bytes:
    return written(rule, facts, hand_over, most)


def files(text: str) -> dict[str, bytes]:
    return a_package() | {"handover.yaml": text.encode()}


def content_of(package: str) -> PackageContent:
    found = checked(read_folder(PACKAGES / package)).content
    assert found is not None
    return found


def rule_of(content: PackageContent) -> HandOver:
    assert content.handover is not None
    return content.handover


def facts_of(content: PackageContent, example: str) -> Facts:
    one = next(one for one in content.examples if one.file == f"examples/{example}.yaml")
    words = Words("de", lambda path, option: content.texts["de"].text(f"options.{path}.{option}", option))
    return Facts(CASE, filled(one, content, content.parameters.defaults()), words)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "The file is not a mapping"),
        (HEAD, "neither a `file` nor a `sheet`"),
        (HEAD.replace("granted", "assessed") + "sheet: []", "has no outcome `assessed`"),
        (HEAD.replace("decided", "received") + "sheet: []", "Nothing is decided yet"),
        (HEAD.replace("[granted]", "[]") + "sheet: []", "No outcome is named"),
        (HEAD + "strange: 1\nsheet: []", "`strange`: It is not known here"),
        (HEAD + "proofs: true\nsheet: []", "Proofs go along with a file"),
        (HEAD + "proofs: maybe\nsheet: []", "Neither true nor false"),
        (HEAD + "file: {format: pdf, fields: []}", "Write one of xml, json, csv"),
        (HEAD + "file: {format: xml, root: X, fields: []}", "It names nothing"),
        (HEAD + "file: {format: xml, root: '1x', fields: [{to: A, from: case.number}]}", "`file.root`"),
        (HEAD + "file: {format: xml, root: xmlns, fields: [{to: A, from: case.number}]}", "`file.root`"),
        (HEAD + "file: {format: json, root: X, fields: [{to: A, from: case.number}]}", "This is for xml only"),
        (HEAD + "file: {format: json, fields: [{to: A, from: case.secret}]}", "`case.secret` is not known"),
        (HEAD + "file: {format: json, fields: [{to: A, from: a.nobody.there}]}", "a.nobody is not declared"),
        (HEAD + "file: {format: json, fields: [{to: A, from: case.number}, {to: A, from: today}]}", "is there twice"),
        (
            HEAD + "file: {format: json, fields: [{to: A, from: today}, {to: A.B, from: today}]}",
            "`A` is a value already",
        ),
        (HEAD + "file: {format: json, fields: [{to: A, from: item.name}]}", "item exists only in a repeated group"),
        (HEAD + "file: {format: json, fields: [{to: A, each: person, fields: []}]}", "is not a repeated group"),
        (HEAD + "file: {format: json, fields: [{to: A, from: today, if: today}]}", "The result is date, not boolean"),
        (HEAD + "file: {format: json, fields: [{to: A, from: today, otherwise: x}]}", "There are no codes"),
    ],
)
def test_what_cannot_be_handed_over_is_refused_with_its_place(text: str, said: str) -> None:
    assert said in faults_of(files(text))


def test_a_mapping_has_bounds() -> None:
    many = ", ".join(f"{{to: A{number}, from: today}}" for number in range(limits.HAND_OVER_FIELDS))
    text = f"{HEAD}file: {{format: json, fields: [{many}]}}\nsheet: [{{screen: S, fields: [{{to: A, from: today}}]}}]"
    assert "More than 300 values" in faults_of(files(text))


def test_every_option_needs_its_code() -> None:
    found = read_folder(PACKAGES / "hundesteuer")
    found["handover.yaml"] = found["handover.yaml"].replace(b"{weiblich: W, maennlich: M}", b"{weiblich: W, divers: D}")
    said = faults_of(dict(found))
    assert "No code for maennlich" in said
    assert "has no option divers" in said


def test_uploaded_files_do_not_go_along() -> None:
    found = read_folder(PACKAGES / "hundesteuer")
    found["handover.yaml"] = found["handover.yaml"].replace(b"a.zahlung.iban}", b"a.herkunft.nachweis}", 1)
    assert "Uploaded files are not handed over" in faults_of(dict(found))


def test_a_package_may_say_that_proofs_go_along() -> None:
    """Only the photo of bulky waste: papers of cars and disability cards are no business of the procedures that work on."""
    with_file = {one.name: rule_of(content_of(one.name)) for one in PACKAGES.iterdir()}
    assert {name: rule.proofs for name, rule in with_file.items() if rule.file} == {
        "bewohnerparkausweis": False,
        "hundesteuer": False,
        "sperrmuell": True,
    }


def test_the_dog_tax_is_handed_over_as_xml() -> None:
    content = content_of("hundesteuer")
    rule = rule_of(content)
    assert rule.file is not None
    root = ElementTree.fromstring(write(rule.file, facts_of(content, "zwei-hunde-zugezogen"), "id-1"))
    space = {"h": "urn:stadttor:beispiel:hundesteuer:1"}
    assert root.get("hand_over") == "id-1"
    assert root.findtext("h:Aktenzeichen", "", space) == "WUG-2026-4F7K-92"
    assert root.findtext("h:Bescheid/h:Art", "", space) == "voll"
    dogs = root.findall("h:Hund", space)
    assert len(dogs) > 1
    assert {dog.findtext("h:Geschlecht", "", space) for dog in dogs} <= {"W", "M"}


def test_the_same_case_gives_the_same_bytes() -> None:
    content = content_of("hundesteuer")
    rule = rule_of(content).file
    assert rule is not None
    facts = facts_of(content, "zwei-hunde-zugezogen")
    assert write(rule, facts, "id-1") == write(rule, facts_of(content, "zwei-hunde-zugezogen"), "id-1")


def test_the_parking_permit_is_a_row() -> None:
    content = content_of("bewohnerparkausweis")
    rule = rule_of(content).file
    assert rule is not None
    head, row, rest = write(rule, facts_of(content, "neu-eigenes-fahrzeug"), "id-1").decode().split("\r\n")
    values = dict(zip(head.split(";"), row.split(";"), strict=True))
    assert rest == ""
    assert values['"hand_over"'] == '"id-1"'
    assert values['"GUELTIG_BIS"'] == '"2027-11-30"'
    assert values['"ART"'] == '"1"'


def test_json_keeps_kinds_and_leaves_out_what_is_not_there() -> None:
    fields = "{to: Fall.Nummer, from: case.number}, {to: Fall.Ende, from: case.valid_until}, {to: Zahl, from: 1 + 1}"
    text = f"{HEAD}file: {{format: json, fields: [{fields}]}}"
    content = checked(files(text)).accepted()
    rule = rule_of(content).file
    assert rule is not None
    facts = replace(facts_of(content, "neu"), case={"number": "1"})
    found: Any = json.loads(write(rule, facts, "id-1"))
    assert found == {"hand_over": "id-1", "Fall": {"Nummer": "1"}, "Zahl": 2}


class Counting(Facts):
    """How often a value was asked for."""

    asked = 0

    def value(self, source: Source, place: tuple[str, int] | None) -> Value:
        Counting.asked += 1
        return super().value(source, place)


@pytest.mark.parametrize("form", ["json", "xml, root: Fall", "csv"])
def test_a_file_beyond_its_size_is_given_up_before_it_takes_the_memory(form: str) -> None:
    """Report: a rule that names a long answer three hundred times made a file of 90 MB, which nobody kept."""
    fields = ", ".join(f"{{to: W{number}, from: case.number}}" for number in range(limits.HAND_OVER_FIELDS))
    content = checked(files(f"{HEAD}file: {{format: {form}, fields: [{fields}]}}")).accepted()
    rule = rule_of(content).file
    assert rule is not None
    one = facts_of(content, "neu")
    facts = Counting({"number": "x" * 1_000}, one.filled, one.words)
    assert len(write(rule, facts, "id-1", most=400_000)) > limits.HAND_OVER_FIELDS * 1_000
    Counting.asked = 0
    with pytest.raises(TooLarge):
        write(rule, facts, "id-1", most=10_000)
    assert Counting.asked == 11
    with pytest.raises(TooLarge):
        write(rule, facts, "id-1", most=limits.HAND_OVER_FIELDS * 1_000 + 1)


def test_the_copy_sheet_follows_the_screens_of_the_target() -> None:
    content = content_of("wohnsitzanmeldung")
    found = lines(rule_of(content), facts_of(content, "familie-ein-formular"))
    said = {(one.screen, one.label): one.value for one in found}
    assert found[0].screen == "Anmeldung"
    assert len({one.key for one in found}) == len(found)
    assert said["Person", "Familienname"]
    assert any(screen.startswith("Familie – Angehörige 2") for screen, _label in said)
    assert all(value for value in said.values())


def test_without_screens_the_sheet_says_what_the_file_says() -> None:
    content = content_of("hundesteuer")
    rule = replace(rule_of(content), screens=())
    labels = [one.label for one in lines(rule, facts_of(content, "zwei-hunde-zugezogen"))]
    assert labels[0] == "Aktenzeichen"
    assert "Halter › Nachname" in labels


@pytest.mark.parametrize("name", sorted(one.name for one in PACKAGES.iterdir()))
def test_every_package_of_ours_names_who_works_on_and_what_is_copied(name):
    """Report: seven services had no target: nothing was listed or overdue, and no privacy notice named who gets the data."""
    found = package_of_ours(name).handover
    assert found
    assert found.target
    assert sum(len(screen.entries) for screen in found.screens) > 5


def test_a_family_member_is_copied_with_everything_the_register_asks():
    """Report: of family members neither birth name nor religion, documents or a former dwelling of their own were asked."""
    content = package_of_ours("wohnsitzanmeldung")
    asked = {one.id for one in content.form.groups["familie"].fields}
    assert {
        "geburtsname",
        "doktorgrad",
        "weitere_staatsangehoerigkeit",
        "familienstand",
        "religion",
        "ausweise",
    } <= asked
    [screen] = [screen for screen in content.handover.screens if screen.title == "Familie"]
    [relatives] = [entry for entry in screen.entries if entry.to == "Angehörige"]
    assert {"Geburtsname", "Religionsgesellschaft", "Ausweise", "Bisher Straße"} <= {
        one.to for one in relatives.entries
    }
