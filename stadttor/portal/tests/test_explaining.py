import pytest

from stadttor.ground.web.drawing import drawn
from stadttor.ground.web.language import speaking
from stadttor.portal import wording
from stadttor.portal.tests.builders import PACKAGES, journey, offered

HOME = {"street": "Bahnhofstraße", "house_number": "", "postal_code": "9178", "city": ""}


def told(answers, page_id="person", package="bewohnerparkausweis"):
    here = journey(offered(package), answers)
    lines = here.explaining.lines(here.filled.validate_page(page_id))
    return [{"id": line["id"], "text": line["text"]} for line in lines]


def test_an_address_names_all_its_missing_parts_at_once():
    lines = told({"person": {"anschrift": HOME}})
    texts = [line["text"] for line in lines if "anschrift" in line["id"]]
    assert texts == [
        "Ihre Anschrift im Bewohnerparkgebiet (es fehlt noch: Hausnummer und Ort)",
        "Ihre Anschrift im Bewohnerparkgebiet, Postleitzahl: Geben Sie eine Postleitzahl mit fünf Ziffern ein.",
    ]


def test_each_wrong_part_of_an_address_is_marked():
    here = journey(offered(), {"person": {"anschrift": HOME}})
    page = here.form.form.page_by_id["person"]
    fields = {
        one.name: one
        for group in here.groups(page, here.filled.validate_page("person"))
        for one in group.items[0].fields
    }
    assert set(fields["person.anschrift"].errors) == {"house_number", "postal_code", "city"}


def test_an_address_abroad_is_asked_for_with_its_country_and_a_code_nobody_here_knows():
    """Report: who lives in Salzburg was told to enter a postal code with five digits."""
    salzburg = {"street": "Getreidegasse", "house_number": "9", "postal_code": "5020", "city": "Salzburg"}
    for home, wrong in (
        ({**salzburg, "country": "AT"}, set()),
        (salzburg, {"postal_code"}),
        ({"country": "AT"}, {"street", "city"}),
    ):
        here = journey(offered("fundsache"), {"person": {"anschrift": home}})
        page = here.form.form.page_by_id["person"]
        shown = here.groups(page, here.filled.validate_page("person"))
        asked = [one for group in shown for one in group.items[0].fields]
        (field,) = [one for one in asked if one.name == "person.anschrift"]
        assert set(field.errors) == wrong
        assert ('value="AT" selected' in drawn(field)) == ("country" in home)


def fields_of(answers, page_id="person"):
    here = journey(offered(), answers)
    page = here.form.form.page_by_id[page_id]
    shown = here.groups(page, here.filled.validate_page(page_id))
    return {one.name: one for group in shown for one in group.items[0].fields}


def test_an_empty_field_asks_for_itself_by_name():
    texts = [line["text"] for line in told({})]
    assert texts[0] == "Bitte geben Sie an: Vorname."
    assert texts[3] == (
        "Ihre Anschrift im Bewohnerparkgebiet (es fehlt noch: Straße, Hausnummer, Postleitzahl und Ort)"
    )
    assert fields_of({})["person.vorname"].error == "Bitte geben Sie an: Vorname."


def test_every_part_of_an_empty_address_is_marked():
    assert fields_of({})["person.anschrift"].errors == {
        "street": "Bitte geben Sie die Straße an.",
        "house_number": "Bitte geben Sie die Hausnummer an.",
        "postal_code": "Bitte geben Sie die Postleitzahl an.",
        "city": "Bitte geben Sie den Ort an.",
    }


def test_a_file_field_says_beforehand_what_fits():
    car = fields_of({"fahrzeug": {"nutzung": "eigenes"}}, "fahrzeug")["fahrzeug.zb1"]
    assert car.help.endswith("PDF, JPEG oder PNG, je höchstens 10 MB, bis zu 4 Dateien.")


