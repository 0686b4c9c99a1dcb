"""What a wallet reads before it asks: who issues what (OpenID4VCI 1.0 §12.2), where codes count (RFC 8414), the offer (§4.1)."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urljoin

from adapters.eudi_wallet.credential import SD_JWT_VC
from stadttor.identity.ports import BATCH_MOST, TX_CODE_DIGITS, CredentialKind, IssuerAddresses

PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
SCHEME = "openid-credential-offer"


def issuer(at: IssuerAddresses, name: str, kinds: Sequence[CredentialKind]) -> dict[str, Any]:
    """The credential issuer's metadata: it is its own authorization server and encrypts nothing beyond TLS."""
    return {
        "credential_issuer": at.issuer,
        "credential_endpoint": at.credential,
        "nonce_endpoint": at.nonce,
        "batch_credential_issuance": {"batch_size": BATCH_MOST},
        "display": [{"name": name, "locale": "de"}],
        "credential_configurations_supported": {kind.id: _configuration(kind) for kind in kinds},
    }


def server(at: IssuerAddresses) -> dict[str, Any]:
    """The authorization server's: one grant, for wallets that name themselves to nobody (§12.3)."""
    return {
        "issuer": at.issuer,
        "token_endpoint": at.token,
        "grant_types_supported": [PRE_AUTHORIZED],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["none"],
        "pre-authorized_grant_anonymous_access_supported": True,
    }


def offer(at: IssuerAddresses, kind: str, code: str, says: str) -> dict[str, Any]:
    """`says`: where the person finds the transaction code."""
    tx_code = {"input_mode": "numeric", "length": TX_CODE_DIGITS, "description": says[:300]}
    grant = {"pre-authorized_code": code, "tx_code": tx_code}
    return {
        "credential_issuer": at.issuer,
        "credential_configuration_ids": [kind],
        "grants": {PRE_AUTHORIZED: grant},
    }


def link(offer_uri: str, simulated: str = "") -> str:
    """What opens a wallet: where the offer is, nothing of it. `simulated`: the path of the demo's wallet, seen from the offer."""
    at = urljoin(offer_uri, simulated) if simulated else f"{SCHEME}://"
    return f"{at}?{urlencode({'credential_offer_uri': offer_uri})}"


def _configuration(kind: CredentialKind) -> dict[str, Any]:
    return {
        "format": SD_JWT_VC,
        "vct": kind.type,
        "scope": kind.id,
        "cryptographic_binding_methods_supported": ["jwk"],
        "credential_signing_alg_values_supported": ["ES256"],
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
        "credential_metadata": {
            "display": _display(kind.titles),
            "claims": [{"path": [name], "display": _display(labels)} for name, labels in kind.claims.items()],
        },
    }


def _display(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": text, "locale": language} for language, text in texts.items()]
