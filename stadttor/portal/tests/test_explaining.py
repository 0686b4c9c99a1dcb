import pytest

from stadttor.portal.tests.builders import journey, offered

HOME = {"street": "Bahnhofstraße", "house_number": "", "postal_code": "9178", "city": ""}


def told(answers, page_id="person"):
    here = journey(offered(), answers)
    return [line for problem in here.filled.validate_page(page_id) for line in here.told(problem)]


def test_an_address_names_all_its_missing_parts_at_once():
    lines = told({"person": {"anschrift": HOME}})
    texts = [line["text"] for line in lines if "anschrift" in line["id"]]
    assert texts == [
        "Ihre Anschrift im Bewohnerparkgebiet: Es fehlt noch: Hausnummer und Ort.",
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


def fields_of(answers, page_id="person"):
    here = journey(offered(), answers)
    page = here.form.form.page_by_id[page_id]
    shown = here.groups(page, here.filled.validate_page(page_id))
    return {one.name: one for group in shown for one in group.items[0].fields}


def test_an_empty_field_asks_for_itself_by_name():
    texts = [line["text"] for line in told({})]
    assert texts[0] == "Bitte geben Sie an: Vorname."
    assert texts[3] == (
        "Ihre Anschrift im Bewohnerparkgebiet: Es fehlt noch: Straße, Hausnummer, Postleitzahl und Ort."
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
    assert {"id": "f-person-geburtsdatum-year", "text": "Geburtsdatum: Es fehlt noch: Jahr."} in lines


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
