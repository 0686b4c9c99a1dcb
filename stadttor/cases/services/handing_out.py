"""What leaves the product in one piece is noted in the audit chain: who took it, when, how much."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from stadttor.ground import audit
from stadttor.ground.work import work
from stadttor.identity.queries import Staff


def note_export(*, staff: Staff, cases: int, now: datetime) -> None:
    """A work list was saved as a table with so many cases."""
    details = {"cases": cases}
    with work(staff.authority_id):
        audit.record(
            staff.authority_id,
            act="cases.exported",
            actor=staff.actor(),
            subject=("work_list", None),
            at=now,
            details=details,
        )


def note_file(*, staff: Staff, case_id: UUID, kind: Literal["pdf", "zip"], now: datetime) -> None:
    """The whole electronic file of a case was saved."""
    with work(staff.authority_id):
        audit.record(
            staff.authority_id,
            act="case.file_saved",
            actor=staff.actor(),
            subject=("case", case_id),
            at=now,
            details={"kind": kind},
        )
