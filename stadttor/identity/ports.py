"""What identity needs from outside, wired in `site`: the services an authority has adopted, who speaks with wallets; and
the words in which the ways of signing in answer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from stadttor.identity.vocabulary import CLAIMS, LONGEST_VALUE, Claim, IdentityAssertion, Source

__all__ = [
    "CLAIMS",
    "LONGEST_VALUE",
    "Asker",
    "Claim",
    "IdentityAssertion",
    "NotProven",
    "Proven",
    "Question",
    "Services",
    "Source",
    "Wallets",
    "services_of",
    "use_services",
    "use_wallets",
    "wallets",
]

Services = Callable[[UUID], Sequence[tuple[str, str]]]

_services: Services | None = None


def use_services(services: Services) -> None:
    """`services(authority_id)` gives slug and German title of each, by title."""
    global _services
    _services = services


def services_of(authority_id: UUID) -> list[tuple[str, str]]:
    """Empty where nothing is wired."""
    return list(_services(authority_id)) if _services else []


class NotProven(Exception):
    """What somebody showed proves nothing. `reason` is a code for the log; who sent it never learns it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Asker:
    """Who asks: an authority with its key (PKCS #8, DER), its access certificate and that certificate's issuers (PEM).

    `registration`: what it may ask for (ETSI TS 119 475), empty where its state issues none. `prefix`: how it names
    itself, `x509_hash` or `x509_san_dns`.
    """

    key: bytes = field(repr=False)
    chain: str
    registration: str = ""
    prefix: str = "x509_hash"


@dataclass(frozen=True)
class Question:
    """One identification. `claims` are our words; `formats` those of credentials, the preferred one first.

    `key` (PKCS #8, DER) opens the answer to this question alone. `transaction_data`: what the person agrees to, each a
    base64url text as it is sent.
    """

    claims: tuple[str, ...]
    formats: tuple[str, ...]
    state: str
    nonce: str
    key: bytes = field(repr=False)
    response_uri: str
    transaction_data: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proven:
    """What a wallet proved, and for the audit by what: `evidence` holds hashes and types, no claim."""

    assertion: IdentityAssertion = field(repr=False)
    evidence: Mapping[str, str]


class Wallets(Protocol):
    """Speaks with wallets. Holds no state; what has to be remembered is in the question."""

    schemes: Sequence[str]

    def new_key(self) -> bytes:
        """A key for one question."""
        ...

    def link(self, asker: Asker, request_uri: str, host: str) -> str:
        """The address that opens a wallet."""
        ...

    def request(self, asker: Asker, question: Question, *, wallet_nonce: str, now: datetime) -> str:
        """The signed request that a wallet fetches."""
        ...

    def beyond(self, asker: Asker, claims: Collection[str], formats: Sequence[str]) -> list[str]:
        """The claims that the authority's registration does not cover; none without a registration."""
        ...

    def proven(self, asker: Asker, question: Question, answer: str, now: datetime) -> Proven:
        """What this answer proves. Raises NotProven; asks the issuer's status list over the network."""
        ...

    def ends(self, asker: Asker) -> Mapping[str, datetime]:
        """When `access` and `registration` end, as far as they say."""
        ...


_wallets: Wallets | None = None


def use_wallets(wallets: Wallets | None) -> None:
    """Set at start-up; None where this installation trusts no wallet."""
    global _wallets
    _wallets = wallets


def wallets() -> Wallets | None:
    """Who speaks with wallets here."""
    return _wallets
