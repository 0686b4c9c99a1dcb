"""What identity needs from outside, wired in `site`: the services an authority has adopted, who speaks with wallets; and
the words in which the ways of signing in answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.identity.accounts import (
    AccountAnswer,
    AccountQuestion,
    Accounts,
    AccountService,
    Described,
    KeyPair,
    Relying,
    SignInFailed,
)
from stadttor.identity.issuers import (
    BATCH_MOST,
    TX_CODE_DIGITS,
    CredentialKind,
    CredentialRequest,
    Issuable,
    Issuables,
    Issuer,
    IssuerAddresses,
    NotIssued,
    Signer,
    StatusPlace,
)
from stadttor.identity.providers import (
    NotBelieved,
    OpenIdAsked,
    OpenIdClient,
    OpenIdLogout,
    OpenIdPerson,
    OpenIdProviders,
)
from stadttor.identity.vocabulary import CLAIMS, LONGEST_VALUE, PERSON, Claim, IdentityAssertion, Source
from stadttor.identity.wallets import (
    EVIDENCE_LEVEL,
    Asker,
    Evidence,
    NotProven,
    Proven,
    ShownProof,
    WalletQuestion,
    Wallets,
)

__all__ = [
    "BATCH_MOST",
    "CLAIMS",
    "EVIDENCE_LEVEL",
    "LONGEST_VALUE",
    "PERSON",
    "TX_CODE_DIGITS",
    "AccountAnswer",
    "AccountQuestion",
    "AccountService",
    "Accounts",
    "Asker",
    "Claim",
    "CredentialKind",
    "CredentialRequest",
    "Described",
    "Evidence",
    "IdentityAssertion",
    "InvitationMail",
    "Issuable",
    "Issuables",
    "Issuer",
    "IssuerAddresses",
    "KeyPair",
    "NotBelieved",
    "NotIssued",
    "NotProven",
    "OpenIdAsked",
    "OpenIdClient",
    "OpenIdLogout",
    "OpenIdPerson",
    "OpenIdProviders",
    "Proven",
    "Relying",
    "Services",
    "ShownProof",
    "SignInFailed",
    "Signer",
    "Source",
    "StatusPlace",
    "WalletQuestion",
    "Wallets",
    "accounts",
    "forget_invitation",
    "issuables",
    "issuer",
    "mail_invitation",
    "openid",
    "services_of",
    "use_accounts",
    "use_invitations",
    "use_issuer",
    "use_openid",
    "use_services",
    "use_wallets",
    "wallets",
]


@dataclass(frozen=True)
class InvitationMail:
    """What a mail says to somebody who is asked to work here; `subject_id` is the invitation."""

    authority_id: UUID
    subject_id: UUID
    to: str
    authority: str
    by: str
    link: str
    until: datetime


Services = Callable[[UUID], Sequence[tuple[str, str]]]

_services: Services | None = None


def use_services(services: Services) -> None:
    """`services(authority_id)` gives slug and German title of each, by title."""
    global _services
    _services = services


def services_of(authority_id: UUID) -> list[tuple[str, str]]:
    """Empty where nothing is wired."""
    return list(_services(authority_id)) if _services else []


_mail_invitation: Callable[[InvitationMail, datetime], None] | None = None
_forget_invitation: Callable[[UUID, UUID], object] | None = None


def use_invitations(
    mail: Callable[[InvitationMail, datetime], None] | None, forget: Callable[[UUID, UUID], object] | None
) -> None:
    """Who promises the mail of an invitation inside the open work, and forgets the mails of one (authority, invitation)."""
    global _mail_invitation, _forget_invitation
    _mail_invitation, _forget_invitation = mail, forget


def mail_invitation(mail: InvitationMail, now: datetime) -> None:
    """Raises RuntimeError where nothing is wired: an invitation without its mail would never be taken up."""
    if _mail_invitation is None:
        raise RuntimeError("nobody sends invitations")
    _mail_invitation(mail, now)


def forget_invitation(authority_id: UUID, invitation_id: UUID) -> None:
    """Nothing where nothing is wired."""
    if _forget_invitation:
        _forget_invitation(authority_id, invitation_id)


_wallets: Callable[[], Wallets | None] | None = None


def use_wallets(wallets: Callable[[], Wallets | None] | None) -> None:
    """What gives the one who speaks with wallets, when it is first needed: it brings heavy libraries along."""
    global _wallets
    _wallets = wallets


def wallets() -> Wallets | None:
    """Who speaks with wallets here; None where this installation trusts no issuer of any."""
    return _wallets() if _wallets else None


_accounts: Accounts | None = None


def use_accounts(implementation: Accounts) -> None:
    """What speaks with account services for citizens."""
    global _accounts
    _accounts = implementation


def accounts() -> Accounts:
    """Raises RuntimeError where nothing is wired."""
    if _accounts is None:
        raise RuntimeError("no account services are wired")
    return _accounts


_openid: Callable[[], OpenIdProviders | None] | None = None


def use_openid(providers: Callable[[], OpenIdProviders | None] | None) -> None:
    """What gives the one who speaks with OpenID providers, when it is first needed."""
    global _openid
    _openid = providers


def openid() -> OpenIdProviders | None:
    """Who speaks with OpenID providers; None where the operator named no host of one."""
    return _openid() if _openid else None


_issuer: Callable[[], Issuer] | None = None
_issuables: Issuables | None = None


def use_issuer(issuer: Callable[[], Issuer] | None, issuables: Issuables | None) -> None:
    """What gives the one who writes credentials, when it is first needed, and who knows what there is to issue."""
    global _issuer, _issuables
    _issuer, _issuables = issuer, issuables


def issuer() -> Issuer:
    """Raises RuntimeError where nothing is wired."""
    if _issuer is None:
        raise RuntimeError("nobody issues credentials")
    return _issuer()


def issuables() -> Issuables:
    """Raises RuntimeError where nothing is wired."""
    if _issuables is None:
        raise RuntimeError("nobody knows what to issue")
    return _issuables
