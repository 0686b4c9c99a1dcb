"""The diagram that an organiser brought along for a process."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.inventory import models


@dataclass(frozen=True)
class DrawingRow:
    """BPMN 2.0 that can be drawn, with the name of its file and the moment it came."""

    file_name: str
    xml: bytes
    changed: datetime


def drawing(authority_id: UUID, process_id: UUID) -> DrawingRow | None:
    """None where nobody brought one."""
    with work(authority_id):
        row = first(models.Drawing, authority_id=authority_id, process_id=process_id)
    return DrawingRow(row.file_name, bytes(row.xml), row.changed) if row else None
