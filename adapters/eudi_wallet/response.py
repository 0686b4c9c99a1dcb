"""The encrypted answer of a wallet (`direct_post.jwt`, OpenID4VP 1.0 §8.3; HAIP 1.0 §5)."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from adapters.eudi_wallet.encoding import from_b64url, read_object
from stadttor.core.comparing import same_text
from stadttor.identity.ports import NotProven

CIPHERTEXT_MAX = 512 * 1024
CONTENT = ("A128GCM", "A256GCM")
HEADERS = frozenset({"alg", "enc", "kid", "epk", "apu", "apv", "typ", "cty"})


def decrypted(jwe: str, key: ec.EllipticCurvePrivateKey, kid: str, state: str) -> dict[str, Any]:
    """What was encrypted to this very key. A `state` inside has to be that of the request."""
    _must_be_ours(jwe, kid)
    answer = read_object(_opened(jwe, key))
    if "state" in answer and not same_text(answer["state"], state):
        raise NotProven("response_state")
    return answer


def _must_be_ours(jwe: str, kid: str) -> None:
    parts = jwe.split(".")
    if len(jwe) > CIPHERTEXT_MAX or len(parts) != 5:
        raise NotProven("jwe_form")
    header = read_object(from_b64url(parts[0]))
    if header.get("alg") != "ECDH-ES" or header.get("enc") not in CONTENT:
        raise NotProven("jwe_alg")
    if header.keys() - HEADERS:
        raise NotProven("jwe_header")
    if not same_text(header.get("kid"), kid):
        raise NotProven("jwe_kid")


def _opened(jwe: str, key: ec.EllipticCurvePrivateKey) -> bytes:
    from joserfc.errors import JoseError
    from joserfc.jwe import JWERegistry, decrypt_compact
    from joserfc.jwk import ECKey

    class Registry(JWERegistry):
        max_ciphertext_length = CIPHERTEXT_MAX
        max_protected_header_length = 8 * 1024

    try:
        opened = decrypt_compact(
            jwe, ECKey.import_key(_pem(key)), registry=Registry(algorithms=["ECDH-ES", *sorted(CONTENT)])
        )
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NotProven("jwe_not_opened") from error
    if opened.plaintext is None:
        raise NotProven("jwe_not_opened")
    return opened.plaintext


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
