"""Signing archives of packages, and asking who signed one: for commands and the demo; pages never do either."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from stadttor.catalog.archive import SIGNATURE, Opened, TrustedKey, manifest_of, open_archive, pack
from stadttor.catalog.rules import limits
from stadttor.catalog.rules.faults import PackageRefused, refuse
from stadttor.catalog.rules.files import Files, check_files
from stadttor.catalog.rules.semver import parse_version

MEDIA_TYPE = "stadttor-package"
ALGORITHM = "Ed25519"


@dataclass(frozen=True)
class Verified:
    """An archive signed by a trusted key for a package this key may sign."""

    files: Files
    id: str
    version: str
    sha256: str
    signer: TrustedKey


def new_key() -> OKPKey:
    """A fresh signing key."""
    return OKPKey.generate_key("Ed25519")


def key_file(key: OKPKey) -> str:
    """The private key as the content of its file (JWK)."""
    return json.dumps(key.as_dict(private=True))


def read_key(content: str | bytes) -> OKPKey:
    """A private or public key from its JWK file. Raises PackageRefused for anything but Ed25519."""
    try:
        found = json.loads(content)
        key = OKPKey.import_key(found)
    except (ValueError, JoseError, TypeError, KeyError) as error:
        raise refuse("key", 0, "This is not a key file.", "Make one with `stadttor package keygen`.") from error
    if key.curve_name != "Ed25519":
        raise refuse("key", 0, "The key is not an Ed25519 key.", "Make one with `stadttor package keygen`.")
    return key


def build(files: Files, package_id: str, version: str, key: OKPKey) -> bytes:
    """The signed archive. Same arguments, same bytes."""
    if faults := check_files(files):
        raise PackageRefused(faults)
    manifest = manifest_of(files, package_id, version)
    header = {"alg": ALGORITHM, "kid": key.thumbprint(), "typ": MEDIA_TYPE}
    signed = jws.serialize_compact(header, manifest, key, algorithms=[ALGORITHM])
    return pack(files, manifest, jws.detach_content(signed))


def verify(archive: bytes, trusted: Iterable[TrustedKey], newest: str | None = None) -> Verified:
    """The contents, if a trusted key signed them. `newest` is the highest version known here: lower ones are refused.

    Raises PackageRefused: changed, unsigned, signer unknown or not for this package, older than what is there.
    """
    opened = open_archive(archive)
    signer = _signer(opened, {key.kid: key for key in trusted})
    if newest is not None and parse_version(opened.version) < parse_version(newest):
        text = f"Version {opened.version} is older than {newest}, which is published already."
        raise refuse("package.yaml", 0, text, "Publish a higher version.")
    return Verified(opened.files, opened.id, opened.version, opened.sha256, signer)


def _signer(opened: Opened, trusted: Mapping[str, TrustedKey]) -> TrustedKey:
    if len(opened.signature) > limits.SIGNATURE_BYTES:
        raise refuse(SIGNATURE, 0, "The signature is too long.", "Build the archive again.")
    key = trusted.get(_kid(opened))
    if key is None:
        raise refuse(SIGNATURE, 0, "The signer is unknown here.", "Ask your operator to trust the publisher's key.")
    try:
        public = OKPKey.import_key(dict(key.public_jwk))
        jws.deserialize_compact(opened.signature, public, algorithms=[ALGORITHM], payload=opened.manifest)
    except (JoseError, ValueError) as error:
        text = "The signature does not belong to this content."
        raise refuse(SIGNATURE, 0, text, "Get the archive again from its publisher.") from error
    if not key.may_sign(opened.id):
        text = f"{key.publisher} may sign packages below `{key.namespace}` only, not `{opened.id}`."
        raise refuse(SIGNATURE, 0, text, "Ask the publisher of that name.")
    return key


def _kid(opened: Opened) -> str:
    try:
        header = jws.extract_compact(opened.signature.encode(), opened.manifest).headers()
    except (JoseError, ValueError) as error:
        raise refuse(SIGNATURE, 0, "The signature cannot be read.", "Build the archive again.") from error
    if header.get("alg") != ALGORITHM or header.get("typ") != MEDIA_TYPE:
        raise refuse(SIGNATURE, 0, f"Only {ALGORITHM} signatures of packages are accepted.", "Build the archive again.")
    return str(header.get("kid", ""))
