from datetime import date

from stadttor.portal.prices import price_list
from stadttor.portal.tests.builders import journey, offered

TODAY = date(2026, 11, 22)


def listed(**settings):
    form = offered(**settings)
    return {price.label: price.cents for price in price_list(form, form.texts("de"), TODAY)}


def test_the_service_page_names_every_fee_of_the_town():
    prices = listed(gebuehr_ein_jahr_cents=6000)
    assert prices["Bewohnerparkausweis für ein Jahr"] == 6000
    assert len(prices) == 6


def test_a_duration_the_town_does_not_offer_has_no_price():
    assert "Bewohnerparkausweis für zwei Jahre" not in listed(laufzeiten=["halbes_jahr", "ein_jahr"])


def hints(answers, path):
    group_id = path.split(".")[0]
    one = journey(offered(), answers)
    groups = one.groups(one.form.form.page_of(path), ())
    found = next(
        item
        for group in groups
        if group.id == group_id
        for part in group.items
        for item in part.fields
        if item.name == path
    )
    return {option.value: option.hint for option in found.options}


def test_each_duration_says_what_it_costs():
    assert hints({"antrag": {"art": "neu"}}, "laufzeit.dauer") == {
        "halbes_jahr": "15,35\N{NO-BREAK SPACE}€",
        "ein_jahr": "30,70\N{NO-BREAK SPACE}€",
        "zwei_jahre": "61,40\N{NO-BREAK SPACE}€",
    }


def test_a_choice_whose_fee_is_still_open_names_none():
    found = hints({}, "antrag.art")
    assert found["neu"] == ""
    assert found["verlust"] == "10,00\N{NO-BREAK SPACE}€"
