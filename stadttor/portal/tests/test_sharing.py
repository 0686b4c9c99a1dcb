"""What thousands of towns have in common is kept once; what they set differently never gets to another town."""

from stadttor.portal.tests.builders import journey, offered


def options(form, path):
    one = journey(form, {})
    groups = one.groups(one.form.form.page_of(path), ())
    found = next(field for group in groups for item in group.items for field in item.fields if field.name == path)
    return found.options


def test_towns_that_set_the_same_share_texts_and_options():
    one, other = offered(), offered()
    assert one.texts("tr") is other.texts("tr")
    assert options(one, "antrag.zone_alt") is options(other, "antrag.zone_alt")


def test_each_town_reads_what_it_has_set_itself():
    one, other = offered(zonen=["Nord"]), offered(zonen=["Süd"])
    assert [option.value for option in options(one, "antrag.zone_alt")] == ["Nord"]
    assert [option.value for option in options(other, "antrag.zone_alt")] == ["Süd"]


def test_each_town_says_its_own_values():
    one, other = offered("fuehrungszeugnis", mindestalter=14), offered("fuehrungszeugnis", mindestalter=16)
    assert "ab 14 Jahren" in one.texts("de").text("service.who")
    assert "ab 16 Jahren" in other.texts("de").text("service.who")
    assert "16" in other.texts("ar").text("service.who")


def test_equal_numbers_of_two_kinds_are_not_the_same():
    one, other = offered(nebenwohnung_erlaubt=True), offered(nebenwohnung_erlaubt=1)
    assert one.texts("de") is not other.texts("de")
