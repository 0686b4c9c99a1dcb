"""The conversation with a provider: where to sign in, what the answer is worth, who signed out."""

import hashlib
import threading
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlencode

from adapters.oidc.keys import KEPT, KEPT_S, Keys
from adapters.oidc.metadata import Metadata, address_of, read_metadata
from adapters.oidc.tokens import KeyOf, logout_in, person_in
from stadttor.identity.ports import NotBelieved, OpenIdAsked, OpenIdClient, OpenIdLogout, OpenIdPerson

SCOPE = "openid profile email"


class Asking(Protocol):
    """What `fetching.Web` does."""

    def get(self, address: str) -> dict[str, Any]: ...

    def post(self, address: str, form: Mapping[str, str], client: tuple[str, str]) -> dict[str, Any]: ...


class Providers:
    """Implements `stadttor.identity.ports.OpenIdProviders`."""

    def __init__(self, web: Asking) -> None:
        self._web, self._keys = web, Keys(web.get)
        self._known: dict[str, tuple[Metadata, float]] = {}
        self._lock = threading.Lock()

    def look_at(self, issuer: str, now: datetime) -> None:
        """Anew, whatever is kept of it; its keys, too."""
        with self._lock:
            self._known.pop(issuer, None)
        listed = self._web.get(self._metadata(issuer, now).keys).get("keys")
        if not listed:
            raise NotBelieved("keys")

    def address(self, client: OpenIdClient, asked: OpenIdAsked, now: datetime) -> str:
        """With PKCE S256 (RFC 7636), state and nonce."""
        where = self._metadata(client.issuer, now).authorization
        challenge = urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).decode().rstrip("=")
        words = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": client.redirect_uri,
            "scope": SCOPE,
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        words |= {"prompt": "login", "max_age": "0"} if asked.fresh else {}
        return f"{where}{'&' if '?' in where else '?'}{urlencode(words)}"

    def person(
        self,
        client: OpenIdClient,
        asked: OpenIdAsked,
        answered: Mapping[str, str],
        groups_claim: str,
        now: datetime,
    ) -> OpenIdPerson:
        """Exchange the code; the state was compared by whoever asked."""
        about = self._metadata(client.issuer, now)
        _must_name_itself(about, answered.get("iss"))
        if answered.get("error") or not answered.get("code"):
            raise NotBelieved("no_code")
        told = self._exchanged(about, client, asked, answered["code"])
        id_token = told.get("id_token")
        if not isinstance(id_token, str):
            raise NotBelieved("no_id_token")
        return person_in(
            id_token,
            self._key_of(about, now),
            issuer=client.issuer,
            client_id=client.client_id,
            nonce=asked.nonce,
            groups_claim=groups_claim,
            now=now,
        )

    def logged_out(self, client: OpenIdClient, token: str, now: datetime) -> OpenIdLogout:
        """Replay is for whoever keeps what was used."""
        key_of = self._key_of(self._metadata(client.issuer, now), now)
        return logout_in(token, key_of, issuer=client.issuer, client_id=client.client_id, now=now)

    def _exchanged(self, about: Metadata, client: OpenIdClient, asked: OpenIdAsked, code: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.redirect_uri,
            "code_verifier": asked.verifier,
        }
        if about.secret_in_body:
            form |= {"client_id": client.client_id, "client_secret": client.client_secret}
            return self._web.post(about.token, form, ("", ""))
        return self._web.post(about.token, form, (client.client_id, client.client_secret))

    def _key_of(self, about: Metadata, now: datetime) -> KeyOf:
        return partial(self._key, about, now.timestamp())

    def _key(self, about: Metadata, at: float, algorithm: str, kid: str) -> Any:
        return self._keys.key(about.keys, algorithm, kid, at)

    def _metadata(self, issuer: str, now: datetime) -> Metadata:
        with self._lock:
            known = self._known.get(issuer)
        if known is not None and 0 <= now.timestamp() - known[1] < KEPT_S:
            return known[0]
        found = read_metadata(self._web.get(address_of(issuer)), issuer)
        with self._lock:
            self._known.pop(issuer, None)
            self._known[issuer] = (found, now.timestamp())
            while len(self._known) > KEPT:
                self._known.pop(next(iter(self._known)))
        return found


def _must_name_itself(about: Metadata, named: str | None) -> None:
    """Against the answer of one provider being taken for that of another (RFC 9207 §2.4)."""
    if named is None and not about.names_itself:
        return
    if named != about.issuer:
        raise NotBelieved("answer_issuer")
