"""An account service for the demo and for tests: answers as BundID does, for invented persons, and proves nothing.

It takes the same question, signs with RSASSA-PSS and encrypts with AES-256-GCM, so that a demo walks the way of the real one.
"""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree  # type: ignore[import-untyped]  # ships no types

from adapters.saml.attributes import ASKED, CLAIMS, LEVEL, LEVELS, METHOD, PSEUDONYM, TRUST
from adapters.saml.documents import Element, children, posted, text, written
from adapters.saml.names import (
    AKDB,
    ASSERTION,
    BEARER,
    DS,
    ENCRYPTED_ASSERTION,
    MD,
    POST,
    RESPONSE,
    SAML,
    SAMLP,
    STATUS,
    TRANSIENT,
    URI_FORMAT,
    XENC,
    XENC11,
    tag,
)  # fmt: skip
from adapters.saml.signatures import placeholder, sign
from stadttor.core.trust import Trust, reaches
from stadttor.identity.ports import Claim, KeyPair

SPACES = {"samlp": SAMLP, "saml": SAML, "akdb": AKDB}
LASTS = timedelta(minutes=5)
NAMES: dict[Trust, str] = {trust: name for name, trust in TRUST.items()}


@dataclass(frozen=True)
class Person:
    """Somebody invented: how she signs in, at which level, what the account knows; no pseudonym without an account.

    `reference`: the level in the words of the service, where it is not the usual one of those that mean the same.
    """

    level: Trust
    method: str
    claims: Mapping[str, Claim]
    pseudonym: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Asking:
    """A question as the service reads it."""

    id: str
    issuer: str
    answer_url: str
    level: Trust
    name: str
    wanted: Mapping[str, bool] = field(default_factory=dict)


def asking(message: str) -> Asking:
    """What is asked. Raises SignInFailed for anything that is no question."""
    root = posted(message)
    level = next((text(one) for one in root.iter(tag(SAML, "AuthnContextClassRef"))), ASKED["none"])
    name = next((text(one) for one in root.iter() if etree.QName(one).localname == "OrganizationDisplayName"), "")
    wanted = {
        one.get("Name", ""): one.get("RequiredAttribute") == "true"
        for one in root.iter(tag(AKDB, "RequestedAttribute"))
    }
    issuer = next((text(one) for one in children(root, tag(SAML, "Issuer"))), "")
    answer_url = root.get("AssertionConsumerServiceURL", "")
    return Asking(root.get("ID", ""), issuer, answer_url, LEVELS[level], name, wanted)


def answered(asked: Asking, person: Person, entity_id: str, keys: KeyPair, reader: bytes, now: datetime) -> str:
    """The answer in Base64; `reader` is the certificate (PEM) it is encrypted to. Too low a level is an error answer."""
    if not reaches(person.level, asked.level):
        return refused(asked, entity_id, "NoAuthnContext", now)
    response = _response(asked, entity_id, "Success", now)
    signed = sign(_assertion(asked, person, entity_id, now), keys)
    response.append(_encrypted(etree.tostring(signed, encoding="utf-8"), reader))
    return base64.b64encode(etree.tostring(response, encoding="utf-8")).decode()


def refused(asked: Asking, entity_id: str, why: str, now: datetime) -> str:
    """An error answer: AuthnFailed (she cancelled), NoAuthnContext (the level is not reached)."""
    response = _response(asked, entity_id, "Responder", now)
    outer = response.find(f".//{tag(SAMLP, 'StatusCode')}")
    _add(outer, tag(SAMLP, "StatusCode"), Value=f"{STATUS}{why}")
    return base64.b64encode(etree.tostring(response, encoding="utf-8")).decode()


def own_metadata(entity_id: str, sign_in_url: str, keys: KeyPair) -> bytes:
    """What the simulated service says of itself."""
    root = etree.Element(tag(MD, "EntityDescriptor"), entityID=entity_id, nsmap={"md": MD, "ds": DS})
    role = _add(root, tag(MD, "IDPSSODescriptor"), WantAuthnRequestsSigned="true", protocolSupportEnumeration=SAMLP)
    data = _add(_add(_add(role, tag(MD, "KeyDescriptor"), use="signing"), tag(DS, "KeyInfo")), tag(DS, "X509Data"))
    der = x509.load_pem_x509_certificate(keys.certificate).public_bytes(Encoding.DER)
    _add(data, tag(DS, "X509Certificate"), base64.b64encode(der).decode())
    _add(role, tag(MD, "SingleSignOnService"), Binding=POST, Location=sign_in_url)
    found: bytes = etree.tostring(root, encoding="utf-8")
    return found


