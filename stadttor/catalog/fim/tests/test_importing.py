from dataclasses import replace

import pytest
from yaml import safe_load as from_yaml

from stadttor.catalog.fim.importing import Imported, import_message
from stadttor.catalog.fim.model import Rule, Value
from stadttor.catalog.fim.questions import question_of
from stadttor.catalog.fim.reading import read_message
from stadttor.catalog.fim.tests.builders import VALID, a_field, a_group, a_message, content_of, files_of, sample, times
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.tests.builders import checked


def groups_of(imported: Imported) -> dict[str, list[str]]:
    """The ids of the fields by the id of their group."""
    return {
        group["id"]: [one["id"] for one in group["fields"]]
        for page in imported.form["pages"]
        for group in page["groups"]
    }


def notes_of(imported: Imported) -> str:
    return "\n".join(f"{at}: {note}" for at, note in imported.notes)


@pytest.mark.parametrize("name", VALID)
def test_the_package_of_a_published_schema_passes_the_check(name: str) -> None:
    files = files_of(read_message(sample(name), name))
    report = checked(dict(files))
    assert report.faults == ()
    assert report.accepted().examples


def test_all_questions_of_the_real_schema_are_asked() -> None:
    imported = import_message(read_message(sample(VALID[0]), "x"))
    content = content_of(files_of(imported.sidecar.message))
    assert len(content.form.fields) == 88
    assert len(content.form.pages) == 12
    assert content.form.groups["zeileanschrift"].repeat
    assert content.form.fields["ort.postleitzahl"].min_length == 5
    assert "Regel R00000000254 als Bedingung" in notes_of(imported)
    assert "Codeliste urn:xpersonenstand:schluesseltabelle:geschlecht_2" in notes_of(imported)


def test_groups_of_the_top_level_are_pages_and_fields_between_them_share_one() -> None:
    imported = import_message(a_message(a_group(1, a_field(1)), a_field(2), a_field(3), a_group(2, a_field(4))))
    assert [page["id"] for page in imported.form["pages"]] == ["gruppe_1", "weitere_angaben", "gruppe_2"]
    assert groups_of(imported)["weitere_angaben"] == ["feld_2", "feld_3"]


def test_a_group_in_the_middle_keeps_the_order() -> None:
    imported = import_message(a_message(a_group(1, a_field(1), a_group(2, a_field(2)), a_field(3))))
    assert groups_of(imported) == {"gruppe_1": ["feld_1"], "gruppe_2": ["feld_2"], "gruppe_1_2": ["feld_3"]}


def test_cardinality_belongs_to_the_position() -> None:
    same = a_field(1)
    imported = import_message(
        a_message(a_group(1, same), a_group(2, times("0:1", same)), a_group(3, times("2:5", same)))
    )
    first, second, third = (page["groups"][0] for page in imported.form["pages"])
    assert first["fields"][0]["required"] is True
    assert "required" not in second["fields"][0]
    assert third["repeat"] == {"min": 2, "max": 5}
    assert imported.sidecar.places["G99000000003/F99000000001"] == "feld_1.feld_1"


def test_what_repeats_inside_a_repeated_group_is_asked_once_and_said() -> None:
    inner = a_group(2, times("1:*", a_field(2)))
    imported = import_message(a_message(times("0:*", a_group(1, a_field(1), inner))))
    (group,) = imported.form["pages"][0]["groups"]
    assert group["repeat"] == {"min": 0, "max": 20}
    assert [one["id"] for one in group["fields"]] == ["feld_1", "feld_2"]
    assert "gruppe_1.feld_2: Kommt in FIM je Eintrag 1:*-mal vor" in notes_of(imported)


def test_what_is_needed_only_in_an_optional_group_is_left_to_a_person() -> None:
    imported = import_message(a_message(a_group(1, times("0:1", a_group(2, a_field(1))))))
    assert "required" not in imported.form["pages"][0]["groups"][0]["fields"][0]
    assert "Gruppe 2: Diese Gruppe darf fehlen" in notes_of(imported)
    assert "gruppe_2.feld_1: Pflicht in FIM, wenn die Gruppe ausgefüllt wird" in notes_of(imported)


def test_of_a_choice_nothing_is_required() -> None:
    imported = import_message(a_message(a_group(1, a_field(1), a_field(2), art="X")))
    assert all("required" not in one for one in imported.form["pages"][0]["groups"][0]["fields"])
    assert "Nur eines davon wird ausgefüllt: Feld 1, Feld 2" in notes_of(imported)


def test_a_schema_of_more_questions_than_a_form_may_ask_is_refused() -> None:
    """Report: the thousand and first question ended in an error of the program."""
    with pytest.raises(PackageRefused, match=r"more than 1,000 questions. Mend: Split"):
        import_message(a_message(*[a_field()] * 1_001))


def test_what_no_package_may_hold_is_refused_before_it_is_written() -> None:
    values = tuple(Value(str(number), "Wert") for number in range(30_000))
    with pytest.raises(PackageRefused, match=r"fim.yaml: The schema makes more than 60,000 values"):
        files_of(a_message(replace(a_field(feldart="select"), values=values)))
    with pytest.raises(PackageRefused, match=r"fim.yaml: The schema makes more than 1,000,000 bytes"):
        files_of(a_message(*(a_field(number, hilfetextEingabe="x" * 20_000) for number in range(51))))


