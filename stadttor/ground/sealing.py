"""The sealer: chains the entries that wait and keeps the signed head outside the database.

An entry waits from the work that wrote it until the head that covers it is on disk, so whatever breaks in between is
done again, and only authorities with new entries cost anything.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from stadttor.ground import heads
from stadttor.ground.audit import START, digest
from stadttor.ground.models import AuditEntry, AuditSeal, AuditWaiting
from stadttor.ground.rows import first, rows
from stadttor.ground.steps import step
from stadttor.ground.work import common, work

log = logging.getLogger("stadttor.audit")
BATCH = 5_000
# The sealer comes every five seconds: what waits longer than this waits for somebody to look.
LATE_AFTER = timedelta(seconds=60)
_told: set[tuple[UUID, str]] = set()


class ChainBroken(RuntimeError):
    """The chain does not match its signed head; what it would be sealed on is not what was sealed."""


class NothingMissing(RuntimeError):
    """The chain and its signed head agree: there is nothing to go on from by hand."""


@dataclass(frozen=True)
class Resumed:
    """The chain goes on after `position`; heads were kept up to `known`, 0 where none is."""

    position: int
    known: int

    def missing(self) -> str:
        """What is gone, in words."""
        if self.known > self.position:
            return f"positions {self.position + 1} to {self.known} are missing"
        return "no head was kept" if not self.known else f"the heads kept up to position {self.known} do not fit"


def authorities_waiting() -> list[UUID]:
    """The authorities with entries to seal."""
    with common():
        waiting = AuditWaiting.objects.order_by("authority_id").values_list("authority_id", flat=True)
        return list(waiting.distinct())


@step
def seal_waiting(authority_id: UUID, now: datetime) -> int:
    """Seal all that waits, in works of its own; gives how many. A chain that does not match its head is left as it is
    and alarmed: sealing over a gap would hide it.
    """
    sealed = 0
    try:
        while batch := _seal_batch(authority_id, now):
            sealed += batch
            if batch < BATCH:
                break
    except ChainBroken as broken:
        alarm(authority_id, str(broken))
    return sealed


def seal(authority_id: UUID, now: datetime) -> list[UUID]:
    """Chain a batch of waiting entries inside the open work; gives the ids of those that are chained now. Safe to repeat.

    Raises ChainBroken when the newest kept head is not the digest of its position.
    """
    _one_sealer(authority_id)
    ids = _waiting(authority_id)
    if fault := head_fault(authority_id):
        raise ChainBroken(fault)
    done = sealed_of(authority_id, ids)
    entries = _entries(authority_id, [one for one in ids if one not in done])
    _append(authority_id, entries, now)
    chained = [*done, *(entry.id for entry in entries)]
    if len(chained) < len(ids):
        alarm(authority_id, f"entry {min(set(ids) - set(chained))} was deleted before it was sealed")
    return chained


def head(authority_id: UUID) -> heads.Head | None:
    """The newest seal inside the open work, none before the first."""
    last = first(AuditSeal, order=("-position",), authority_id=authority_id)
    return heads.Head(authority_id, last.position, bytes(last.digest), last.sealed_at) if last else None


def resume(authority_id: UUID, now: datetime) -> Resumed:
    """After a restored backup: sign that the chain goes on from its present end.

    What is missing stays noted in the heads, and so in every later verdict. Raises NothingMissing where the chain
    reaches its newest head: a signature over a whole chain would excuse what somebody takes from it later.
    """
    with work(authority_id):
        _one_sealer(authority_id)
        end, fault = head(authority_id), head_fault(authority_id)
    position, last = (end.position, end.digest) if end else (0, START)
    if fault is None:
        raise NothingMissing(f"nothing is missing: the chain reaches its signed head, and ends at position {position}")
    known = heads.expected(authority_id).last
    heads.resume(heads.Head(authority_id, position, last, now))
    return Resumed(position, known)


def late(authority_id: UUID, at: datetime) -> list[UUID]:
    """Inside the open work: the entries that have waited for their seal for longer than LATE_AFTER, at most a batch."""
    entries = AuditEntry.objects.filter(authority_id=authority_id, id__in=_waiting(authority_id))
    return list(entries.filter(at__lt=at - LATE_AFTER).values_list("id", flat=True))


def head_fault(authority_id: UUID) -> str | None:
    """What is wrong between the chain's end and the newest kept head, inside the open work; none when they agree."""
    kept = heads.newest(authority_id)
    if kept is None:
        return "no signed head is kept outside the database" if _was_kept(authority_id) else None
    if not kept.is_ours():
        return heads.not_signed(kept.head.position)
    found = _digest_at(authority_id, kept.head.position)
    if found is None:
        end = head(authority_id)
        return heads.rows_deleted(end.position if end else 0, kept.head.position)
    if found != kept.head.digest:
        return heads.rewritten(kept.head.position)
    return _put_after(authority_id, kept.head.position)


