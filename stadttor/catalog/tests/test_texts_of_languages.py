"""Search words of a language, and what is said after an outcome."""

import pytest

from stadttor.catalog.filling import with_parameters
from stadttor.catalog.rules.parameters import Parameter, ParameterSchema
from stadttor.catalog.rules.texts import Texts
from stadttor.catalog.tests.builders import a_package, checked, faults_of


def files(text: str, language: str = "uk") -> dict[str, bytes]:
    found = a_package(package=("languages: [de]", "languages: [de, uk]"))
    found["texts/uk.yaml"] = b""
    found[f"texts/{language}.yaml"] += f"{text}\n".encode()
    found["texts/uk.yaml"] += "title: Дозвіл\n".encode()
    return found


def test_a_language_has_search_words_and_an_outcome_has_a_next_step() -> None:
    assert checked(files("search: парковка, авто")).faults == ()
    assert checked(files("outcome_next: {granted: {always: Holen Sie ihn ab.}}", "de")).faults == ()


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("search: كلب، سيارة", "uk", "`search` is not a list of words"),
        ("search: 'a,,b'", "uk", "`search` is not a list of words"),
        (f"search: '{'a,' * 60}a'", "uk", "`search` is not a list of words"),
        ("search: muster", "de", "Nothing asks for the text `search`"),
        ("outcome_next: {granted: {gebuehr_cents: Zahlen.}}", "de", "Nothing asks for the text `outcome_next"),
        ("outcome_next: {assessed: {always: Zahlen.}}", "de", "Nothing asks for the text `outcome_next"),
        ("outcome_next: {granted: '[x](javascript:alert(1))'}", "de", "links to `javascript:alert(1`"),
    ],
)
def test_texts_nothing_can_show_are_refused(text: str, language: str, said: str) -> None:
    assert said in faults_of(files(text, language))


def test_a_list_in_an_arabic_text_has_arabic_commas() -> None:
    schema = ParameterSchema((Parameter("tage", "list", "Tage"),))
    german = {"due": "An {p.tage}"}
    texts = Texts("ar", {"due": "في {p.tage}"}, german)
    set_texts = with_parameters(texts, schema, {"tage": ["15.02.", "15.05."]})
    assert set_texts.text("due") == "في 15.02.، 15.05."
    assert set_texts.german["due"] == "An 15.02., 15.05."
