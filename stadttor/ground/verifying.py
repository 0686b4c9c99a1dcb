"""Recomputes the audit chain of an authority and compares it with every signed head kept outside the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.ground import heads
from stadttor.ground.audit import START, digest
from stadttor.ground.models import AuditEntry, AuditSeal, AuditWaiting
from stadttor.ground.sealing import head_fault, sealed_of

PAGE = 2_000


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: `sealed` entries in order, `unsealed` newest ones and since when, the first `fault` in words
    or none, and what was restored by hand (`notes`).
    """

    sealed: int
    unsealed: int
    fault: str | None
    oldest: datetime | None = None
    notes: tuple[str, ...] = ()


def verify(authority_id: UUID) -> Verdict:
    """Inside the open work, in short statements: a chain of millions is read page by page, while it grows."""
    # Heads first: what is kept was committed before, so the chain read after it holds it.
    expected = heads.expected(authority_id)
    sealed, fault = _chain_fault(authority_id, expected)
    unsealed = _unsealed(authority_id)
    fault = expected.fault or fault or _loose_fault(authority_id, unsealed) or head_fault(authority_id)
    return Verdict(sealed, len(unsealed), fault, min(unsealed.values(), default=None), expected.notes)


def _chain_fault(authority_id: UUID, expected: heads.Expected) -> tuple[int, str | None]:
    previous, position = START, 0
    for seal, entry in _chain(authority_id):
        fault = _fault_at(position + 1, seal, entry, previous)
        if fault:
            return position, fault
        position, previous = position + 1, bytes(seal.digest)
        if not expected.allows(position, previous):
            return position - 1, heads.rewritten(position)
    if expected.last > position:
        return position, heads.rows_deleted(position, expected.last)
    return position, None


def _chain(authority_id: UUID) -> Iterator[tuple[AuditSeal, AuditEntry | None]]:
    """Every seal with its entry, in order."""
    last = 0
    chain = AuditSeal.objects.filter(authority_id=authority_id).order_by("position")
    while page := list(chain.filter(position__gt=last)[:PAGE]):
        entries = AuditEntry.objects.filter(authority_id=authority_id).in_bulk([seal.entry_id for seal in page])
        yield from ((seal, entries.get(seal.entry_id)) for seal in page)
        last = page[-1].position


def _fault_at(position: int, seal: AuditSeal, entry: AuditEntry | None, previous: bytes) -> str | None:
    if seal.position != position:
        return f"seal {position} is missing"
    if entry is None:
        return f"entry {seal.entry_id} at position {position} was deleted"
    if digest(previous, entry) != bytes(seal.digest):
        return f"entry {entry.id} at position {position} was changed, moved or inserted"
    return None


def _unsealed(authority_id: UUID) -> dict[UUID, datetime]:
    """The entries without a seal and when they were written."""
    found: dict[UUID, datetime] = {}
    last = UUID(int=0)
    entries = AuditEntry.objects.filter(authority_id=authority_id).order_by("id").values_list("id", "at")
    while page := dict(entries.filter(id__gt=last)[:PAGE]):
        sealed = sealed_of(authority_id, list(page))
        found |= {entry_id: at for entry_id, at in page.items() if entry_id not in sealed}
        last = max(page)
    return found


def _loose_fault(authority_id: UUID, unsealed: dict[UUID, datetime]) -> str | None:
    """Unsealed entries and those that wait for their seal must be the same."""
    waiting = set(AuditWaiting.objects.filter(authority_id=authority_id).values_list("id", flat=True))
    # Asked after it: whoever does not wait any more was sealed meanwhile.
    loose = [one for one in unsealed if one not in waiting]
    inserted = set(loose) - sealed_of(authority_id, loose)
    if inserted:
        return f"entry {min(inserted)} was inserted past the product, or taken from what waits to be sealed"
    candidates = sorted(waiting - set(unsealed))
    gone = set(candidates) - set(AuditEntry.objects.filter(authority_id=authority_id).in_bulk(candidates))
    return f"entry {min(gone)} was deleted before it was sealed" if gone else None
