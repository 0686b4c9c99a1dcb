"""The audit chain of an authority: entries written with their act, chained and signed at most ten seconds later.

A digest covers the previous digest and the entry, so a changed, deleted, inserted or moved row breaks the chain at its
place. The signed head is also kept outside the database, so that deleted newest rows show.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from stadttor.ground import heads
from stadttor.ground.actor import Actor
from stadttor.ground.models import AuditEntry, AuditSeal
from stadttor.ground.rows import insert

START = b"\0" * 32
SEAL_WITHIN_S = 10
BATCH = 5_000


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: `sealed` entries in order, `unsealed` newest ones, the first `fault` in words or none."""

    sealed: int
    unsealed: int
    fault: str | None


def record(
    authority_id: UUID,
    *,
    act: str,
    actor: Actor,
    subject: tuple[str, UUID | None],
    at: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    """Write one act inside the open work. `details` holds ids and codes only."""
    entry = AuditEntry(
        authority_id=authority_id,
        at=at,
        act=act,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        subject_kind=subject[0],
        subject_id=subject[1],
        details=dict(details or {}),
    )
    insert(entry)


def digest(previous: bytes, entry: AuditEntry) -> bytes:
    """SHA-256 over the previous digest and the canonical JSON of every column."""
    columns = [
        str(entry.id),
        str(entry.authority_id),
        entry.at.isoformat(),
        entry.act,
        entry.actor_kind,
        str(entry.actor_id),
        entry.actor_name,
        entry.subject_kind,
        str(entry.subject_id),
        entry.details,
    ]
    return hashlib.sha256(previous + json.dumps(columns, sort_keys=True, ensure_ascii=False).encode()).digest()


def anything_to_seal(authority_id: UUID) -> bool:
    """Whether entries wait, or a sealed head is not yet kept outside; serialises sealers of one authority."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"audit:{authority_id}"])
    newest = head(authority_id)
    return bool(_unsealed(authority_id, 1)) or (newest is not None and not heads.is_kept(newest))


def seal(authority_id: UUID, now: datetime) -> int:
    """Chain the entries not yet chained, inside the open work; gives how many. The caller signs the head after it."""
    last = AuditSeal.objects.filter(authority_id=authority_id).order_by("-position").first()
    position, previous = (last.position, bytes(last.digest)) if last else (0, START)
    seals = []
    for entry in _unsealed(authority_id, BATCH):
        position, previous = position + 1, digest(previous, entry)
        seals.append(
            AuditSeal(authority_id=authority_id, position=position, entry_id=entry.id, digest=previous, sealed_at=now)
        )
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


def head(authority_id: UUID) -> heads.Head | None:
    """The newest seal inside the open work, none before the first."""
    last = AuditSeal.objects.filter(authority_id=authority_id).order_by("-position").first()
    return heads.Head(authority_id, last.position, bytes(last.digest), last.sealed_at) if last else None


def verify(authority_id: UUID) -> Verdict:
    """Recompute the chain inside the open work and compare it with the signed head kept outside the database."""
    previous, position = START, 0
    entries = {entry.id: entry for entry in AuditEntry.objects.filter(authority_id=authority_id).iterator()}
    digests: dict[int, bytes] = {0: START}
    for sealed in AuditSeal.objects.filter(authority_id=authority_id).order_by("position").iterator():
        position += 1
        fault = _fault_at(position, sealed, entries.pop(sealed.entry_id, None), previous)
        if fault:
            return Verdict(position - 1, len(entries), fault)
        previous = digests[position] = bytes(sealed.digest)
    fault = heads.fault_against(authority_id, digests)
    return Verdict(position, len(entries), fault)


def _unsealed(authority_id: UUID, most: int) -> list[AuditEntry]:
    sealed = AuditSeal.objects.filter(authority_id=authority_id).values("entry_id")
    entries = AuditEntry.objects.filter(authority_id=authority_id).exclude(id__in=sealed)
    return list(entries.order_by("at", "id")[:most])


def _fault_at(position: int, seal: AuditSeal, entry: AuditEntry | None, previous: bytes) -> str | None:
    if seal.position != position:
        return f"seal {position} is missing"
    if entry is None:
        return f"entry {seal.entry_id} at position {position} was deleted"
    if digest(previous, entry) != bytes(seal.digest):
        return f"entry {entry.id} at position {position} was changed, moved or inserted"
    return None