def test_one_id_for_many_meanings_gives_each_its_own_place() -> None:
    hidden = (a_field(1, feldart="hidden", name=f"Feld {number}") for number in (1, 2, 1, 3))
    elements = from_yaml(files_of(a_message(*hidden))["fim.yaml"])["elements"]
    assert [key for key in elements if key.startswith("F")] == [
        "F99000000001 1.0.0", "F99000000001 1.0.0~2", "F99000000001 1.0.0~3",
    ]  # fmt: skip


def test_hidden_fields_are_not_asked() -> None:
    imported = import_message(a_message(a_group(1, a_field(1), a_field(2, feldart="hidden"))))
    assert groups_of(imported) == {"gruppe_1": ["feld_1"]}
    assert "Verstecktes Feld" in notes_of(imported)


def test_a_value_list_becomes_options_with_their_names() -> None:
    chosen = replace(a_field(1, feldart="select"), values=(Value("1.2", "Eins"), Value("no", "Zwei")))
    content = content_of(files_of(a_message(a_group(1, chosen))))
    assert content.form.fields["gruppe_1.feld_1"].options == ("1.2", "no")
    assert content.texts_in("de").text("options.gruppe_1.feld_1.no") == "Zwei"


def test_words_of_fim_become_words_of_the_package() -> None:
    one = a_field(1, bezeichnungEingabe="Wie heißen Sie?", hilfetextEingabe="Siehe [hier](javascript:x)")
    content = content_of(files_of(a_message(a_group(1, one))))
    texts = content.texts_in("de")
    assert texts.text("fields.gruppe_1.wie_heissen_sie.label") == "Wie heißen Sie?"
    assert texts.text("fields.gruppe_1.wie_heissen_sie.help") == "Siehe [hier] (javascript:x)"


@pytest.mark.parametrize(
    ("kind", "bounds", "entry"),
    [
        ("text", {"minLength": "1", "maxLength": "80"}, {"type": "text", "max_length": 80, "min_length": 1}),
        ("text", {"pattern": "[a-z]+"}, {"type": "text", "pattern": "[a-z]+"}),
        ("text_latin", {"maxLength": "2000"}, {"type": "textarea", "max_length": 2000}),
        ("date", {"minValue": "2020-01-01"}, {"type": "date", "min": "2020-01-01"}),
        ("num_int", {"minValue": "0", "maxValue": "9"}, {"type": "integer", "min": 0, "max": 9}),
        ("num_currency", {"maxValue": "12.50"}, {"type": "money", "max": 1250}),
        ("num", {"maxValue": "12.50"}, {"type": "decimal", "max": "12.50"}),
        ("bool", {}, {"type": "boolean"}),
        ("obj", {}, {"type": "info"}),
    ],
)  # fmt: skip
def test_data_types_and_bounds(kind: str, bounds: dict[str, str], entry: dict[str, object]) -> None:
    question = question_of(replace(a_field(1, datentyp=kind), bounds=bounds))
    assert question.entry == {"fim": "F99000000001", **entry}
    assert question.notes == []


@pytest.mark.parametrize(
    ("kind", "bounds", "said"),
    [
        ("text", {"pattern": "(?=a)b"}, "Muster in FIM, hier nicht verwendbar: (?=a)b"),
        ("text", {"maxLength": "viel"}, "maxLength in FIM ist viel"),
        ("date", {"minValue": "gestern"}, "minValue in FIM ist gestern"),
        ("num_int", {"minValue": "1.5"}, "minValue in FIM ist 1.5"),
        ("num", {"maxValue": "NaN"}, "maxValue in FIM ist NaN"),
    ],
)
def test_a_bound_that_cannot_be_used_is_said(kind: str, bounds: dict[str, str], said: str) -> None:
    assert any(said in note for note in question_of(replace(a_field(1, datentyp=kind), bounds=bounds)).notes)


def test_files_take_formats_and_size() -> None:
    one = replace(a_field(1, datentyp="file", maxSize="5"), media=("application/pdf", "image/png"))
    assert question_of(one).entry == {"fim": one.id, "type": "file", "accept": ["pdf", "png"], "max_mb": 5}


def test_every_rule_is_listed_with_its_words() -> None:
    rule = Rule("R99000000001", "1.0.0", {"name": "Regel", "freitextRegel": "Feld 2 nur, wenn\nFeld 1."})
    imported = import_message(a_message(replace(a_group(1, a_field(1)), rules=(rule,))))
    assert imported.notes == [
        ("gruppe_1", "Regel R99000000001 als Bedingung oder Prüfung schreiben: Feld 2 nur, wenn Feld 1.")
    ]


def test_ids_are_free_and_no_words_of_the_language() -> None:
    fields = [
        a_field(number, bezeichnungEingabe=label) for number, label in enumerate(["in", "In!", "1. Straße", "عنوان"], 1)
    ]
    assert groups_of(import_message(a_message(a_group(1, *fields))))["gruppe_1"] == [
        "feld_in", "feld_in_2", "feld_1_strasse", "feld",
    ]  # fmt: skip
