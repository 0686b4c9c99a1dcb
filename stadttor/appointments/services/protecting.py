"""Name and contact of a protected person (§ 51 BMG) are seen for a reason only, once at a time."""

import hmac
from datetime import datetime
from uuid import UUID

from stadttor.appointments.models import Booking
from stadttor.appointments.queries import BookingRow, booking_row
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit, keys
from stadttor.ground.actor import Actor
from stadttor.ground.rows import change, first
from stadttor.ground.work import work

LONGEST = 400
MOST_LOOKS = 100
REASONS = "reasons of looks"


def protect(*, authority_id: UUID, booking_id: UUID, protects: bool, actor: Actor, now: datetime) -> None:
    """Hide name and contact of an appointment at the desk, or show them again. Done so already: nothing happens."""
    with work(authority_id):
        row = _locked(authority_id, booking_id)
        if row.is_protected == protects:
            return
        change(Booking, {"is_protected": protects, "changed": now}, authority_id=authority_id, id=booking_id)
        act = "appointment.protected" if protects else "appointment.protection_lifted"
        audit.record(authority_id, act=act, actor=actor, subject=("appointment", booking_id), at=now)


def look_at_protected(*, authority_id: UUID, booking_id: UUID, reason: str, actor: Actor, now: datetime) -> BookingRow:
    """The appointment with name and contact; who looked when and why stays with it. Refused without a reason."""
    said = " ".join(reason.replace("\0", "").split())[:LONGEST]
    if not said:
        raise Refused("reason_missing", "Please say why.", field="look")
    with work(authority_id):
        row = _locked(authority_id, booking_id)
        look = {"at": now.isoformat(), "name": actor.name, "reason": said}
        row.looks = [*row.looks, look][-MOST_LOOKS:]
        row.save(update_fields=["looks"])
        mark = hmac.digest(keys.derived(authority_id, REASONS), said.encode(), "sha256").hex()[:32]
        about = ("appointment", booking_id)
        audit.record(
            authority_id,
            act="appointment.protected_opened",
            actor=actor,
            subject=about,
            at=now,
            details={"reason": mark},
        )
    return booking_row(row)


def _locked(authority_id: UUID, booking_id: UUID) -> Booking:
    row = first(Booking, lock=True, authority_id=authority_id, id=booking_id)
    if row is None:
        raise not_found()
    return row
