"""Certificate paths from what a message brings along to an anchor that is trusted for this type of credential.

RFC 5280 §6.1 as far as these short paths need it; the anchor never comes with the message (HAIP 1.0 §6.1.1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID

from adapters.eudi_wallet.encoding import from_b64
from stadttor.identity.ports import NotProven

Kind = TypeVar("Kind", bound=x509.ExtensionType)

LONGEST = 4
PROVES_NOTHING = "Simulated, proves nothing"
"""Whom every certificate of a demo's wallet belongs to."""
DER_MAX = 8 * 1024
# What is looked at below; a critical extension beside these is a condition nobody checked (RFC 5280 §4.2).
UNDERSTOOD = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Anchors:
    """Roots by credential type (`vct` or `docType`): whoever may vouch for one type may not for another."""

    by_type: Mapping[str, tuple[x509.Certificate, ...]]
    own: Mapping[str, tuple[x509.Certificate, ...]] = field(default_factory=dict)
    """By type, the certificates with which the one who asks signs it himself, or did: he believes them without a root."""

    def of(self, type_: str) -> tuple[x509.Certificate, ...]:
        return self.by_type.get(type_, ())

    def leaf(self, type_: str, chain: Sequence[x509.Certificate], at: datetime) -> x509.Certificate:
        """Who signed something of this type: the one who asks himself, or somebody below one of its roots."""
        if chain[0] not in self.own.get(type_, ()):
            return trusted_leaf(chain, self.of(type_), at)
        must_be_leaf(chain[0], at)
        return chain[0]


def must_be_leaf(certificate: x509.Certificate, at: datetime) -> None:
    """Refuses one with which nobody may sign, whoever it is of."""
    _check_leaf(certificate, None)
    _check_always(certificate, at)


def read_pem(pem: str) -> tuple[x509.Certificate, ...]:
    """The certificates of a text. Raises ValueError where one cannot be read."""
    return tuple(x509.load_pem_x509_certificates(pem.encode()))


def read_x5c(values: Any) -> list[x509.Certificate]:
    """The header `x5c` of a signed text, leaf first."""
    if not isinstance(values, list):
        raise NotProven("x5c_missing")
    return read_chain([from_b64(value) for value in values])


def read_chain(values: Sequence[bytes]) -> list[x509.Certificate]:
    """Certificates in DER, leaf first."""
    if not 1 <= len(values) <= LONGEST:
        raise NotProven("path_length")
    if any(len(value) > DER_MAX for value in values):
        raise NotProven("certificate_size")
    try:
        return [x509.load_der_x509_certificate(value) for value in values]
    except ValueError as error:
        raise NotProven("certificate") from error


def trusted_leaf(
    chain: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate], at: datetime, *, purpose: str | None = None
) -> x509.Certificate:
    """The signer's certificate, where the path holds from it to an anchor. `purpose`: extended key usage it must have."""
    anchor = next((one for one in anchors if _issued(chain[-1], one)), None)
    if anchor is None or any(one in anchors for one in chain):
        raise NotProven("path_no_anchor")
    _check_leaf(chain[0], purpose)
    issuers = [*chain[1:], anchor]
    for place, (one, issuer) in enumerate(zip(chain, issuers, strict=True)):
        if not _issued(one, issuer):
            raise NotProven("path_broken")
        _check_issuer(issuer, below=place)
    for one in (*chain, anchor):
        _check_always(one, at)
    return chain[0]


def each_issued_by_the_next(chain: Sequence[x509.Certificate]) -> bool:
    """Whether the path holds in itself, whoever its anchor is."""
    return all(_issued(one, issuer) for one, issuer in pairwise(chain))


def proves_nothing(certificate: x509.Certificate) -> bool:
    """Whether it is of a demo, whatever file it stands in."""
    owners = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return any(one.value == PROVES_NOTHING for one in owners)


def owner(certificate: x509.Certificate) -> str:
    """As it names him: the organisation, and what it calls itself where that says more."""
    named = [
        str(one.value)
        for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
        for one in certificate.subject.get_attributes_for_oid(kind)
    ]
    return ", ".join(dict.fromkeys(named))


def signing_key(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    """Its key, which must be one on an elliptic curve."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise NotProven("certificate_key")
    return key


def der(certificate: x509.Certificate) -> bytes:
    """Its bytes."""
    return certificate.public_bytes(Encoding.DER)


def _issued(one: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        one.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _check_leaf(leaf: x509.Certificate, purpose: str | None) -> None:
    if leaf.subject == leaf.issuer or _is_authority(leaf):
        raise NotProven("path_leaf")
    usage = _extension(leaf, x509.KeyUsage)
    if usage is not None and not usage.digital_signature:
        raise NotProven("path_key_usage")
    if purpose is not None:
        purposes = _extension(leaf, x509.ExtendedKeyUsage)
        if purposes is None or x509.ObjectIdentifier(purpose) not in purposes:
            raise NotProven("path_purpose")


def _check_issuer(issuer: x509.Certificate, *, below: int) -> None:
    """`below`: how many authorities stand between it and the leaf."""
    constraints = _extension(issuer, x509.BasicConstraints)
    if constraints is None or not constraints.ca:
        raise NotProven("path_no_authority")
    if constraints.path_length is not None and constraints.path_length < below:
        raise NotProven("path_length")
    usage = _extension(issuer, x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        raise NotProven("path_key_usage")


def _check_always(one: x509.Certificate, at: datetime) -> None:
    if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
        raise NotProven("path_time")
    if any(extension.critical and extension.oid not in UNDERSTOOD for extension in _extensions(one)):
        raise NotProven("path_critical_extension")


def _is_authority(one: x509.Certificate) -> bool:
    constraints = _extension(one, x509.BasicConstraints)
    return constraints is not None and constraints.ca


def _extensions(one: x509.Certificate) -> x509.Extensions:
    try:
        return one.extensions
    except ValueError as error:
        raise NotProven("certificate") from error


def _extension(one: x509.Certificate, kind: type[Kind]) -> Kind | None:
    try:
        return _extensions(one).get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
