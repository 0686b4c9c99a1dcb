"""What the upload takes as a crest, the typesetter can set: a letter must not stop over its letterhead."""

import pytest

from stadttor.notices.letters import LetterFailed, render_letter
from stadttor.notices.letters.typesetting import set_letter
from stadttor.tenancy.tests.test_look import GOOD

SOURCE = """#set document(title: "x")
#image(bytes(json(bytes(sys.inputs.data)).crest), format: "svg", height: 20mm, alt: "x")"""
LETTER = """#set document(title: "x")
#let crest = json(bytes(sys.inputs.data)).authority.crest
#if crest != "" { image(bytes(crest), format: "svg", height: 20mm, alt: "x") } else [Ohne Wappen]"""


@pytest.mark.parametrize("svg", GOOD)
def test_a_letter_can_be_set_with_every_crest_that_is_taken(svg: str) -> None:
    assert set_letter(SOURCE, {}, {"crest": svg}).pdf


def test_a_crest_that_was_stored_broken_stops_no_letter() -> None:
    """Report: one that was stored before crests were looked at closely stopped every letter of its authority."""
    data = {"authority": {"crest": '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0'}}
    assert render_letter(LETTER, {}, data) == render_letter(LETTER, {}, {"authority": {"crest": ""}})
    with pytest.raises(LetterFailed, match="unknown variable: nothing"):
        render_letter(LETTER + "#nothing", {}, data)
