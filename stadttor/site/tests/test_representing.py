"""Who applied for somebody else gets the letters, and the clerk knows whether that was shown."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from stadttor.catalog.rules.content import PackageContent, read_package
from stadttor.catalog.rules.examples import filled
from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.rules.manifest import published_manifest
from stadttor.forms.rules.filled import Filled
from stadttor.ground.clock import now
from stadttor.ground.work import work
from stadttor.portal.journey import applicant_name
from stadttor.site import wiring
from stadttor.site.applications import Submitted, submitted
from stadttor.site.delivering import way_of
from stadttor.site.representing import recipient_of, representative
from tests.isolation.world import in_work

pytestmark = pytest.mark.db
PACKAGES = Path(__file__).parents[3] / "packages"
ELSEWHERE = {
    "hundesteuer/abmeldung-ins-ausland": ("Jonas Weber", "Getreidegasse 9"),
    "fuehrungszeugnis/mutter-fuer-tochter": ("Sabine Weber", "für Lena Weber", "Rosenstraße 12a"),
    "fuehrungszeugnis/eltern-fuer-volljaehrige": ("Sabine Weber", "für Jonas Weber", "Rosenstraße 12a"),
    "kita-voranmeldung/zuzug-kurzfristig-ohne-kriterien": ("Lena Weber", "Luitpoldstraße 7"),
    "meldebescheinigung/mutter-fuer-kind": ("Amira Yılmaz", "für Mina Yılmaz", "Rosenstraße 12a"),
    "meldebescheinigung/abgewiesen-erwachsenes-kind": ("Karl Weber", "für Jonas Weber", "Marktplatz 5"),
    "meldebescheinigung/abgewiesen-ohne-nachweise": ("Karl Weber", "für Jonas Weber", "Marktplatz 5"),
    "sondernutzung/infostand-gebuehrenfrei": ("Tierschutzverein", "Amira Yılmaz", "Bahnhofstraße 12"),
    "sperrmuell/schnell-mit-kuehlschrank": ("Amira Yılmaz", "Bahnhofstraße 12"),
}
"""Examples in which it is not the applicant at the address of `person`: name and first lines of the window."""
DWELLING = {"kita-voranmeldung": "kind", "sperrmuell": "adresse"}
SABINE = {
    "wer": "vollmacht",
    "vorname": "Sabine",
    "nachname": "Weber",
    "anschrift": {"street": "Marktplatz", "house_number": "3", "postal_code": "91781", "city": "Weißenburg i. Bay."},
}


@pytest.fixture
def found(authority) -> Submitted:
    wiring.connect()
    town = in_work(authority)
    with work(town.authority_id):
        return submitted(town.authority_id, UUID(town.things["submission_id"]))


def with_answers(found: Submitted, said: object) -> Submitted:
    filled = found.filled
    answers = {**filled.answers, "fuer_wen": said}
    return replace(found, filled=Filled(filled.definition, answers, filled.parameters, filled.today))


def test_letters_go_to_whoever_applied_and_name_the_other(found):
    recipient = recipient_of(with_answers(found, SABINE))
    assert (recipient.name, recipient.lines[:2]) == ("Sabine Weber", ("für Amira Yılmaz", "Marktplatz 3"))


def test_who_speaks_for_herself_gets_her_letters_whatever_was_once_typed(found):
    for said in ({}, {"wer": "selbst", "vorname": "Sabine"}, "nonsense"):
        spoken = with_answers(found, said)
        assert representative(spoken) is None
        assert recipient_of(spoken).name == "Amira Yılmaz"


def test_a_missing_proof_is_known_and_a_given_one_too(found):
    assert not representative(with_answers(found, SABINE)).has_proof
    assert representative(with_answers(found, SABINE | {"nachweis": ["01"]})).has_proof


def content(name: str) -> PackageContent:
    read = read_package(read_folder(PACKAGES / name), published_manifest).content
    assert read
    return read


def example(found: Submitted, of: PackageContent, name: str, **changed: object) -> Submitted:
    """The application of an example, with some of its groups answered otherwise."""
    [one] = [one for one in of.examples if one.file == f"examples/{name}.yaml"]
    given = filled(one, of, of.parameters.defaults())
    given = Filled(of.form, {**given.answers, **changed}, given.parameters, given.today)
    row = replace(found.row, applicant=applicant_name(given))
    return replace(found, row=row, form=replace(found.form, content=of), filled=given)


@pytest.mark.parametrize("package", sorted(one.name for one in PACKAGES.iterdir()))
def test_every_letter_goes_to_whoever_applied(found, package):
    """Report: a permit went to the place of the container, a notice of a day nursery to the child's address."""
    of = content(package)
    for one in of.examples:
        name = one.file.removeprefix("examples/").removesuffix(".yaml")
        said = example(found, of, name)
        home = one.data["answers"]["person"].get("anschrift") or one.data["answers"][DWELLING[package]]["anschrift"]
        default = (said.applicant, f"{home['street']} {home['house_number']}")
        recipient = recipient_of(said)
        expected = ELSEWHERE.get(f"{package}/{name}", default)
        assert (recipient.name, *recipient.lines[: len(expected) - 1]) == expected, name


