"""What the forms of the studio write into the files: the smallest change, and nothing of what they do not know is lost."""

import time
from typing import Any

import pytest

from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.services.drafting import SKELETON, looked_over
from stadttor.core.refused import Refused
from stadttor.studio.rules.parts import Target, find, values
from stadttor.studio.services import shaping

ART = Target(group="anliegen", field="art")
PERSON = Target(group="person")


@pytest.fixture
def files() -> dict[str, bytes]:
    found = dict(read_folder(SKELETON))
    found["package.yaml"] = found["package.yaml"].replace(b"[de]", b"[de, en]")
    found["texts/en.yaml"] = b"title: Sample\nfields:\n  person:\n    email: {label: E-mail} # short\n"
    return found


def shown(files: dict[str, bytes], target: Target) -> dict[str, str]:
    draft = shaping.Draft(files)
    part = find(draft.data("form.yaml"), target)
    assert part
    return values(part, draft.data("texts/de.yaml"))


def lines_that_differ(old: bytes, new: bytes) -> list[str]:
    there = old.decode().splitlines()
    return [line.strip() for line in new.decode().splitlines() if line not in there]


def faults(files: dict[str, bytes]) -> list[str]:
    """What is wrong; that an example names its pages is not."""
    return [str(one) for one in looked_over(files).faults if "expects pages" not in one.text]


def test_a_field_is_added_with_its_texts_and_the_package_stays_right(files: dict[str, bytes]) -> None:
    typed = {"label": "Größe des Hundes", "help": "In cm.", "type": "integer", "required": "no"}
    changed, target = shaping.add(files, "field", PERSON, typed)
    assert target == Target(group="person", field="groesse_des_hundes")
    assert lines_that_differ(files["form.yaml"], changed["form.yaml"]) == ["- {id: groesse_des_hundes, type: integer}"]
    assert faults({**files, **changed}) == []
    assert shown({**files, **changed}, target)["label"] == "Größe des Hundes"


def test_groups_and_pages_begin_with_their_first_question(files: dict[str, bytes]) -> None:
    first = {"title": "Ihr Hund", "label": "Rasse", "type": "select", "options": "Dackel\nboxer: Deutscher Boxer"}
    page, target = shaping.add(files, "page", Target(), first)
    assert target == Target(page="ihr_hund")
    assert faults({**files, **page}) == []
    group, _ = shaping.add({**files, **page}, "group", target, {"title": "", "label": "Name", "type": "name"})
    assert faults({**files, **page, **group}) == []
    assert "dackel: Dackel" in shown({**files, **page}, Target(group="ihr_hund", field="rasse"))["options"]


@pytest.mark.parametrize(
    ("typed", "code", "field"),
    [
        ({"label": "", "type": "text"}, "part_words", "label"),
        ({"label": "x", "type": "script"}, "part_type", "type"),
        ({"label": "x", "type": "text", "id": "email"}, "part_taken", "id"),
        ({"label": "x", "type": "text", "id": "true"}, "part_reserved", "id"),
        ({"label": "x", "type": "text", "id": "Über"}, "part_name", "id"),
        ({"label": "x", "type": "text", "id": "x" * 61}, "part_name", "id"),
        ({"label": "x", "type": "select", "options": ""}, "part_choices", "options"),
        (
            {"label": "x", "type": "select", "options": "\n".join(map(str, range(10_000)))},
            "too_many_choices",
            "options",
        ),
        ({"label": "x", "type": "select", "options": "a: 1\na: 2"}, "choice_twice", "options"),
    ],
)
def test_what_cannot_be_added_is_said_at_its_place(
    files: dict[str, bytes], typed: dict[str, str], code: str, field: str
) -> None:
    with pytest.raises(Refused, match=code) as caught:
        shaping.add(files, "field", PERSON, typed)
    assert caught.value.field == field


@pytest.mark.parametrize("words", ['<b>"fett"</b>: {x}', "- a # b", "true", "مرحبا", "if", "1.", "\tx", "'"])
def test_hostile_words_are_words(files: dict[str, bytes], words: str) -> None:
    for _again in range(2):
        changed, target = shaping.add(files, "field", PERSON, {"label": words, "type": "text"})
        files = {**files, **changed}
        assert shown(files, target)["label"] == words.strip()
        assert faults(files) == []