def test_a_date_without_its_year_leads_to_the_year():
    lines = told({"person": {"geburtsdatum": {"day": "24", "month": "5", "year": ""}}})
    assert {"id": "f-person-geburtsdatum-year", "text": "Geburtsdatum (es fehlt noch: Jahr)"} in lines


@pytest.mark.parametrize(
    ("day", "month", "year", "text"),
    [
        ("31", "2", "1988", "Den 31. Februar 1988 gibt es nicht. Prüfen Sie Tag und Monat."),
        ("1", "13", "1988", "Geben Sie den Monat als Zahl von 1 bis 12 ein."),
        ("24", "5", "26", "Bitte schreiben Sie das Jahr mit vier Ziffern."),
    ],
)
def test_a_legible_date_is_told_what_is_wrong_with_it(day, month, year, text):
    lines = told({"person": {"geburtsdatum": {"day": day, "month": month, "year": year}}})
    assert {"id": "f-person-geburtsdatum", "text": f"Geburtsdatum: {text}"} in lines


def test_the_summary_of_errors_follows_the_page():
    ids = [line["id"] for line in told({"person": {"geburtsdatum": {"day": "24", "month": "5", "year": ""}}})]
    assert ids == [
        "f-person-vorname",
        "f-person-nachname",
        "f-person-geburtsdatum-year",
        "f-person-anschrift",
        "f-person-email",
    ]


def family(*members):
    return told({"haushalt": {"mit_familie": True}, "familie": list(members)}, "familie", "wohnsitzanmeldung")


def test_a_line_about_one_of_several_people_says_whom_it_means():
    """Report: with three people the summary said twice "Choose an answer." and never of whom."""
    texts = [
        line["text"]
        for line in family({}, {"vorname": "Аміра", "geburtsdatum": {"day": "1", "month": "13", "year": "2020"}})
    ]
    assert "Familienmitglied 2, Geschlecht: Wählen Sie eine Angabe aus." in texts
    assert any(text.startswith("Familienmitglied 1, Geburtsdatum: ") for text in texts)
    assert any(text.startswith("Familienmitglied 2, Vornamen") and "lateinischen Buchstaben" in text for text in texts)
    assert len(set(texts)) == len(texts)


def test_no_two_lines_of_a_summary_are_the_same():
    for folder in sorted(PACKAGES.iterdir()):
        here = journey(offered(folder.name), {})
        for page in here.form.form.pages:
            texts = [line["text"] for line in here.explaining.lines(here.filled.validate_page(page.id))]
            assert len(set(texts)) == len(texts), page.id


def test_a_question_keeps_its_mark_and_gets_no_second_one():
    assert wording.after("Seit wann haben Sie den Hund?", "Es fehlt.") == "Seit wann haben Sie den Hund? Es fehlt."
    assert wording.after("Anschrift", "Es fehlt.") == "Anschrift: Es fehlt."


def test_the_comma_is_that_of_the_language():
    with speaking("ar"):
        assert wording.places(["العنوان", "", "الرمز"]) == "العنوان، الرمز"


def test_pages_that_may_still_come_are_counted_from_the_start():
    """Report: "1 of about 4" was followed by "2 of 8"."""
    here = journey(offered("hundesteuer"), {})
    assert here.may_grow
    assert here.most_steps > len(here.steps)
    assert here.most_steps <= len(here.form.form.pages)


def test_a_group_that_asks_nothing_now_has_no_heading():
    """Report: Germans saw the heading "European certificate" over nothing."""
    here = journey(offered("fuehrungszeugnis"), {"staatsangehoerigkeit": [{"staat": "DE"}]})
    page = here.form.form.page_of("europa.hinweis")
    assert {one.id: one.shown for one in here.groups(page, [])}["europa"] is False
    here = journey(offered("fuehrungszeugnis"), {"staatsangehoerigkeit": [{"staat": "FR"}]})
    assert {one.id: one.shown for one in here.groups(page, [])}["europa"] is True
