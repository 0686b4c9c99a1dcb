"""What is drawn once is what its macro would draw now, and nothing of one page is seen on another."""

import pytest
from django.urls import set_script_prefix
from markupsafe import Markup

from stadttor.ground.web.environment import environment
from stadttor.ground.web.keeping import completed, kept
from stadttor.ground.web.language import speaking

PARTS = "kern/parts.html"


def macro(name):
    return getattr(environment().get_template(PARTS).module, name)


@pytest.mark.parametrize("language", ["de", "ar", "de-simple"])
def test_it_is_drawn_in_the_language_of_the_page(language):
    with speaking(language):
        assert kept(PARTS, "progress", 2, 5, "Hund") == macro("progress")(2, 5, "Hund")


def test_a_change_of_any_argument_is_seen():
    steps = {kept(PARTS, "progress", step, of, title, about) for step in (1, 2) for of in (3, 4) for title in "ab"
             for about in (False, True)}  # fmt: skip
    assert len(steps) == 16


def test_a_text_and_the_same_as_markup_are_two_things():
    assert "&lt;b&gt;" in kept(PARTS, "page_title", "<b>")
    assert "<b>" in kept(PARTS, "page_title", Markup("<b>"))


def test_values_are_put_in_escaped_each_time():
    for value in ("<script>", "x & y", Markup("<b>14:03</b>"), ""):
        assert completed({"told": value}, PARTS, "saved") == macro("saved")(value)


def test_addresses_follow_the_place_the_portal_is_served_from():
    def footer():
        return completed({"name": "Weißenburg"}, "kern/frame.html", "footer", True)

    try:
        set_script_prefix("/~weissenburg/")
        below = footer()
    finally:
        set_script_prefix("/")
    assert 'href="/~weissenburg/' in below
    assert "~weissenburg" not in footer()
