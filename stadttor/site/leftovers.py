"""Files with a row that nothing names: stored for an answer that was never accepted."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from stadttor.ground import files
from stadttor.ground.work import work

AT_ONCE = 500
# Whoever names files by a key is asked by it; answers to questions hold their ids as JSON.
UNNAMED_SQL = """
WITH answered AS (
    SELECT (jsonb_path_query(answers, '$[*].documents[*].id') #>> '{}')::uuid AS id
    FROM cases_question WHERE authority_id = %(authority)s
)
SELECT b.id FROM ground_blob b WHERE b.authority_id = %(authority)s AND b.created < %(before)s
AND NOT EXISTS (SELECT FROM forms_attachment a WHERE a.authority_id = b.authority_id AND a.blob_id = b.id)
AND NOT EXISTS (SELECT FROM records_document d WHERE d.authority_id = b.authority_id AND d.blob_id = b.id)
AND NOT EXISTS (SELECT FROM answered WHERE answered.id = b.id)
ORDER BY b.created LIMIT %(most)s
"""


def delete_unnamed(authority_id: UUID, older_than: datetime) -> int:
    """Delete the files of an authority that nothing names; gives how many."""
    with work(authority_id):
        with connection.cursor() as cursor:
            cursor.execute(UNNAMED_SQL, {"authority": authority_id, "before": older_than, "most": AT_ONCE})
            unnamed = [row[0] for row in cursor.fetchall()]
        for blob_id in unnamed:
            files.delete(authority_id, blob_id)
    return len(unnamed)
