"""Two municipalities of one association take different dog tax: one form, one office, to each its rate, statute, account."""

from collections.abc import Iterator, Mapping

from tests.journeys.people import AMIRA, JONAS
from tests.measuring.lines import Line
from tests.town_hall.acts import apply_for_a_dog, decide, print_and_post
from tests.town_hall.play import Play, read, text_of

ASSOCIATION = "vg-ellingen"
ELLINGEN = {"person.anschrift.postal_code": "91792", "person.anschrift.city": "Ellingen"}
ETTENSTATT = {"person.anschrift.postal_code": "91796", "person.anschrift.city": "Ettenstatt"}
MEMBERS: tuple[tuple[str, Mapping[str, str], str, str, str], ...] = (
    ("Ellingen", AMIRA | ELLINGEN, "40,00 €", "Stadt Ellingen", "DE02500105170137075030"),
    ("Ettenstatt", JONAS | ETTENSTATT, "25,00 €", "Gemeinde Ettenstatt", "DE02300209000106531065"),
)


def play_members(play: Play) -> Iterator[Line]:
    """One dog in each, on the same day."""
    for place, person, _amount, _whose, _account in MEMBERS:
        number = apply_for_a_dog(play.somebody(), ASSOCIATION, person)
        olsen = play.colleague(ASSOCIATION, "olsen")
        case = olsen.open_case(ASSOCIATION, number)
        play.picture(olsen, f"{place.lower()}-case", f"The association's desk: a dog in {place}")
        decide(play, olsen, ASSOCIATION, case, "assessed")
        play.picture(olsen, f"{place.lower()}-assessed", "Assessed in the name of the municipality")
    letters = _letters(text_of(print_and_post(play, ASSOCIATION, pictures=True)))
    for place, _person, amount, whose, account in MEMBERS:
        letter = next((one for one in letters if f"Satzung der {whose}" in one), "")
        yield read(f"{place}: its tax a year", f"Bello, Mischling 1. November 2026 {amount}", letter)
        yield read(f"{place}: by its own statute", f"Satzung der {whose} für die Erhebung der Hundesteuer", letter)
        yield read(f"{place}: to its own account", account, letter)


def _letters(printed: str) -> list[str]:
    """The letters of a run, cut where each greets; its head may stay with the one before."""
    plain = " ".join(printed.split())
    return ["Guten Tag" + one for one in plain.split("Guten Tag")[1:]]
