"""Metadata: ours for the service, signed; theirs, from which address and certificates are taken (SAML 2.0 Metadata)."""

import base64
import binascii
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree  # type: ignore[import-untyped]  # ships no types

from adapters.saml.documents import Element, children, document, instant, only, text, written
from adapters.saml.names import DS, MD, POST, SAMLP, TRANSIENT, tag
from adapters.saml.signatures import placeholder, sign
from stadttor.identity.ports import Described, KeyPair, Relying, SignInFailed

MOST_CERTIFICATES = 8


def metadata(us: Relying, until: datetime) -> bytes:
    """What we say of ourselves. Every living key is named for both uses, so that a roll-over needs no fixed hour."""
    root = etree.Element(
        tag(MD, "EntityDescriptor"),
        {"ID": "_metadata", "entityID": us.entity_id, "validUntil": written(until)},
        nsmap={"md": MD, "ds": DS},
    )
    root.append(placeholder())
    role = etree.SubElement(
        root, tag(MD, "SPSSODescriptor"),
        {"AuthnRequestsSigned": "true", "WantAssertionsSigned": "true", "protocolSupportEnumeration": SAMLP},
    )  # fmt: skip
    for use in ("signing", "encryption"):
        for keys in us.keys:
            role.append(_key(keys, use))
    etree.SubElement(role, tag(MD, "NameIDFormat")).text = TRANSIENT
    etree.SubElement(
        role, tag(MD, "AssertionConsumerService"),
        {"Binding": POST, "Location": us.answer_url, "index": "0", "isDefault": "true"},
    )  # fmt: skip
    root.append(_organisation(us))
    signed: bytes = etree.tostring(sign(root, us.keys[0]), encoding="utf-8", xml_declaration=True)
    return signed


def _key(keys: KeyPair, use: str) -> Element:
    descriptor = etree.Element(tag(MD, "KeyDescriptor"), use=use)
    data = etree.SubElement(etree.SubElement(descriptor, tag(DS, "KeyInfo")), tag(DS, "X509Data"))
    der = x509.load_pem_x509_certificate(keys.certificate).public_bytes(Encoding.DER)
    etree.SubElement(data, tag(DS, "X509Certificate")).text = base64.b64encode(der).decode()
    return descriptor


def _organisation(us: Relying) -> Element:
    organisation = etree.Element(tag(MD, "Organization"))
    language = {"{http://www.w3.org/XML/1998/namespace}lang": "de"}
    parts = {"OrganizationName": us.name, "OrganizationDisplayName": us.name, "OrganizationURL": us.entity_id}
    for name, value in parts.items():
        etree.SubElement(organisation, tag(MD, name), language).text = value
    return organisation


def described(data: bytes, now: datetime) -> Described:
    """What a service says of itself. Who brings it vouches for it: it comes from a desk, not over the wire.

    Raises ValueError when it is no metadata of one service, has run out, or names no address or certificate for us.
    """
    try:
        root = document(data, comments=True)
        return _described(root, now)
    except SignInFailed as failed:
        raise ValueError(failed.detail) from None


def _described(root: Element, now: datetime) -> Described:
    if root.tag != tag(MD, "EntityDescriptor") or not root.get("entityID"):
        raise ValueError("not the metadata of one service")
    if root.get("validUntil") and instant(root.get("validUntil")) <= now:
        raise ValueError("the metadata has run out")
    role = only(root, tag(MD, "IDPSSODescriptor"))
    posts = [one for one in children(role, tag(MD, "SingleSignOnService")) if one.get("Binding") == POST]
    if not posts or not _is_address(posts[0].get("Location", "")):
        raise ValueError("no address to post to")
    certificates = tuple(_certificates(role))
    if not 0 < len(certificates) <= MOST_CERTIFICATES:
        raise ValueError("no certificate, or too many")
    return Described(root.get("entityID"), posts[0].get("Location"), certificates)


def _is_address(location: str) -> bool:
    """Over TLS; on this very machine (tests, the demo) without."""
    parts = urlsplit(location)
    local = parts.hostname in ("localhost", "127.0.0.1") or (parts.hostname or "").endswith(".localhost")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and local))


def _certificates(role: Element) -> list[str]:
    """Those for signing, in PEM; one without a use is for both."""
    found = []
    for descriptor in children(role, tag(MD, "KeyDescriptor")):
        if descriptor.get("use", "signing") == "signing":
            found += [_pem(text(one)) for one in descriptor.iter(tag(DS, "X509Certificate"))]
    return found


def _pem(encoded: str) -> str:
    try:
        der = base64.b64decode("".join(encoded.split()), validate=True)
        return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode()
    except (binascii.Error, ValueError):
        raise ValueError("a certificate that cannot be read") from None
