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
