"""A hand-over is made: once for each cause, with its file, waiting for its target or for somebody to copy it."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from stadttor.exchange import rules
from stadttor.exchange.models import HandOver, Target
from stadttor.exchange.services.ending import end
from stadttor.ground import audit, keys
from stadttor.ground.actor import SYSTEM
from stadttor.ground.rows import first
from stadttor.ground.sealed import seal
from stadttor.ground.steps import step
from stadttor.ground.work import work

PURPOSE = "exchange"


@dataclass(frozen=True)
class Along:
    """A proof that goes with the file: its bytes are those of a stored file, `sha256` in hex."""

    id: UUID
    name: str
    media_type: str
    blob_id: UUID
    sha256: str

    def as_json(self) -> dict[str, str]:
        """As the row keeps it."""
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class File:
    """What the target gets: name and bytes are the same whenever it is made again."""

    name: str
    media_type: str
    data: bytes
    along: tuple[Along, ...] = ()


@step
def hand_over(
    *,
    authority_id: UUID,
    hand_over_id: UUID,
    case_id: UUID,
    key: str,
    service: str,
    target: str,
    file: File | None,
    due: datetime,
    now: datetime,
    about: str = "case",
) -> bool:
    """Have this handed over, once for its `key`; what waits of the same case is overtaken. False if it was there already.

    `about` says what `case_id` is, for the audit chain. Without a file, or where the authority named no place for it, it is
    to be copied from the sheet.
    """
    with work(authority_id):
        if first(HandOver, authority_id=authority_id, key=key):
            return False
        mine = HandOver.objects.select_for_update().filter(authority_id=authority_id, case_id=case_id)
        for former in mine.filter(state__in=rules.OPEN).exclude(key=key):
            end(former, rules.DROPPED, SYSTEM, now, act="overtaken")
        row = HandOver(
            id=hand_over_id,
            authority_id=authority_id,
            case_id=case_id,
            about=about,
            key=key,
            service=service,
            target=target,
            state=rules.WAITING if file and _has_place(authority_id, service) else rules.SHEET,
            made=now,
            due=due,
        )
        if file:
            row.name, row.media_type = file.name, file.media_type
            row.sha256 = hashlib.sha256(file.data).hexdigest()
            row.along = [one.as_json() for one in file.along]
            row.payload = seal(keys.derived(authority_id, PURPOSE), hand_over_id, file.data)
        _, made = HandOver.objects.get_or_create(authority_id=authority_id, key=key, defaults=_columns(row))
        if made:
            details = {"hand_over_id": str(hand_over_id), "sha256": row.sha256, "state": row.state} | (
                {"proofs": len(row.along)} if row.along else {}
            )
            subject = (about, case_id)
            audit.record(authority_id, act="exchange.made", actor=SYSTEM, subject=subject, at=now, details=details)
            wait_for_delivery(row, now)
        return made


def wait_for_delivery(row: HandOver, at: datetime) -> None:
    """Enqueue the next try, or bring a later one forward, inside the open work; nothing for what does not wait."""
    from stadttor.exchange.jobs import deliver
    from stadttor.ground.jobs import enqueue

    if row.state != rules.WAITING:
        return
    HandOver.objects.filter(authority_id=row.authority_id, id=row.id).update(next_try=at)
    enqueue(
        deliver,
        authority_id=row.authority_id,
        key=f"hand_over:{row.id}",
        run_at=at,
        forward=True,
        hand_over_id=row.id,
    )


def _has_place(authority_id: UUID, service: str) -> bool:
    return first(Target, authority_id=authority_id, service=service, active=True) is not None


def _columns(row: HandOver) -> dict[str, object]:
    return {one.attname: getattr(row, one.attname) for one in HandOver._meta.concrete_fields}
