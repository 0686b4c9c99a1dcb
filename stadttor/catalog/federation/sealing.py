"""Signing an index, and asking whether the agreed key signed it: for commands and jobs; pages never do either."""

from collections.abc import Mapping, Sequence
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from stadttor.catalog.archive import TrustedKey
from stadttor.catalog.federation.index import Index, Read, file_of, signed_part
from stadttor.catalog.federation.refusals import CatalogueRefused
from stadttor.catalog.signing import ALGORITHM

MEDIA_TYPE = "stadttor-catalogue"
"""`typ` of the signature: what signs a catalogue is no signature of a package, nor the other way round."""


def sealed(index: Index, keys: Sequence[OKPKey]) -> bytes:
    """The index as it is served, signed with each of these keys: compact JWS with detached payload (RFC 7515 App. F)."""
    signed = signed_part(index)
    return file_of(signed, tuple(_signature(signed, key) for key in keys))


def _signature(signed: bytes, key: OKPKey) -> str:
    header = {"alg": ALGORITHM, "kid": key.thumbprint(), "typ": MEDIA_TYPE}
    return jws.detach_content(jws.serialize_compact(header, signed, key, algorithms=[ALGORITHM]))


def thumbprint(public_jwk: Mapping[str, Any]) -> str:
    """The name of a key (RFC 7638), short enough to be read out on the telephone."""
    return TrustedKey(public_jwk, "", "").kid


def must_be_signed(found: Read, kid: str, public_jwk: Mapping[str, Any] | None) -> None:
    """By the agreed key, and by the key the index names for the future: usually the same.

    `public_jwk` is the agreed key once it was seen; before that the index itself must name it, and its thumbprint is the
    proof. Raises CatalogueRefused.
    """
    own = found.index.key
    agreed = public_jwk if public_jwk is not None else own
    if thumbprint(agreed) != kid:
        raise CatalogueRefused("unknown_signer")
    for key in (agreed, own):
        if not any(_is_signed(found.signed, signature, key) for signature in found.signatures):
            raise CatalogueRefused("unknown_signer")


def _is_signed(signed: bytes, signature: str, public_jwk: Mapping[str, Any]) -> bool:
    try:
        key = OKPKey.import_key({name: public_jwk[name] for name in ("crv", "kty", "x")})
        header = jws.deserialize_compact(signature, key, algorithms=[ALGORITHM], payload=signed).headers()
    except (JoseError, ValueError, TypeError, KeyError):
        return False
    return header.get("alg") == ALGORITHM and header.get("typ") == MEDIA_TYPE
