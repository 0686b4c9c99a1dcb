"""The words in which credentials are given into wallets: the port that `adapters/eudi_wallet/issuing` implements.

Specifications: OpenID4VCI 1.0, SD-JWT VC (draft 19), Token Status List (draft 21).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

BATCH_MOST = 10
"""How many credentials a wallet gets at once: it shows each once, so that nobody can tell it is the same person."""
TX_CODE_DIGITS = 6


class NotIssued(Exception):
    """A wallet gets nothing. `code` is what the protocol calls it, `reason` more for log and audit only."""

    def __init__(self, code: str, reason: str = "", status: int = 400) -> None:
        super().__init__(code)
        self.code, self.reason, self.status = code, reason, status


@dataclass(frozen=True)
class Signer:
    """With what an authority signs: its key (PKCS #8, DER), its certificate and that one's issuers (PEM, without root)."""

    key: bytes = field(repr=False)
    chain: str


@dataclass(frozen=True)
class IssuerAddresses:
    """Where wallets find us. `issuer` is our name as well: scheme and host of the authority's portal."""

    issuer: str
    token: str
    nonce: str
    credential: str


@dataclass(frozen=True)
class CredentialKind:
    """What can be issued. `type` is its `vct`; `titles` and the labels of `claims` by language.

    `words`: where it says what a form may ask for, by the name of the claim there (`vocabulary.CLAIMS`).
    """

    id: str
    type: str
    titles: Mapping[str, str]
    claims: Mapping[str, Mapping[str, str]]
    words: Mapping[str, tuple[str | int | None, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Issuable:
    """What a credential about one thing says now, and from when until when it holds."""

    claims: Mapping[str, Any] = field(repr=False)
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class CredentialRequest:
    """What a wallet asks for, with its proofs as they came."""

    kind: str
    proofs: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class StatusPlace:
    """Where its status will stand."""

    uri: str
    place: int


class Issuables(Protocol):
    """Whoever knows what an authority has to issue: the composition."""

    def kinds(self, authority_id: UUID) -> Sequence[CredentialKind]:
        """What it issues at all."""

    def issuable(self, authority_id: UUID, kind: str, about: UUID, now: datetime) -> Issuable | None:
        """What the credential about this thing would say; None when there is nothing to issue, or no more."""


class Issuer(Protocol):
    """Speaks with wallets that receive. Holds no state."""

    def metadata(self, at: IssuerAddresses, name: str, kinds: Sequence[CredentialKind]) -> Mapping[str, Any]:
        """What is issued, by whom."""
        ...

    def server_metadata(self, at: IssuerAddresses) -> Mapping[str, Any]:
        """Where codes are exchanged."""
        ...

    def offer(self, at: IssuerAddresses, kind: str, code: str, says: str) -> Mapping[str, Any]:
        """The offer that a wallet fetches; `says` tells the person where her transaction code is."""
        ...

    def link(self, offer_uri: str) -> str:
        """The address that opens a wallet."""
        ...

    def read_request(self, body: bytes) -> CredentialRequest:
        """Raises NotIssued for what cannot be read."""
        ...

    def proven_keys(
        self, request: CredentialRequest, at: IssuerAddresses, is_fresh: Callable[[str], bool], now: datetime
    ) -> tuple[list[dict[str, str]], str]:
        """The keys that are proven and the nonce they were proven with. Raises NotIssued."""
        ...

    def credential(
        self,
        signer: Signer,
        kind: CredentialKind,
        issuable: Issuable,
        holder: Mapping[str, str],
        place: StatusPlace,
        now: datetime,
    ) -> str:
        """The credential, bound to the holder's key."""
        ...

    def status_token(
        self, signer: Signer, uri: str, size: int, bits: int, revoked: Collection[int], now: datetime
    ) -> str:
        """The signed status list at this address."""
        ...

    def must_be_usable(self, signer: Signer, now: datetime) -> None:
        """Raises ValueError, saying why, where key and certificates do not fit together or have ended."""
        ...

    def may_sign(self, signer: Signer, now: datetime) -> bool:
        """Whether anything may be signed with it at this moment."""
        ...

    def ends(self, signer: Signer) -> datetime:
        """When its first certificate ends."""
        ...
