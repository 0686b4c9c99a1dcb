"""A small wallet of one person: fetches a credential from an offer, and shows what it holds when it is asked."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from adapters.eudi_wallet.issuing.proofs import TYPE
from adapters.eudi_wallet.jwk import public_jwk
from adapters.eudi_wallet.jws import read_jws, sign_jws
from adapters.eudi_wallet.tests import maker

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Ask(Protocol):
    """What an address of the town answers: status and text. Without a body it is looked at, with one posted to."""

    def __call__(self, path: str, body: bytes | None = None, kind: str = "", token: str = "") -> tuple[int, str]: ...


def _seconds() -> int:
    return int(datetime.now(UTC).timestamp())


@dataclass
class Holder:
    """`held`: credentials by the id under which they are asked for. `clock` gives its moment in seconds."""

    ask: Ask
    key: maker.Private = field(default_factory=maker.new_key)
    held: dict[str, str] = field(default_factory=dict)
    clock: Callable[[], int] = _seconds

    def receive(self, link: str, tx_code: str, id_: str) -> int:
        """Follow an offer to its end; gives the status of the first answer that is none, else 200."""
        status, text = self.ask(_path(parse_qs(urlsplit(link).query)["credential_offer_uri"][0]))
        if status != 200:
            return status
        offer = json.loads(text)
        code = offer["grants"][GRANT]["pre-authorized_code"]
        form = {"grant_type": GRANT, "pre-authorized_code": code, "tx_code": tx_code}
        status, text = self.ask("/wallet-issuer/token", urlencode(form).encode(), FORM)
        if status != 200:
            return status
        return self._fetch(offer, json.loads(text)["access_token"], id_)

    def _fetch(self, offer: Mapping[str, Any], token: str, id_: str) -> int:
        status, text = self.ask("/wallet-issuer/nonce", b"", FORM)
        if status != 200:
            return status
        said = {"aud": offer["credential_issuer"], "iat": self.clock(), "nonce": json.loads(text)["c_nonce"]}
        proof = sign_jws({"typ": TYPE, "jwk": public_jwk(self.key.public_key())}, said, self.key)
        wanted = {
            "credential_configuration_id": offer["credential_configuration_ids"][0],
            "proofs": {"jwt": [proof]},
        }
        status, text = self.ask("/wallet-issuer/credential", json.dumps(wanted).encode(), JSON, token)
        if status == 200:
            self.held[id_] = json.loads(text)["credentials"][0]["credential"]
        return status

    def question(self, link: str) -> dict[str, Any]:
        """What the link of a verifier asks."""
        _status, text = self.ask(_path(parse_qs(urlsplit(link).query)["request_uri"][0]))
        return read_jws(text, typ="oauth-authz-req+jwt").claims()

    def show(self, link: str, *ids: str) -> tuple[int, str]:
        """Show these, whole; gives what the verifier answers."""
        asked = self.question(link)
        bound = {id_: [self._bound(self.held[id_], asked)] for id_ in ids}
        jwe = maker.encrypted({"vp_token": bound}, asked["client_metadata"]["jwks"]["keys"][0])
        return self.ask(_path(asked["response_uri"]), f"response={jwe}".encode(), FORM)

    def _bound(self, credential: str, asked: Mapping[str, Any]) -> str:
        who = {"audience": asked["client_id"], "nonce": asked["nonce"]}
        return maker.bound(credential, key=self.key, iat=self.clock(), **who)


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
