"""What an account service for citizens (BundID, BayernID) is asked and what it answers: the words of the port `Accounts`.

Nothing here names a protocol. `Accounts` is implemented by an adapter and wired in `site`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from stadttor.core.trust import Trust
from stadttor.identity.vocabulary import IdentityAssertion, Source

Signed = Literal["assertion", "response"]
Algorithm = Literal["rsa-pss", "rsa-sha256"]
Failure = Literal["cancelled", "level", "missing", "denied", "invalid"]


class SignInFailed(Exception):
    """No sign-in. `reason`: the person cancelled, the level is too low, a value is missing there, the service refused, or
    the answer is not to be trusted. `detail` is for the log: what failed, without a value of the answer."""

    def __init__(self, reason: Failure, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class KeyPair:
    """A key of an authority with its certificate, both PEM."""

    private: bytes
    certificate: bytes


@dataclass(frozen=True)
class Relying:
    """Us, as the account service knows us: one authority. The first key signs, every key opens what is encrypted to us."""

    entity_id: str
    answer_url: str
    keys: tuple[KeyPair, ...]
    name: str
    online_service: str = ""


@dataclass(frozen=True)
class AccountService:
    """Them, and what was agreed: certificates (PEM) that may sign, what they sign, whether they encrypt, with what."""

    source: Source
    entity_id: str
    sign_in_url: str
    certificates: tuple[str, ...]
    signed: Signed = "assertion"
    encrypted: bool = True
    algorithms: frozenset[Algorithm] = frozenset({"rsa-pss"})


@dataclass(frozen=True)
class AccountQuestion:
    """One sign-in: its id, the least level, the claims we need with whether we cannot do without.

    `anew`: she signs in for this question, from this moment on; without it a sign-in of before counts, too.
    """

    id: str
    level: Trust
    claims: Mapping[str, bool] = field(default_factory=dict)
    language: str = "de"
    anew: datetime | None = None


@dataclass(frozen=True)
class AccountAnswer:
    """A trustworthy answer; its `id` must not be taken a second time before `until`."""

    assertion: IdentityAssertion
    id: str
    until: datetime


@dataclass(frozen=True)
class Described:
    """What a service says of itself in its metadata."""

    entity_id: str
    sign_in_url: str
    certificates: tuple[str, ...]


class Accounts(Protocol):
    """Speaks with account services."""

    def request(self, us: Relying, them: AccountService, question: AccountQuestion, now: datetime) -> str:
        """The signed question, in Base64, to be posted to `them.sign_in_url` by the person's browser."""

    def answer(
        self, us: Relying, them: AccountService, question: AccountQuestion, posted: str, now: datetime
    ) -> AccountAnswer:
        """What her browser brought back. Raises SignInFailed unless every check holds."""

    def metadata(self, us: Relying, until: datetime) -> bytes:
        """What we say of ourselves, signed, for the service."""

    def described(self, metadata: bytes, now: datetime) -> Described:
        """What a service says of itself. Raises ValueError when it is not that, or not valid now."""

    def new_keys(self, name: str, now: datetime) -> KeyPair:
        """A fresh key of ours with a certificate for three years."""
