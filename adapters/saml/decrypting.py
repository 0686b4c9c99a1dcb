"""Encrypted assertions: AES-GCM under a key wrapped with RSA-OAEP (BSI TR-03116-4), and nothing else.

CBC and PKCS#1 v1.5 tell an attacker by their errors what is inside; here every failure is the same one. What was inside
passes the same strict reader as what came from outside.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from adapters.saml.documents import Element, children, document, invalid, only
from adapters.saml.names import DS, ENCRYPTED_ASSERTION, SHA256, XENC, XENC11, tag
from stadttor.identity.ports import KeyPair

CONTENT = {f"{XENC11}aes128-gcm": 16, f"{XENC11}aes256-gcm": 32}
OAEP, OAEP_11 = f"{XENC}rsa-oaep-mgf1p", f"{XENC11}rsa-oaep"
SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
# SHA-1 inside OAEP is the default of the standard and no weakness there: nothing rests on collisions (RFC 8017 §7.1).
HASHES: dict[str, type[hashes.HashAlgorithm]] = {SHA1: hashes.SHA1, SHA256: hashes.SHA256}
MASKS: dict[str, type[hashes.HashAlgorithm]] = {f"{XENC11}mgf1sha1": hashes.SHA1, f"{XENC11}mgf1sha256": hashes.SHA256}
NONCE, MOST_KEYS = 12, 4


def decrypted(encrypted: Element, keys: Iterable[KeyPair]) -> Element:
    """The assertion inside an EncryptedAssertion. Raises SignInFailed, always in the same words."""
    if encrypted.tag != ENCRYPTED_ASSERTION:
        raise _closed()
    data = only(encrypted, tag(XENC, "EncryptedData"))
    size = CONTENT.get(_method(data))
    wrapped = list(encrypted.iter(tag(XENC, "EncryptedKey")))
    if size is None or not 0 < len(wrapped) <= MOST_KEYS:
        raise _closed()
    content = _cipher(data)
    for secret in _unwrapped(wrapped, [_private(one) for one in keys]):
        if len(secret) == size and len(content) > NONCE:
            try:
                return document(AESGCM(secret).decrypt(content[:NONCE], content[NONCE:], None))
            except InvalidTag:
                continue
    raise _closed()


def _closed() -> Exception:
    return invalid("the encrypted part does not open as agreed")


def _unwrapped(wrapped: Sequence[Element], keys: Sequence[RSAPrivateKey]) -> Iterable[bytes]:
    for one in wrapped:
        mask, scheme = _padding(one)
        sealed = _cipher(one)
        for key in keys:
            try:
                yield key.decrypt(sealed, padding.OAEP(padding.MGF1(mask()), scheme(), None))
            except ValueError:
                continue


def _padding(wrapped: Element) -> tuple[type[hashes.HashAlgorithm], type[hashes.HashAlgorithm]]:
    """(hash of the mask, hash of the label); both SHA-1 unless said otherwise."""
    method = only(wrapped, tag(XENC, "EncryptionMethod"))
    algorithm = method.get("Algorithm")
    digest = next((one.get("Algorithm") for one in children(method, tag(DS, "DigestMethod"))), SHA1)
    mask = next((one.get("Algorithm") for one in children(method, tag(XENC11, "MGF"))), f"{XENC11}mgf1sha1")
    if algorithm not in (OAEP, OAEP_11) or digest not in HASHES or mask not in MASKS:
        raise _closed()
    return (hashes.SHA1 if algorithm == OAEP else MASKS[mask]), HASHES[digest]


def _method(element: Element) -> str:
    return str(only(element, tag(XENC, "EncryptionMethod")).get("Algorithm"))


def _cipher(element: Element) -> bytes:
    value = only(only(element, tag(XENC, "CipherData")), tag(XENC, "CipherValue"))
    try:
        return base64.b64decode("".join((value.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise _closed() from None


def _private(keys: KeyPair) -> RSAPrivateKey:
    found = load_pem_private_key(keys.private, None)
    if not isinstance(found, RSAPrivateKey):
        raise TypeError("an RSA key was expected")
    return found
