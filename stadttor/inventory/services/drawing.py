"""An organiser brings the diagram of a process along from the program she models with, or takes it away."""

from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.inventory import models
from stadttor.inventory.rules.stock import LONGEST
from stadttor.processes.queries import drawn


def draw_process(
    *, authority_id: UUID, process_id: UUID, file_name: str, xml: bytes, actor: Actor, now: datetime
) -> None:
    """Keep this BPMN as the diagram of a process, in place of an earlier one. Refused (field `file`) for what cannot be drawn."""
    drawn(xml)
    with work(authority_id):
        _must_be_there(authority_id, process_id)
        values = {"file_name": " ".join(file_name.split())[:LONGEST], "xml": xml, "changed": now}
        models.Drawing.objects.update_or_create(authority_id=authority_id, process_id=process_id, defaults=values)
        audit.record(authority_id, act="process.drawn", actor=actor, subject=("process", process_id), at=now)


def drop_drawing(*, authority_id: UUID, process_id: UUID, actor: Actor, now: datetime) -> None:
    """The steps that were typed in are shown again. Refused where there is no diagram."""
    with work(authority_id):
        _must_be_there(authority_id, process_id)
        if not models.Drawing.objects.filter(authority_id=authority_id, process_id=process_id).delete()[0]:
            raise Refused("drawing_gone", "The diagram has been taken away already.", status=409)
        audit.record(authority_id, act="process.drawing_dropped", actor=actor, subject=("process", process_id), at=now)


def _must_be_there(authority_id: UUID, process_id: UUID) -> None:
    if first(models.Process, lock=True, authority_id=authority_id, id=process_id) is None:
        raise not_found()
