from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import pytest

from stadttor.catalog.queries import service_summary
from stadttor.portal.search import found
from stadttor.portal.tests.builders import content

PERMIT, RECORD, DOG, HOME = "bewohnerparkausweis", "fuehrungszeugnis", "hundesteuer", "wohnsitzanmeldung"


@dataclass(frozen=True)
class Named:
    slug: str
    title: str
    summary: str = ""
    search: tuple[str, ...] = ()


@lru_cache
def services(language="de"):
    return [
        service_summary(UUID(int=1), UUID(int=2), name, "live", content(name), language)
        for name in (PERMIT, RECORD, DOG, HOME)
    ]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("hund", DOG),
        ("Hund anmelden", DOG),
        ("ich möchte meinen Hund anmelden", DOG),
        ("Hundesteur", DOG),
        ("Anwohnerparken", PERMIT),
        ("parken", PERMIT),
        ("Bewonerparkausweis", PERMIT),
        ("kennzeichen ändern", PERMIT),
        ("Führungszeugnis", RECORD),
        ("fuehrungszeugnis beantragen", RECORD),
        ("umzug", HOME),
    ],
)
def test_everyday_words_find_their_service(words, first):
    hits = found(services(), words)
    assert hits.services[0].slug == first
    assert not hits.guessed


def test_of_equals_the_one_that_bears_the_word_as_a_name_comes_first():
    dangerous, found_one = Named("a", "Licence for a dangerous hund"), Named("b", "A found hund")
    hits = found([dangerous, found_one, *services()], "hund")
    assert hits.services[0].slug == DOG


@pytest.mark.parametrize("words", ["Personalausweis", "Personalausweis beantragen", "hunt"])
def test_what_only_looks_like_it_is_a_guess(words):
    assert found(services(), words).guessed


def test_another_language_finds_by_its_title_and_by_german_words():
    assert found(services("tr"), "Hundesteuer").services[0].slug == DOG


@pytest.mark.parametrize("words", ["xyzzyx", "!!!", "", "pass", "amt", "Reisepass"])
def test_nothing_is_found_for_nothing(words):
    assert found(services(), words).services == []


@pytest.mark.parametrize(
    ("language", "words", "first"),
    [
        ("tr", "köpeğimi kaydetmek", DOG),
        ("tr", "park kartı", PERMIT),
        ("tr", "sabıka kaydı", RECORD),
        ("uk", "парковка", PERMIT),
        ("uk", "авто", PERMIT),
        ("uk", "собака", DOG),
        ("uk", "прописка", HOME),
        ("ar", "كلب", DOG),
        ("ar", "موقف سيارة", PERMIT),
        ("en", "parking", PERMIT),
    ],
)
def test_everyday_words_of_another_language_find_their_service(language, words, first):
    """Report: `парковка` and `авто` found nothing."""
    hits = found(services(language), words)
    assert hits.services
    assert hits.services[0].slug == first
    assert not hits.guessed
