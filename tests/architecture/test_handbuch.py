"""The handbook in German names pages, fields and buttons as the screen does: whatever stands in **bold** is a text of the product."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from stadttor.ground.web.texts import po_file

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "handbuch").glob("*.md"))
NAMED = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
PUT_IN, LINK = re.compile(r"\{\w+\}"), re.compile(r"\]\((?!https?:)([^)#]+)\)")
NOTATION = "So"
"""The word by which the first page shows how names are written."""


@cache
def texts() -> frozenset[str]:
    """All German texts; what the product puts in is an ellipsis."""
    return frozenset(PUT_IN.sub("…", text) for path in po_file("de", "site").parent.glob("*.po") for text in _of(path))


def _of(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for message in read_po(file):
            yield from message.string if isinstance(message.string, tuple) else [message.string]


def unknown(page: str) -> list[str]:
    """What a page of the handbook calls something that no screen calls so."""
    named = {" ".join(name.split()) for name in NAMED.findall(page)} - {NOTATION}
    return sorted(named - texts())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_handbook_names_what_is_on_the_screen(path: Path) -> None:
    assert unknown(path.read_text()) == []


def test_a_name_that_no_screen_shows_is_found() -> None:
    assert unknown("Klicken Sie auf **Knopf, den es nicht gibt**, dann auf **Vorgang\nabschließen**.") == [
        "Knopf, den es nicht gibt"
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_link_and_picture_of_the_handbook_is_there(path: Path) -> None:
    assert [one for one in LINK.findall(path.read_text()) if not (path.parent / one).exists()] == []
