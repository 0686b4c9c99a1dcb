"""Packages from a stranger who means harm: each is refused with a text that says why and where."""

import time

import pytest

from stadttor.catalog.checks import house_checks
from stadttor.catalog.rules import limits
from stadttor.catalog.rules.checking import Checks, check_package
from stadttor.catalog.tests.builders import a_package, checked, faults_of

BPMN = b"""<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">
  <process id="p" isExecutable="true">
    <startEvent id="s"/><scriptTask id="decide"><script>import os</script></scriptTask><endEvent id="e"/>
    <sequenceFlow id="f" sourceRef="s" targetRef="decide"/><sequenceFlow id="g" sourceRef="decide" targetRef="e"/>
  </process>
</definitions>"""
FIELD = "- {id: ab, type: date, required: true}"


def field(definition: str) -> tuple[str, str]:
    return (FIELD, f"{FIELD}\n          - {definition}")


def setting(schema: str) -> tuple[str, str]:
    """One more parameter."""
    return ("  properties:\n", f"  properties:\n    mehr: {{{schema}}}\n")


def test_the_package_these_tests_spoil_is_sound() -> None:
    assert checked(a_package()).faults == ()


def test_a_script_task_is_refused() -> None:
    said = "\n".join(map(str, check_package(a_package(process=BPMN), house_checks()).faults))
    assert "process.bpmn:4" in said
    assert "scriptTask" in said


@pytest.mark.parametrize(
    "attack",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><definitions>&b;</definitions>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><definitions>&a;</definitions>',
        b"<definitions>" * 5_000,
        b"\x00\x01not xml",
    ],
    ids=["entities", "outside entity", "nesting", "no xml"],
)
def test_hostile_xml_is_refused(attack: bytes) -> None:
    faults = check_package(a_package(process=attack), house_checks()).faults
    assert any(fault.file == "process.bpmn" for fault in faults)


def test_a_process_nobody_can_check_is_refused() -> None:
    report = check_package(a_package(process=BPMN), Checks())
    assert "Processes cannot be checked here" in str(report.faults[0])


@pytest.mark.parametrize(
    "line",
    [
        '#read("/etc/passwd")',
        '#import "@preview/evil:1.0.0": *',
        '#include "../../secret.typ"',
        '#image("/srv/crest.png")',
        '#import "missing.typ": *',
        '#eval("1 + 1")',
        '#let spy = plugin("spy.wasm")',
    ],
)
def test_a_letter_that_reaches_outside_is_refused_with_its_line(line: str) -> None:
    letter = f'#import "/platform/letter.typ": *\n#show: letter\n{line}\n'.encode()
    assert "letters/bescheid.typ:3" in faults_of(a_package() | {"letters/bescheid.typ": letter})


def test_a_letter_that_cannot_be_set_is_refused() -> None:
    letter = b'#import "/platform/letter.typ": *\n#show: letter\n#nothing-of-this-name()\n'
    report = check_package(a_package() | {"letters/bescheid.typ": letter}, house_checks())
    assert report.faults
    assert report.faults[0].file == "letters/bescheid.typ"
    assert "nothing-of-this-name" in report.faults[0].text


def test_a_letter_may_show_a_picture_of_its_own_folder() -> None:
    letter = b'#import "/platform/letter.typ": *\n#show: letter\n#image("wappen.svg", alt: "Wappen", width: 1cm)\n#reasons-list()\n'
    picture = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><path d='M0 0h9v9z'/></svg>"
    files = a_package() | {"letters/bescheid.typ": letter, "letters/wappen.svg": picture}
    assert check_package(files, house_checks()).faults == ()


def test_a_picture_with_a_script_is_refused() -> None:
    picture = b"<svg xmlns='http://www.w3.org/2000/svg'>\n<script>alert(1)</script></svg>"
    assert "letters/wappen.svg:2" in faults_of(a_package() | {"letters/wappen.svg": picture})


def test_a_picture_of_another_kind_than_its_name_says_is_refused() -> None:
    """Report: anything was kept under the name of a picture."""
    assert "letters/wappen.png: This is no PNG" in faults_of(a_package() | {"letters/wappen.png": b"MZ"})


@pytest.mark.parametrize(
    "line",
    [
        '#let x = "a" * 1000000000\n#x.len()',
        '#let x = "a"\n#for i in range(60) { x = x + x }\n#x.len()',
        "#for i in range(1000000) { pagebreak(weak: false) }",
    ],
    ids=["memory", "growth", "pages"],
)
def test_a_letter_that_takes_too_much_is_ended_once_and_not_for_every_outcome(line: str) -> None:
    """Report: ten seconds and 1.3 GB for each outcome, a minute in all."""
    letter = f'#import "/platform/letter.typ": *\n#show: letter\n{line}\n'.encode()
    faults = check_package(a_package() | {"letters/bescheid.typ": letter}, house_checks()).faults
    assert [fault.text for fault in faults] == ["The letter takes too much time or memory."]


