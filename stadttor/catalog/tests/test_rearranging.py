"""Elements of a file are added, moved and taken away; comments, order and everything else stay."""

import pytest

from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.rules.rearranging import add_item, move_item, swap_items, take_away
from stadttor.catalog.rules.rewriting import put
from stadttor.catalog.rules.strict_yaml import load
from stadttor.catalog.services.drafting import SKELETON

FIELDS = ("pages", 0, "groups", 0, "fields")
FILE = """\
# said first
pages:
  - id: eins
    groups:
      - id: eins
        fields:
          - {id: a, type: text} # short
          # why b is asked
          - id: b
            type: date
            max: today
            strange: [1, 2]

          - {id: c, type: select, options: [x, y], required: true}
    checks:
      - {if: "a.eins.a == 'x'", refuse: eins.a, text: nein}
  - {id: zwei, groups: [{id: zwei, fields: [{id: d, type: text}, {id: e, type: text}]}]}
"""


def took(path, text=FILE):
    return take_away(text.encode(), "x.yaml", path).decode()


def swapped(path, first):
    return swap_items(FILE.encode(), "x.yaml", path, first).decode()


def added(path, item, text=FILE):
    return add_item(text.encode(), "x.yaml", path, item).decode()


B = FILE[FILE.index("          # why") : FILE.index("\n          - {id: c")]


def test_an_element_goes_with_its_comment_and_nothing_else():
    assert took((*FIELDS, 1)) == FILE.replace(B, "")
    assert took((*FIELDS, 0)) == FILE.replace("          - {id: a, type: text} # short\n", "")
    assert "fields: [{id: e, type: text}]" in took(("pages", 1, "groups", 0, "fields", 0))
    assert "fields: [{id: d, type: text}]" in took(("pages", 1, "groups", 0, "fields", 1))


def test_a_value_goes_alone_in_each_style():
    assert took((*FIELDS, 2, "required")) == FILE.replace(", required: true", "")
    assert took((*FIELDS, 1, "max")) == FILE.replace("            max: today\n", "")
    assert took((*FIELDS, 1, "type")) == FILE.replace("            type: date\n", "")
    assert took((*FIELDS, 1, "none")) == FILE


def test_a_mapping_that_would_be_empty_goes_too():
    text = "fields:\n  eins:\n    a: {label: A}\n    b:\n      label: B\ntitle: T\n"
    assert took(("fields", "eins", "b", "label"), text) == "fields:\n  eins:\n    a: {label: A}\ntitle: T\n"
    assert took(("fields", "eins", "a"), took(("fields", "eins", "b"), text)) == "title: T\n"


def test_elements_change_places_with_their_comments():
    changed = swapped(FIELDS, 0)
    assert changed.index("# why b is asked") < changed.index("- id: b") < changed.index("id: a, type: text} # short")
    assert sorted(changed.splitlines()) == sorted(FILE.splitlines())
    assert [one["id"] for one in load(swapped(FIELDS, 1).encode(), "x").data["pages"][0]["groups"][0]["fields"]] == [
        "a", "c", "b",
    ]  # fmt: skip
    assert "[{id: e, type: text}, {id: d, type: text}]" in swapped(("pages", 1, "groups", 0, "fields"), 0)
    assert swapped(("pages",), 0).index("id: zwei") < swapped(("pages",), 0).index("id: eins")
    for path, first in ((FIELDS, 2), (FIELDS, -1), (("pages", 0, "id"), 0)):
        with pytest.raises(PackageRefused, match="as a whole"):
            swapped(path, first)


def test_an_element_is_added_as_its_neighbours_are_written():
    assert added(FIELDS, {"id": "n", "type": "text", "required": True}) == FILE.replace(
        "required: true}\n", "required: true}\n          - {id: n, type: text, required: true}\n"
    )
    assert "{id: e, type: text}, {id: n}]" in added(("pages", 1, "groups", 0, "fields"), {"id": "n"})
    page = {"id": "drei", "groups": [{"id": "drei", "fields": [{"id": "f", "type": "text"}]}]}
    assert added(("pages",), page) == FILE + (
        "  - id: drei\n    groups:\n      - id: drei\n        fields:\n          - {id: f, type: text}\n"
    )
    assert "    checks:\n      - {if: a" in added(("pages", 0, "checks"), {"if": "a"}, FILE.split("    checks")[0])
    with pytest.raises(PackageRefused):
        added(("pages", 0, "id"), {"id": "n"})


def test_lists_and_numbers_are_put_too():
    assert put(FILE.encode(), "x", (*FIELDS, 2, "options"), ["x", "true", "a: b"]).decode() == FILE.replace(
        "[x, y]", '[x, "true", "a: b"]'
    )
    assert "min: -3}" in put(FILE.encode(), "x", (*FIELDS, 2, "min"), -3).decode()
    assert (
        "repeat: {min: 1, max: 8}"
        in put(FILE.encode(), "x", ("pages", 0, "groups", 0, "repeat"), {"min": 1, "max": 8}).decode()
    )


def test_each_field_of_the_skeleton_goes_and_moves_by_itself():
    content = read_folder(SKELETON)["form.yaml"]
    for page, count in ((0, 3), (1, 3)):
        path = ("pages", page, "groups", 0, "fields")
        for place in range(count):
            assert take_away(content, "x", (*path, place)).count(b"\n") == content.count(b"\n") - 1
        assert sorted(swap_items(content, "x", path, 0).splitlines()) == sorted(content.splitlines())


def test_an_element_moves_to_another_list_with_its_comments():
    text = (
        "pages:\n  - id: a\n    groups:\n      # why\n      - id: x\n        fields: [1] # one\n      - id: y\n"
        "  - id: b\n    groups:\n      - id: z\n    show_if: p.x\n"
    )
    first, second = ("pages", 0, "groups"), ("pages", 1, "groups")
    moved = move_item(text.encode(), "x", first, 0, second).decode()
    assert moved == (
        "pages:\n  - id: a\n    groups:\n      - id: y\n"
        "  - id: b\n    groups:\n      - id: z\n      # why\n      - id: x\n        fields: [1] # one\n    show_if: p.x\n"
    )
    back = move_item(moved.encode(), "x", second, 1, first).decode()
    assert "      - id: y\n      # why\n      - id: x\n        fields: [1] # one\n  - id: b" in back
    with pytest.raises(PackageRefused):
        move_item(text.encode(), "x", second, 0, first)
    flow = "pages:\n  - {id: a, groups: [{id: x}, {id: y}]}\n  - id: b\n    groups:\n      - id: z\n"
    assert move_item(flow.encode(), "x", first, 0, second).decode().endswith("      - id: z\n      - {id: x}\n")
