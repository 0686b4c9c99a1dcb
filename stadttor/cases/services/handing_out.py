"""What is shown or leaves the product is noted in the audit chain: who saw or took it, when, how much."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from stadttor.ground import audit
from stadttor.ground.work import work
from stadttor.identity.queries import Staff


def note_export(*, staff: Staff, cases: int, now: datetime) -> None:
    """A work list was saved as a table with so many cases."""
    _note(staff, "cases.exported", ("work_list", None), now, cases=cases)


def note_list(*, staff: Staff, cases: int, now: datetime) -> None:
    """A system was given so many rows of the list of cases."""
    _note(staff, "cases.listed", ("work_list", None), now, cases=cases)


def note_look(*, staff: Staff, case_id: UUID, now: datetime) -> None:
    """A case was shown."""
    _note(staff, "case.seen", ("case", case_id), now)


def note_document(*, staff: Staff, case_id: UUID, document_id: UUID, saved: bool, now: datetime) -> None:
    """A document of a case was shown, or saved as a file."""
    act = "case.document_saved" if saved else "case.document_seen"
    _note(staff, act, ("case", case_id), now, document_id=str(document_id))


def note_file(*, staff: Staff, case_id: UUID, kind: Literal["pdf", "zip"], now: datetime) -> None:
    """The whole electronic file of a case was saved."""
    _note(staff, "case.file_saved", ("case", case_id), now, kind=kind)


def _note(staff: Staff, act: str, subject: tuple[str, UUID | None], now: datetime, **details: str | int) -> None:
    with work(staff.authority_id):
        audit.record(staff.authority_id, act=act, actor=staff.actor(), subject=subject, at=now, details=details)
