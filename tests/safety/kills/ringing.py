"""Rings jobs again, as the watcher and the clock do, and lets time pass: by hand, in the database."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import psycopg

Admin = psycopg.Connection[Any]

_MATTER = """
SELECT c.authority_id, c.id AS case_id, c.submission_id, c.submission_id AS subject_id, s.draft_id, c.instance_id,
 q.id AS question_id, d.id AS decision_id, m.id AS mail_id, a.id AS attempt_id, a.provider_key, t.id AS attachment_id,
 'fee:' || c.id AS fee_key, c.id AS refund_id, 'ring:' || c.id AS withdrawal_key, 'ring:' || c.id AS reopening_key,
 h.id AS hand_over_id, g.id AS target_id, x.id AS closing_id
FROM cases_case c JOIN forms_submission s ON s.id = c.submission_id
JOIN forms_attachment t ON t.draft_id = s.draft_id
JOIN payments_payment p ON p.subject_id = s.id AND p.state = ANY(%(payment)s)
LEFT JOIN cases_question q ON q.case_id = c.id AND (q.answered_at IS NULL) = %(open_question)s
LEFT JOIN cases_decision d ON d.case_id = c.id
LEFT JOIN notices_mail m ON m.subject_id = s.id
LEFT JOIN payments_attempt a ON a.payment_id = p.id
LEFT JOIN exchange_handover h ON h.case_id = c.id
LEFT JOIN exchange_target g ON g.authority_id = c.authority_id
LEFT JOIN payments_closing x ON x.authority_id = c.authority_id
"""
_DEFER = (
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', %s, 0, NULL, NULL, %s::jsonb, NULL)"
    "::procrastinate_job_to_defer_v1])"
)
OPTIONAL = (
    "question_id",
    "decision_id",
    "mail_id",
    "attempt_id",
    "provider_key",
    "hand_over_id",
    "target_id",
    "closing_id",
)
# What these jobs say must be so: the fee came in, goes back.
_STATES = {"site.paid": ["paid", "refunded"], "site.refunded": ["refunded"], "payments.pay_back": ["refunded"]}
_ANY = ["open", "paid", "waived", "refunded"]


def ring(admin: Admin, job: str, arguments: Sequence[str]) -> bool:
    """Enqueue a job for some matter it can be about; False while there is none."""
    if job == "rollout.go_on":
        return _ring_rollout(admin, job)
    if job == "rollout.share_costs":
        return _ring_costs(admin, job)
    if job == "rollout.try_out":
        return _ring_trying(admin, job)
    if job == "studio.tell_answer":
        return _ring_answer(admin, job)
    if job == "studio.publish":
        return _ring_publication(admin, job)
    if job == "site.send_revocation":
        return _ring_revocation(admin, job)
    needed = " ".join(f"AND {name} IS NOT NULL" for name in arguments if name in OPTIONAL)
    query = f"SELECT * FROM ({_MATTER}) found WHERE true {needed} ORDER BY random() LIMIT 1"
    values = {"payment": _STATES.get(job, _ANY), "open_question": job in ("cases.remind", "site.remind_of_question")}
    cursor = admin.execute(query, values)
    row = cursor.fetchone()
    if row is None:
        return False
    known = dict(zip([column.name for column in cursor.description or ()], row, strict=True))
    given = {name: str(known[name]) for name in arguments}
    admin.execute(_DEFER, [job, json.dumps(given)])
    return True


def _ring_costs(admin: Admin, job: str) -> bool:
    """Of costs that nobody stated: nobody does in this row, so its worker dies with nothing to do."""
    return _ring_gone(admin, job, {"cost_id": str(uuid4())})


def _ring_rollout(admin: Admin, job: str) -> bool:
    """The newest roll-out goes on, as a steering body's button lets it; which authority has the button does not matter."""
    query = "SELECT (SELECT id FROM ground_authority LIMIT 1), id FROM rollout_rollout ORDER BY number DESC LIMIT 1"
    row = admin.execute(query).fetchone()
    if row is None:
        return False
    given = {"authority_id": str(row[0]), "rollout_id": str(row[1])}
    admin.execute(_DEFER, [job, json.dumps(given)])
    return True


def _ring_trying(admin: Admin, job: str) -> bool:
    """Of a draft that is gone: nobody prepares a roll-out in this row, so its worker dies with nothing to do."""
    return _ring_gone(admin, job, {"draft_id": str(uuid4()), "change_key": 1})


def _ring_answer(admin: Admin, job: str) -> bool:
    """Of a request that is gone: nobody asks a publisher in this row, so its worker dies with nothing to do."""
    return _ring_gone(admin, job, {"request_id": str(uuid4()), "line_key": 1})


def _ring_publication(admin: Admin, job: str) -> bool:
    """One that is over: nobody edits packages in this row, so its worker dies with nothing to do."""
    return _ring_gone(admin, job, {"publication_id": str(uuid4())})


def _ring_revocation(admin: Admin, job: str) -> bool:
    """Of a case that is gone: nobody revokes permits in this row, so its worker dies with nothing to do."""
    return _ring_gone(admin, job, {"case_id": str(uuid4()), "revoked_key": "2026-11-23T09:00:00+00:00"})


def _ring_gone(admin: Admin, job: str, matter: dict[str, str | int]) -> bool:
    row = admin.execute("SELECT id FROM ground_authority LIMIT 1").fetchone()
    if row is None:
        return False
    admin.execute(_DEFER, [job, json.dumps({"authority_id": str(row[0])} | matter)])
    return True


def minute_passes(admin: Admin) -> None:
    """Decisions can be taken back no more: they are due now."""
    admin.execute("UPDATE cases_decision SET send_at = now() WHERE send_at > now()")
    admin.execute(
        "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'cases.send_decision'"
        " AND status = 'todo' AND attempts = 0 AND scheduled_at > now()"
    )
    # What failed at its target is tried again; whose worker was killed, by itself, when its claim of 45 seconds is over.
    admin.execute(
        "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'exchange.deliver'"
        " AND status = 'todo' AND scheduled_at > now() AND EXISTS (SELECT FROM exchange_handover"
        " WHERE id::text = args ->> 'hand_over_id' AND leased IS NULL)"
    )


def ten_minutes_pass(admin: Admin) -> None:
    """Attempts to pay whose end nobody told are asked for, as the clock does every five minutes."""
    rows = admin.execute("SELECT authority_id, provider_key FROM payments_attempt WHERE state = 'started'").fetchall()
    for authority, key in rows:
        given = {"authority_id": str(authority), "provider_key": key}
        admin.execute(_DEFER, ["payments.ask", json.dumps(given)])
