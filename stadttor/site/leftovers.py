"""What nothing names any more: files stored for an answer that was never accepted, documents of a case that is gone."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from stadttor.ground import audit, files
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import work
from stadttor.records.services import erase_file

log = logging.getLogger("stadttor.site")
AT_ONCE = 500
# Whoever names files by a key is asked by it; answers to questions hold their ids as JSON.
UNNAMED_SQL = """
WITH answered AS (
    SELECT (jsonb_path_query(answers, '$[*].documents[*].id') #>> '{}')::uuid AS id
    FROM cases_question WHERE authority_id = %(authority)s
)
SELECT b.id FROM ground_blob b WHERE b.authority_id = %(authority)s AND b.created < %(before)s
AND NOT EXISTS (SELECT FROM forms_attachment a WHERE a.authority_id = b.authority_id AND a.blob_id = b.id)
AND NOT EXISTS (SELECT FROM forms_retrieval r WHERE r.authority_id = b.authority_id AND r.blob_id = b.id)
AND NOT EXISTS (SELECT FROM records_document d WHERE d.authority_id = b.authority_id AND d.blob_id = b.id)
AND NOT EXISTS (SELECT FROM answered WHERE answered.id = b.id)
ORDER BY b.created LIMIT %(most)s
"""
# No key of the database leads from a file to its case: records do not know cases.
OF_NO_CASE_SQL = """
SELECT f.case_id FROM records_file f WHERE f.authority_id = %(authority)s AND f.opened < %(before)s
AND NOT EXISTS (SELECT FROM cases_case c WHERE c.authority_id = f.authority_id AND c.id = f.case_id)
ORDER BY f.opened LIMIT %(most)s
"""


def delete_files_of_no_case(authority_id: UUID, older_than: datetime, now: datetime) -> int:
    """Delete electronic files whose case is gone, with their documents; gives how many. There should be none: each is told."""
    with work(authority_id):
        left = _found(OF_NO_CASE_SQL, authority_id, older_than)
        for case_id in left:
            gone = erase_file(authority_id=authority_id, case_id=case_id)
            about = ("case", case_id)
            audit.record(
                authority_id, act="records.erased", actor=SYSTEM, subject=about, at=now, details=dict(gone.counts)
            )
            log.error("case %s is gone and had a file: deleted", case_id)
    return len(left)


def delete_unnamed(authority_id: UUID, older_than: datetime) -> int:
    """Delete the files of an authority that nothing names; gives how many."""
    with work(authority_id):
        unnamed = _found(UNNAMED_SQL, authority_id, older_than)
        for blob_id in unnamed:
            files.delete(authority_id, blob_id)
    return len(unnamed)


def _found(sql: str, authority_id: UUID, older_than: datetime) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"authority": authority_id, "before": older_than, "most": AT_ONCE})
        return [row[0] for row in cursor.fetchall()]
