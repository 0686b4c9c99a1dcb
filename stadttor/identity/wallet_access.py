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
from stadttor.ground.web.language import N_
from stadttor.ground.work import reading, work
from stadttor.identity.models import WalletAccess
from stadttor.identity.ports import Asker, Wallets, wallets

PURPOSE = "wallet"
EVERY_SERVICE = ""
WARN_BEFORE = timedelta(days=60)
"""A new one takes weeks: the registrar has to be asked."""
UNUSABLE = (
    N_("The key does not belong to the access certificate."),
    N_("The access certificate is signed by itself."),
    N_("The root certificate does not belong into the file."),
    N_("The certificates in the file did not issue each other."),
    N_("The access certificate has ended."),
    N_("The registration certificate is for somebody else."),
    N_("The registration certificate has ended."),
    N_("The registration certificate cannot be read."),
)
"""What the one who speaks with wallets says of them."""
NAMELESS = N_("The access certificate does not name {host}. Please choose the certificate's hash.")
OTHERWISE = N_("These certificates cannot be used: {why}")


@dataclass(frozen=True)
class Access:
    """As it is kept. `across`: services that may be asked by QR code, on another device."""

    asker: Asker
    registrations: Mapping[str, str]
    across: frozenset[str]

    def covers(self, slug: str) -> bool:
        """Whether wallets may be asked for this service: where anything is registered, what is not may not be asked."""
        return not self.registrations or slug in self.registrations or EVERY_SERVICE in self.registrations

    def for_service(self, slug: str) -> Asker:
        """Who asks for this service: with its own registration, else with that for every service."""
        registration = self.registrations.get(slug, self.registrations.get(EVERY_SERVICE, ""))
        return Asker(self.asker.key, self.asker.chain, registration, self.asker.prefix)


@dataclass(frozen=True)
class Registered:
    """A registration certificate: for which service ("" for all), what it covers by our words, its last day if it says one."""

    service: str
    covers: tuple[str, ...]
    ends: datetime | None
    late: bool


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
    host: str = "",
) -> None:
    """Ask wallets with these from now on. Refused when what is new of it does not fit together or has ended, or does not
    name the `host` of the portal where it has to (not looked at where none is given).

    What is kept already may have ended: two that have are replaced or removed one after the other.
    """
    speaker = wallets()
    if speaker is None:
        raise Refused("no_wallets", "This installation trusts no wallet.", status=409)
    if prefix not in ("x509_hash", "x509_san_dns"):
        raise Refused("wallet_prefix", "There is no such way to name who asks.", field="prefix")
    wanted = Access(Asker(key, chain, prefix=prefix), registrations, frozenset(across))
    try:
        for registration in _new(access_of(authority_id), wanted):
            speaker.must_be_usable(Asker(key, chain, registration, prefix), now)
    except ValueError as error:
        why = str(error)
        text = why if why in UNUSABLE else OTHERWISE
        field = "registration" if "registration" in why else "chain"
        raise Refused("wallet_access", text, field=field, why=why) from error
    if host:
        _must_name(speaker, wanted.asker, host)
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


def _new(present: Access | None, wanted: Access) -> list[str]:
    """The registrations to be judged, each with the access certificate; that alone ("") where only it is new."""
    kept = present.registrations if present else {}
    new = [one for slug, one in wanted.registrations.items() if kept.get(slug) != one]
    is_same = present is not None and present.asker == wanted.asker
    return new or ([] if is_same else [""])


def renew(
    *, authority_id: UUID, key: str, chain: str, prefix: str, actor: Actor, now: datetime, host: str = ""
) -> None:
    """Ask with this access certificate, and with the present key where no other one is given (both PEM).

    Refused when they do not fit together, have ended, do not name the `host` of the portal where they have to, or there is
    no key yet.
    """
    with work(authority_id):
        present = _present(authority_id)
        if not chain:
            raise Refused("wallet_chain", "Please choose the access certificate.", field="chain")
        if not key and present is None:
            raise Refused("wallet_key", "Please choose the private key of this certificate.", field="key")
        bare = key_of(key) if key or present is None else present.asker.key
        put_access(
            authority_id=authority_id,
            key=bare,
            chain=chain,
            registrations=present.registrations if present else {},
            prefix=prefix,
            across=sorted(present.across) if present else [],
            actor=actor,
            now=now,
            host=host,
        )


