"""To whom letters go: a form with several addresses says which one it is, and the check finds what is wrong with it."""

from pathlib import Path

import pytest

from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.tests.builders import a_package, checked, faults_of

FOLDER = Path(__file__).parents[3] / "packages" / "sondernutzung"
SAID = b"letters_to: [{company: person.firma, address: person.anschrift}]\n"


def package(said: str) -> dict[str, bytes]:
    """A service that asks for the place in the street and for the applicant's address."""
    files = read_folder(FOLDER)
    assert SAID in files["package.yaml"]
    files["package.yaml"] = files["package.yaml"].replace(SAID, f"{said}\n".encode())
    return files


def test_several_addresses_need_a_word_and_none_needs_nothing():
    assert checked(a_package()).accepted().letters_to[0].address == ()
    assert "(ort.anschrift, person.anschrift), and nothing says to which of them letters go" in faults_of(package(""))
    [rule] = checked(package("letters_to: [{address: [person.anschrift, ort.anschrift]}]")).accepted().letters_to
    assert rule.address == ("person.anschrift", "ort.anschrift")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("[{address: person.nirgends}]", "letters_to.0.address"),
        ("[{address: person.vorname}]", "letters_to.0.address"),
        ("[{address: person.anschrift, company: person.anschrift}]", "letters_to.0.company"),
        ("[{address: person.anschrift, proof: person.vorname}]", "letters_to.0.proof"),
        ("[{address: person.anschrift, if: 'a.nichts'}, {address: person.anschrift}]", "letters_to.0.if"),
        ("[{address: person.anschrift, if: \"a.person.vorname == 'A'\"}]", "has a condition"),
        ("[{name: [person.vorname]}]", "`letters_to.0.address` is missing"),
    ],
)
def test_what_leads_nowhere_is_a_fault(said, fault):
    assert fault in faults_of(package(f"letters_to: {said}"))
