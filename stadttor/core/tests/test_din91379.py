"""Which letters can be written, and that everything else is refused before a letter is printed."""

import pytest

from stadttor.core.din91379 import LATIN_LETTERS, SEQUENCES, is_name, printable, tidy, unprintable


def test_the_repertoire_is_that_of_the_standard() -> None:
    assert (len(LATIN_LETTERS), len(SEQUENCES)) == (499, 147)


@pytest.mark.parametrize(
    "name", ["Yılmaz", "Łukasz Čapek", "O’Brien", "D'Arc-Weber", "Ḩāšim", "K\u035fhan", "Šķēle", "Dr. Núñez"]
)
def test_names_in_latin_letters_are_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["Аміра", "أميرة", "Amira 2", "A\u0330", "Am\nira", "😀", "a@b"])
def test_other_writing_is_no_name_for_a_register(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize("text", ["Grüße – “so”", "Привіт, її", "مرحبا، كيف الحال؟", "5 € · § 19", "Ελλάδα", "a\nb\tc"])
def test_what_people_write_to_us_can_be_printed(text: str) -> None:
    assert printable(text)


def test_what_cannot_be_printed_is_named_once() -> None:
    assert unprintable("gut 😀 😀 漢") == "😀漢"


@pytest.mark.parametrize("text", ["\u202e", "\x00", "\ud800", "\u0300", "a\u0335"])
def test_control_and_lonely_marks_are_refused(text: str) -> None:
    assert not printable(text)


def test_texts_are_stored_composed_and_without_invisible_marks() -> None:
    assert tidy("a\u0308\r\nb\u200f\u00ad") == "ä\nb"
