"""Pages and fields in the browser: added, changed, moved, taken away, undone; two editors; for no one else."""

import re
from datetime import datetime
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from stadttor.studio import queries
from stadttor.studio.tests.builders import HOME, a_body, signed_in, text

pytestmark = pytest.mark.db


@pytest.fixture
def home(copy_id: UUID) -> str:
    return f"{HOME}/{copy_id}/form"


def form(body: UUID, copy_id: UUID, file: str = "form.yaml") -> str:
    return queries.files(body, copy_id, queries.copy(body, copy_id).revision)[file].decode()


def inputs(page: str) -> dict[str, str]:
    """What a browser would send for the text fields and chosen options of a part's page."""
    areas = dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.S))
    lines = dict(re.findall(r'<input [^>]*type="text"[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page))
    seen = re.findall(r'<input type="hidden" name="seen" value="(\d+)"', page)
    return {name: unescape(value) for name, value in {**areas, **lines, "seen": seen[-1]}.items()}


def test_the_outline_says_what_there_is_in_german(desk: Any, home: str) -> None:
    page = text(desk.get(home))
    assert '<span lang="de" dir="ltr">Nummer der bisherigen Genehmigung</span>' in page
    assert "One of several choices, required" in page
    assert page.index("vorname") < page.index("nachname") < page.index("Ihr Anliegen")


def test_a_field_is_added_and_undo_takes_it_back(desk: Any, body: UUID, copy_id: UUID, home: str) -> None:
    before = form(body, copy_id)
    typed = {
        "seen": "1",
        "label": "Rufname des Hundes",
        "type": "name",
        "required": "yes",
        "help": "",
        "options": "",
        "id": "",
    }
    added = desk.post(f"{home}/add?kind=field&into=group:anliegen", typed, follow=True)
    assert "Added." in text(added)
    assert "Rufname des Hundes" in text(added)
    assert "Nothing is wrong" in text(desk.get(f"{HOME}/{copy_id}")) or "expects" in text(desk.get(f"{HOME}/{copy_id}"))
    assert "rufname_des_hundes" in text(desk.get(home))
    desk.post(f"{HOME}/{copy_id}/history", {"to": "1", "seen": "2"})
    assert form(body, copy_id) == before
    assert "rufname_des_hundes" not in text(desk.get(home))


def test_what_cannot_be_added_is_said_beside_what_was_typed(desk: Any, body: UUID, copy_id: UUID, home: str) -> None:
    add = f"{home}/add?kind=field&into=group:person"
    for typed, said in (
        ({"id": "email"}, "There is already something called “email”"),
        ({"id": "true"}, "another meaning"),
        ({"id": "x y"}, "begins with a letter"),
        ({"type": "select", "options": "\n".join(f"a{n}: x" for n in range(10_000))}, "There is room for 500 choices"),
    ):
        answer = desk.post(add, {"seen": "1", "label": "<b>Neu</b>", "type": "text", **typed})
        assert answer.status_code == 422
        assert said in text(answer)
        assert "&lt;b&gt;Neu" in text(answer)
        assert "<b>Neu" not in text(answer)
    assert queries.copy(body, copy_id).revision == 1


def test_a_label_with_markup_is_words_everywhere(desk: Any, body: UUID, copy_id: UUID, home: str) -> None:
    words = "<script>alert(1)</script> & \"x\": '{{ 1 }}'"
    added = desk.post(
        f"{home}/add?kind=field&into=group:person", {"seen": "1", "label": words, "type": "text"}, follow=True
    )
    for page in (text(added), text(desk.get(home)), text(desk.get(f"{HOME}/{copy_id}"))):
        assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in text(added)


def test_a_page_and_a_group_are_added_where_they_belong(desk: Any, body: UUID, copy_id: UUID, home: str) -> None:
    first = {"label": "Name", "type": "text", "required": "yes"}
    desk.post(f"{home}/add?kind=page", {"seen": "1", "title": "Ihr Hund", **first})
    desk.post(f"{home}/add?kind=group&into=page:ihr_hund", {"seen": "2", "title": "Halter", **first})
    assert form(body, copy_id).endswith(
        "  - id: ihr_hund\n    groups:\n      - id: ihr_hund\n        fields:\n          - {id: name, type: text, required: true}\n"
        "      - id: halter\n        fields:\n          - {id: name, type: text, required: true}\n"
    )
    for wrong in (
        "kind=group",
        "kind=field&into=page:person",
        "kind=group&into=group:person",
        "kind=x",
        "kind=field&into=group:none",
    ):
        assert desk.get(f"{home}/add?{wrong}").status_code == 404


def test_only_what_was_changed_is_written(desk: Any, body: UUID, copy_id: UUID, home: str) -> None:
    address = f"{home}/part?part=field:anliegen.nummer"
    before = form(body, copy_id)
    typed = inputs(text(desk.get(address)))
    unchanged = {**typed, "type": "text", "required": "yes", "class": ""}
    desk.post(address, unchanged)
    assert queries.copy(body, copy_id).revision == 1
    done = desk.post(address, {**unchanged, "max_length": "20", "label": "Nummer"}, follow=True)
    assert "Saved." in text(done)
    assert form(body, copy_id) == before.replace("max_length: 30", "max_length: 20")
    wrong = desk.post(address, {**unchanged, "max_length": "viel", "seen": "2"})
    assert wrong.status_code == 422
    assert "Write a whole number." in text(wrong)


def test_what_a_form_cannot_show_in_one_line_or_does_not_know_stays(
    desk: Any, body: UUID, copy_id: UUID, home: str
) -> None:
    two_lines = "ab:\n      label: |\n        Zwei\n        Zeilen\n      x: {label: Ab wann"
    german = form(body, copy_id, "texts/de.yaml").replace("ab: {label: Ab wann", two_lines)
    content = form(body, copy_id).replace("id: art, type: select", "id: art, class: K9, strange: [1], type: select")
    content = content.replace("options: [neu, verlaengerung]", "options_from: p.nowhere")
    desk.post(f"{HOME}/{copy_id}/files/texts/de.yaml", {"content": german, "seen": "1"})
    desk.post(f"{HOME}/{copy_id}/files/form.yaml", {"content": content, "seen": "2"})
    page = text(desk.get(f"{home}/part?part=field:anliegen.ab"))
    assert re.search(r'<textarea[^>]* name="label"[^>]*>\nZwei\nZeilen\n?</textarea>', page)
    page = text(desk.get(f"{home}/part?part=field:anliegen.art"))
    assert '<option value="K9" selected>' in page
    assert '<option value="p.nowhere" selected>' in page
    desk.post(
        f"{home}/part?part=field:anliegen.art", inputs(page) | {"class": "K9", "type": "select", "required": "no"}
    )
    assert form(body, copy_id) == content.replace(
        ", required: true}\n          - {id: nummer", "}\n          - {id: nummer"
    )


def test_two_editors_meet_at_the_same_value_alone(desk: Any, body: UUID, copy_id: UUID, home: str) -> None:
    other = signed_in(body, "redaktion", "berg")
    address = f"{home}/part?part=field:person.email"
    desk.post(address, {"seen": "1", "label": "Ihre Mail"})
    assert other.post(address, {"seen": "1", "help": "Kurz."}).status_code == 303
    assert "{label: Ihre Mail, help: Kurz.}" in form(body, copy_id, "texts/de.yaml")
    met = other.post(address, {"seen": "1", "label": "E-Post <b>", "help": "Neu."})
    assert met.status_code == 409
    assert "Ihre Mail" in text(met)
    assert "E-Post &lt;b&gt;" in text(met)
    assert "<bdi>What is asked</bdi>" in text(met)
    assert "Ihre Mail" in form(body, copy_id, "texts/de.yaml")
    assert other.post(address, inputs(text(met)) | {"label": "Beides"}).status_code == 303
    assert "label: Beides" in form(body, copy_id, "texts/de.yaml")


def test_who_saw_an_older_form_moves_and_removes_nothing(desk: Any, body: UUID, copy_id: UUID, home: str) -> None:
    assert desk.post(home, {"seen": "1", "act": "up:field:person.nachname"}).status_code == 303
    moved = form(body, copy_id)
    assert moved.index("nachname") < moved.index("vorname")
    for act in ("remove:field:person.email", "up:field:person.email", "down:page:person"):
        late = desk.post(home, {"seen": "1", "act": act})
        assert late.status_code == 409
        assert "Nothing was done" in text(late)
    assert (
        desk.post(f"{home}/add?kind=field&into=group:person", {"seen": "1", "label": "x", "type": "text"}).status_code
        == 409
    )
    assert form(body, copy_id) == moved
    gone = desk.post(home, {"seen": "2", "act": "remove:field:person.email"}, follow=True)
    assert "Taken away, with its texts." in text(gone)
    assert "email" not in form(body, copy_id, "texts/de.yaml")


@pytest.mark.parametrize(
    "act", ["", "x", "up:", "remove:field:none.none", "up:page:person", "remove:person", "up:field:..."]
)
def test_an_act_on_what_is_not_there_is_no_page(desk: Any, home: str, act: str) -> None:
    assert desk.post(home, {"seen": "1", "act": act}).status_code == 404


def test_the_last_one_stays(desk: Any, home: str) -> None:
    last = desk.post(home, {"seen": "1", "act": "remove:group:person"})
    assert last.status_code == 422
    assert "the last one here" in text(last)


def test_the_script_saves_no_half_rule_and_no_type_in_passing(desk: Any, body: UUID, copy_id: UUID, home: str) -> None:
    page = f"{home}/part?part=page:anliegen"
    half = {"seen": "1", "title": "Ihr Wunsch", "rule-new-if": "a.anl", "rule-new-refuse": "", "rule-new-text": ""}
    told = desk.post(page, {**half, "alone": "yes"}).json()
    assert told["revision"] == 2
    assert form(body, copy_id).count("refuse:") == 1
    assert desk.post(page, {**half, "seen": "2"}).status_code == 422
    field = f"{home}/part?part=field:anliegen.art"
    desk.post(field, {"seen": "2", "type": "text", "alone": "yes"})
    assert "type: select" in form(body, copy_id)
    desk.post(field, {"seen": "2", "type": "text"})
    assert "type: select" not in form(body, copy_id)
    gone = desk.post(page, {"seen": "3", "gone": ["0", "new", "x", "7"]}, follow=True)
    assert gone.status_code == 200
    assert "refuse:" not in form(body, copy_id)


def test_a_rule_somebody_else_changed_does_not_go(desk: Any, body: UUID, copy_id: UUID, home: str) -> None:
    page = f"{home}/part?part=page:anliegen"
    desk.post(page, {"seen": "1", "rule-0-text": "Anders."})
    assert desk.post(page, {"seen": "1", "gone": "0"}).status_code == 409
    assert "Anders." in form(body, copy_id, "texts/de.yaml")


@pytest.mark.parametrize("content", ["", "a: [", "pages: 3\n", "pages:\n  - {id: x}\n  - 4\n"])
def test_a_form_that_is_wrong_can_be_looked_at(desk: Any, copy_id: UUID, home: str, content: str) -> None:
    desk.post(f"{HOME}/{copy_id}/files/form.yaml", {"content": content, "seen": "1"})
    assert desk.get(home).status_code == 200
    assert desk.get(f"{home}/part?part=field:person.email").status_code == 404


def test_for_everybody_else_there_is_no_such_page(
    desk: Any, body: UUID, copy_id: UUID, home: str, now: datetime
) -> None:
    others = [
        signed_in(body, "redaktion", "kern", "organiser"),
        signed_in(a_body("andere"), "andere"),
    ]
    for one in others:
        for page in ("", "/add?kind=page", "/part?part=page:person"):
            assert one.get(f"{home}{page}").status_code == 404
            assert one.post(f"{home}{page}", {"seen": "1", "act": "down:page:person", "title": "x"}).status_code == 404
    assert queries.copy(body, copy_id).revision == 1


# Conditions


def ask(desk: Any, home: str, part: str, name: str, **typed: str) -> Any:
    return desk.post(f"{home}/condition?part={part}&name={name}", typed)


def test_a_condition_says_what_it_names_and_yields(desk: Any, home: str) -> None:
    part = "field:anliegen.nummer"
    right = text(ask(desk, home, part, "show_if", show_if="a.anliegen.art == 'neu'"))
    assert "The result is yes or no." in right
    assert '<span lang="de" dir="ltr">Was möchten Sie?</span>' in right
    assert re.search(r"Eine neue Genehmigung ab morgen</span>: true", right)
    assert re.search(r"Für die Vergangenheit geht es nicht</span>: false", right)
    wrong = text(ask(desk, home, part, "show_if", show_if="a.anliegen.arrt == '<b>'"))
    assert "There is no a.anliegen.arrt. Is a.anliegen.art meant?" in wrong
    number = text(ask(desk, home, part, "required_if", required_if="size(a.anliegen.art)"))
    assert "The result is a number, but it must be yes or no." in number
    rule = {"rule-new-if": "a.anliegen.ab < today", "rule-new-refuse": "anliegen.ab"}
    assert "true" in text(ask(desk, home, "page:anliegen", "rule-new-if", **rule))


def test_without_the_script_a_button_says_the_same_and_saves_nothing(
    desk: Any, body: UUID, copy_id: UUID, home: str
) -> None:
    typed = {"seen": "1", "act": "check", "show_if": "a.anliegen.arrt == 'x'", "label": "Noch nicht gespeichert"}
    page = text(desk.post(f"{home}/part?part=field:anliegen.nummer", typed))
    assert "Is a.anliegen.art meant?" in page
    assert "Noch nicht gespeichert" in page
    assert queries.copy(body, copy_id).revision == 1


def test_hostile_conditions_cost_nothing_and_are_shown_as_words(desk: Any, home: str) -> None:
    part = "field:anliegen.nummer"
    for source in ("(" * 100_000, "<img src=x onerror=alert(1)>", "a." * 5_000, "'" + "x" * 900_000):
        answer = ask(desk, home, part, "show_if", show_if=source)
        assert answer.status_code == 200
        assert "not right" in text(answer)
        assert "<img" not in text(answer)
    assert text(ask(desk, home, part, "label", label="a.b")).strip() == ""
    assert text(ask(desk, home, part, "rule-0-if", **{"rule-0-if": "true"})).strip() == ""


def test_only_editors_of_this_copy_may_ask(desk: Any, body: UUID, home: str) -> None:
    part = "field:anliegen.nummer"
    assert ask(desk, home, "field:no.field", "show_if", show_if="true").status_code == 404
    assert desk.get(f"{home}/condition?part={part}").status_code == 405
    for one in (signed_in(body, "redaktion", "kern", "organiser"), signed_in(a_body("andere"), "andere")):
        assert ask(one, home, part, "show_if", show_if="true").status_code == 404
