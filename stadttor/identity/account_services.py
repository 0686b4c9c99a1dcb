"""The account services of an authority: set up from their metadata, our keys for them, switched on and off.

A key rolls over in three steps, each when the other side is ready: a new one is added (it opens, and stands in our
metadata), it becomes the first (it signs), the old one goes.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit, keys
from stadttor.ground.actor import Actor
from stadttor.ground.rows import first, insert, rows
from stadttor.ground.sealed import seal, unseal
from stadttor.ground.web.language import N_
from stadttor.ground.work import reading, work
from stadttor.identity.accounts import AccountService, Described, KeyPair, Relying
from stadttor.identity.certificates import about
from stadttor.identity.models import AccountServiceRow
from stadttor.identity.ports import accounts
from stadttor.identity.vocabulary import SOURCES, Source
from stadttor.identity.wallet_access import WARN_BEFORE, Ending

KINDS: tuple[Source, ...] = ("bundid", "bayernid", "simulated")
"""What a service may stand for. The other sources speak no SAML, or not as a person does (Mein Unternehmenskonto)."""
PURPOSE = "account services"
MOST_KEYS = 2
NOT_METADATA = N_("This is not the metadata of an account service, or it is not valid any more.")


@dataclass(frozen=True)
class Service:
    """A service as it is set up here, with our keys for it."""

    id: UUID
    them: AccountService
    keys: tuple[KeyPair, ...]
    online_service: str
    active: bool

    def us(self, base: str, name: str) -> Relying:
        """We, at this address of the authority's portal (`https://weissenburg.example.org`)."""
        entity_id = f"{base}/anmelden/{self.id}"
        return Relying(entity_id, f"{entity_id}/antwort", self.keys, name, self.online_service)


def set_up(
    *, authority_id: UUID, source: str, metadata: bytes, name: str, online_service: str, actor: Actor, now: datetime
) -> UUID:
    """Add a service by its metadata, switched off, with a fresh key of ours. Gives its id.

    Refused when it is another kind of source, no metadata, or the service is there already.
    """
    kind, found = _source(source, KINDS), _described(metadata, now)
    row = AccountServiceRow(
        authority_id=authority_id,
        source=kind,
        entity_id=found.entity_id,
        sign_in_url=found.sign_in_url,
        certificates=list(found.certificates),
        algorithms=["rsa-pss"],
        online_service=online_service.strip()[:100],
        created=now,
    )
    row.keys_sealed = _sealed(authority_id, row.id, [accounts().new_keys(name, now)])
    with work(authority_id):
        if first(AccountServiceRow, authority_id=authority_id, entity_id=found.entity_id):
            raise Refused("service_exists", "This account service is set up already.", field="metadata")
        insert(row)
        _note(authority_id, "accounts.set_up", actor, row.id, now, source=kind)
    return row.id


def renew(*, authority_id: UUID, service_id: UUID, metadata: bytes, actor: Actor, now: datetime) -> None:
    """Take address and certificates from newer metadata of the same service (its certificates roll over)."""
    found = _described(metadata, now)
    with work(authority_id):
        row = _locked(authority_id, service_id)
        if row.entity_id != found.entity_id:
            raise Refused("another_service", "This is the metadata of another account service.", field="metadata")
        row.sign_in_url, row.certificates = found.sign_in_url, list(found.certificates)
        row.save(update_fields=["sign_in_url", "certificates"])
        _note(authority_id, "accounts.renewed", actor, service_id, now)


