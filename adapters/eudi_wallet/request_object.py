"""The request a wallet fetches: signed with the authority's access key (JAR, RFC 9101; OpenID4VP 1.0 §5, HAIP 1.0 §5)."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urljoin

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.eudi_wallet.encoding import b64url
from adapters.eudi_wallet.jws import sign_jws
from adapters.eudi_wallet.x509_path import der

TYPE = "oauth-authz-req+jwt"
AUDIENCE = "https://self-issued.me/v2"
LASTS = timedelta(minutes=10)
FORMATS = {
    "dc+sd-jwt": {"sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"]},
    "mso_mdoc": {"issuerauth_alg_values": [-7, -9], "deviceauth_alg_values": [-7, -9]},
}


@dataclass(frozen=True)
class Request:
    """What stands in a request; `encryption_key` is the public key with its `kid`, fresh for this request."""

    client_id: str
    response_uri: str
    nonce: str
    state: str
    query: dict[str, Any]
    encryption_key: dict[str, str]
    verifier_info: Sequence[dict[str, Any]] = ()
    transaction_data: Sequence[str] = ()
    wallet_nonce: str = ""

    def claims(self, now: datetime) -> dict[str, Any]:
        """As the wallet reads it."""
        formats = {one["format"] for one in self.query["credentials"]}
        optional = {
            "verifier_info": list(self.verifier_info),
            "transaction_data": list(self.transaction_data),
            "wallet_nonce": self.wallet_nonce,
        }
        return {
            "response_type": "vp_token",
            "response_mode": "direct_post.jwt",
            "client_id": self.client_id,
            "response_uri": self.response_uri,
            "nonce": self.nonce,
            "state": self.state,
            "aud": AUDIENCE,
            "iat": int(now.timestamp()),
            "exp": int((now + LASTS).timestamp()),
            "dcql_query": self.query,
            "client_metadata": {
                "jwks": {"keys": [{**self.encryption_key, "use": "enc", "alg": "ECDH-ES"}]},
                "encrypted_response_enc_values_supported": ["A128GCM", "A256GCM"],
                "vp_formats_supported": {name: FORMATS[name] for name in FORMATS if name in formats},
            },
            **{name: value for name, value in optional.items() if value},
        }


def client_id(prefix: str, leaf: x509.Certificate, host: str) -> str:
    """Who asks (OpenID4VP 1.0 §5.9.3): by its certificate, or by a name in it. Raises ValueError for a name not in it."""
    if prefix == "x509_hash":
        return f"x509_hash:{b64url(hashlib.sha256(der(leaf)).digest())}"
    if prefix != "x509_san_dns" or host not in dns_names(leaf):
        raise ValueError(f"The access certificate does not name {host}")
    return f"x509_san_dns:{host}"


def dns_names(leaf: x509.Certificate) -> list[str]:
    """The host names a certificate is for."""
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return list(names.get_values_for_type(x509.DNSName))


def signed(request: Request, chain: Sequence[x509.Certificate], key: ec.EllipticCurvePrivateKey, now: datetime) -> str:
    """The request object; `chain` leaf first, without the anchor."""
    x5c = [base64.b64encode(der(one)).decode() for one in chain]
    return sign_jws({"typ": TYPE, "x5c": x5c}, request.claims(now), key)


def invocation(scheme: str, client: str, request_uri: str) -> str:
    """The address behind link and QR code."""
    return f"{scheme}://?{_invocation(client, request_uri)}"


def simulated_invocation(path: str, client: str, request_uri: str) -> str:
    """The same where the wallet is a page of the demo: of the town that asks, `path` as seen from the question."""
    return f"{urljoin(request_uri, path)}?{_invocation(client, request_uri)}"


def _invocation(client: str, request_uri: str) -> str:
    return urlencode({"client_id": client, "request_uri": request_uri, "request_uri_method": "post"})
