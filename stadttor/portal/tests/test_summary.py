from stadttor.portal.tests.builders import journey, offered


def test_the_summary_has_no_section_without_a_line():
    sections = journey(offered("hundesteuer"), {"haushalt": {"mithalter": True}}).summary()
    assert sections
    assert all(section.rows for section in sections)


def test_a_page_left_empty_can_still_be_changed():
    sections = {section.page_id: section for section in journey(offered(), {"antrag": {"art": "neu"}}).summary()}
    assert [row.value for row in sections["person"].rows] == ["Keine Angabe"]


def zone_of(zone):
    home = {"street": "Bahnhofstr.", "house_number": "12 a", "postal_code": "91781", "city": "Weißenburg"}
    answers = {"person": {"anschrift": home}, "wohnung": {"art": "hauptwohnung", "zone": zone}}
    sections = {section.page_id: section for section in journey(offered(), answers).summary()}
    return sections["wohnung"].rows[1]


def test_whoever_chose_something_else_than_the_list_says_is_asked_before_sending():
    row = zone_of("C")
    assert row.note == "Nach unserer Liste wäre es: A. Bitte prüfen Sie Ihre Angabe. Stimmt sie, lassen Sie sie so."
    assert row.marked


def test_what_the_list_says_needs_no_word():
    assert (zone_of("A").note, zone_of("A").marked) == ("", False)