def agree(
    *,
    authority_id: UUID,
    service_id: UUID,
    signed: str,
    encrypted: bool,
    older_signatures: bool,
    active: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """What was agreed with the service, and whether citizens see it."""
    with work(authority_id):
        row = _locked(authority_id, service_id)
        row.signed = "response" if signed == "response" else "assertion"
        row.encrypted, row.active = encrypted, active
        row.algorithms = ["rsa-pss", "rsa-sha256"] if older_signatures else ["rsa-pss"]
        row.save(update_fields=["signed", "encrypted", "active", "algorithms"])
        details = {"signed": row.signed, "encrypted": encrypted, "older": older_signatures, "active": active}
        _note(authority_id, "accounts.agreed", actor, service_id, now, **details)


def roll_key(*, authority_id: UUID, service_id: UUID, step: str, name: str, actor: Actor, now: datetime) -> None:
    """One step of changing our key: `add` a new one, `swap` which one signs, `drop` the one that does not sign."""
    with work(authority_id):
        row = _locked(authority_id, service_id)
        held = _opened(authority_id, row)
        if step == "add" and len(held) < MOST_KEYS:
            held = [*held, accounts().new_keys(name, now)]
        elif step == "swap":
            held = held[::-1]
        elif step == "drop":
            held = held[:1]
        row.keys_sealed = _sealed(authority_id, row.id, held)
        row.save(update_fields=["keys_sealed"])
        _note(authority_id, "accounts.key", actor, service_id, now, step=step)


def remove(*, authority_id: UUID, service_id: UUID, actor: Actor, now: datetime) -> None:
    """Forget the service with our keys for it. What it said about people in applications stays with these."""
    with work(authority_id):
        if AccountServiceRow.objects.filter(authority_id=authority_id, id=service_id).delete()[0]:
            _note(authority_id, "accounts.removed", actor, service_id, now)


def services(authority_id: UUID) -> list[Service]:
    """All of the authority, in the order they were set up."""
    with reading(authority_id):
        found = rows(AccountServiceRow, order=("created", "id"), authority_id=authority_id)
    return [_service(row) for row in found]


def active_sources(authority_id: UUID) -> list[tuple[UUID, Source]]:
    """(id, source) of those citizens can use; without opening a key."""
    with reading(authority_id):
        found = rows(AccountServiceRow, order=("created", "id"), authority_id=authority_id, active=True)
    return [(row.id, _source(row.source)) for row in found]


def ending(authority_id: UUID, now: datetime) -> list[Ending]:
    """The certificates of services that citizens can use, if one ends within sixty days or has ended: nobody signs in then.

    Theirs counts as long as the last of them does (they roll over); of ours the one that signs.
    """
    found = (one for service in services(authority_id) if service.active for one in _ends(service, now))
    return sorted((one for one in found if one.ends <= now + WARN_BEFORE), key=lambda one: one.ends)


def _ends(service: Service, now: datetime) -> Iterator[Ending]:
    theirs = [about(pem.encode(), now)["ends"] for pem in service.them.certificates]
    if theirs:
        yield Ending("account service's", service.them.entity_id, max(theirs))
    yield Ending("our account", service.them.entity_id, about(service.keys[0].certificate, now)["ends"])


def service(authority_id: UUID, service_id: UUID) -> Service:
    """One service; refused as not found for another one."""
    with reading(authority_id):
        row = first(AccountServiceRow, authority_id=authority_id, id=service_id)
    if row is None:
        raise not_found()
    return _service(row)


def _service(row: AccountServiceRow) -> Service:
    them = AccountService(
        source=_source(row.source),
        entity_id=row.entity_id,
        sign_in_url=row.sign_in_url,
        certificates=tuple(row.certificates),
        signed="response" if row.signed == "response" else "assertion",
        encrypted=row.encrypted,
        algorithms=frozenset({"rsa-pss", "rsa-sha256"} if "rsa-sha256" in row.algorithms else {"rsa-pss"}),
    )
    return Service(row.id, them, tuple(_opened(row.authority_id, row)), row.online_service, row.active)


def _source(text: str, among: Sequence[Source] = SOURCES) -> Source:
    found = next((one for one in among if one == text), None)
    if found is None:
        raise Refused("unknown_source", "This kind of account does not exist.", field="source")
    return found


def _described(metadata: bytes, now: datetime) -> Described:
    try:
        return accounts().described(metadata, now)
    except ValueError:
        raise Refused("not_metadata", NOT_METADATA, field="metadata") from None


def _locked(authority_id: UUID, service_id: UUID) -> AccountServiceRow:
    row = first(AccountServiceRow, lock=True, authority_id=authority_id, id=service_id)
    if row is None:
        raise not_found()
    return row


def _sealed(authority_id: UUID, service_id: UUID, held: Sequence[KeyPair]) -> bytes:
    plain = json.dumps([{"private": one.private.decode(), "certificate": one.certificate.decode()} for one in held])
    return seal(keys.derived(authority_id, PURPOSE), uuid5(service_id, PURPOSE), plain.encode())


def _opened(authority_id: UUID, row: AccountServiceRow) -> list[KeyPair]:
    plain = unseal(keys.derived(authority_id, PURPOSE), uuid5(row.id, PURPOSE), bytes(row.keys_sealed))
    return [KeyPair(one["private"].encode(), one["certificate"].encode()) for one in json.loads(plain)]


def _note(authority_id: UUID, act: str, actor: Actor, service_id: UUID, now: datetime, **details: object) -> None:
    audit.record(authority_id, act=act, actor=actor, subject=("identity", service_id), at=now, details=details)
