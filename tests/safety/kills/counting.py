"""What is stored of each application, beside what was promised: every effect once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg

from tests.safety.live.service import MORE_CENTS

Admin = psycopg.Connection[Any]
Promise = dict[str, Any]
PART_CENTS = 1_000
"""What the clerk pays back of a fee where she pays back a part, once."""

# One row per submission; each pair is (how often it must have happened, how often it did).
# A question that was taken back, or whose application was withdrawn, is sent no more: it may have been before, or not.
_EFFECTS = """
SELECT s.id::text AS submission, s.number,
 ARRAY[1, (SELECT count(*) FROM forms_submission o WHERE o.id = s.id OR o.draft_id = s.draft_id)] AS application,
 ARRAY[1, (SELECT count(*) FROM ground_auditentry e WHERE e.subject_id = s.id AND e.act = 'submission.accepted')]
  AS acceptance,
 ARRAY[1, count(c.id)] AS "case",
 ARRAY[1, (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id AND e.act = 'opened')] AS opening,
 ARRAY[1, (SELECT count(*) FROM processes_instance i WHERE i.subject_id = c.id)] AS process,
 ARRAY[1, (SELECT count(*) FROM records_file f WHERE f.case_id = c.id)] AS file,
 ARRAY[1, (SELECT count(*) FROM records_document d WHERE d.case_id = c.id AND d.kind = 'application')] AS summary,
 ARRAY[jsonb_array_length(s.answers #> '{person,nachweis}'),
  (SELECT count(*) FROM records_document d WHERE d.case_id = c.id AND d.kind = 'proof')] AS proofs,
 ARRAY[1, (SELECT count(*) FROM notices_mail m WHERE m.subject_id = s.id AND m.kind = 'receipt')] AS receipt_mail,
 ARRAY[1, count(p.id)] AS fee,
 ARRAY[(p.state IN ('paid', 'refunded') AND p.taken = '')::int, (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id
  AND e.act = 'payment_paid')] AS payment_noted,
 ARRAY[(SELECT count(*) FROM ground_auditentry e WHERE e.subject_id = p.id AND e.act LIKE 'payment.refunded%%'),
  (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id AND e.act = 'payment_refunded')] AS refund_noted,
 ARRAY[p.refunded_cents, (SELECT coalesce(sum((e.details ->> 'cents')::int), 0) FROM cases_event e
  WHERE e.case_id = c.id AND e.act = 'payment_refunded')] AS refunded_cents,
 ARRAY[least(1, (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id AND e.act = 'payment_refunded'
  AND e.details ->> 'cents' = %(part)s)), (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id
  AND e.act = 'payment_refunded' AND e.details ->> 'cents' = %(part)s)] AS refund_in_part,
 ARRAY[(SELECT count(*) FROM cases_event e WHERE e.case_id = c.id AND e.act = 'payment_refunded'), (SELECT count(*)
  FROM notices_mail m WHERE m.subject_id = s.id AND m.key LIKE 'refunded:%%' AND m.key <> 'refunded:' || c.id)]
  AS refund_mail,
 ARRAY[(SELECT count(*) FROM payments_receipt r WHERE r.payment_id = p.id),
  (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id AND e.act IN ('fee_taken', 'fee_undone'))] AS receipt_noted,
 ARRAY[CASE WHEN p.state IN ('paid', 'refunded') THEN p.cents - p.refunded_cents ELSE 0 END,
  (SELECT coalesce(sum(b.cents), 0) FROM payments_booking b JOIN payments_claim k ON k.id = b.claim_id
  WHERE k.subject_id = p.id)] AS cents_booked,
 ARRAY[CASE WHEN p.state IN ('paid', 'refunded') AND p.taken = '' THEN p.cents - p.refunded_cents ELSE 0 END,
  (SELECT coalesce(sum(o.cents - o.refunded_cents), 0) FROM payments_attempt a JOIN payments_simulatedorder o
  ON o.key = a.provider_key WHERE a.payment_id = p.id AND o.state = 'paid')] AS cents_kept,
 ARRAY[(SELECT coalesce(sum((f ->> 'cents')::int), 0) FROM jsonb_array_elements(s.fees) f) + %(more)s * (SELECT count(*)
  FROM ground_auditentry e WHERE e.subject_id = p.id AND e.act = 'payment.amount_changed'), p.cents] AS cents_asked,
 ARRAY[(SELECT count(*) FROM forms_amendment f WHERE f.submission_id = s.id), (SELECT count(*) FROM cases_event e
  WHERE e.case_id = c.id AND e.act = 'answers_changed')] AS amendment,
 ARRAY[(SELECT count(*) FROM cases_question q WHERE q.case_id = c.id AND q.withdrawn_at IS NOT NULL),
  (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id AND e.act = 'stopped_asking')] AS question_taken_back,
 ARRAY[(SELECT count(DISTINCT jsonb_path_query_first(q.items, '$[*] ? (@.kind == "question")') ->> 'text')
  FROM cases_question q WHERE q.case_id = c.id),
  (SELECT count(*) FROM cases_question q WHERE q.case_id = c.id)] AS question,
 ARRAY[(SELECT count(*) FROM cases_question q WHERE q.case_id = c.id AND (q.withdrawn_at IS NULL AND (q.answered_at IS NULL
  OR q.answers <> '[]') AND NOT EXISTS (SELECT 1 FROM cases_case w WHERE w.id = q.case_id AND w.state = 'withdrawn')
  OR EXISTS (SELECT 1
  FROM records_document d WHERE d.case_id = c.id AND d.source_key = 'question:' || q.id))),
  (SELECT count(*) FROM records_document d WHERE d.case_id = c.id AND d.kind = 'question')] AS question_letter,
 ARRAY[(SELECT count(*) FROM cases_question q WHERE q.case_id = c.id AND (q.withdrawn_at IS NULL AND (q.answered_at IS NULL
  OR q.answers <> '[]') AND NOT EXISTS (SELECT 1 FROM cases_case w WHERE w.id = q.case_id AND w.state = 'withdrawn')
  OR EXISTS (SELECT 1
  FROM notices_mail m WHERE m.subject_id = s.id AND m.key = 'question:' || q.id))),
  (SELECT count(*) FROM notices_mail m WHERE m.subject_id = s.id AND m.key LIKE 'question:%%')] AS question_mail,
 ARRAY[(SELECT count(*) FROM cases_question q WHERE q.case_id = c.id AND q.answered_at IS NOT NULL),
  (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id AND e.act = 'answered')] AS answer,
 ARRAY[(SELECT coalesce(sum(jsonb_array_length(one -> 'documents')), 0) FROM cases_question q,
  jsonb_array_elements(q.answers) one WHERE q.case_id = c.id), (SELECT count(*) FROM records_document d
  WHERE d.case_id = c.id AND d.kind = 'answer' AND d.source_key LIKE 'answer:%%')] AS answer_files,
 ARRAY[(SELECT count(DISTINCT e.details ->> 'question_id') FROM cases_event e WHERE e.case_id = c.id
  AND e.act = 'reminded'), (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id AND e.act = 'reminded')] AS reminder,
 ARRAY[least(1, (SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id AND d.taken_back_at IS NULL)),
  (SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id AND d.taken_back_at IS NULL)] AS decision,
 ARRAY[(SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id AND d.taken_back_at IS NULL),
  (SELECT count(*) FROM records_document d WHERE d.case_id = c.id AND d.kind = 'letter')] AS letter,
 ARRAY[(SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id AND d.taken_back_at IS NULL),
  (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id AND e.act = 'sent')] AS sending,
 ARRAY[(SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id AND d.taken_back_at IS NULL),
  (SELECT count(*) FROM notices_message m WHERE m.subject_id = s.id AND m.key LIKE 'decision:%%')] AS message,
 ARRAY[(SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id AND d.taken_back_at IS NULL),
  (SELECT count(*) FROM notices_mail m WHERE m.subject_id = s.id AND m.key LIKE 'decision:%%')] AS decision_mail,
 ARRAY[(SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id AND d.taken_back_at IS NULL
  AND d.outcome = 'granted'), (SELECT count(*) FROM cases_permit t WHERE t.case_id = c.id)] AS permit,
 ARRAY[(SELECT count(*) FROM cases_permit t WHERE t.case_id = c.id), (SELECT count(*) FROM cases_event e
  WHERE e.case_id = c.id AND e.act = 'permit_issued')] AS permit_noted,
 ARRAY[(SELECT count(*) FROM cases_permit t WHERE t.case_id = c.id AND t.state = 'returned'), (SELECT count(*)
  FROM cases_event e WHERE e.case_id = c.id AND e.act = 'permit_returned')] AS permit_return_noted,
 ARRAY[(SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id AND d.taken_back_at IS NULL),
  (SELECT count(*) FROM notices_legaldelivery l WHERE l.case_id = c.id AND (l.ended_at IS NULL OR l.state = 'returned'
  AND NOT EXISTS (SELECT 1 FROM notices_legaldelivery n WHERE n.decision_id = l.decision_id AND n.number > l.number)))]
  AS delivery,
 ARRAY[(SELECT count(*) FROM notices_legaldelivery l WHERE l.case_id = c.id AND l.state = 'returned'), (SELECT count(*)
  FROM cases_event e WHERE e.case_id = c.id AND e.act = 'letter_returned')] AS return_noted,
 ARRAY[(SELECT count(*) FROM notices_legaldelivery l WHERE l.case_id = c.id AND l.number > 1), (SELECT count(*)
  FROM cases_event e WHERE e.case_id = c.id AND e.act = 'delivered_anew')] AS delivery_anew_noted,
 ARRAY[(SELECT count(*) FROM notices_legaldelivery l WHERE l.case_id = c.id AND l.state = 'handed'), (SELECT count(*)
  FROM cases_event e WHERE e.case_id = c.id AND e.act = 'handed_over')] AS hand_over_noted,
 ARRAY[(SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id AND d.sent_at IS NOT NULL), (SELECT count(*)
  FROM exchange_handover h WHERE h.case_id = c.id)] AS target_hand_over,
 ARRAY[(SELECT count(*) FROM exchange_handover h WHERE h.case_id = c.id AND h.state = 'taken'), (SELECT count(*)
  FROM ground_auditentry e WHERE e.subject_id = c.id AND e.act = 'exchange.taken')] AS taking_over_noted,
 ARRAY[(SELECT count(*) FROM notices_legaldelivery l WHERE l.case_id = c.id AND l.state IN ('posted', 'returned')),
  (SELECT count(*)
  FROM cases_event e WHERE e.case_id = c.id AND e.act = 'posted')] AS posting_noted,
 ARRAY[(SELECT count(*) FROM notices_legaldelivery l WHERE l.case_id = c.id AND l.state = 'opened'), (SELECT count(*)
  FROM notices_legaldelivery l JOIN ground_auditentry e ON e.subject_id = l.id AND e.act = 'delivery.opened'
  WHERE l.case_id = c.id)] AS opening_noted,
 ARRAY[(SELECT count(*) FROM identity_credentialoffer o WHERE o.about = c.id AND o.status = 'done'),
  (SELECT count(*) FROM identity_issuedcredential i WHERE i.about = c.id)] AS credential,
 ARRAY[(SELECT count(*) FROM identity_issuedcredential i WHERE i.about = c.id), (SELECT count(*)
  FROM ground_auditentry e WHERE e.subject_id = c.id AND e.act = 'wallet.issued')] AS credential_noted,
 ARRAY[least(1, w.often), w.often] AS credential_that_counts,
 ARRAY[(SELECT count(*) FROM identity_credentialoffer o WHERE o.about = c.id), (SELECT count(*) FROM notices_mail m
  WHERE m.subject_id = s.id AND m.kind = 'wallet_code')] AS wallet_mail,
 ARRAY[(SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id AND d.sent_at IS NOT NULL AND d.outcome = 'refused'),
  (SELECT count(*) FROM cases_decision d JOIN payments_claim k ON k.subject_id = d.id WHERE d.case_id = c.id)] AS claim
FROM forms_submission s LEFT JOIN cases_case c ON c.submission_id = s.id
LEFT JOIN payments_payment p ON p.subject_id = s.id
LEFT JOIN LATERAL (SELECT count(*) AS often FROM identity_issuedcredential i WHERE i.about = c.id
 AND i.revoked_from > now()) w ON true
GROUP BY s.id, s.authority_id, c.id, p.id, w.often
"""
_OWED = {"more": MORE_CENTS, "part": str(PART_CENTS)}
_KEPT = """
SELECT s.id::text, s.number, c.id::text, p.state IN ('paid', 'refunded'), p.refunded_cents,
 (SELECT array_agg(q.id::text) FROM cases_question q WHERE q.case_id = c.id AND q.answered_at IS NOT NULL),
 (SELECT array_agg(q.items::text) FROM cases_question q WHERE q.case_id = c.id),
 (SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id AND d.sent_at IS NOT NULL),
 (SELECT array_agg(e.act) FROM cases_event e WHERE e.case_id = c.id),
 p.cents, (SELECT array_agg(encode(b.sha256, 'hex')) FROM records_document d JOIN ground_blob b ON b.id = d.blob_id
  AND b.authority_id = d.authority_id WHERE d.case_id = c.id AND d.kind IN ('proof', 'answer')),
 (SELECT array_agg(i.list_number || '/' || i.place) FROM identity_issuedcredential i WHERE i.about = c.id),
 EXISTS (SELECT 1 FROM notices_legaldelivery l WHERE l.case_id = c.id AND l.state = 'provided')
FROM forms_submission s LEFT JOIN cases_case c ON c.submission_id = s.id
LEFT JOIN payments_payment p ON p.subject_id = s.id
"""
UNDONE = """
WITH job AS (SELECT * FROM procrastinate_jobs WHERE NOT args ? 'timestamp' AND id <= %(job)s)
SELECT task_name, count(*) FROM job WHERE status IN ('todo', 'doing')
AND (status = 'doing' OR scheduled_at IS NULL OR scheduled_at <= now() OR attempts > 0) GROUP BY 1
UNION ALL SELECT 'gave up: ' || task_name, count(*) FROM job WHERE status = 'failed' GROUP BY 1
UNION ALL SELECT 'no case', count(*) FROM forms_submission s WHERE s.received <= %(at)s AND NOT EXISTS
 (SELECT 1 FROM cases_case c WHERE c.submission_id = s.id) HAVING count(*) > 0
UNION ALL SELECT 'mail queued', count(*) FROM notices_mail WHERE state = 'queued' AND %(all)s HAVING count(*) > 0
UNION ALL SELECT 'decision not sent', count(*) FROM cases_decision WHERE sent_at IS NULL AND taken_back_at IS NULL
 AND decided_at <= %(at)s HAVING count(*) > 0
UNION ALL SELECT 'not handed over', count(*) FROM exchange_handover WHERE state = 'waiting' AND made <= %(at)s
 HAVING count(*) > 0
"""
NEWEST = "SELECT coalesce(max(id), 0), clock_timestamp() FROM procrastinate_jobs"


LOOKED_UP = {
    "about": ("identity_credentialoffer", "identity_issuedcredential"),
    "draft_id": ("forms_submission", "forms_attachment", "forms_retrieval"),
    "hand_over_id": ("exchange_tick",), "closing_id": ("payments_booking",),
    "case_id": ("notices_legaldelivery", "cases_event", "cases_question", "cases_decision", "records_document", "records_file",
                "exchange_handover"),
    "subject_id": ("ground_auditentry", "notices_mail", "notices_message", "processes_instance"),
    "submission_id": ("cases_case", "forms_amendment"), "payment_id": ("payments_attempt",),
}  # fmt: skip
"""Columns by which the counting looks things up, past the authority: each gets an index when everything is over."""


def handed_over(admin: Admin, folder: Path) -> dict[str, int]:
    """Files in the folders of the targets beside what was noted as taken over; nobody fetches them here."""
    there = sorted(path.name for path in (folder / "hand-over").rglob("[!.]*") if path.is_file())
    noted = [name for (name,) in admin.execute("SELECT name FROM exchange_handover WHERE state = 'taken'").fetchall()]
    known = {name for (name,) in admin.execute("SELECT name FROM exchange_handover").fetchall()}
    missing = len(set(noted) - set(there))
    return {"rows": len(noted), "missing": missing, "beyond": len(set(there) - known) + len(noted) - len(set(noted))}


@dataclass(frozen=True)
class Begun:
    """What was there at a moment: the newest job, and the time. A mail that waits is there as its job."""

    job: int
    at: datetime


EVERYTHING = Begun(2**62, datetime.max.replace(tzinfo=UTC))


def begun(admin: Admin) -> Begun:
    """What is there by now."""
    row = admin.execute(NEWEST).fetchone()
    assert row is not None  # an aggregate has one
    return Begun(*row)


def undone(admin: Admin, by: Begun | None = None) -> dict[str, int]:
    """What should be done by now and is not, by kind; of all there is, or of what was begun `by` a moment."""
    until = by or EVERYTHING
    return dict(admin.execute(UNDONE, {"job": until.job, "at": until.at, "all": by is None}).fetchall())


def unfinished(admin: Admin) -> Iterator[dict[str, Any]]:
    """The jobs that wait, run or gave up, for whoever looks why."""
    query = """SELECT id, task_name AS job, status::text, attempts, scheduled_at::text, now()::text AS at,
    args ->> 'case_id' AS "case" FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')
    AND NOT args ? 'timestamp' AND (scheduled_at IS NULL OR scheduled_at <= now() OR attempts > 0) LIMIT 50"""
    cursor = admin.execute(query)
    names = [column.name for column in cursor.description or ()]
    yield from (dict(zip(names, row, strict=True)) for row in cursor.fetchall())


def make_ready(admin: Admin) -> None:
    """Counting thousands of applications takes seconds."""
    for column, tables in LOOKED_UP.items():
        for table in tables:
            admin.execute(f"CREATE INDEX ON {table} ({column})")  # type: ignore[arg-type]  # names of our own
    admin.execute("ANALYZE")


def applications(admin: Admin) -> Iterator[dict[str, Any]]:
    """Each application with its effects: (promised, found)."""
    cursor = admin.execute(_EFFECTS, _OWED)
    names = [column.name for column in cursor.description or ()][2:]
    for submission, number, *pairs in cursor.fetchall():
        effects = {name: [int(one or 0) for one in pair] for name, pair in zip(names, pairs, strict=True)}
        yield {"submission": submission, "number": number, "effects": effects}


def kept(admin: Admin, promises: Iterable[Promise]) -> Iterator[dict[str, Any]]:
    """Each promise somebody read, and whether it was kept."""
    rows = admin.execute(_KEPT).fetchall()
    by_submission = {row[0]: row for row in rows}
    by_case = {row[2]: row for row in rows if row[2]}
    by_number = {row[1]: row for row in rows}
    for promise in promises:
        if promise["kind"] == "entered":
            row = by_number.get(promise["number"])
        else:
            row = by_case.get(promise["case"]) if "case" in promise else by_submission.get(promise["submission"])
        yield {**promise, "promise": promise["kind"], "kept": row is not None and _is_kept(promise, row)}


def _is_kept(promise: Promise, row: tuple[Any, ...]) -> bool:
    _submission, number, case, paid, refunded, answered, asked, sent, acts, cents, digests, places, lies_there = row
    if promise.get("sha256") and promise["sha256"] not in (digests or ()):
        return False
    return {
        "entered": lambda: case is not None,
        "receipt": lambda: number == promise["number"] and case is not None,
        "paid": lambda: bool(paid) and cents == promise["cents"],
        "answered": lambda: promise["question"] in (answered or ()),
        "asked": lambda: any(promise["words"] in one for one in asked or ()),
        "decided": lambda: sent > 0,
        "paid_back": lambda: refunded >= promise["cents"],
        "stopped_asking": lambda: "stopped_asking" in (acts or ()),
        "handed_over": lambda: "handed_over" in (acts or ()),
        "letter_returned": lambda: "letter_returned" in (acts or ()),
        "delivered_anew": lambda: "delivered_anew" in (acts or ()),
        "permit_returned": lambda: "permit_returned" in (acts or ()),
        "credential": lambda: f"{promise['list']}/{promise['place']}" in (places or ()),
        "opened": lambda: not lies_there,
        "given_back": lambda: "given_back" in (acts or ()),
    }[promise["kind"]]()


def mails(admin: Admin, taken: Iterable[Promise], deaths: Iterable[float]) -> Iterator[dict[str, Any]]:
    """Each mail: how often the mail server took it, and how many copies a death between two of them explains.

    Who dies between the server's 250 and the note of it sends again, under the same Message-ID: at least once.
    """
    times: dict[str, list[float]] = {}
    for one in taken:
        times.setdefault(one["mail"], []).append(one["at"])
    known = list(deaths)
    for mail, kind in admin.execute("SELECT id::text, kind FROM notices_mail").fetchall():
        copies = sorted(times.get(mail, ()))
        pairs = pairwise(copies)
        explained = sum(any(first <= death <= second for death in known) for first, second in pairs)
        yield {"mail": mail, "of": kind, "copies": len(copies), "explained": explained}


_ROLLED_OUT = """
WITH newest AS (SELECT * FROM rollout_rollout ORDER BY number DESC LIMIT 1),
 batches AS (SELECT b.number, unnest(b.authorities) AS authority_id FROM rollout_batch b JOIN newest n ON n.id = b.rollout_id),
 meant AS (SELECT authority_id FROM batches, newest WHERE batches.number <= done AND batches.number > put_back
  EXCEPT SELECT l.authority_id FROM rollout_leftout l JOIN newest n ON n.id = l.rollout_id),
 found AS (SELECT a.authority_id FROM catalog_adoption a JOIN batches USING (authority_id)
  WHERE a.state <> 'withdrawn' EXCEPT SELECT l.authority_id FROM rollout_leftout l JOIN newest n ON n.id = l.rollout_id)
SELECT (SELECT count(*) FROM rollout_rollout), (SELECT state FROM newest),
 (SELECT count(*) FROM (SELECT * FROM meant EXCEPT SELECT * FROM found) one),
 (SELECT count(*) FROM (SELECT * FROM found EXCEPT SELECT * FROM meant) one)
"""


def rolled_out(admin: Admin) -> Mapping[str, Any]:
    """How many roll-outs there were, and how many authorities the newest has not where it says, or has beyond that."""
    row = admin.execute(_ROLLED_OUT).fetchone()
    return dict(zip(("number", "state", "missing", "beyond"), row or (0, None, 0, 0), strict=True))
