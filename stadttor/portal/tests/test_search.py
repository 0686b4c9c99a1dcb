from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import pytest

from stadttor.catalog.queries import service_summary
from stadttor.catalog.queries.offered import names_of
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


@lru_cache
def names():
    """As the catalogue says what each service is called in each language."""
    return {name: names_of(content(name)) for name in (PERMIT, RECORD, DOG, HOME)}


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("köpek kaydı", DOG),
        ("kopek", DOG),
        ("собака", DOG),
        ("зареєструвати собаку", DOG),
        ("dog", DOG),
        ("register my dog", DOG),
        ("парковка", PERMIT),
        ("كلب", DOG),
    ],
)
def test_on_a_german_page_the_words_of_another_language_find_their_service(words, first):
    hits = found(services(), words, names())
    assert hits.services
    assert hits.services[0].slug == first
    assert not hits.guessed


def test_a_whole_name_of_another_language_stands_beside_what_the_page_says():
    """Report: `dog` found the dog that was found, and not the tax."""
    stray = Named("fundtier", "Gefundenes Tier melden", search=("found dog",))
    assert DOG in [one.slug for one in found([stray, *services()], "dog", names()).services]


def test_what_is_nearly_the_word_goes_before_what_only_begins_like_it():
    """Report: `personalausweiß` found the Melderegisterauskunft first."""
    card, register = Named("b", "Personalausweis"), Named("a", "Auskunft", search=("person finden",))
    assert found([register, card], "Personalausweiß").services[0] == card


@pytest.mark.parametrize("words", ["xyzzyx", "!!!", "", "amt"])
def test_nothing_is_found_for_nothing_in_any_language(words):
    assert found(services(), words, names()).services == []


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Wonsitz", HOME),
        ("wonsitz ummelden", HOME),
        ("hundsteuer", DOG),
        ("Hundestuer", DOG),
        ("Fürungszeugniss", RECORD),
    ],
)
def test_what_is_mistyped_finds_its_service_first(words, first):
    assert found(services(), words, names()).services[0].slug == first
