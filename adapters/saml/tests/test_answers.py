"""What an account service answers, and everything that must not pass."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from adapters.saml import Saml, attributes, simulated
from adapters.saml.documents import document
from adapters.saml.names import ASSERTION, DS, tag
from adapters.saml.tests.people import ACS, AMIRA, ENTITY, JONAS, NOW, decoded, encoded, keys, world
from stadttor.identity.ports import SignInFailed


def refused(reason="invalid", detail=""):
    return pytest.raises(SignInFailed, match=f"{reason}: .*{detail}")


@pytest.fixture
def plain(monkeypatch):
    """`plain(change)`: an unencrypted answer whose signed assertion was changed as text, at a town that agreed to that."""
    here = world(encrypted=False)

    def build(change=lambda text: text, person=AMIRA, **other):
        monkeypatch.setattr(simulated, "_encrypted", lambda data, reader: etree.fromstring(data))
        return here, encoded(change(decoded(here.answered(person, **other))))

    return build


def test_a_person_with_an_account_comes_with_pseudonym_level_and_trust_of_each_value():
    found = world().bring(world().answered()).assertion
    assert (found.source, found.level, found.subject, found.method) == ("bundid", "hoch", "pseudonym-amira", "eID")
    assert (found.issuer, found.claims["family_name"].value) == (ENTITY, "YILMAZ")
    assert [found.trust_of(name) for name in ("family_name", "phone")] == ["hoch", "none"]


def test_for_her_account_she_signs_in_anew():
    here = replace(world(), question=replace(world().question, anew=NOW))
    assert 'ForceAuthn="true"' in decoded(Saml().request(here.us, here.them, here.question, NOW))
    assert here.bring(here.answered(), NOW).assertion.subject == "pseudonym-amira"
    late = NOW + timedelta(minutes=2)
    asked_later = replace(here, question=replace(here.question, anew=late))
    with refused(detail="a sign-in before the question"):
        asked_later.bring(here.answered(), late)


def test_for_a_draft_a_sign_in_of_before_counts():
    assert "ForceAuthn" not in decoded(Saml().request(world().us, world().them, world().question, NOW))


def test_a_temporary_login_has_no_pseudonym():
    assert world().bring(world().answered(JONAS)).assertion.subject == ""


def test_only_what_was_asked_for_comes():
    here = replace(world(), question=replace(world().question, claims={"family_name": True}))
    assert set(here.bring(here.answered()).assertion.claims) == {"family_name"}


def test_of_a_service_that_hands_over_more_only_what_was_asked_for_is_kept():
    """Report: services that do not follow the extension send all they have, and all of it stayed with the case."""
    here = replace(world(), question=replace(world().question, claims={"family_name": True}))
    everything = dict.fromkeys(attributes.CLAIMS.values(), False)
    assert set(here.bring(here.answered(wanted=everything)).assertion.claims) == {"family_name"}


def test_an_answer_says_until_when_its_id_must_be_remembered():
    answer = world().bring(world().answered())
    assert answer.id.startswith("_")
    assert NOW + timedelta(minutes=5) <= answer.until <= NOW + timedelta(minutes=7)


def test_during_a_roll_over_both_certificates_sign_and_both_keys_open():
    here = world(certificates=(keys("old").certificate.decode(), keys("service").certificate.decode()))
    here = replace(here, us=replace(here.us, keys=(keys("town"), keys("town next"))))
    assert here.bring(here.answered()).assertion.level == "hoch"
    assert here.bring(here.answered(signer="old")).assertion.level == "hoch"


def test_a_certificate_that_has_run_out_signs_nothing():
    later = NOW + timedelta(days=4 * 365)
    with refused(detail="no agreed certificate"):
        world().bring(world().answered(now=later), later)


@pytest.mark.parametrize(
    ("other", "detail"),
    [
        ({"id": "_andere"}, "another question"),
        ({"answer_url": "https://other.example/acs"}, "another address"),
        ({"issuer": "https://other.example"}, "another audience"),
    ],
)
def test_what_is_for_somebody_else_is_refused(other, detail):
    with refused(detail=detail):
        world().bring(world().answered(**other))


@pytest.mark.parametrize(("hours", "detail"), [(1, "any more"), (-2, "")])
def test_old_and_early_answers_are_refused(hours, detail):
    with refused(detail=detail):
        world().bring(world().answered(now=NOW - timedelta(hours=hours)))


def test_a_stranger_signs_nothing():
    with refused(detail="no agreed certificate"):
        world().bring(world().answered(signer="stranger"))


def test_another_service_is_not_this_one():
    with refused(detail="another issuer"):
        world(entity_id="https://other.example/idp").bring(world().answered())


def test_too_low_a_level_is_said_as_such_even_if_the_service_let_it_pass():
    anna = replace(AMIRA, level="normal")
    with refused("level"):
        world().bring(world().answered(anna))
    with refused("level", "lower than asked"):
        world().bring(world().answered(anna, level="none"))


def test_whoever_cancels_hears_that():
    here = world()
    with refused("cancelled"):
        here.bring(simulated.refused(here.ask(), ENTITY, "AuthnFailed", NOW))


def test_what_is_encrypted_to_another_key_stays_closed():
    with refused(detail="does not open"):
        replace(world(), us=replace(world().us, keys=(keys("other"),))).bring(world().answered())


def test_no_encryption_where_it_was_agreed_is_refused(plain):
    _here, message = plain()
    with refused(detail="encrypted as agreed"):
        world().bring(message)


def test_where_no_encryption_was_agreed_a_plain_one_passes(plain):
    here, message = plain()
    assert here.bring(message).assertion.claims["family_name"].value == "YILMAZ"


def forged(text: str) -> str:
    """A copy of the assertion without its signature, about somebody else, beside the signed one."""
    root = document(text.encode())
    copy = document(etree.tostring(root.find(ASSERTION)))
    copy.remove(copy.find(tag(DS, "Signature")))
    copy.set("ID", "_forged")
    root.insert(0, copy)
    return etree.tostring(root, encoding="unicode").replace("YILMAZ", "ATTACKER", 1)


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        (lambda text: text.replace("YILMAZ", "ATTACKER"), "no agreed certificate"),
        (forged, "exactly one"),
        (lambda text: text.replace("YILMAZ", "YIL<!-- -->MAZ"), "more than elements"),
        (lambda text: "<!DOCTYPE x>" + text, "more than elements"),
        (lambda text: text.replace("YILMAZ", "<?x?>YILMAZ"), "more than elements"),
        (lambda text: text.replace("<ds:Signature ", '<ds:Signature Id="_1" ').replace("<samlp:Status>", '<samlp:Status ID="_1">'),
         "stands twice"),
        (lambda text: text.replace("sha256-rsa-MGF1", "rsa-sha256"), "algorithm"),
        (lambda text: text.replace("xml-exc-c14n#", "xml-exc-c14n#WithComments"), ""),
        (lambda text: "SAMLResponse", "no XML"),
    ],
)  # fmt: skip
def test_what_was_changed_after_signing_is_refused(plain, change, detail):
    here, message = plain(change)
    with refused(detail=detail):
        here.bring(message)


@pytest.mark.parametrize("message", ["", "%%%", "PHg+", "x" * 2_000_000])
def test_anything_else_is_refused(message):
    with refused():
        world().bring(message)


def test_an_answer_signed_as_a_whole_is_agreed_with_each_service(plain):
    here, message = plain()
    with refused(detail="Signature in Response"):
        replace(here, them=replace(here.them, signed="response")).bring(message)


def test_the_question_asks_by_oid_and_at_the_level(monkeypatch):
    asked = world().ask()
    assert (asked.level, asked.answer_url, asked.name) == ("substantiell", ACS, "Weißenburg i. Bay.")
    assert asked.wanted["urn:oid:2.5.4.4"] is True
    assert asked.wanted["urn:oid:1.3.6.1.4.1.25484.494450.3"] is False
