"""How often answers were changed after their application was accepted, as counts."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from stadttor.ground.rows import read
from stadttor.ground.work import work

_AMENDED = """
SELECT a.submission_id, count(*)
FROM unnest(%s::uuid[], %s::timestamptz[]) AS asked (id, until)
JOIN forms_amendment a ON a.authority_id = %s AND a.submission_id = asked.id AND a.at <= asked.until
GROUP BY 1
"""


def amended(authority_id: UUID, until: Mapping[UUID, datetime]) -> dict[UUID, int]:
    """How often each of these submissions was changed up to its moment; those that never were are left out."""
    with work(authority_id):
        found = read(_AMENDED, list(map(str, until)), list(until.values()), authority_id)
    return dict(found)
