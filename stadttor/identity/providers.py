"""In which words an authority's OpenID provider answers who a colleague is. The adapter `oidc` speaks the protocol.

Specifications: OpenID Connect Core 1.0, Discovery 1.0 and Back-Channel Logout 1.0; RFC 7636 (PKCE), RFC 9207 (iss in the
answer), RFC 9700 (what attacks are known).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class NotBelieved(Exception):
    """The provider's word does not hold, or there is none. `code` says why: for log and audit, not for the page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class OpenIdClient:
    """As whom we speak to which provider, and where it sends people back to."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str


@dataclass(frozen=True)
class OpenIdAsked:
    """One question: random words that tie the answer to it. `fresh`: she signs in there anew, whatever is open."""

    state: str
    nonce: str
    verifier: str
    fresh: bool = False


@dataclass(frozen=True)
class OpenIdPerson:
    """Whom the provider says it knows. `subject` is the only name of hers that never changes (Core 1.0 §5.7)."""

    subject: str
    sid: str
    name: str
    email: str
    email_verified: bool
    groups: frozenset[str]
    acr: str
    signed_in: datetime | None


@dataclass(frozen=True)
class OpenIdLogout:
    """Whose sessions end: all of the subject, or that of the provider's session. `token_id` may be used once."""

    subject: str
    sid: str
    token_id: str
    until: datetime


class OpenIdProviders(Protocol):
    """Speaks with providers. Whatever does not hold raises NotBelieved."""

    def look_at(self, issuer: str, now: datetime) -> None:
        """Read what the provider says of itself: before it is chosen, and without believing anybody yet."""

    def address(self, client: OpenIdClient, asked: OpenIdAsked, now: datetime) -> str:
        """Where the browser goes to sign in."""

    def person(
        self,
        client: OpenIdClient,
        asked: OpenIdAsked,
        answered: Mapping[str, str],
        groups_claim: str,
        now: datetime,
    ) -> OpenIdPerson:
        """Who came back, from the parameters of the address she came back to."""

    def logged_out(self, client: OpenIdClient, token: str, now: datetime) -> OpenIdLogout:
        """Who signed out there, from a logout token."""
