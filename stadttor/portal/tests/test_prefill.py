"""What a sign-in knows, in the fields of a form."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from stadttor.ground.web.language import speaking
from stadttor.identity.vocabulary import Claim, IdentityAssertion
from stadttor.portal import prefill
from stadttor.portal.tests.builders import PACKAGES, content, journey, offered

FIELDS = {"vorname": ("name", "given_name"), "nachname": ("name", "family_name"), "geburtsdatum": ("date", "birth_date"),
          "anschrift": ("address", "address"), "email": ("email", "email"), "zone": ("select", "")}  # fmt: skip


def form(repeat=None, *, abroad=False):
    fields = {
        f"person.{name}": SimpleNamespace(
            id=name, group="person", type=kind, prefill=f"claim:{claim}" if claim else None, abroad=abroad
        )
        for name, (kind, claim) in FIELDS.items()
    }
    return SimpleNamespace(fields=fields, groups={"person": SimpleNamespace(repeat=repeat)})


def said(level="hoch", **claims):
    listed = {name: value if isinstance(value, Claim) else Claim(value, "hoch", "x") for name, value in claims.items()}
    return IdentityAssertion("bundid", level, datetime(2026, 11, 23, tzinfo=UTC), listed)


AMIRA = said(given_name="AMIRA", family_name="YILMAZ", birth_date="1988-05-24", street_address="ROSENSTRAẞE 5A",
             postal_code="91781", locality="WEISSENBURG", country="DE", email=Claim("a@example.org", "none", "x"))  # fmt: skip


def test_only_what_fields_take_is_asked_for_and_nothing_is_required():
    asked = prefill.needed_claims(form())
    assert set(asked) == {
        "given_name",
        "family_name",
        "birth_date",
        "street_address",
        "postal_code",
        "locality",
        "email",
    }
    assert not any(asked.values())
    assert prefill.needed_claims(form(repeat=object())) == {}


def test_open_fields_are_filled_as_the_source_wrote_them():
    person = prefill.filled_in(form(), {"person": {"vorname": ""}, "antrag": {"art": "neu"}}, AMIRA)["person"]
    assert person == {
        "vorname": "AMIRA", "nachname": "YILMAZ", "geburtsdatum": "1988-05-24", "email": "a@example.org",
        "anschrift": {"street": "ROSENSTRAẞE", "house_number": "5A", "postal_code": "91781", "city": "WEISSENBURG"},
    }  # fmt: skip


def test_nothing_typed_is_written_over_and_nothing_given_is_changed():
    typed = {"person": {"vorname": "Amira", "anschrift": {"street": "Lindenweg", "house_number": ""}}}
    person = prefill.filled_in(form(), typed, AMIRA)["person"]
    assert (person["vorname"], person["anschrift"]["street"]) == ("Amira", "Lindenweg")
    assert typed == {"person": {"vorname": "Amira", "anschrift": {"street": "Lindenweg", "house_number": ""}}}


@pytest.mark.parametrize(
    ("line", "street", "number"),
    [
        ("Straße des 17. Juni 135", "Straße des 17. Juni", "135"),
        ("Waldstr. 119", "Waldstr.", "119"),
        ("Am Markt 3-5", "Am Markt", "3-5"),
        ("Hauptstr. 12 b", "Hauptstr.", "12 b"),
        ("C 4 17", "C 4 17", ""),
        ("Postfach", "Postfach", ""),
        ("17", "17", ""),
        ("Gut Neuhof, Haus Nord", "Gut Neuhof, Haus Nord", ""),
    ],
)
def test_street_and_number_come_apart_only_where_nobody_can_doubt_it(line, street, number):
    found = prefill.filled_in(form(), {}, said(street_address=line))["person"]["anschrift"]
    assert (found["street"], found["house_number"]) == (street, number)


def test_an_unknown_birthday_a_foreign_address_and_what_is_not_known_stay_open():
    assertion = said(birth_date="1950-00-00", street_address="Calle Mayor 1", country="ES")
    assert prefill.filled_in(form(), {}, assertion) == {"person": {}}


@pytest.mark.parametrize(
    ("field", "answer", "stands"),
    [
        ("nachname", "Yilmaz", "same"),
        ("nachname", "Yılmaz", "same"),
        ("nachname", "YİLMAZ", "same"),
        ("nachname", "YI\u0307LMAZ", "same"),
        ("nachname", "Weber", "changed"),
        ("nachname", None, "changed"),
        ("anschrift", {"street": "Rosenstrasse", "house_number": "5a", "postal_code": "91781", "city": "Weissenburg"}, "same"),
        ("anschrift", {"street": "Rosenstraße", "house_number": "5", "postal_code": "91781", "city": "Weissenburg"}, "changed"),
        ("zone", "A", "none"),
    ],
)  # fmt: skip
def test_the_clerk_sees_what_is_still_as_it_was_said(field, answer, stands):
    one = form().fields[f"person.{field}"]
    assert prefill.standing(one, (one.prefill or "").removeprefix("claim:"), answer, AMIRA) == stands


@pytest.mark.parametrize(
    ("said_day", "answer", "stands"),
    [
        ("1964-00-00", "1964-05-24", "part"),
        ("1964-00-00", "1988-05-24", "changed"),
        ("1964-05-00", "1964-05-24", "part"),
        ("1964-05-00", "1964-06-24", "changed"),
        ("1964", "1964-06-24", "part"),
        ("0000-00-00", "1964-06-24", "part"),
        ("1964-00-00", None, "changed"),
        ("24.05.1964", "1964-05-24", "changed"),
    ],
)
def test_a_birthday_known_in_part_is_compared_by_its_known_parts(said_day, answer, stands):
    one = form().fields["person.geburtsdatum"]
    assert prefill.standing(one, "birth_date", answer, said(birth_date=said_day)) == stands


@pytest.mark.parametrize(
    ("field", "claims", "left"),
    [
        ("geburtsdatum", {"birth_date": "1964-00-00"}, "1964"),
        ("geburtsdatum", {"birth_date": "1964-05-00"}, "05/1964"),
        ("geburtsdatum", {"birth_date": "0000-00-00"}, "0000-00-00"),
        ("geburtsdatum", {"birth_date": "1964-05-24"}, ""),
        ("geburtsdatum", {}, ""),
        ("anschrift", {"street_address": "Calle Mayor 1", "postal_code": "28013", "locality": "Madrid", "country": "ES"},
         "Calle Mayor 1, 28013 Madrid, ES"),
        ("anschrift", {"country": "ES"}, ""),
        ("nachname", {"family_name": "WEBER"}, ""),
    ],
)  # fmt: skip
def test_what_a_field_cannot_take_is_left_to_be_shown(field, claims, left):
    one = form().fields[f"person.{field}"]
    assert prefill.left_over(one, (one.prefill or "").removeprefix("claim:"), said(**claims)) == left


def test_a_foreign_address_is_not_what_was_typed():
    abroad = said(street_address="Calle Mayor 1", locality="Madrid", country="ES")
    typed = {"street": "Rosenstraße", "house_number": "5", "postal_code": "91781", "city": "Weißenburg"}
    assert prefill.standing(form().fields["person.anschrift"], "address", typed, abroad) == "changed"


def test_an_address_abroad_is_filled_in_where_the_form_takes_one():
    abroad = said(street_address="Calle Mayor 1", postal_code="28013", locality="Madrid", country="ES")
    home = {"street": "Calle Mayor 1", "house_number": "", "postal_code": "28013", "city": "Madrid", "country": "ES"}
    assert prefill.filled_in(form(abroad=True), {}, abroad) == {"person": {"anschrift": home}}
    nowhere = said(street_address="Calle Mayor 1", country="ZZ")
    assert prefill.filled_in(form(abroad=True), {}, nowhere) == {"person": {}}


def test_an_address_is_known_as_surely_as_its_least_sure_part():
    mixed = said(street_address=Claim("x 1", "hoch", "x"), postal_code=Claim("1", "normal", "x"))
    assert prefill.trust_of("address", mixed) == "normal"
    assert prefill.trust_of("email", AMIRA) == "none"


@pytest.mark.parametrize("package", sorted(path.name for path in PACKAGES.iterdir() if path.is_dir()))
def test_every_claim_that_a_package_names_is_one_a_sign_in_can_bring(package):
    named = {claim for _field, claim in prefill.asked_fields(content(package).form)}
    assert named <= prefill.CLAIM_NAMES.keys() | {"address"}


def test_she_reads_at_the_field_what_her_card_knows_and_the_field_cannot_take():
    here = replace(journey(offered(), {}), assertion=said(birth_date="1964-05-00", family_name="YILMAZ"))
    page = next(page for page in here.form.form.pages if any(group.id == "person" for group in page.groups))
    with speaking("de"):
        hints = {one.path: one.help for group in here.groups(page, ()) for item in group.items for one in item.fields}
    assert "Ihre Anmeldung sagt: 05/1964. Bitte füllen Sie dieses Feld selbst aus." in hints["person.geburtsdatum"]
    assert "Anmeldung" not in hints["person.nachname"]
