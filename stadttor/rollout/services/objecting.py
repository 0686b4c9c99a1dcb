"""An authority says no to an announced upgrade, or not yet."""

from datetime import date, datetime
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.rollout.models import Objection, Rollout
from stadttor.rollout.rules.notice import must_be_deferrable, must_still_be_open

LONGEST_REASON = 1_000


def object_to(*, authority_id: UUID, number: int, until: date | None, reason: str, actor: Actor, now: datetime) -> None:
    """Object to an upgrade with a reason, or defer it until a day. Refused from the effective date on."""
    said, today = reason.strip()[:LONGEST_REASON], german_day(now)
    with work(authority_id):
        row = _announced(authority_id, number)
        must_still_be_open(row.effective_on, today)
        if until is not None and row.effective_on:
            must_be_deferrable(until, row.effective_on, today)
        if until is None and not said:
            raise Refused("reason", "Please say what speaks against this upgrade.", field="reason")
        values = {"until": until, "reason": said, "at": now}
        Objection.objects.update_or_create(rollout=row, authority_id=authority_id, defaults=values)
        _note(authority_id, "rollout.deferred" if until else "rollout.objected", row, actor, now)


def withdraw_objection(*, authority_id: UUID, number: int, actor: Actor, now: datetime) -> None:
    """Take the upgrade after all."""
    with work(authority_id):
        row = _announced(authority_id, number)
        if Objection.objects.filter(rollout=row, authority_id=authority_id).delete()[0]:
            _note(authority_id, "rollout.objection_withdrawn", row, actor, now)


def _announced(authority_id: UUID, number: int) -> Rollout:
    """An upgrade that means this authority. Raises Refused (404)."""
    meant = Rollout.objects.filter(number=number, kind="upgrade", batches__authorities__contains=[authority_id])
    row = meant.first()
    if row is None:
        raise not_found()
    return row


def _note(authority_id: UUID, act: str, row: Rollout, actor: Actor, now: datetime) -> None:
    audit.record(authority_id, act=act, actor=actor, subject=("rollout", row.id), at=now)
