"""What was issued about a case, and what waits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.ground.holdings import Tables, held, joined
from stadttor.ground.rows import first, rows
from stadttor.ground.work import reading
from stadttor.identity.issuing.limits import TRIES_MOST, free_from
from stadttor.identity.issuing.models import CredentialOffer, IssuedCredential
from stadttor.identity.issuing.services import Offered, opened
from stadttor.identity.issuing.signing import earlier_of, issues, signer_of
from stadttor.identity.ports import CredentialKind, Evidence, issuables

__all__ = ["Shown", "Taken", "can_offer", "free_from", "held_issued", "open_offer", "over", "shown_again", "taken"]


@dataclass(frozen=True)
class Taken:
    """That a credential is, or was, in a wallet: since when, and from when it counts there no more."""

    at: datetime
    ended: datetime | None

    def counts(self, now: datetime) -> bool:
        """Whether it counts at this moment."""
        return self.ended is None or now < self.ended


@dataclass(frozen=True)
class Shown:
    """A kind of credential as it may be shown again: of which service, its titles by language, where our words stand in it,
    the certificate with which the authority signs it (PEM, leaf first), and those of before.
    """

    service: str
    type: str
    titles: Mapping[str, str]
    words: Mapping[str, tuple[str | int | None, ...]]
    signer: str
    earlier: tuple[str, ...] = ()

    def asked_for(self, words: Collection[str], *, beside: bool) -> Evidence:
        """These words of it, in its own order."""
        paths = {name: path for name, path in self.words.items() if name in words}
        return Evidence(self.service, self.type, paths, self.signer, beside, self.earlier)


def can_offer(authority_id: UUID, about: UUID, kind: str, now: datetime) -> bool:
    """Whether there is something about this case to take into a wallet."""
    return issues(authority_id, now) and issuables().issuable(authority_id, kind, about, now) is not None


def shown_again(authority_id: UUID) -> list[Shown]:
    """What it issues that a form of its own can take; nothing where it has no key."""
    signer = signer_of(authority_id)
    if signer is None:
        return []
    chains = signer.chain, earlier_of(authority_id)
    return [Shown(kind.id, kind.type, kind.titles, kind.words, *chains) for kind in _worded(authority_id)]


def _worded(authority_id: UUID) -> list[CredentialKind]:
    return [kind for kind in issuables().kinds(authority_id) if kind.words]


def taken(authority_id: UUID, about: UUID) -> Taken | None:
    """The last time that it was taken into a wallet."""
    with reading(authority_id):
        row = first(IssuedCredential, authority_id=authority_id, about=about, order=("-issued", "-id"))
    return Taken(row.issued, row.revoked_from) if row else None


def open_offer(authority_id: UUID, about: UUID, kind: str, now: datetime) -> Offered | None:
    """The offer that waits for a wallet."""
    with reading(authority_id):
        found = rows(CredentialOffer, authority_id=authority_id, about=about, kind=kind, status="open")
    row = next((one for one in found if one.expires > now), None)
    if row is None:
        return None
    said = opened(row)
    return Offered(row.id, row.kind, said["secret"], said["tx_code"], row.mailed, row.expires)


def over(authority_id: UUID, about: UUID, kind: str, now: datetime) -> str:
    """Why nothing came of the newest offer: `wrong` numbers, or `late`; empty where it waits, was fetched, or there is none."""
    with reading(authority_id):
        row = first(CredentialOffer, authority_id=authority_id, about=about, kind=kind, order=("-started",))
    if row is None or row.status == "done":
        return ""
    if row.status == "void":
        return "wrong" if row.tries >= TRIES_MOST else ""
    return "late" if row.expires <= now else ""


def held_issued(authority_id: UUID, about: UUID) -> Tables:
    """What was offered and issued, as the person it is about may have it."""
    offers = held(CredentialOffer, authority_id, about=about)
    return joined(offers, held(IssuedCredential, authority_id, about=about))
