import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from markupsafe import Markup

from stadttor.ground.web import catalogs, texts
from stadttor.ground.web.language import (
    LanguageMiddleware,
    _,
    chosen,
    current,
    language_name,
    ngettext,
    speaking,
    with_markup,
)


@pytest.mark.parametrize(
    ("wanted", "remembered", "accepted", "spoken"),
    [
        ("ar", "tr", "uk", "ar"),
        ("", "tr", "uk", "tr"),
        ("", "", "fr-FR, uk;q=0.8, en;q=0.9", "en"),
        ("", "", "fr", "de"),
        ("xx", "yy", "*;q=oops", "de"),
        ("de-simple", "", "", "de-simple"),
    ],
)
def test_the_language_asked_for_wins_then_the_remembered_then_the_browsers(wanted, remembered, accepted, spoken):
    assert chosen(wanted, remembered, accepted) == spoken


def test_the_chosen_language_is_spoken_in_the_view_and_remembered():
    middleware = LanguageMiddleware(lambda request: HttpResponse(_("Yes") + request.language))
    response = middleware(RequestFactory().get("/?lang=ar"))

    assert response.content.decode() == "نعمar"
    assert response.cookies["language"].value == "ar"
    assert response.cookies["language"]["httponly"]
    assert response.headers["Content-Language"] == "ar"
    assert current().tag == "de"


def test_plain_german_falls_back_to_german_and_english_is_the_msgid():
    with speaking("de-simple"):
        assert _("Imprint") == "Wer wir sind"
        assert _("Street") == "Straße"
    with speaking("en"):
        assert _("Street") == "Street"


def test_placeholders_and_plurals():
    with speaking("de"):
        assert _("Step {step} of {of}", step=2, of=5) == "Schritt 2 von 5"
        assert ngettext("one result", "{count} results", 1) == "ein Treffer"
    with speaking("uk"):
        assert ngettext("one result", "{count} results", 3) == "3 результати"


def test_markup_in_values_is_kept_and_everything_else_escaped():
    from markupsafe import Markup

    assert with_markup("<x> {link} {word}", link=Markup("<a>"), word="<b>") == "&lt;x&gt; <a> &lt;b&gt;"


def test_the_building_blocks_are_translated_into_every_language():
    assert list(texts.missing(["ground"])) == []


def test_texts_are_extracted_from_python_and_templates_and_keep_their_translation(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "PRODUCT", tmp_path)
    monkeypatch.setattr(catalogs, "LOCALE", tmp_path / "locale")
    module = tmp_path / "portal"
    module.mkdir()
    (module / "__init__.py").write_text("")
    source = ['_("Apply")', 'raise Refused("late", "Too late")', 'ngettext("one day", "{count} days", n)']
    (module / "pages.py").write_text("\n".join(source))
    (module / "page.html").write_text('{{ _("Apply") }} {% if a %}{{ _("Send {what}", what=b) }}{% endif %}')
    texts.extract(["portal"])

    written = texts.po_file("tr", "portal")
    assert [message.id for message in texts._read("tr", "portal") if message.id] == [
        "Apply", "Send {what}", "Too late", ("one day", "{count} days")
    ]  # fmt: skip
    assert ("tr", "portal", "Apply") in list(texts.missing(["portal"]))

    written.write_text(written.read_text().replace('msgid "Apply"\nmsgstr ""', 'msgid "Apply"\nmsgstr "Başvur"'))
    texts.extract(["portal"])
    assert texts._read("tr", "portal")["Apply"].string == "Başvur"
    assert "Başvur".encode() in texts.compiled("tr")


def test_a_sentence_that_ends_with_an_abbreviation_has_one_dot():
    town = Markup("<bdi>Weißenburg i. Bay.</bdi>")
    assert with_markup("Responsible is {town}.", town=town) == "Responsible is <bdi>Weißenburg i. Bay.</bdi>"
    assert _("Until {day}.", day="7 грудня 2026 р.") == "Until 7 грудня 2026 р."
    assert _("Wait for {name} …", name="a..b") == "Wait for a..b …"


def test_a_german_reader_reads_the_name_of_a_language_in_german():
    """Report: a clerk read `Sprache: العربية` and could not tell which it is."""
    for tag in ("de", "de-simple"):
        with speaking(tag):
            assert language_name("ar") == "Arabisch"
    with speaking("en"):
        assert language_name("ar") == "العربية"
