"""Who we are and who they are."""

from dataclasses import replace
from datetime import timedelta

import pytest
import xmlsec
from lxml import etree

from adapters.saml import Saml, simulated
from adapters.saml.documents import document
from adapters.saml.names import DS, MD, tag
from adapters.saml.signatures import Trusted, verified
from adapters.saml.tests.people import ENTITY, NOW, SSO, US_ID, keys, world

LATER = NOW + timedelta(days=30)


def test_ours_is_signed_and_names_every_key_for_both_uses():
    us = replace(world().us, keys=(keys("town"), keys("town next")))
    root = document(Saml().metadata(us, LATER))
    found = verified(root, Trusted((keys("town").certificate.decode(),), frozenset({"rsa-pss"}), NOW))
    assert found.get("entityID") == US_ID
    assert (
        sorted(one.get("use") for one in found.iter(tag(MD, "KeyDescriptor"))) == ["encryption"] * 2 + ["signing"] * 2
    )


def checked_elsewhere(root):
    """By libxmlsec, whose RSASSA-PSS is not ours."""
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(keys("town").certificate, xmlsec.constants.KeyDataFormatCertPem)
    context.verify(root.find(tag(DS, "Signature")))


def test_another_library_agrees_with_our_signature():
    checked_elsewhere(etree.fromstring(Saml().metadata(world().us, LATER)))
    changed = etree.fromstring(Saml().metadata(world().us, LATER).replace(US_ID.encode(), b"https://other.example"))
    with pytest.raises(xmlsec.Error):
        checked_elsewhere(changed)


def theirs(**changes):
    text = simulated.own_metadata(ENTITY, SSO, keys("service")).decode()
    for old, new in changes.values():
        text = text.replace(old, new)
    return text.encode()


def test_theirs_gives_name_address_and_certificates():
    found = Saml().described(b"<!-- by the operator -->" + theirs(), NOW)
    assert (found.entity_id, found.sign_in_url) == (ENTITY, SSO)
    assert found.certificates == (keys("service").certificate.decode(),)


@pytest.mark.parametrize(
    "data",
    [
        b"nothing", b"<x/>", theirs(entity=("entityID", "entity")), theirs(http=("https://konto.example/sso", "http://konto.example/sso")),
        theirs(script=("https://konto.example/sso", "javascript:alert(1)")), theirs(bound=("HTTP-POST", "HTTP-Redirect")),
        theirs(cert=("X509Certificate>MII", "X509Certificate>XXX")), theirs(use=('use="signing"', 'use="encryption"')),
        theirs(over=("entityID=", 'validUntil="2020-01-01T00:00:00Z" entityID=')), b"<!DOCTYPE x>" + theirs(),
    ],
)  # fmt: skip
def test_what_is_no_metadata_of_a_service_is_refused(data):
    with pytest.raises(ValueError, match=r"\w"):
        Saml().described(data, NOW)
