"""What is stored of each appointment, beside what was promised: every effect once; and time that passes by hand."""

import json
from collections.abc import Iterable, Iterator, Mapping
from time import time
from typing import Any

import psycopg

Admin = psycopg.Connection[Any]
Promise = Mapping[str, Any]
_TASKS = ("site.remind_of_appointments", "site.forget_appointments")
_DEFER = (
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', %s, 0, NULL, NULL, %s::jsonb, NULL)"
    "::procrastinate_job_to_defer_v1])"
)
_REMEMBERED = """
UPDATE appointments_booking SET changed = now() - interval '2 days'
WHERE state = 'booked' AND reminded IS NULL AND begins < now() + interval '1 day' AND changed > now() - interval '1 day'
"""
_OVER = """
UPDATE appointments_booking SET keep_until = now() - interval '1 second'
WHERE id IN (SELECT id FROM appointments_booking WHERE state = 'cancelled' ORDER BY random() LIMIT 1)
"""
_EFFECTS = """
SELECT b.id::text, b.number,
 ARRAY[1, (SELECT count(*) FROM appointments_booking o WHERE o.token_hash = b.token_hash)] AS appointment,
 ARRAY[CASE WHEN b.state = 'cancelled' THEN 0 ELSE 1 END,
  (SELECT count(DISTINCT t.place) FROM appointments_takenstep t WHERE t.booking_id = b.id)] AS place,
 ARRAY[CASE WHEN b.state = 'cancelled' THEN 0 ELSE (b.minutes + 4) / 5 END,
  (SELECT count(*) FROM appointments_takenstep t WHERE t.booking_id = b.id)] AS steps,
 ARRAY[1, (SELECT count(*) FROM ground_auditentry e WHERE e.subject_id = b.id AND e.act = 'appointment.booked')] AS entry,
 ARRAY[1, (SELECT count(*) FROM notices_mail m WHERE m.subject_id = b.id AND m.kind = 'appointment')] AS mail,
 ARRAY[b.sequence - CASE WHEN b.state = 'cancelled' THEN 1 ELSE 0 END,
  (SELECT count(*) FROM notices_mail m WHERE m.subject_id = b.id AND m.kind = 'appointment_moved')] AS moving_mails,
 ARRAY[CASE WHEN b.state = 'cancelled' THEN 1 ELSE 0 END,
  (SELECT count(*) FROM notices_mail m WHERE m.subject_id = b.id AND m.kind = 'appointment_cancelled')] AS cancelling_mail,
 ARRAY[CASE WHEN b.reminded IS NULL OR b.state = 'cancelled' THEN 0 ELSE 1 END, (SELECT count(*) FROM notices_mail m
  WHERE m.key = 'appointment-soon:' || b.id || ':' || b.sequence AND m.authority_id = b.authority_id)] AS reminder
FROM appointments_booking b
"""
_KEPT = "SELECT id::text, number, state, sequence FROM appointments_booking"
_DELETED = "SELECT DISTINCT subject_id::text FROM ground_auditentry WHERE act = 'appointment.deleted'"
OF_BOOKINGS = frozenset({"booked", "moved", "cancelled", "marked", "deleted"})


def days_pass(admin: Admin) -> None:
    """Who booked long ago is reminded, one that was cancelled long ago is deleted: as the clock does."""
    for statement in (_REMEMBERED, _OVER):
        admin.execute(statement)
    for task in _TASKS:
        admin.execute(_DEFER, [task, json.dumps({"timestamp": int(time())})])


def appointments(admin: Admin) -> Iterator[dict[str, Any]]:
    """Each appointment with its effects: (promised, found)."""
    cursor = admin.execute(_EFFECTS)
    names = [column.name for column in cursor.description or ()][2:]
    for booking, number, *pairs in cursor.fetchall():
        effects = {name: [int(one or 0) for one in pair] for name, pair in zip(names, pairs, strict=True)}
        yield {"submission": booking, "number": number, "effects": effects}


def kept(admin: Admin, promises: Iterable[Promise]) -> Iterator[dict[str, Any]]:
    """Each promise about an appointment, and whether it was kept; of what was deleted only that it is gone."""
    rows = {row[0]: row for row in admin.execute(_KEPT).fetchall()}
    deleted = {row[0] for row in admin.execute(_DELETED).fetchall()}
    for promise in promises:
        row, is_gone = rows.get(promise["booking"]), promise["booking"] in deleted
        yield {**promise, "promise": promise["kind"], "kept": is_gone if row is None else _is_kept(promise, row)}


def _is_kept(promise: Promise, row: tuple[Any, ...]) -> bool:
    _id, number, state, sequence = row
    found: dict[str, bool] = {
        "booked": number == promise.get("number"),
        "moved": sequence > 0,
        "cancelled": state == "cancelled",
        "marked": state == "came",
        "deleted": False,
    }
    return found[promise["kind"]]