def sealed_of(authority_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the entries that have a seal, inside the open work."""
    seals = AuditSeal.objects.filter(authority_id=authority_id, entry_id__in=ids)
    return set(seals.values_list("entry_id", flat=True))


def alarm(authority_id: UUID, fault: str) -> None:
    """Once for each fault and process: the sealer meets it every five seconds, `audit verify` names it every time."""
    if (authority_id, fault) not in _told:
        _told.add((authority_id, fault))
        log.critical("audit chain of authority %s: %s", authority_id, fault)


def _seal_batch(authority_id: UUID, now: datetime) -> int:
    with work(authority_id):
        chained = seal(authority_id, now)
        end = head(authority_id)
    if end is None:
        return 0
    heads.keep(end)
    with work(authority_id):
        AuditWaiting.objects.filter(authority_id=authority_id, id__in=chained).delete()
    return len(chained)


def _one_sealer(authority_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"audit:{authority_id}"])


def _waiting(authority_id: UUID) -> list[UUID]:
    return [entry.id for entry in rows(AuditWaiting, order=("id",), most=BATCH, authority_id=authority_id)]


def _entries(authority_id: UUID, ids: Sequence[UUID]) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(authority_id=authority_id, id__in=ids).order_by("at", "id"))


def _append(authority_id: UUID, entries: Sequence[AuditEntry], now: datetime) -> None:
    end = head(authority_id)
    position, previous = (end.position, end.digest) if end else (0, START)
    seals = []
    for entry in entries:
        position, previous = position + 1, digest(previous, entry)
        seals.append(
            AuditSeal(authority_id=authority_id, position=position, entry_id=entry.id, digest=previous, sealed_at=now)
        )
    AuditSeal.objects.bulk_create(seals, batch_size=1_000)


def _digest_at(authority_id: UUID, position: int) -> bytes | None:
    if position == 0:
        return START
    seal_there = first(AuditSeal, authority_id=authority_id, position=position)
    return bytes(seal_there.digest) if seal_there else None


def _put_after(authority_id: UUID, position: int) -> str | None:
    """What the sealer chains waits on until a head covers it; what does not wait was put there past it."""
    after = AuditSeal.objects.filter(authority_id=authority_id, position__gt=position).order_by("position")
    seals = dict(after.values_list("entry_id", "position")[:BATCH])
    if not seals:
        return None
    waiting = AuditWaiting.objects.filter(authority_id=authority_id, id__in=list(seals))
    loose = set(seals) - set(waiting.values_list("id", flat=True))
    # Asked after it: what stopped waiting meanwhile is covered by a newer head.
    kept = heads.newest(authority_id)
    covered = kept.head.position if kept else 0
    return next((heads.put_after(place) for entry, place in seals.items() if entry in loose and place > covered), None)


def _was_kept(authority_id: UUID) -> bool:
    """Whether some head was on disk once: the first entry waits until then."""
    oldest = first(AuditSeal, order=("position",), authority_id=authority_id)
    return oldest is not None and first(AuditWaiting, authority_id=authority_id, id=oldest.entry_id) is None
