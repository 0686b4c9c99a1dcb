"""Every package on the shelf can be tried out with an application of its own examples, as it is adopted by default."""

from datetime import date, timedelta

import pytest

from stadttor.catalog.rules.examples import with_files
from stadttor.catalog.rules.inventing import SURNAME, invented
from stadttor.catalog.tests.test_handover import content_of
from stadttor.forms.rules import Filled
from stadttor.portal.journey import applicant_email, applicant_name

TODAY = date(2027, 3, 9)
MAIL = "kern@aschaffenburg.example"
SLUGS = (
    "bewohnerparkausweis", "fuehrungszeugnis", "fundsache", "gewerbeanmeldung", "hundesteuer", "kita-voranmeldung",
    "meldebescheinigung", "sondernutzung", "sperrmuell", "wohnsitzanmeldung",
)  # fmt: skip


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("codes", [[], ["63739", "63741"]])
def test_an_application_is_invented_that_the_form_accepts_on_any_day(slug: str, codes: list[str]) -> None:
    content = content_of(slug)
    parameters = content.parameters.defaults()
    if "postleitzahlen" in parameters:
        parameters["postleitzahlen"] = codes
    for day in (TODAY, TODAY + timedelta(days=500)):
        answers = invented(content, parameters, day, ("63739", "Aschaffenburg"), MAIL)
        assert answers is not None
        filled = Filled(content.form, with_files(answers), parameters, day)
        assert filled.validate_all() == []
        assert applicant_name(filled).endswith(SURNAME), "nobody can mistake it for a real person"
        assert applicant_email(filled) in (MAIL, "")


@pytest.mark.parametrize(
    ("slug", "group", "field", "plain"),
    [
        ("hundesteuer", "ermaessigung", "gewuenscht", False),
        ("hundesteuer", "haushalt", "dauer", "dauerhaft"),
        ("bewohnerparkausweis", "mehrere", "gewuenscht", False),
    ],
)
def test_the_plain_case_is_invented(slug: str, group: str, field: str, plain: object) -> None:
    """Report: the test case of the dog tax asked for relief."""
    content = content_of(slug)
    answers = invented(content, content.parameters.defaults(), TODAY, ("63739", "Aschaffenburg"), MAIL)
    assert answers is not None
    assert answers[group][field] == plain


def test_settings_that_no_example_fits_give_none_instead_of_a_wrong_one() -> None:
    content = content_of("hundesteuer")
    parameters = content.parameters.defaults() | {"postleitzahlen": ["10115"]}
    assert invented(content, parameters, TODAY, None, MAIL) is None
