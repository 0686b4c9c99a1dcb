"""What is saved in one piece leaves a line in the audit chain; exports: see test_pages."""

from datetime import datetime

import pytest

from stadttor.cases import services
from stadttor.core.ids import new_id
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.work import work
from stadttor.identity.queries import Staff

pytestmark = pytest.mark.db


def test_a_saved_file_stands_with_its_case(olsen: Staff, authority: Authority, now: datetime) -> None:
    case_id = new_id()
    services.note_file(staff=olsen, case_id=case_id, kind="zip", now=now)
    with work(authority.id):
        entry = AuditEntry.objects.get(authority_id=authority.id, act="case.file_saved")
    assert (entry.subject_id, entry.actor_id, entry.details) == (case_id, olsen.id, {"kind": "zip"})
