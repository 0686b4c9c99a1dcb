"""A clerk sees where a value came from, how surely it is known, and what the person changed."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from stadttor.forms.rules.filled import Filled
from stadttor.identity.vocabulary import Claim, IdentityAssertion
from stadttor.portal.tests.builders import NOW, offered
from stadttor.site.applications import Submitted, answer_groups

SAID = IdentityAssertion(
    "bundid",
    "substantiell",
    datetime(2026, 11, 22, tzinfo=UTC),
    {
        "family_name": Claim("YILMAZ", "hoch", "urn:oid:2.5.4.4"),
        "given_name": Claim("AMIRA", "hoch", "urn:oid:2.5.4.42"),
        "email": Claim("amira@example.org", "none", "urn:oid:0.9.2342.19200300.100.1.3"),
    },
)
PERSON = {"vorname": "Amira", "nachname": "Weber", "email": "amira@example.org", "geburtsdatum": "1988-05-24",
          "anschrift": {"street": "Rosenstraße", "house_number": "5", "postal_code": "91781", "city": "Weißenburg"}}  # fmt: skip


def rows(assertion):
    form = offered()
    filled = Filled(form.form, {"antrag": {"art": "neu"}, "person": PERSON}, form.parameters, NOW.date())
    found = Submitted(SimpleNamespace(received=NOW), form, filled, {}, assertion=assertion)
    return {row.path: row for group in answer_groups(found, "de") for row in group.rows}


def seen(row):
    return row.origin, row.trust, row.doubt


def test_what_the_account_said_stands_with_its_trust_and_never_above_the_sign_in():
    found = rows(SAID)
    assert seen(found["person.vorname"]) == ("account", "substantiell", "")
    assert seen(found["person.email"]) == ("account", "none", "")


def test_what_she_changed_is_typed_and_the_clerk_sees_both():
    assert seen(rows(SAID)["person.nachname"]) == ("typed", "none", "Die Anmeldung sagte: YILMAZ")


def test_what_no_sign_in_said_is_typed():
    assert seen(rows(SAID)["person.geburtsdatum"]) == ("typed", "none", "")
    assert seen(rows(None)["person.nachname"]) == ("typed", "none", "")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("1988-00-00", "Die Anmeldung kennt davon nur einen Teil: 1988"),
        ("1964-00-00", "Die Anmeldung sagte: 1964"),
    ],
)
def test_a_birthday_the_card_knows_in_part_is_shown_to_the_clerk(said, told):
    claims = {**SAID.claims, "birth_date": Claim(said, "hoch", "urn:oid:1.2.40.0.10.2.1.1.55")}
    assert seen(rows(replace(SAID, claims=claims))["person.geburtsdatum"]) == ("typed", "none", told)


def test_an_address_abroad_is_shown_to_the_clerk_beside_the_one_that_was_typed():
    address = {"street_address": "Calle Mayor 1", "postal_code": "28013", "locality": "Madrid", "country": "ES"}
    claims = {**SAID.claims, **{name: Claim(value, "hoch", "x") for name, value in address.items()}}
    row = rows(replace(SAID, claims=claims))["person.anschrift"]
    assert seen(row) == ("typed", "none", "Die Anmeldung sagte: Calle Mayor 1, 28013 Madrid, ES")
