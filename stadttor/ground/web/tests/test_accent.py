import pytest

from stadttor.core.colours import contrast
from stadttor.ground.web.accent import readable, style_sheet


@pytest.mark.parametrize("colour", ["#7a1f3d", "#ffff00", "#808080", "#000000", "#ffffff", "#00ff00"])
def test_every_colour_becomes_readable_on_light_and_dark_pages(colour):
    assert contrast(readable(colour, "#ffffff"), "#ffffff") >= 5.5
    assert contrast(readable(colour, "#000000"), "#000000") >= 5.5


def test_a_readable_colour_stays_as_it_is():
    assert readable("#7a1f3d", "#ffffff") == "#7a1f3d"


@pytest.mark.parametrize("colour", ["", "red", "#12345", "#12345g", "#123456;}body{display:none", "#123456\n"])
def test_anything_else_gives_no_style(colour):
    assert style_sheet(colour) == ""
