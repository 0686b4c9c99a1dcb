"""An authority's means to ask wallets: its own key, access certificate and registrations, never those of the operator.

Commission Implementing Regulation (EU) 2025/848: Art. 7 access certificates, Art. 8 registration certificates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.keys import derived
from stadttor.ground.rows import first
from stadttor.ground.sealed import seal, unseal
from stadttor.ground.work import reading, work
from stadttor.identity.models import WalletAccess
from stadttor.identity.ports import Asker, wallets

PURPOSE = "wallet"
EVERY_SERVICE = ""
WARN_BEFORE = timedelta(days=60)
"""A new one takes weeks: the registrar has to be asked."""


@dataclass(frozen=True)
class Access:
    """As it is kept. `across`: services that may be asked by QR code, on another device."""

    asker: Asker
    registrations: Mapping[str, str]
    across: frozenset[str]

    def for_service(self, slug: str) -> Asker:
        """Who asks for this service: with its own registration, else with that for every service."""
        registration = self.registrations.get(slug, self.registrations.get(EVERY_SERVICE, ""))
        return Asker(self.asker.key, self.asker.chain, registration, self.asker.prefix)


@dataclass(frozen=True)
class Ending:
    """A certificate that ends soon or has ended. `service` is "" for what counts for all of them."""

    what: str
    service: str
    ends: datetime

    def told(self, now: datetime) -> str:
        """For whoever runs the installation."""
        days = (self.ends - now).days
        when = f"ends in {days} days" if self.ends > now else "has ended"
        return f"{self.what} certificate{f' of {self.service}' if self.service else ''} {when} ({self.ends:%Y-%m-%d})"


def access_of(authority_id: UUID) -> Access | None:
    """None where the authority cannot ask wallets."""
    with reading(authority_id):
        row = first(WalletAccess, authority_id=authority_id)
    if row is None:
        return None
    key = unseal(derived(authority_id, PURPOSE), row.id, bytes(row.key_sealed))
    return Access(Asker(key, row.chain, prefix=row.prefix), row.registrations, frozenset(row.across))


def put_access(
    *,
    authority_id: UUID,
    key: bytes,
    chain: str,
    registrations: Mapping[str, str],
    prefix: str,
    across: Sequence[str],
    actor: Actor,
    now: datetime,
) -> None:
    """Ask wallets with these from now on. Refused when they do not fit together or have ended."""
    speaker = wallets()
    if speaker is None:
        raise Refused("no_wallets", "This installation trusts no wallet.", status=409)
    if prefix not in ("x509_hash", "x509_san_dns"):
        raise Refused("wallet_prefix", "There is no such way to name who asks.", field="prefix")
    try:
        for registration in registrations.values() or [""]:
            speaker.must_be_usable(Asker(key, chain, registration, prefix), now)
    except ValueError as error:
        raise Refused("wallet_access", "These certificates cannot be used: {why}", why=str(error)) from error
    row = WalletAccess(
        authority_id=authority_id,
        chain=chain,
        registrations=dict(registrations),
        prefix=prefix,
        across=sorted(across),
        changed=now,
    )
    row.key_sealed = seal(derived(authority_id, PURPOSE), row.id, key)
    with work(authority_id):
        WalletAccess.objects.filter(authority_id=authority_id).delete()
        row.save(force_insert=True)
        audit.record(authority_id, act="wallet.access_put", actor=actor, subject=("wallet_access", row.id), at=now)


def ending(authority_id: UUID, now: datetime) -> list[Ending]:
    """What ends within sixty days or has ended, the next one first."""
    access, speaker = access_of(authority_id), wallets()
    if access is None or speaker is None:
        return []
    found = {Ending("access", EVERY_SERVICE, speaker.ends(access.asker)["access"])}
    for slug in access.registrations:
        ends = speaker.ends(access.for_service(slug)).get("registration")
        found |= {Ending("registration", slug, ends)} if ends else set()
    return sorted((one for one in found if one.ends <= now + WARN_BEFORE), key=lambda one: one.ends)
