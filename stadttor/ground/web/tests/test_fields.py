import pytest
from markupsafe import Markup

from stadttor.ground.web import drawing
from stadttor.ground.web.blocks import Field, KnownOptions, Option
from stadttor.ground.web.environment import environment
from stadttor.ground.web.language import speaking

TEMPLATE = '{% from "kern/fields.html" import field, group %}{{ field(f) }}'


def drawn(field):
    with speaking("de"):
        return environment().from_string(TEMPLATE).render(f=field)


def test_help_example_and_error_are_read_out_with_the_control():
    text = drawn(Field("plate", "auto.zeichen", "Kennzeichen", help="Hilfe", example="WUG-AB 123", error="Falsch"))

    assert 'aria-describedby="f-auto-zeichen-help f-auto-zeichen-example f-auto-zeichen-error"' in text
    assert 'aria-invalid="true"' in text
    assert 'id="f-auto-zeichen-error"' in text


def test_the_optional_field_is_marked_not_the_required_one():
    assert "(freiwillig)" in drawn(Field("text", "a.b", required=False))
    assert "freiwillig" not in drawn(Field("text", "a.b"))
    assert 'data-optional="a.b" hidden' in drawn(Field("text", "a.b", conditional=True))


def test_a_dict_does_as_well_as_a_field():
    same = {"type": "email", "name": "a.b", "label": "E-Mail", "value": "a@example.org"}

    assert drawn(same) == drawn(Field(**same))


@pytest.mark.parametrize(("count", "control"), [(6, 'type="radio"'), (7, "<select")])
def test_up_to_six_options_are_shown_at_once(count, control):
    options = [{"value": str(n), "label": str(n)} for n in range(count)]

    assert control in drawn(Field("select", "a.b", options=options))
    assert "<select" in drawn(Field("select", "a.b", options=options, radios=False))


def test_a_list_with_its_own_empty_answer_has_no_second_one():
    options = [{"value": "", "label": "Alle"}, {"value": "new", "label": "Neu"}]

    assert drawn(Field("select", "a.b", options=options, radios=False)).count('<option value=""') == 1
    assert "Bitte wählen" not in drawn(Field("select", "a.b", options=options, radios=False))
    assert "Bitte wählen" in drawn(Field("select", "a.b", options=options[1:], radios=False))


def test_yes_no_or_not_yet_answered():
    assert drawn(Field("boolean", "a.b", value=True)).count("checked") == 1
    assert 'value="false" checked' in drawn(Field("boolean", "a.b", value=False))
    assert "checked" not in drawn(Field("boolean", "a.b"))


def test_a_date_posts_three_numbers_and_the_summary_finds_the_first():
    text = drawn(Field("date", "a.b", value="2026-12-01"))

    assert 'id="f-a-b" name="a.b.day" value="1"' in text
    assert 'name="a.b.year" value="2026"' in text


def test_zero_is_an_answer():
    assert 'value="0"' in drawn(Field("integer", "a.b", value=0))


def test_a_full_file_field_offers_removal_only():
    text = drawn(Field("file", "a.b", "Foto", uploads=[{"id": "7", "name": "foto.png", "size": 90_000}]))

    assert 'type="file"' not in text
    assert 'name="remove" value="7"' in text
    assert "90 kB" in text


def test_a_hidden_field_keeps_its_place():
    assert 'data-field="a.b" hidden' in drawn(Field("text", "a.b", shown=False))


def test_help_may_hold_links_of_ours():
    assert "<a href=" in drawn(Field("text", "a.b", help=Markup('<a href="/">hier</a>')))
    assert "<a href=" not in drawn(Field("text", "a.b", help='<a href="/">hier</a>'))


OPTIONS = (Option("a", 'A "quoted" one'), Option("b", "B", "with a hint"))
MANY = tuple(Option(f"o{number}", f"Option {number}") for number in range(9))
ANSWERED = [
    *(Field(kind, "g.f", label="Label", value=value, help="Help", example="12", width="short", maxlength=20)
      for kind in ("text", "name", "integer", "decimal", "email", "phone", "plate", "iban", "search", "textarea")
      for value in (None, "", 'x"><b>', "\ue000value\ue001")),
    Field("money", "g.f", value="12,50", readonly=True),
    Field("integer", "g.0.f", value=0, shown=False, required=False),
    *(Field("date", "g.f", label="Day", value=value, autocomplete="bday")
      for value in (None, "2026-11-22", {"day": "3<", "month": "", "year": "2026"})),
    *(Field("address", "g.f", value=value, autocomplete=token)
      for value in (None, {"street": "Am <Tor>", "city": "Ort"}) for token in ("", "off")),
    *(Field("address", "g.f", value=value, abroad=True, options=KnownOptions(MANY))
      for value in (None, {"street": "Am <Tor>", "country": "o3"})),
    *(Field(kind, "g.f", label="Choose", options=options, value=value, radios=radios)
      for kind in ("select", "multiselect") for options in (OPTIONS, MANY) for radios in (None, False)
      for value in (None, "b", "o3", "not offered", ['a', "o8"] if kind == "multiselect" else "a")),
    *(Field("boolean", "g.f", label="Yes?", value=value) for value in (None, True, False, "true")),
    Field("country", "g.f", label="Country", value="TR"),
    *(Field("country", "g.f", options=KnownOptions(MANY[:count]), value="o1") for count in (2, 3)),
    Field("text", "g.f", label="Wrong", value="x", error="Not so."),
    Field("info", "g.f", label="Read this."),
    Field("text", "g.f", label=Markup("<b>Bold</b>")),
    Field("text", "g.f", label="<b>Bold</b>"),
    Field("select", "g.f", options=(Option("a", Markup("<b>A</b>")),)),
    Field("select", "g.f", options=(Option("a", "<b>A</b>"),)),
]  # fmt: skip


@pytest.mark.parametrize("tag", ["de", "ar"])
@pytest.mark.parametrize("field", ANSWERED, ids=lambda field: f"{field.type}-{field.value}")
def test_a_kept_drawing_with_an_answer_looks_as_if_it_were_drawn_with_it(field, tag):
    with speaking(tag):
        afresh = environment().get_template("kern/fields.html").module.drawing(field)
        assert drawing.drawn(field) == afresh
        assert drawing.drawn(field) == afresh
