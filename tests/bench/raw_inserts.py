"""The baseline: the inserts of one submission, by psycopg alone, in one transaction behind the same wall.

Row, audit entry and job as the product writes them at `submit`, and nothing else: no reads, no form, no HTTP.
"""

import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from stadttor.core.ids import new_id
from tests.bench.services import WIDE, posted

QUEUE = "baseline"
# So that no worker spends time on the baseline's jobs.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)

_SUBMISSION = """
INSERT INTO forms_submission (id, authority_id, key, number, draft_id, token_hash, token_sealed, service, adoption_id,
 revision_id, language, channel, trust, answers, fees, email, applicant, received, is_test)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_AUDIT = """
INSERT INTO ground_auditentry (id, authority_id, at, act, actor_kind, actor_id, actor_name, subject_kind, subject_id,
 details) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_JOB = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


def insert(dsn: str, authority_id: UUID, count: int) -> Iterator[tuple[float, float]]:
    """Insert so many submissions, each in its own transaction; gives (cpu, wall) in ms of this thread for each."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for _ in range(count):
            cpu, wall = time.thread_time(), time.perf_counter()
            _one(connection, authority_id)
            yield (time.thread_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def _one(connection: psycopg.Connection[tuple[object, ...]], authority_id: UUID) -> None:
    now, row_id, other = datetime.now(UTC), new_id(), new_id()
    number, secret = os.urandom(8).hex(), os.urandom(32)
    with connection.transaction():
        connection.execute("SELECT set_config('app.authority', %s, true)", [str(authority_id)])
        connection.execute(
            _SUBMISSION,
            [row_id, authority_id, f"raw:{number}", number, None, secret, secret, WIDE, other, other, "de", "online",
             "none", Jsonb(posted(WIDE)), Jsonb([]), "amira.yilmaz@example.org", "Amira Yılmaz", now, False],
        )  # fmt: skip
        connection.execute(
            _AUDIT,
            [new_id(), authority_id, now, "submission.accepted", "citizen", None, "", "submission", row_id, Jsonb({})],
        )
        arguments = json.dumps({"authority_id": str(authority_id), "submission_id": str(row_id)})
        connection.execute(_JOB, [QUEUE, "bench.baseline", 0, None, None, arguments, NEVER])