def test_a_change_touches_its_own_value_alone(files: dict[str, bytes]) -> None:
    form = files["form.yaml"]
    for changes, line in (
        ({"required": "no"}, "- {id: art, type: select, options: [neu, verlaengerung]}"),
        ({"show_if": "p.x\n  == 1"}, '- {id: art, type: select, options: [neu, verlaengerung], required: true, show_if: p.x == 1}'),
        ({"required": "if", "required_if": "today > ''"},
         "- {id: art, type: select, options: [neu, verlaengerung], required: today > ''}"),
        ({"class": "K3"}, "- {id: art, type: select, options: [neu, verlaengerung], required: true, class: K3}"),
    ):  # fmt: skip
        changed = shaping.change(files, ART, changes)
        assert lines_that_differ(form, changed["form.yaml"]) == [line]
        assert "texts/de.yaml" not in changed
    said = shaping.change(files, ART, {"label": "Was?"})
    assert set(said) == {"texts/de.yaml"}


def test_choices_come_go_and_keep_their_keys(files: dict[str, bytes]) -> None:
    typed = shown(files, ART)["options"].replace("Eine neue", "Eine ganz neue") + "\nVerlust: gemeldet"
    changed = shaping.change(files, ART, {"options": typed})
    assert shown({**files, **changed}, ART)["options"].splitlines() == [
        "neu: Eine ganz neue Genehmigung", "verlaengerung: Meine Genehmigung verlängern", "Verlust: gemeldet",
    ]  # fmt: skip
    fewer = shaping.change({**files, **changed}, ART, {"options": "neu: Neu\nverlaengerung: Alt"})
    assert b"gemeldet" not in fewer["texts/de.yaml"]
    assert faults({**files, **fewer}) == []


def test_another_type_loses_what_only_the_old_one_had(files: dict[str, bytes]) -> None:
    changed = shaping.change(files, ART, {"type": "text"})
    assert b"{id: art, type: text, required: true}" in changed["form.yaml"]
    assert b"verlaengerung: Meine" not in changed["texts/de.yaml"]


def test_bounds_repetition_and_numbers(files: dict[str, bytes]) -> None:
    field = Target(group="anliegen", field="ab")
    assert b"min: 2026-01-01" in shaping.change(files, field, {"min": "2026-01-01"})["form.yaml"]
    assert b"max: add_days(today, 5)" in shaping.change(files, field, {"max": "add_days(today, 5)"})[
        "form.yaml"
    ].replace(b'"', b"")
    number = Target(group="anliegen", field="nummer")
    assert b"max_length: 12" in shaping.change(files, number, {"max_length": "12"})["form.yaml"]
    with pytest.raises(Refused, match="part_number"):
        shaping.change(files, number, {"max_length": "viel"})
    repeated = shaping.change(files, PERSON, {"repeat": "yes", "repeat_min": "2", "repeat_max": "5"})["form.yaml"]
    assert b"repeat: {min: 2, max: 5}" in repeated
    assert b"repeat" not in shaping.change({**files, "form.yaml": repeated}, PERSON, {"repeat": "no"})["form.yaml"]


def test_parts_move_among_their_neighbours_and_no_further(files: dict[str, bytes]) -> None:
    moved = shaping.move(files, Target(group="person", field="nachname"), down=False)["form.yaml"]
    assert moved.index(b"nachname") < moved.index(b"vorname")
    assert shaping.move(files, Target(page="person"), down=True)["form.yaml"].index(b"anliegen") < 20
    for target, down in ((Target(page="person"), False), (Target(page="anliegen"), True), (Target(page="none"), True)):
        with pytest.raises(Refused, match="not_found"):
            shaping.move(files, target, down)


