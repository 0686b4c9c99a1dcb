"""Who looks at a case: colleagues see each other, and the audit chain knows it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from stadttor.cases.models import Case, Presence
from stadttor.cases.queries.detail import CaseView, case_for
from stadttor.cases.services.handing_out import note_look
from stadttor.core.ids import new_id
from stadttor.ground.rows import change
from stadttor.ground.work import work
from stadttor.identity.queries import Staff

SEEN_EVERY = timedelta(seconds=15)
PRESENCE_LASTS = timedelta(days=1)
LOOK_SQL = """
INSERT INTO cases_presence (id, authority_id, case_id, staff_id, staff_name, seen) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (authority_id, case_id, staff_id) DO UPDATE SET seen = excluded.seen, staff_name = excluded.staff_name
WHERE cases_presence.seen <= %s
"""


def look_at(*, staff: Staff, case_id: UUID, now: datetime) -> CaseView:
    """The case, for a colleague who looks at it. Looks within some seconds are one, for colleagues and in the audit.
    An answer that came in is seen from then on.

    Refused as not found when it is not hers to see.
    """
    with work(staff.authority_id):
        found = case_for(staff, case_id, now)
        if found.answer_unseen:
            # No act of work: who saw the case before may still change it.
            change(Case, {"answer_unseen": False}, authority_id=staff.authority_id, id=case_id)
        if _looks_anew(staff, case_id, now):
            note_look(staff=staff, case_id=case_id, now=now)
        return found


def forget_looks(*, authority_id: UUID, now: datetime) -> int:
    """Delete who looked at cases long ago; gives how many rows. Who looked when stays in the audit chain."""
    with work(authority_id):
        deleted, _by_table = Presence.objects.filter(authority_id=authority_id, seen__lt=now - PRESENCE_LASTS).delete()
    return deleted


def _looks_anew(staff: Staff, case_id: UUID, now: datetime) -> bool:
    """Inside the open work."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK_SQL, [new_id(), staff.authority_id, case_id, staff.id, staff.name, now, now - SEEN_EVERY])
        return bool(cursor.rowcount)
