"""What a provider says of itself (OpenID Connect Discovery 1.0 §3, RFC 8414)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.oidc.tokens import ALGORITHMS
from stadttor.core.network import address_parts
from stadttor.identity.ports import NotBelieved

LONGEST_ADDRESS = 1_000


@dataclass(frozen=True)
class Metadata:
    """Its addresses, and what it promises. `names_itself`: its answer carries `iss` (RFC 9207)."""

    issuer: str
    authorization: str
    token: str
    keys: str
    names_itself: bool
    secret_in_body: bool


def address_of(issuer: str) -> str:
    """Where the document lies (§4)."""
    return issuer.rstrip("/") + "/.well-known/openid-configuration"


def read_metadata(document: Mapping[str, Any], issuer: str) -> Metadata:
    """NotBelieved when it speaks of another issuer, or cannot do what we need."""
    if document.get("issuer") != issuer:
        raise NotBelieved("metadata_issuer")
    _must_offer(document, "response_types_supported", "code", ["code"])
    _must_offer(document, "code_challenge_methods_supported", "S256", ["S256"])
    if not set(_list(document, "id_token_signing_alg_values_supported", ["RS256"])) & set(ALGORITHMS):
        raise NotBelieved("metadata_algorithms")
    methods = _list(document, "token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if not {"client_secret_basic", "client_secret_post"} & set(methods):
        raise NotBelieved("metadata_client_authentication")
    return Metadata(
        issuer=issuer,
        authorization=_address(document, "authorization_endpoint"),
        token=_address(document, "token_endpoint"),
        keys=_address(document, "jwks_uri"),
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        secret_in_body="client_secret_basic" not in methods,
    )


def _must_offer(document: Mapping[str, Any], name: str, wanted: str, default: list[str]) -> None:
    if wanted not in _list(document, name, default):
        raise NotBelieved(f"metadata_{name}")


def _list(document: Mapping[str, Any], name: str, default: list[str]) -> list[str]:
    found = document.get(name, default)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise NotBelieved(f"metadata_{name}")
    return found


def _address(document: Mapping[str, Any], name: str) -> str:
    found = document.get(name)
    if not isinstance(found, str) or len(found) > LONGEST_ADDRESS or address_parts(found).scheme != "https":
        raise NotBelieved(f"metadata_{name}")
    return found
