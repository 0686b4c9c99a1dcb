"""A condition while it is typed: what the package's own examples say to it."""

import time

import pytest

from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.services.drafting import SKELETON
from stadttor.catalog.services.trying import try_condition

NUMMER = ("pages", 1, "groups", 0, "fields", 1, "show_if")
CHECK = ("pages", 1, "checks", 0, "if")


@pytest.fixture
def files() -> dict[str, bytes]:
    return dict(read_folder(SKELETON))


def said(files, source, **more):
    found = try_condition(files, source, **{"place": NUMMER, "group": "anliegen", "most": 50, **more})
    return {one.title: one.said for one in found.examples}


def test_each_example_says_what_it_yields(files):
    assert said(files, "a.anliegen.art == 'verlaengerung'") == {
        "Eine neue Genehmigung ab morgen": (False,),
        "Für die Vergangenheit geht es nicht": (True,),
    }
    assert set(said(files, "p.gebuehr_cents == 1200").values()) == {(True,)}


def test_the_form_may_hold_something_else_wrong_at_the_place_alone(files):
    files["form.yaml"] = files["form.yaml"].replace(b"a.anliegen.art == 'verlaengerung'", b"a.none == 'x'")
    assert said(files, "a.anliegen.art == 'neu'")["Eine neue Genehmigung ab morgen"] == (True,)
    assert said(files, "a.anliegen.ab < today", place=CHECK) == {}


def test_what_is_wrong_is_said_with_what_may_be_meant(files):
    found = try_condition(files, "a.anliegen.arrt == 'x'", place=NUMMER, group="anliegen", most=50)
    assert (found.unknown, found.names) == ((("a.anliegen.arrt", "a.anliegen.art"),), ("a.anliegen.arrt",))
    assert not found.is_right
    number = try_condition(files, "size(a.anliegen.art)", place=NUMMER, most=50)
    assert (number.kind, number.is_right) == ("integer", False)
    circle = try_condition(files, "a.anliegen.nummer != ''", place=NUMMER, group="anliegen", most=50)
    assert "circle" in circle.problems[0].text
    assert try_condition(files, "a ==", place=NUMMER, most=50).problems[0].at > 0


def test_in_a_repeated_group_each_element_says_it(files):
    files["form.yaml"] = files["form.yaml"].replace(
        b"- id: person\n        fields", b"- id: person\n        repeat: {min: 1, max: 9}\n        fields"
    )
    files["examples/neu.yaml"] = files["examples/neu.yaml"].replace(
        b"person: {vorname: Amira, nachname: Y\xc4\xb1lmaz, email: amira.yilmaz@example.org}",
        b"person: [{vorname: Amira}, {vorname: Jonas}]",
    )
    place = ("pages", 0, "groups", 0, "fields", 1, "show_if")
    assert said(files, "item.vorname == 'Jonas'", place=place, group="person")["Eine neue Genehmigung ab morgen"] == (
        False,
        True,
    )


def test_it_is_tried_no_oftener_than_allowed(files):
    for number in range(30):
        files[f"examples/{number:02}.yaml"] = files["examples/neu.yaml"]
    found = try_condition(files, "today != ''", place=NUMMER, group="anliegen", most=5)
    assert (len(found.examples), found.left) == (5, 27)


@pytest.mark.parametrize(
    "source", ["(" * 400, "a." * 250, "x" * 600, "!" * 500, "[" * 300 + "]" * 300, "1+" * 200 + "1"]
)
def test_hostile_conditions_are_refused_at_once(files, source):
    begun = time.process_time()
    assert not try_condition(files, source, place=NUMMER, group="anliegen", most=200).is_right
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "example",
    [
        b"- 1\n",
        b"a: [",
        b"title: x\n",
        b"{answers: 3, today: x}\n",
        b"{answers: {}, today: 2026-01-01, applicant: {x: y}}\n",
    ],
)
def test_what_is_no_example_says_nothing(files, example):
    files["examples/neu.yaml"] = example
    assert () in said(files, "today != ''").values()


@pytest.mark.parametrize("path", ["form.yaml", "package.yaml"])
@pytest.mark.parametrize("content", [b"", b"a: [", b"- 1\n", b"pages: 3\n", b"parameters: [1]\n"])
def test_unreadable_files_are_no_obstacle(files, path, content):
    files[path] = content
    assert said(files, "today != ''") == {} or path == "package.yaml"


def test_many_unknown_names_in_a_large_form_cost_little(files):
    fields = "".join(f"          - {{id: feld_mit_namen_{number}, type: text}}\n" for number in range(900))
    files["form.yaml"] = f"pages:\n  - id: eins\n    groups:\n      - id: eins\n        fields:\n{fields}".encode()
    source = "||".join(f"a.eins.fel_mit_name{number}" for number in range(20))
    begun = time.process_time()
    found = try_condition(files, source, place=("pages", 0, "show_if"), most=200)
    assert (len(found.unknown), found.unknown[0][1][:12], found.unknown[-1][1]) == (20, "a.eins.feld_", "")
    assert time.process_time() - begun < 2
