"""A clerk sees where a value came from, how surely it is known, and what the person changed."""

from datetime import UTC, datetime
from types import SimpleNamespace

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
PERSON = {"vorname": "Amira", "nachname": "Weber", "email": "amira@example.org", "geburtsdatum": "1988-05-24"}


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