def test_a_letter_that_is_no_text_is_refused() -> None:
    assert "letters/bescheid.typ" in faults_of(a_package() | {"letters/bescheid.typ": b"\xff\xfe"})


def test_a_condition_that_is_too_long_is_refused() -> None:
    long = " && ".join(["a.anliegen.art == 'neu'"] * 40)
    said = faults_of(a_package(form=field(f'{{id: x, type: text, show_if: "{long}"}}')))
    assert "form.yaml:16" in said
    assert "500" in said


def test_nested_comprehensions_are_refused() -> None:
    nested = "[1].all(x, [1].all(y, [1].all(z, x + y + z > 0)))"
    assert "form.yaml:16" in faults_of(a_package(form=field(f'{{id: x, type: text, show_if: "{nested}"}}')))


@pytest.mark.parametrize(
    "call", ["a.person.vorname.matches('(a+)+$')", "int('1') == 1", "{'a': 1}.a == 1", "1 / 0 == 1"]
)
def test_what_the_profile_lacks_is_refused(call: str) -> None:
    assert "form.yaml:16" in faults_of(a_package(form=field(f'{{id: x, type: text, show_if: "{call}"}}')))


def test_a_name_that_does_not_exist_is_refused() -> None:
    assert "form.yaml:16" in faults_of(a_package(form=field('{id: x, type: text, show_if: "a.secret.key == 1"}')))


def test_conditions_in_a_circle_are_refused() -> None:
    one = "{id: x, type: text, show_if: \"a.anliegen.y != ''\"}"
    other = "{id: y, type: text, show_if: \"a.anliegen.x != ''\"}"
    assert "circle" in faults_of(a_package(form=field(f"{one}\n          - {other}")))


def test_a_catastrophic_pattern_is_harmless() -> None:
    files = a_package(
        form=field('{id: x, type: text, pattern: "(a|aa)+$"}'),
        texts=("    ab: {label", "    x: {label: X}\n    ab: {label"),
        neu=("art: neu,", "art: neu, x: " + "a" * 190 + "!,"),
    )
    begin = time.perf_counter()
    said = faults_of(files)
    assert "anliegen.x: pattern" in said
    assert time.perf_counter() - begin < 2


def test_a_pattern_with_look_around_is_refused() -> None:
    assert "pattern" in faults_of(a_package(form=field('{id: x, type: text, pattern: "(?=a)b"}')))


def test_a_pattern_that_explodes_when_compiled_is_refused() -> None:
    pattern = "((a{1,100}){1,100}){1,100}"
    assert "pattern" in faults_of(a_package(form=field(f'{{id: x, type: text, pattern: "{pattern}"}}')))


def test_a_pattern_is_bounded_in_a_field_as_in_a_setting() -> None:
    """Report: 500 characters in one, 300 in the other, and the words of the first said nothing of its length."""
    long = "a" * (limits.PATTERN_LENGTH + 1)
    said = f"{limits.PATTERN_LENGTH}"
    assert f"{said} are allowed" in faults_of(a_package(form=field(f'{{id: x, type: text, pattern: "{long}"}}')))
    assert f"at most {said} characters" in faults_of(a_package(package=setting(f"type: string, pattern: '{long}'")))


def test_a_package_cannot_raise_the_bound_of_rows() -> None:
    table = setting("type: array, items: {type: string}, maxItems: 2001, default: []")
    assert "at most 2,000 rows" in faults_of(a_package(package=table))


def test_more_languages_than_allowed_are_refused() -> None:
    tags = ", ".join(["de", *(f"{a}{b}" for a in "abcd" for b in "fghijklmnop")][: limits.LANGUAGES + 1])
    assert "`languages`" in faults_of(a_package(package=("languages: [de]", f"languages: [{tags}]")))


def test_too_many_fields_are_refused() -> None:
    many = "\n          - ".join(f"{{id: f{number}, type: text}}" for number in range(limits.FIELDS + 1))
    assert "1,000" in faults_of(a_package(form=field(many))) or "1000" in faults_of(a_package(form=field(many)))


def test_of_too_many_letters_none_is_set() -> None:
    """Report: thirty-one letters were set for every outcome before they were counted as too many."""
    letters = {f"letters/l{number}.typ": b"x" for number in range(limits.LETTERS + 1)}
    seen: list[str] = []
    checks = Checks(letter=lambda kind, content: seen.append(kind) or [])
    faults = check_package(a_package() | letters, checks).faults
    assert any("at most 30 are allowed" in fault.text for fault in faults)
    assert seen == []


def test_endless_repetition_is_refused() -> None:
    files = a_package(
        form=("- id: anliegen\n        fields", "- id: anliegen\n        repeat: {max: 1000000}\n        fields")
    )
    assert "form.yaml:12" in faults_of(files)


def test_a_huge_text_is_refused() -> None:
    assert "20,000 bytes" in faults_of(a_package(texts=("title: Muster", "title: " + "x" * 20_001)))


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "http://example.org", "data:text/html,x", "//evil.example", ""]
)
def test_links_to_elsewhere_are_refused(link: str) -> None:
    said = faults_of(a_package(texts=("declaration: Ich", f"declaration: '[hier]({link})' #")))
    assert "texts/de.yaml" in said
    assert "links to" in said