def _must_name(speaker: Wallets, asker: Asker, host: str) -> None:
    """Who asks can be named at this host, as a wallet will look for it."""
    try:
        speaker.link(asker, f"https://{host}/", host)
    except ValueError as error:
        raise Refused("wallet_host", NAMELESS, field="prefix", host=host) from error


def register(*, authority_id: UUID, service: str, registration: str, actor: Actor, now: datetime) -> None:
    """Ask for no more than this registration certificate says, for one service ("" for all); an empty one takes it back.

    Refused when it cannot be read or has ended, and where wallets are not asked at all.
    """
    with work(authority_id):
        present = _must_ask(authority_id)
        others = {slug: kept for slug, kept in present.registrations.items() if slug != service}
        if not registration and len(others) == len(present.registrations):
            raise Refused("wallet_registration", "Please choose the registration certificate.", field="registration")
        kept = {**others, service: registration} if registration else others
        _put_again(authority_id, present, actor, now, registrations=kept)


def ask_across(*, authority_id: UUID, services: Sequence[str], actor: Actor, now: datetime) -> None:
    """Only these services may be asked by QR code, on another device."""
    with work(authority_id):
        _put_again(authority_id, _must_ask(authority_id), actor, now, across=services)


def remove(*, authority_id: UUID, actor: Actor, now: datetime) -> None:
    """Ask no wallet any more: key and certificates are deleted."""
    with work(authority_id):
        row = first(WalletAccess, authority_id=authority_id, lock=True)
        if row is not None:
            subject = ("wallet_access", row.id)
            row.delete()
            audit.record(authority_id, act="wallet.access_removed", actor=actor, subject=subject, at=now)


def key_of(pem: str) -> bytes:
    """A private key as PKCS #8 in DER. Refused where it is none."""
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )

    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise Refused("wallet_key", "This is no private key without a password (PEM).", field="key") from error
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def registered(authority_id: UUID, now: datetime) -> list[Registered]:
    """The registration certificates, by service."""
    access, speaker = access_of(authority_id), wallets()
    if access is None or speaker is None:
        return []
    return [_registered(speaker, access, slug, now) for slug in sorted(access.registrations)]


def _registered(speaker: Wallets, access: Access, slug: str, now: datetime) -> Registered:
    asker = access.for_service(slug)
    beyond = speaker.beyond(asker, speaker.claims, speaker.formats)
    ends = speaker.ends(asker).get("registration")
    covers = tuple(name for name in sorted(speaker.claims) if name not in beyond)
    return Registered(slug, covers, ends, ends is not None and ends <= now + WARN_BEFORE)


def _present(authority_id: UUID) -> Access | None:
    """Inside the open work, so that two organisers do not undo each other's change."""
    first(WalletAccess, authority_id=authority_id, lock=True)
    return access_of(authority_id)


def _must_ask(authority_id: UUID) -> Access:
    present = _present(authority_id)
    if present is None:
        raise Refused("wallet_chain", "Please choose the access certificate.", field="chain")
    return present


def _put_again(
    authority_id: UUID,
    present: Access,
    actor: Actor,
    now: datetime,
    registrations: Mapping[str, str] | None = None,
    across: Sequence[str] | None = None,
) -> None:
    put_access(
        authority_id=authority_id,
        key=present.asker.key,
        chain=present.asker.chain,
        registrations=present.registrations if registrations is None else registrations,
        prefix=present.asker.prefix,
        across=sorted(present.across) if across is None else across,
        actor=actor,
        now=now,
    )


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