def test_what_is_taken_away_takes_its_texts_in_every_language(files: dict[str, bytes]) -> None:
    changed = shaping.remove(files, Target(group="person", field="email"))
    assert b"email" not in changed["form.yaml"]
    assert b"email" not in changed["texts/de.yaml"]
    assert changed["texts/en.yaml"] == b"title: Sample\n"
    page = shaping.remove(files, Target(page="anliegen"))
    assert b"nicht_rueckwirkend" not in page["texts/de.yaml"]
    assert b"anliegen" not in page["texts/de.yaml"]
    one = shaping.remove(files, Target(page="person"))
    with pytest.raises(Refused, match="last_part"):
        shaping.remove({**files, **one}, Target(page="anliegen"))
    with pytest.raises(Refused, match="last_part"):
        shaping.remove(files, PERSON)


def test_rules_of_a_page_are_added_changed_and_taken_away(files: dict[str, bytes]) -> None:
    page = Target(page="anliegen")
    new = {
        "rule-new-if": "a.anliegen.art == ''",
        "rule-new-refuse": "anliegen.art",
        "rule-new-text": "Bitte wählen Sie.",
    }
    changed = {**files, **shaping.change(files, page, new)}
    assert faults(changed) == []
    assert shown(changed, page)["rule-1-text"] == "Bitte wählen Sie."
    again = {
        **changed,
        **shaping.change(changed, page, {"rule-0-if": "a.anliegen.ab < today", "rule-1-text": "So nicht."}),
    }
    assert shown(again, page)["rule-0-if"] == "a.anliegen.ab < today"
    fewer = {**again, **shaping.change(again, page, {}, without=[1])}
    assert b"So nicht" not in fewer["texts/de.yaml"]
    none = shaping.change(fewer, page, {}, without=[0])
    assert b"checks" not in none["form.yaml"]
    for bad in ({"rule-new-if": "true"}, {"rule-0-if": ""}):
        with pytest.raises(Refused, match="rule_"):
            shaping.change(files, page, bad)


@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"- a\n",
        b"pages: x\n",
        b"pages: [1, {}, {groups: 3}]\n",
        b"pages: [{id: person, groups: [{id: person}]}]\n",
    ],
)
def test_what_the_file_says_wrongly_is_passed_over(files: dict[str, bytes], form: bytes) -> None:
    files["form.yaml"] = form
    with pytest.raises(Refused):
        shaping.remove(files, Target(group="person", field="email"))
    with pytest.raises(Refused):
        shaping.add({**files, "form.yaml": b"a: ["}, "field", PERSON, {"label": "x", "type": "text"})


def test_unreadable_texts_are_not_touched(files: dict[str, bytes]) -> None:
    files["texts/de.yaml"] = b"a: [\n"
    with pytest.raises(Refused, match="part_refused"):
        shaping.change(files, ART, {"label": "Neu"})
    gone: dict[str, Any] = shaping.remove(files, ART)
    assert "texts/de.yaml" not in gone


def test_many_choices_come_and_go_without_keeping_anybody_waiting(files: dict[str, bytes]) -> None:
    files["texts/en.yaml"] += b"options:\n  anliegen:\n    art: {neu: New, verlaengerung: Longer}\n"
    begun = time.process_time()
    many = "\n".join(f"w{number}: Wahl {number}" for number in range(500))
    changed = {**files, **shaping.change(files, ART, {"options": many})}
    assert shown(changed, ART)["options"] == many
    assert b"Longer" not in changed["texts/en.yaml"]
    fewer = {**changed, **shaping.change(changed, ART, {"options": "w1: Eins\nw2: Wahl 2"})}
    assert shown(fewer, ART)["options"] == "w1: Eins\nw2: Wahl 2"
    assert faults(fewer) != []  # the examples answer what is gone
    assert time.process_time() - begun < 2


def test_a_group_goes_to_another_page_and_keeps_its_fields(files: dict[str, bytes]) -> None:
    with pytest.raises(Refused, match="last_part") as caught:
        shaping.change(files, PERSON, {"page": "anliegen"})
    assert caught.value.field == "page"
    files.update(shaping.add(files, "group", Target(page="person"), {"title": "", "label": "Hund", "type": "text"})[0])
    moved = {**files, **shaping.change(files, PERSON, {"page": "anliegen"})}
    assert faults(moved) == []
    assert moved["form.yaml"].index(b"prefill") > moved["form.yaml"].index(b"id: anliegen")
    with pytest.raises(Refused, match="not_found"):
        shaping.change(files, PERSON, {"page": "none"})
