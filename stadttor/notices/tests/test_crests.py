"""What the upload takes as a crest, the typesetter can set: a letter must not stop over its letterhead."""

import pytest

from stadttor.notices.letters.typesetting import set_letter
from stadttor.tenancy.tests.test_look import GOOD

SOURCE = """#set document(title: "x")
#image(bytes(json(bytes(sys.inputs.data)).crest), format: "svg", height: 20mm, alt: "x")"""


@pytest.mark.parametrize("svg", GOOD)
def test_a_letter_can_be_set_with_every_crest_that_is_taken(svg: str) -> None:
    assert set_letter(SOURCE, {}, {"crest": svg}).pdf
