"""Credentials as mdoc (ISO/IEC 18013-5): a DeviceResponse as OpenID4VP 1.0 App. B.2 carries it."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.eudi_wallet.cose import ITEM, must_be_sign1, read_cbor, read_item, read_key
from adapters.eudi_wallet.credential import MDOC, Credential, status_entry
from adapters.eudi_wallet.encoding import from_b64url
from adapters.eudi_wallet.x509_path import Anchors, read_chain, signing_key, trusted_leaf
from stadttor.identity.ports import NotProven

RESPONSE_MAX = 256 * 1024
ELEMENTS_MAX = 200
DOCUMENT_SIGNER = "1.0.18013.5.1.2"
"""Extended key usage of whoever signs documents (ISO/IEC 18013-5, annex B.1.4)."""
X5CHAIN = 33
RANDOM_MIN = 16
CLOCKS_DIFFER = timedelta(seconds=60)
HASHES = {"SHA-256": hashlib.sha256, "SHA-384": hashlib.sha384, "SHA-512": hashlib.sha512}


@dataclass(frozen=True)
class Handover:
    """What ties an mdoc to one request (OpenID4VP 1.0 App. B.2.6.1). `key`: thumbprint of our encryption key."""

    client_id: str
    nonce: str
    key: bytes
    response_uri: str

    def transcript(self) -> list[Any]:
        """The SessionTranscript."""
        info = cbor2.dumps([self.client_id, self.nonce, self.key, self.response_uri])
        return [None, None, ["OpenID4VPHandover", hashlib.sha256(info).digest()]]


def proven_mdoc(presentation: str, doctype: str, anchors: Anchors, handover: Handover, now: datetime) -> Credential:
    """The document, shown by its holder for this request; its status is still to be asked. Refuses anything else."""
    if len(presentation) > RESPONSE_MAX:
        raise NotProven("presentation_size")
    document = _only_document(read_cbor(from_b64url(presentation)))
    issuer_signed, device_signed = _map(document, "issuerSigned"), _map(document, "deviceSigned")
    signed = issuer_signed.get("issuerAuth")
    issuer, mso = _issued(signed, anchors.of(doctype), now)
    if document.get("docType") != doctype or mso.get("docType") != doctype:
        raise NotProven("document_type")
    expires = _must_hold_now(mso, issuer, now)
    claims = _elements(_map(issuer_signed, "nameSpaces"), mso)
    must_be_shown_by_holder(device_signed, mso, doctype, handover)
    return Credential(MDOC, doctype, claims, issuer, status_entry(mso.get("status")), int(expires.timestamp()))


def _only_document(response: Any) -> Mapping[str, Any]:
    if not isinstance(response, dict) or response.get("version") != "1.0" or response.get("status") != 0:
        raise NotProven("device_response")
    documents = response.get("documents")
    if not isinstance(documents, list) or len(documents) != 1 or "documentErrors" in response:
        raise NotProven("device_response_documents")
    document = documents[0]
    if not isinstance(document, dict) or "errors" in document:
        raise NotProven("device_response_documents")
    return document


def _issued(
    signed: Any, anchors: tuple[x509.Certificate, ...], now: datetime
) -> tuple[x509.Certificate, Mapping[str, Any]]:
    """The document signer, and what it signed (MobileSecurityObject)."""
    if not isinstance(signed, list) or len(signed) != 4 or not isinstance(signed[1], dict):
        raise NotProven("issuer_auth")
    chain = signed[1].get(X5CHAIN)
    values = [chain] if isinstance(chain, bytes) else chain
    if not isinstance(values, list) or not all(isinstance(one, bytes) for one in values):
        raise NotProven("x5c_missing")
    issuer = trusted_leaf(read_chain(values), anchors, now, purpose=DOCUMENT_SIGNER)
    payload = must_be_sign1(signed, signing_key(issuer))
    mso = read_item(read_cbor(payload))
    if not isinstance(mso, dict) or mso.get("version") not in ("1.0", "1.1"):
        raise NotProven("mso")
    return issuer, mso


def _must_hold_now(mso: Mapping[str, Any], issuer: x509.Certificate, now: datetime) -> datetime:
    """Gives the moment when it ends."""
    validity = _map(mso, "validityInfo")
    signed, begins, ends = (_moment(validity.get(name)) for name in ("signed", "validFrom", "validUntil"))
    if not issuer.not_valid_before_utc <= signed <= issuer.not_valid_after_utc:
        raise NotProven("document_signed_outside_certificate")
    if max(signed, begins) > now + CLOCKS_DIFFER:
        raise NotProven("credential_not_yet_valid")
    if ends <= now - CLOCKS_DIFFER:
        raise NotProven("credential_expired")
    return ends


def _moment(value: Any) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise NotProven("credential_time_form")
    return value.astimezone(UTC)


def _elements(namespaces: Mapping[str, Any], mso: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By name space and identifier; each one as the issuer signed its digest, over the bytes as received."""
    hashing = HASHES.get(str(mso.get("digestAlgorithm")))
    if hashing is None:
        raise NotProven("digest_alg")
    found: dict[str, dict[str, Any]] = {}
    for namespace, items in namespaces.items():
        digests = _map(_map(mso, "valueDigests"), namespace)
        if not isinstance(items, list) or len(items) > ELEMENTS_MAX:
            raise NotProven("name_space")
        used: set[int] = set()
        for item in items:
            element = read_item(item)
            number, name = _checked_element(element)
            if number in used or name in found.setdefault(namespace, {}):
                raise NotProven("element_twice")
            digest = digests.get(number)
            if not isinstance(digest, bytes) or not hmac.compare_digest(hashing(cbor2.dumps(item)).digest(), digest):
                raise NotProven("element_digest")
            used.add(number)
            found[namespace][name] = element["elementValue"]
    return found


def _checked_element(element: Any) -> tuple[int, str]:
    """Its digest number and identifier (IssuerSignedItem)."""
    if not isinstance(element, dict) or set(element) != {"digestID", "random", "elementIdentifier", "elementValue"}:
        raise NotProven("element_form")
    number, random, name = element["digestID"], element["random"], element["elementIdentifier"]
    if not isinstance(number, int) or not isinstance(name, str):
        raise NotProven("element_form")
    if not isinstance(random, bytes) or len(random) < RANDOM_MIN:
        raise NotProven("element_random")
    return number, name


def must_be_shown_by_holder(
    device_signed: Mapping[str, Any], mso: Mapping[str, Any], doctype: str, handover: Handover
) -> None:
    """Refuses without a signature of the device key over this session. A MAC is none (OpenID4VP 1.0 App. B.2.6)."""
    name_spaces = device_signed.get("nameSpaces")
    # Elements of the device's own would need KeyAuthorizations; nothing here asks for one.
    if read_item(name_spaces) != {}:
        raise NotProven("device_elements")
    auth = _map(device_signed, "deviceAuth")
    if set(auth) != {"deviceSignature"}:
        raise NotProven("device_auth")
    authentication = cbor2.dumps(["DeviceAuthentication", handover.transcript(), doctype, name_spaces])
    detached = cbor2.dumps(cbor2.CBORTag(ITEM, authentication))
    must_be_sign1(auth["deviceSignature"], _device_key(mso), detached=detached)


def _device_key(mso: Mapping[str, Any]) -> ec.EllipticCurvePublicKey:
    return read_key(_map(mso, "deviceKeyInfo").get("deviceKey"))


def _map(value: Mapping[Any, Any], name: Any) -> Mapping[Any, Any]:
    found = value.get(name)
    if not isinstance(found, dict):
        raise NotProven("mdoc_form")
    return found
