"""The audit chain of an authority: entries written with their act, chained and signed at most ten seconds later.

A digest covers the previous digest and the entry, so a changed, deleted, inserted or moved row breaks the chain at its
place. `sealing` makes the chain, `verifying` recomputes it; `heads` keeps its signed ends outside the database.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from stadttor.ground.actor import Actor
from stadttor.ground.models import AuditEntry, AuditWaiting
from stadttor.ground.rows import insert_both

START = b"\0" * 32


def record(
    authority_id: UUID,
    *,
    act: str,
    actor: Actor,
    subject: tuple[str, UUID | None],
    at: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    """Write one act inside the open work, to be sealed soon. `details` holds ids and codes only.

    What a helping authority's colleague does names the agreement by which she may.
    """
    by_agreement = {"agreements": [str(one) for one in actor.agreements]} if actor.agreements else {}
    entry = AuditEntry(
        authority_id=authority_id,
        at=at,
        act=act,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        subject_kind=subject[0],
        subject_id=subject[1],
        details={**(details or {}), **by_agreement},
    )
    insert_both(entry, AuditWaiting(id=entry.id, authority_id=authority_id))


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
