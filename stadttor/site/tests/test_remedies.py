"""What a convenience copy says of the legal remedy."""

from types import SimpleNamespace

import pytest

from stadttor.ground.actor import SYSTEM
from stadttor.site.remedies import is_known, remedy_in, remedy_of
from stadttor.tenancy.queries import forget
from stadttor.tenancy.services import describe, set_coverage

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


@pytest.mark.db
def test_a_court_that_nobody_confirmed_stands_in_no_letter(authority, now) -> None:
    """In Cologne the remedy is an action; which court it goes to was not compared with the law."""
    set_coverage(authority.id, ["053150000000"], actor=SYSTEM, now=now)
    forget()
    found = SimpleNamespace(
        form=SimpleNamespace(authority_id=authority.id, in_name_of=None, manifest=SimpleNamespace(outcomes=["granted"]))
    )
    today = now.date()
    assert not is_known(authority.id, ["granted"], today)
    assert remedy_of(found, today) == ""
    describe(authority.id, actor=SYSTEM, now=now, court="Verwaltungsgericht Köln, Appellhofplatz, 50667 Köln")
    forget()
    assert is_known(authority.id, ["granted"], today)
    assert "Klage beim Verwaltungsgericht Köln, Appellhofplatz, 50667 Köln, erhoben" in remedy_of(found, today)


@pytest.mark.db
def test_where_the_table_is_not_confirmed_the_text_of_the_house_counts(authority, now) -> None:
    """In Hesse exceptions are to be looked at for each service: the text typed in the settings was silently unused."""
    theirs, members = "Gegen diesen Bescheid ist die Klage gegeben.", "Gegen diesen Bescheid gibt es Widerspruch."
    set_coverage(authority.id, ["064120000000"], actor=SYSTEM, now=now)
    describe(authority.id, actor=SYSTEM, now=now, remedy=theirs)
    forget()

    def found(outcomes: list[str], remedy: str | None = None) -> SimpleNamespace:
        member = None if remedy is None else SimpleNamespace(name="Gemeinde", lines=(), remedy=remedy)
        form = SimpleNamespace(
            authority_id=authority.id, in_name_of=member, manifest=SimpleNamespace(outcomes=outcomes)
        )
        return SimpleNamespace(form=form)

    today = now.date()
    assert remedy_of(found(["granted"]), today) == theirs
    assert remedy_of(found(["granted"], members), today) == members
    assert remedy_of(found(["granted"], ""), today) == theirs
    assert "Widerspruch erhoben" in remedy_of(found(["assessed"], members), today), "this row is confirmed"
    describe(authority.id, actor=SYSTEM, now=now, remedy="")
    forget()
    assert "Widerspruch erhoben" in remedy_of(found(["granted"]), today)
