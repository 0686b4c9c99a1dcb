from stadttor.portal.tests.builders import journey, offered


def test_the_summary_has_no_section_without_a_line():
    sections = journey(offered("hundesteuer"), {"haushalt": {"mithalter": True}}).summary()
    assert sections
    assert all(section.rows for section in sections)


def test_a_page_left_empty_can_still_be_changed():
    sections = {section.page_id: section for section in journey(offered(), {"antrag": {"art": "neu"}}).summary()}
    assert [row.value for row in sections["person"].rows] == ["Keine Angabe"]