def test_who_applies_for_a_company_or_lives_elsewhere_is_written_to_at_her_own_address(found):
    firm = example(found, content("sondernutzung"), "infostand-gebuehrenfrei", fuer_wen=SABINE)
    assert recipient_of(firm) == recipient_of(with_answers(firm, SABINE))
    assert (recipient_of(firm).name, *recipient_of(firm).lines[:2]) == (
        "Sabine Weber",
        "für Tierschutzverein",
        "Marktplatz 3",
    )
    carer = {"vorname": "Karl", "nachname": "Weber", "als": "betreuung", "anschrift": SABINE["anschrift"]}
    ward = example(found, content("meldebescheinigung"), "abgewiesen-ohne-nachweise", vertretung=carer)
    assert recipient_of(ward).lines[:2] == ("für Jonas Weber", "Marktplatz 3")


@pytest.mark.parametrize(
    ("home", "lines"),
    [
        (("Getreidegasse", "9", "5020", "Salzburg", "AT"), ("Getreidegasse 9", "5020 SALZBURG", "ÖSTERREICH")),
        (
            ("Baker Street", "221b", "NW1 6XE", "London", "GB"),
            ("221b Baker Street", "LONDON NW1 6XE", "VEREINIGTES KÖNIGREICH"),
        ),
        (("wul. Sumska 12", "", "", "Charkiw", "UA"), ("wul. Sumska 12", "CHARKIW", "UKRAINE")),
    ],
)
def test_a_window_names_another_country_in_capitals_as_its_last_line(found, home, lines):
    """Report: who lives abroad could not enter her address, so every letter of hers had to be addressed by hand."""
    parts = ("street", "house_number", "postal_code", "city", "country")
    person = {"vorname": "Karl", "nachname": "Weber", "anschrift": dict(zip(parts, home, strict=True))}
    said = example(found, content("fundsache"), "gast-aus-oesterreich", person=person)
    recipient = recipient_of(said)
    assert (recipient.name, recipient.lines, recipient.country) == ("Karl Weber", lines, home[-1])
    assert way_of(said, now()).recipient == {"name": "Karl Weber", "lines": list(lines), "country": home[-1]}


def test_the_form_that_asks_itself_says_when_a_proof_is_missing_too(found):
    """Report: where the package's own form asks who applies, no clerk was told that a proof is missing."""
    of = content("meldebescheinigung")
    assert not representative(example(found, of, "mutter-fuer-kind")).needs_proof
    ward = representative(example(found, of, "abgewiesen-ohne-nachweise"))
    assert (ward.needs_proof, ward.has_proof) == (True, False)
    assert representative(example(found, of, "einfach-fuer-mich")) is None
