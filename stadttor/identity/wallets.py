"""The words in which wallets are asked and answer: the port that `adapters/eudi_wallet` implements (`identity/ports.py`)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from stadttor.core.trust import Trust
from stadttor.identity.vocabulary import IdentityAssertion


class NotProven(Exception):
    """What somebody showed proves nothing. `reason` is a code for the log; who sent it never learns it.

    `of_own`: of the credentials shown it was one of our own, not the person's data.
    """

    of_own = False

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


EVIDENCE_LEVEL: Trust = "normal"
"""Of what we issued: who took it into a wallet held the link of an application and a number from her mail, no more."""


@dataclass(frozen=True)
class Evidence:
    """A credential of our own that may be shown (SD-JWT VC): its type, and where our words stand in it.

    The first of `paths` has to be there, the others where it says them. `signer` (PEM) is the certificate with which we sign
    it, `earlier` are those of before: nobody else has to vouch for it. Without a `signer` it is somebody else's, and the
    operator says who may vouch for its type. `beside`: it goes along with the person's data; otherwise it only takes their
    place. `whole`: it counts only where it says all of its paths, as a proof does.
    """

    id: str
    type: str
    paths: Mapping[str, tuple[str | int | None, ...]]
    signer: str
    beside: bool
    earlier: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True)
class WalletQuestion:
    """One identification. `claims` are our words; `formats` those of credentials, the preferred one first.

    `evidence` may be shown too, and where `alone` says so, in place of the person's data.

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
    evidence: tuple[Evidence, ...] = ()
    alone: bool = False


@dataclass(frozen=True)
class Proven:
    """What a wallet proved, and for the audit by what: `evidence` holds hashes and types, no claim."""

    assertion: IdentityAssertion = field(repr=False)
    evidence: Mapping[str, str]


@dataclass(frozen=True)
class ShownProof:
    """What a credential said that was shown as a proof: of which `type`, signed by whom as the certificate names him, how sure it
    is that she who showed it is she whom it is about, until when it holds. `evidence` holds hashes, no claim.
    """

    type: str
    issuer: str
    level: Trust
    obtained: datetime
    ends: datetime | None
    simulated: bool
    says: Mapping[str, str] = field(repr=False)
    evidence: Mapping[str, str]


class Wallets(Protocol):
    """Speaks with wallets. Holds no state; what has to be remembered is in the question."""

    @property
    def claims(self) -> Collection[str]:
        """Our words for what a wallet can be asked for."""
        ...

    @property
    def formats(self) -> Sequence[str]:
        """The formats of credentials it can read."""
        ...

    @property
    def simulated(self) -> bool:
        """Whether what it proves is invented: in the demo alone."""
        ...

    def believed(self) -> Mapping[str, Sequence[str]]:
        """By type of credential, the roots that may vouch for it (PEM)."""
        ...

    def new_key(self) -> bytes:
        """A key for one question."""
        ...

    def link(self, asker: Asker, request_uri: str, host: str) -> str:
        """The address that opens a wallet."""
        ...

    def request(self, asker: Asker, question: WalletQuestion, *, wallet_nonce: str, now: datetime) -> str:
        """The signed request that a wallet fetches."""
        ...

    def beyond(
        self, asker: Asker, claims: Collection[str], formats: Sequence[str], evidence: Sequence[Evidence] = ()
    ) -> list[str]:
        """The claims that the authority's registration does not cover; none without a registration."""
        ...

    def proven(self, asker: Asker, question: WalletQuestion, answer: str, now: datetime) -> Proven:
        """What this answer proves. Raises NotProven; asks the issuer's status list over the network."""
        ...

    def proof(self, asker: Asker, question: WalletQuestion, answer: str, now: datetime) -> ShownProof:
        """The same for a question about one credential and nobody's data: what it says, by our words. Raises NotProven."""
        ...

    def must_be_usable(self, asker: Asker, now: datetime) -> None:
        """Raises ValueError, saying why, where key, certificates and registration do not fit together or have ended."""
        ...

    def ends(self, asker: Asker) -> Mapping[str, datetime]:
        """When `access` and `registration` end, as far as they say."""
        ...