def _response(asked: Asking, entity_id: str, status: str, now: datetime) -> Element:
    response = etree.Element(
        RESPONSE, ID=_new_id(), Version="2.0", IssueInstant=written(now), Destination=asked.answer_url,
        InResponseTo=asked.id, nsmap=SPACES,
    )  # fmt: skip
    _add(response, tag(SAML, "Issuer"), entity_id)
    _add(_add(response, tag(SAMLP, "Status")), tag(SAMLP, "StatusCode"), Value=f"{STATUS}{status}")
    return response


def _assertion(asked: Asking, person: Person, entity_id: str, now: datetime) -> Element:
    until = written(now + LASTS)
    assertion = etree.Element(ASSERTION, ID=_new_id(), Version="2.0", IssueInstant=written(now), nsmap=SPACES)
    _add(assertion, tag(SAML, "Issuer"), entity_id)
    assertion.append(placeholder())
    subject = _add(assertion, tag(SAML, "Subject"))
    _add(subject, tag(SAML, "NameID"), _new_id(), Format=TRANSIENT)
    confirmation = _add(subject, tag(SAML, "SubjectConfirmation"), Method=BEARER)
    data = {"NotOnOrAfter": until, "Recipient": asked.answer_url, "InResponseTo": asked.id}
    _add(confirmation, tag(SAML, "SubjectConfirmationData"), **data)
    conditions = _add(assertion, tag(SAML, "Conditions"), NotBefore=written(now), NotOnOrAfter=until)
    _add(_add(conditions, tag(SAML, "AudienceRestriction")), tag(SAML, "Audience"), asked.issuer)
    context = _add(_add(assertion, tag(SAML, "AuthnStatement"), AuthnInstant=written(now)), tag(SAML, "AuthnContext"))
    _add(context, tag(SAML, "AuthnContextClassRef"), person.reference or ASKED[person.level])
    statement = _add(assertion, tag(SAML, "AttributeStatement"))
    for oid, (value, trust) in _released(asked, person).items():
        names = {"Name": oid, "NameFormat": URI_FORMAT, tag(AKDB, "TrustLevel"): NAMES[trust]}
        _add(_add(statement, tag(SAML, "Attribute"), **names), tag(SAML, "AttributeValue"), value)
    return assertion


def _released(asked: Asking, person: Person) -> dict[str, tuple[str, Trust]]:
    """Only what was asked for, as version 2 of the extension wants it: {OID: (value, trust)}."""
    known: dict[str, tuple[str, Trust]] = {
        CLAIMS[name]: (claim.value, claim.trust) for name, claim in person.claims.items()
    }
    known |= {METHOD: (person.method, "normal"), LEVEL: (ASKED[person.level], "normal")}
    known |= {PSEUDONYM: (person.pseudonym, "normal")} if person.pseudonym else {}
    return {oid: value for oid, value in known.items() if oid in asked.wanted}


def _encrypted(plain: bytes, reader: bytes) -> Element:
    key = x509.load_pem_x509_certificate(reader).public_key()
    if not isinstance(key, RSAPublicKey):
        raise TypeError("an RSA key was expected")
    secret, nonce = os.urandom(32), os.urandom(12)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303  # the default of XML Encryption
    wrapped = etree.Element(ENCRYPTED_ASSERTION, nsmap={"xenc": XENC, "ds": DS})
    data = _add(wrapped, tag(XENC, "EncryptedData"), Type=f"{XENC}Element")
    _add(data, tag(XENC, "EncryptionMethod"), Algorithm=f"{XENC11}aes256-gcm")
    inner = _add(_add(data, tag(DS, "KeyInfo")), tag(XENC, "EncryptedKey"))
    _add(inner, tag(XENC, "EncryptionMethod"), Algorithm=f"{XENC}rsa-oaep-mgf1p")
    _cipher(inner, key.encrypt(secret, oaep))
    _cipher(data, nonce + AESGCM(secret).encrypt(nonce, plain, None))
    return wrapped


def _cipher(parent: Element, value: bytes) -> None:
    _add(_add(parent, tag(XENC, "CipherData")), tag(XENC, "CipherValue"), base64.b64encode(value).decode())


def _add(parent: Element, name: str, content: str | None = None, **attributes: str) -> Element:
    child = etree.SubElement(parent, name, attributes)
    child.text = content
    return child


def _new_id() -> str:
    return f"_{uuid4().hex}"
