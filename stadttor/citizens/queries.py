"""Reads: who is signed in, which keys her account holds, what is kept about an account."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.citizens.models import CitizenAccount, CitizenSession, KeptThing
from stadttor.citizens.rules import MOST, SEEN_EVERY, Kind, is_fresh, is_open
from stadttor.core.trust import Trust, as_trust
from stadttor.ground.holdings import Tables, held, joined
from stadttor.ground.keys import derived
from stadttor.ground.rows import change, first, rows
from stadttor.ground.sealed import unseal
from stadttor.ground.work import reading, work

COOKIE = "konto"
PURPOSE = "citizen account"


@dataclass(frozen=True)
class Citizen:
    """Somebody signed in to her account here. `source` and `level` are those of her sign-in, `started` its moment."""

    account_id: UUID
    authority_id: UUID
    source: str
    level: Trust
    created: datetime
    started: datetime
    delivery_since: datetime | None = None

    def is_fresh(self, now: datetime) -> bool:
        """Whether she showed a moment ago who she is."""
        return is_fresh(self.started, now)


@dataclass(frozen=True)
class Kept:
    """A draft, an application or an appointment in an account, with the secret that opens it."""

    kind: Kind
    thing_id: UUID
    token: str
    since: datetime


def hashed(token: str) -> bytes:
    """How a session is stored and found; random bits need no salt."""
    return hashlib.sha256(token.encode()).digest()


def citizen_of(authority_id: UUID, token: str, now: datetime) -> Citizen | None:
    """Whose session this is; none when it ended. It counts as used now."""
    with work(authority_id):
        session = first(CitizenSession, authority_id=authority_id, token_hash=hashed(token))
        if session is None or not is_open(session.started, session.seen, now):
            return None
        account = first(CitizenAccount, authority_id=authority_id, id=session.account_id)
        if account is None:
            return None
        if now - session.seen > SEEN_EVERY:
            change(CitizenSession, {"seen": now}, authority_id=authority_id, id=session.id)
    return Citizen(
        account.id,
        authority_id,
        account.source,
        as_trust(account.level),
        account.created,
        session.started,
        account.delivery_since,
    )


def key_to(citizen: Citizen, thing_id: UUID) -> str:
    """The secret of something in her account; empty for anything else."""
    with reading(citizen.authority_id):
        row = first(KeptThing, authority_id=citizen.authority_id, account_id=citizen.account_id, thing_id=thing_id)
    return _opened(row) if row else ""


def kept(citizen: Citizen, kind: Kind) -> Iterator[Kept]:
    """What her account holds, newest first."""
    with reading(citizen.authority_id):
        found = rows(
            KeptThing, authority_id=citizen.authority_id, account_id=citizen.account_id, kind=kind,
            order=("-since", "-id"), most=MOST,
        )  # fmt: skip
    return (Kept(kind, row.thing_id, _opened(row), row.since) for row in found)


def kept_by_somebody(authority_id: UUID, drafts: Collection[UUID]) -> frozenset[UUID]:
    """Which of these drafts lie in an account."""
    with work(authority_id):
        found = KeptThing.objects.filter(authority_id=authority_id, kind="draft", thing_id__in=list(drafts))
        return frozenset(found.values_list("thing_id", flat=True))


def agreed_to_delivery(authority_id: UUID, thing_id: UUID) -> UUID | None:
    """The account of whoever agreed to get decisions there, where it lies in hers and in nobody else's."""
    with reading(authority_id):
        holders = rows(KeptThing, authority_id=authority_id, thing_id=thing_id)
        if len(holders) != 1:
            return None
        account = first(CitizenAccount, authority_id=authority_id, id=holders[0].account_id)
    return account.id if account and account.delivery_since else None


def account_is_there(authority_id: UUID, account_id: UUID | None) -> bool:
    """Whether there is this account, not deleted since."""
    with reading(authority_id):
        return bool(account_id) and first(CitizenAccount, authority_id=authority_id, id=account_id) is not None


def is_hers_alone(citizen: Citizen, thing_id: UUID) -> bool:
    """Whether nobody else holds it in an account."""
    with reading(citizen.authority_id):
        found = rows(KeptThing, authority_id=citizen.authority_id, thing_id=thing_id)
    return all(row.account_id == citizen.account_id for row in found)


def held_account(authority_id: UUID, account_id: UUID) -> Tables:
    """Everything that is kept about an account, for the person it belongs to."""
    return joined(
        held(CitizenAccount, authority_id, id=account_id),
        held(CitizenSession, authority_id, account_id=account_id),
        held(KeptThing, authority_id, account_id=account_id),
    )


def held_keys(authority_id: UUID, thing_id: UUID) -> Tables:
    """In how many accounts something lies, and since when."""
    return held(KeptThing, authority_id, thing_id=thing_id)


def _opened(row: KeptThing) -> str:
    return unseal(derived(row.authority_id, PURPOSE), row.id, bytes(row.token_sealed)).decode()
