"""Signatures: our own, and those of account services, checked against the certificates that were agreed and no others.

RSASSA-PSS with SHA-256 as BSI TR-03116-4 asks for; RSA PKCS#1 v1.5 with SHA-256 only where it was agreed; never SHA-1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from lxml import etree  # type: ignore[import-untyped]  # ships no types
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from adapters.saml.documents import Element, children, invalid, only
from adapters.saml.names import DS, ENVELOPED, EXCLUSIVE, PSS, RSA_SHA256, SHA256, SIGNATURE, tag
from stadttor.identity.ports import KeyPair

ALGORITHMS = {"rsa-pss": PSS, "rsa-sha256": RSA_SHA256}


@dataclass(frozen=True)
class Trusted:
    """Who may sign, with what, at this moment."""

    certificates: tuple[str, ...]
    algorithms: frozenset[str]
    now: datetime


def sign(root: Element, keys: KeyPair) -> Element:
    """The element signed with RSASSA-PSS, the signature where its placeholder stood (`placeholder()`)."""
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.SHA256_RSA_MGF1,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    return signer.sign(
        root, key=keys.private, cert=[x509.load_pem_x509_certificate(keys.certificate)],
        reference_uri=root.get("ID"), id_attribute="ID",
    )  # fmt: skip


def placeholder() -> Element:
    """Where the signature will stand: schemas want it after the issuer."""
    return etree.Element(SIGNATURE, Id="placeholder", nsmap={"ds": DS})


def is_signed(root: Element) -> bool:
    """Whether the element itself carries a signature."""
    return bool(children(root, SIGNATURE))


def verified(root: Element, trusted: Trusted) -> Element:
    """What was signed, read anew from its canonical form: nothing outside the signature can be in it.

    `root` is the root of its document and the element that must be signed. Raises SignInFailed otherwise.
    """
    _must_be_plain(root, trusted.algorithms)
    config = SignatureConfiguration(
        location="./",
        expect_references=1,
        signature_methods=frozenset(SignatureMethod(ALGORITHMS[one]) for one in trusted.algorithms),
        digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
        verification_time=trusted.now,
    )
    for certificate in _living(trusted):
        try:
            found = XMLVerifier().verify(root, x509_cert=certificate, id_attribute="ID", expect_config=config)
        except (SignXMLException, ValueError, etree.LxmlError):
            continue
        signed: Element = found.signed_xml if isinstance(found, VerifyResult) else None
        if signed is None or signed.tag != root.tag or signed.get("ID") != root.get("ID"):
            raise invalid("something else was signed")
        return signed
    raise invalid("no agreed certificate made this signature")


def _must_be_plain(root: Element, algorithms: Iterable[str]) -> None:
    """One signature of the one kind SAML knows: enveloped, over the whole element (SAML Core 5.4)."""
    signature = only(root, SIGNATURE)
    information = only(signature, tag(DS, "SignedInfo"))
    reference = only(information, tag(DS, "Reference"))
    if not root.get("ID") or reference.get("URI") != f"#{root.get('ID')}":
        raise invalid("the signature is about something else")
    kinds = [one.get("Algorithm") for one in reference.iter(tag(DS, "Transform"))]
    if sorted(kinds) != sorted([ENVELOPED, EXCLUSIVE]) or children(signature, tag(DS, "Object")):
        raise invalid("transforms that change what is signed")
    if only(information, tag(DS, "CanonicalizationMethod")).get("Algorithm") != EXCLUSIVE:
        raise invalid("another canonical form")
    if only(information, tag(DS, "SignatureMethod")).get("Algorithm") not in {ALGORITHMS[one] for one in algorithms}:
        raise invalid("a signature algorithm that was not agreed")
    if only(reference, tag(DS, "DigestMethod")).get("Algorithm") != SHA256:
        raise invalid("a digest that was not agreed")


def _living(trusted: Trusted) -> Iterable[x509.Certificate]:
    """During a roll-over there are two; one that has run out signs nothing any more."""
    for pem in trusted.certificates:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        if certificate.not_valid_before_utc <= trusted.now <= certificate.not_valid_after_utc:
            yield certificate
