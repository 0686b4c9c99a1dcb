"""One value of a file changes; comments, order and everything else stay."""

import pytest

from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.rules.rewriting import put
from stadttor.catalog.rules.strict_yaml import load
from stadttor.catalog.services.drafting import SKELETON

FILE = """\
# said first
title: Muster # the name
service:
  # who may
  who: "Alle: hier"
  long: |
    Eine Zeile.

    Noch eine.
fields:
  person: {vorname: {label: Vorname, example: Amira}, leer: {}}
pages:
  - id: eins
    show_if: "a == 1" # why
"""


def after(path, value, text=FILE):
    return put(text.encode(), "x.yaml", path, value).decode()


def test_only_the_value_changes():
    assert after(("title",), "Neuer Titel") == FILE.replace("Muster #", "Neuer Titel #")
    assert after(("service", "who"), "Niemand") == FILE.replace('"Alle: hier"', "Niemand")
    assert after(("pages", 0, "show_if"), "a == 2") == FILE.replace('"a == 1"', "a == 2")
    assert after(("fields", "person", "vorname", "label"), "Ruf, name") == FILE.replace(
        "label: Vorname", 'label: "Ruf, name"'
    )


def test_a_block_of_text_is_replaced_as_a_whole():
    assert after(("service", "long"), "Kurz.") == FILE.replace("|\n    Eine Zeile.\n\n    Noch eine.", "Kurz.")
    assert "long: |-\n    Eins\n    Zwei\nfields" in after(("service", "long"), "Eins\nZwei")


def test_what_is_missing_is_added_beside_its_neighbours():
    assert after(("service", "next"), "Bald") == FILE.replace("fields:\n", "  next: Bald\nfields:\n")
    assert "example: Amira, help: So}" in after(("fields", "person", "vorname", "help"), "So")
    assert "leer: {label: Da}}" in after(("fields", "person", "leer", "label"), "Da")
    assert after(("fields", "hund", "name", "label"), "Rufname").splitlines()[11:14] == [
        "  hund:", "    name:", "      label: Rufname",
    ]  # fmt: skip
    assert after(("pages", 0, "title"), "t").endswith('    show_if: "a == 1" # why\n    title: t\n')
    assert after(("title",), "Erstes", "") == "title: Erstes\n"
    assert after(("service", "who"), "Alle", "title: ohne Ende") == "title: ohne Ende\nservice:\n  who: Alle\n"


@pytest.mark.parametrize(
    "text",
    ["ja", "true", "12", "", " vorn", "a: b", "- x", "# x", '"', "'", "a # b", "مرحبا: b", "Zeile\nZeile", "\n", "a\n\n",
     "x:", "{p.frist}", "| a", "Ї", "a\tb", "1.2.0", "2026-11-22", "null", "*a", "\\n"],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", [("title",), ("service", "long"), ("fields", "person", "vorname", "label"), ("a", "b")]
)
def test_every_text_comes_out_as_it_went_in(text, path):
    found = load(put(FILE.encode(), "x.yaml", path, text), "x.yaml").data
    for step in path:
        found = found[step]
    assert found == text


def test_each_text_of_the_skeleton_can_be_changed_by_itself():
    content = read_folder(SKELETON)["texts/de.yaml"]
    lines = load(content, "x").lines
    data = load(content, "x").data

    def at(path):
        found = data
        for step in path:
            found = found[step]
        return found

    for path in lines:
        if path and isinstance(at(path), str):
            changed = put(content, "x", path, "Neu")
            assert changed.count(b"\n") == content.count(b"\n")


@pytest.mark.parametrize("path", [("title", "below"), ("service",), ("pages", 4, "id"), ("pages", "id"), ()])
def test_what_would_touch_more_is_refused(path):
    with pytest.raises(PackageRefused, match="as a whole"):
        after(path, "x")


def test_what_no_yaml_can_hold_is_refused_and_nothing_written():
    with pytest.raises(PackageRefused):
        after(("title",), "zero\0byte")
