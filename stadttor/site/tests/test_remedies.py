"""What a convenience copy says of the legal remedy."""

import pytest

from stadttor.site.remedies import remedy_in

COURT = "Gegen diesen Bescheid kann innerhalb eines Monats nach seiner Bekanntgabe Klage beim Gericht erhoben werden."
OFFICE = (
    "Gegen diesen Bescheid kann innerhalb eines Monats Widerspruch erhoben werden. Einzulegen ist er bei der Stadt."
)
BOTH = "Binnen eines Monats können Sie Widerspruch einlegen oder unmittelbar Klage erheben."


def test_the_german_letter_has_it_word_for_word() -> None:
    assert remedy_in("de", COURT) == COURT


@pytest.mark.parametrize("language", ["en", "uk", "tr", "ar", "de-simple"])
@pytest.mark.parametrize("german", [COURT, OFFICE, BOTH])
def test_a_copy_explains_it_and_keeps_the_german_text(language: str, german: str) -> None:
    explained, kept = remedy_in(language, german).split("\n\n")
    assert kept == german
    assert explained
    assert explained != german


@pytest.mark.parametrize(("german", "said"), [(COURT, "Klage"), (OFFICE, "Widerspruch")])
def test_the_copy_names_the_remedy_of_the_letter(german: str, said: str) -> None:
    explained = remedy_in("tr", german).split("\n\n")[0]
    assert said in explained
    assert "bir ay" in explained


@pytest.mark.parametrize("german", [BOTH, "Gegen diesen Bescheid ist die Klage binnen zweier Wochen gegeben."])
def test_what_is_not_sure_is_not_said(german: str) -> None:
    explained = remedy_in("en", german).split("\n\n")[0]
    assert "one month" not in explained
    assert "German text below" in explained


def test_no_remedy_stays_none() -> None:
    assert remedy_in("tr", "") == ""