def test_a_portal_without_https_is_refused() -> None:
    elsewhere = "elsewhere: {url: 'javascript:alert(1)'}\nsearch:"
    assert "complete https address" in faults_of(a_package(package=("search:", elsewhere)))


def test_where_another_portal_serves_is_said_by_a_yes_or_no() -> None:
    elsewhere = "elsewhere: {url: 'https://www.example.de', where: flaeche_cents}\nsearch:"
    assert "`flaeche_cents` is no setting of yes or no" in faults_of(a_package(package=("search:", elsewhere)))


def test_duplicate_keys_are_refused() -> None:
    assert "`trust` stands here twice" in faults_of(a_package(package=("trust: none", "trust: hoch\ntrust: none")))


def test_an_alias_bomb_is_refused() -> None:
    bomb = b"a: &a [1, 1]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"
    assert "fees.yaml:1: Anchors and aliases" in faults_of(a_package(fees=bomb))


@pytest.mark.parametrize("content", [b"- 1\n", b"just text\n", b"42\n", b"null\n", b"{}\n"])
@pytest.mark.parametrize("file", ["package", "form", "texts", "neu"])
def test_wrong_types_are_faults_and_never_errors(file: str, content: bytes) -> None:
    assert faults_of(a_package(**{file: content}))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: de.example.muster", "id: ../../etc"),
        ("id: de.example.muster", "id: de.example.Muster"),
        ("id: de.example.muster", "id: muster"),
        ("version: 0.1.0", "version: 1.0"),
        ("version: 0.1.0", "version: 1.0.0-rc1"),
        ("due: P14D", "due: 14"),
        ("retention: P3Y", "retention: forever"),
        ("format: 1", "format: 2"),
        ("languages: [de]", "languages: [en]"),
        ("trust: none", "trust: [none]"),
        ("outcomes: [granted, refused, withdrawn]", "outcomes: [hacked]"),
        ("leistung: null", "leistung: 99115005104000"),
        ("publisher: Muster-Redaktion", "publisher: Muster-Redaktion\nrun: rm"),
    ],
)
def test_a_wrong_value_in_package_yaml_is_named_with_its_line(old: str, new: str) -> None:
    said = faults_of(a_package(package=(old, new)))
    assert said.startswith("package.yaml:")
    assert "Mend:" in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("type: integer", "type: number"),
        ("type: integer", "$ref: '#/parameters'"),
        ("type: integer", "type: object"),
        ("default: 1200", "default: '1200'"),
        ("default: 1200", "default: 999999999"),
        ("      default: 1200\n", ""),
        ("minimum: 0", "minimum: '0'"),
        ("minimum: 0", "multipleOf: 3"),
        ("x-unit: cents", "format: regex"),
        ("required: [gebuehr_cents]", "required: [other]"),
        ("required: [gebuehr_cents]", "required: [{gebuehr_cents: 1}]"),
    ],
)
def test_a_parameter_outside_the_subset_is_refused(old: str, new: str) -> None:
    files = a_package(package=(old, new))
    assert "package.yaml:" in faults_of(files)


def test_a_parameter_with_a_catastrophic_pattern_is_judged_in_linear_time() -> None:
    hostile = "type: string\n      pattern: '(a|a?)+$'\n      maxLength: 2000\n      default: " + "a" * 1900 + "!"
    files = a_package(package=("type: integer", hostile))
    begin = time.perf_counter()
    assert faults_of(files)
    assert time.perf_counter() - begin < 2


def test_an_example_that_does_not_come_true_is_a_fault() -> None:
    said = faults_of(a_package(neu=("fee_cents: 1200", "fee_cents: 1300")))
    assert "examples/neu.yaml:6" in said
    assert "expects fee_cents 1300, but it is 1200" in said


def test_an_example_with_a_slip_of_the_pen_is_a_fault() -> None:
    assert "no field `person.vorname2`" in faults_of(a_package(neu=("{vorname: Amira", "{vorname2: x, vorname: Amira")))


def test_a_missing_german_text_is_a_fault() -> None:
    assert "`fields.anliegen.ab.label` is missing" in faults_of(a_package(texts=("    ab: {label", "    ab: {help")))


def test_a_text_nothing_asks_for_is_named_with_its_line() -> None:
    said = faults_of(a_package(texts=("  genehmigung: Neue", "  andere: Alte\n  genehmigung: Neue")))
    assert "Nothing asks for the text `fees.andere`" in said


def test_texts_missing_in_another_language_are_counted_not_refused() -> None:
    files = a_package(package=("languages: [de]", "languages: [de, tr]")) | {"texts/tr.yaml": b"title: Ornek\n"}
    report = checked(files)
    assert report.faults == ()
    assert "title" not in report.missing["tr"]
    assert "summary" in report.missing["tr"]
