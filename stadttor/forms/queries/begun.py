"""How many applications are begun online and how many of them are sent, as counts; what colleagues enter is left out."""

from datetime import date, datetime
from uuid import UUID

from stadttor.ground.rows import read
from stadttor.ground.work import work

_BEGUN = """
SELECT d.service, (d.created AT TIME ZONE 'Europe/Berlin')::date, d.revision_id, count(*),
 count(s.id) FILTER (WHERE s.received <= d.created + make_interval(days => %s))
FROM forms_draft d
LEFT JOIN forms_submission s ON s.authority_id = d.authority_id AND s.id = d.submission_id
WHERE d.authority_id = %s AND d.created >= %s AND d.created < %s AND NOT EXISTS (
 SELECT FROM forms_entry e WHERE e.authority_id = d.authority_id AND e.draft_id = d.id
) GROUP BY 1, 2, 3
"""


def begun(
    authority_id: UUID, since: datetime, until: datetime, *, within_days: int
) -> list[tuple[str, date, UUID, int, int]]:
    """(service, German day, revision of the adoption, begun on it, of these sent within so many days)."""
    with work(authority_id):
        found = read(_BEGUN, within_days, authority_id, since, until)
    return [(service, day, revision, count, sent) for service, day, revision, count, sent in found]
