"""Compiled texts say what the standard library's own reader says of the same file."""

from gettext import GNUTranslations
from io import BytesIO

import pytest

from stadttor.ground.web.catalogs import TRANSLATED, BadCatalog, Compiled, catalog
from stadttor.ground.web.texts import compiled


@pytest.mark.parametrize("tag", TRANSLATED)
def test_every_text_and_every_plural_is_what_the_standard_reader_says(tag):
    content = compiled(tag)
    ours, judge = Compiled(content), GNUTranslations(BytesIO(content))
    msgids = {key if isinstance(key, str) else key[0] for key in judge._catalog}

    assert len(msgids) > (100 if tag == "de-simple" else 1_500)
    assert [msgid for msgid in msgids if ours.gettext(msgid) != judge.gettext(msgid)] == []
    wrong = [
        (msgid, n)
        for msgid in {key[0] for key in judge._catalog if not isinstance(key, str)}
        for n in (0, 1, 2, 3, 5, 11, 21, 100, 101)
        if ours.ngettext(msgid, "x", n) != judge.ngettext(msgid, "x", n)
    ]
    assert wrong == []


@pytest.mark.parametrize("msgid", ["", " ", "A text nobody wrote", "zzz", "Yes\0"])
def test_what_is_not_there_is_what_the_language_behind_says(msgid):
    ours = Compiled(compiled("tr"))
    behind = Compiled(compiled("de"))
    ours.add_fallback(behind)
    if msgid:
        assert ours.gettext(msgid) == msgid
    assert ours.ngettext(f"{msgid}?!", "{count}", 2) == "{count}"


def test_english_and_unknown_languages_say_the_msgid():
    assert catalog("en").gettext("Street") == catalog("xx").gettext("Street") == "Street"


@pytest.mark.parametrize("content", [b"", b"half", b"\x95\x04\x12\xde" + bytes(40)])
def test_another_file_is_refused(content):
    with pytest.raises(BadCatalog):
        Compiled(content)
