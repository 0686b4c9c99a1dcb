"""Issues credentials in an authority's name (implements `Issuer`)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key

from adapters.eudi_wallet.issuing import credentials, metadata, proofs, status
from adapters.eudi_wallet.x509_path import must_be_leaf, proves_nothing, read_pem
from stadttor.identity.ports import (
    CredentialKind,
    CredentialRequest,
    Issuable,
    IssuerAddresses,
    NotProven,
    Signer,
    StatusPlace,
)


class EudiIssuer:
    """Holds no state: codes, nonces, places and what was issued are kept by `identity`.

    `simulated`: the path at which the demo's own wallet receives, seen from an offer. Anywhere else nobody signs with a
    certificate of a demo.
    """

    def __init__(self, simulated: str = "") -> None:
        self._simulated = simulated

    def metadata(self, at: IssuerAddresses, name: str, kinds: Sequence[CredentialKind]) -> Mapping[str, Any]:
        """OpenID4VCI 1.0 §12.2.4."""
        return metadata.issuer(at, name, kinds)

    def server_metadata(self, at: IssuerAddresses) -> Mapping[str, Any]:
        """RFC 8414."""
        return metadata.server(at)

    def offer(self, at: IssuerAddresses, kind: str, code: str, says: str) -> Mapping[str, Any]:
        """OpenID4VCI 1.0 §4.1.1."""
        return metadata.offer(at, kind, code, says)

    def link(self, offer_uri: str) -> str:
        """OpenID4VCI 1.0 §4.1.3."""
        return metadata.link(offer_uri, self._simulated)

    def read_request(self, body: bytes) -> CredentialRequest:
        """OpenID4VCI 1.0 §8.2."""
        return proofs.read_request(body)

    def proven_keys(
        self, request: CredentialRequest, at: IssuerAddresses, is_fresh: Callable[[str], bool], now: datetime
    ) -> tuple[list[dict[str, str]], str]:
        """OpenID4VCI 1.0 App. F.4."""
        return proofs.proven_keys(request.proofs, at.issuer, is_fresh, now)

    def credential(
        self,
        signer: Signer,
        kind: CredentialKind,
        issuable: Issuable,
        holder: Mapping[str, str],
        place: StatusPlace,
        now: datetime,
    ) -> str:
        """SD-JWT VC in its compact form."""
        content = credentials.Content(
            kind.type, {}, issuable.claims, issuable.begins, issuable.ends, place.uri, place.place
        )
        return credentials.signed(content, holder, read_pem(signer.chain), _private(signer.key), now)

    def status_token(
        self, signer: Signer, uri: str, size: int, bits: int, revoked: Collection[int], now: datetime
    ) -> str:
        """Token Status List §5.1."""
        lst = status.packed(size, bits, revoked)
        return status.signed(uri, bits, lst, read_pem(signer.chain), _private(signer.key), now)

    def must_be_usable(self, signer: Signer, now: datetime) -> None:
        """Signed by somebody else, for this key, and it holds now: the root never comes along (HAIP 1.0 §6.1.1)."""
        chain = read_pem(signer.chain)
        if not chain or not _same_key(chain[0], _private(signer.key)):
            raise ValueError("The key does not belong to the certificate")
        if any(one.issuer == one.subject for one in chain):
            raise ValueError("The chain must not hold the root, or a certificate signed by itself")
        if not chain[0].not_valid_before_utc <= now < self.ends(signer):
            raise ValueError("It has ended, or does not hold yet")
        try:
            must_be_leaf(chain[0], now)
        except NotProven as error:
            raise ValueError(f"No verifier would accept it ({error.reason})") from error
        if not self.may_sign(signer, now):
            raise ValueError("It is of a demo, and proves nothing")

    def may_sign(self, signer: Signer, now: datetime) -> bool:
        """Its path holds, and it is of no demo unless this is one."""
        is_of_demo = any(proves_nothing(one) for one in read_pem(signer.chain))
        return now < self.ends(signer) and (bool(self._simulated) or not is_of_demo)

    def ends(self, signer: Signer) -> datetime:
        """With the first certificate of the path that ends."""
        return min(one.not_valid_after_utc for one in read_pem(signer.chain))


def _same_key(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> bool:
    return certificate.public_key() == key.public_key()


@lru_cache(maxsize=64)
def _private(key: bytes) -> ec.EllipticCurvePrivateKey:
    loaded = load_der_private_key(key, password=None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey) or loaded.curve.name != "secp256r1":
        raise ValueError("The key is not one on P-256")
    return loaded
