"""The handbook in German names pages, fields and buttons as the screen does: whatever stands in **bold** is a text of the product."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from stadttor.ground.web.texts import po_file
from tests.town_hall import handbook

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "handbuch").glob("*.md"))
NAMED = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
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


def pictures(path: Path) -> list[tuple[str, Path]]:
    """What a page of the handbook shows: words for whoever cannot see it, and the file."""
    return [(words, path.parent / file) for words, file in PICTURE.findall(path.read_text())]


def test_every_picture_is_one_that_the_story_makes_and_says_what_it_shows() -> None:
    """Report: three pictures were copied by hand once, and showed pages of long ago."""
    shown = [one for path in PAGES for one in pictures(path)]
    assert [str(file) for words, file in shown if len(words.split()) < 2] == []
    assert sorted(file.name for _words, file in shown) == sorted(f"{name}.png" for name in handbook.names())
    assert {file.parent for _words, file in shown} == {handbook.FOLDER}


def test_every_moment_is_taken_by_its_journey() -> None:
    """A name that no journey takes would keep an old picture for ever."""
    source = "".join(path.read_text() for path in (ROOT / "tests" / "town_hall").glob("*.py"))
    taken = re.findall(r'\.show\(\w+, "(\w+)"', source)
    assert sorted(taken) == sorted(handbook.names())


@pytest.mark.parametrize(
    ("page", "at_least"), [("sachbearbeitung", 5), ("leitung", 3), ("organisation", 4), ("redaktion", 3)]
)
def test_every_role_sees_its_pages(page: str, at_least: int) -> None:
    assert len(pictures(ROOT / "docs" / "handbuch" / f"{page}.md")) >= at_least


def test_the_pictures_are_small_and_none_is_left_over() -> None:
    files = list(handbook.FOLDER.iterdir())
    assert {file.stem for file in files} == handbook.names()
    assert sum(file.stat().st_size for file in files) < 1_500_000
