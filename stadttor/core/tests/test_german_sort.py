import pytest

from stadttor.core.german_sort import loosened, search_key, short_key, sort_key


def test_umlauts_stand_with_their_vowels() -> None:
    towns = ["Zug", "Äpfel", "Bad", "Oerlinghausen", "Öhringen", "Ofterdingen", "Straße", "Strasse", "Strassen"]
    assert sorted(towns, key=sort_key) == [
        "Äpfel", "Bad", "Oerlinghausen", "Ofterdingen", "Öhringen", "Strasse", "Straße", "Strassen", "Zug",
    ]  # fmt: skip


def test_the_plain_word_comes_before_the_same_word_with_umlaut() -> None:
    assert sorted(["Höfer", "Hofer", "hofen"], key=sort_key) == ["hofen", "Hofer", "Höfer"]


def test_several_words_stand_before_one_longer_word() -> None:
    assert sorted(["Neustadt", "Neu Wulmstorf", "Neu-Ulm"], key=sort_key) == ["Neu-Ulm", "Neu Wulmstorf", "Neustadt"]


@pytest.mark.parametrize(
    "typed", ["Weißenburg i.Bay.", "weissenburg i. bay.", "WEISSENBURG IN BAYERN", " Weißenburg  i. Bay "]
)
def test_ways_to_write_weissenburg(typed: str) -> None:
    assert search_key(typed) == "weissenburg in bayern"


@pytest.mark.parametrize(
    ("register", "typed"),
    [
        ("St. Wendel", "Sankt Wendel"),
        ("München", "Muenchen"),
        ("Muhr a.See", "Muhr am See"),
        ("Neustadt a.d.Aisch", "Neustadt an der Aisch"),
        ("Rothenburg ob der Tauber", "rothenburg OB DER tauber"),
        ("Halle (Westf.)", "Halle Westfalen"),
        ("Garmisch-Partenkirchen", "garmisch partenkirchen"),
    ],
)
def test_the_registers_spelling_meets_peoples_spelling(register: str, typed: str) -> None:
    assert search_key(register) == search_key(typed)


@pytest.mark.parametrize(
    ("typed", "meant"), [("Munchen", "München"), ("Weisenburg", "Weißenburg"), ("Stutgart", "Stuttgart")]
)
def test_the_loose_key_forgives(typed: str, meant: str) -> None:
    assert loosened(search_key(typed)) == loosened(search_key(meant))


def test_the_short_key_leaves_out_what_only_tells_apart() -> None:
    assert short_key("Frankfurt (Oder)") == short_key("Frankfurt am Main") == "frankfurt"
    assert short_key("Weißenburg i.Bay.") == "weissenburg"
    assert short_key("Bad Neustadt a.d.Saale") == "bad neustadt"
