"""One process is saved or deleted; the services of the catalogue are taken over."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from stadttor.catalog.queries import adoptions, package_content
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import change, first, insert_unless_taken, rows
from stadttor.ground.work import work
from stadttor.inventory import models
from stadttor.inventory.models import ONE_NAME
from stadttor.inventory.rules.stock import LONGEST, LONGEST_LAW, MOST_PROCESSES, Process, must_be_sound


def save_process(
    *, authority_id: UUID, process_id: UUID | None, seen: int, process: Process, actor: Actor, now: datetime
) -> UUID:
    """Add a process, or change the one whose version `seen` the organiser had before her; gives its id.

    Which service of the catalogue it belongs to stays as it is. Refused for what cannot be, when another one has the
    name, and when somebody changed it since.
    """
    must_be_sound(process)
    with work(authority_id):
        if process_id is None:
            must_have_room(authority_id, 1)
            made, act = _added(authority_id, process, now), "process.added"
        else:
            made, act = _changed(authority_id, process_id, seen, process, now), "process.changed"
        audit.record(authority_id, act=act, actor=actor, subject=("process", made), at=now)
    return made


def delete_process(*, authority_id: UUID, process_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a process out of the stock for good. Raises Refused (404)."""
    with work(authority_id):
        if not models.Process.objects.filter(authority_id=authority_id, id=process_id).delete()[0]:
            raise not_found()
        audit.record(authority_id, act="process.deleted", actor=actor, subject=("process", process_id), at=now)


def take_over(*, authority_id: UUID, actor: Actor, now: datetime) -> int:
    """Add each service the authority adopted that is not there yet, with its name and law; gives how many.

    What is there already stays as it is, also a process of the authority's own with the same name.
    """
    offered = [
        Process(
            one.title[:LONGEST], one.slug, law="; ".join(package_content(one.version_id).manifest.law)[:LONGEST_LAW]
        )
        for one in adoptions(authority_id)
        if one.state != "withdrawn"
    ]
    with work(authority_id):
        known = {row.service for row in rows(models.Process, authority_id=authority_id)}
        wanted = [one for one in offered if one.service not in known]
        must_have_room(authority_id, len(wanted))
        added = sum(insert_unless_taken(row_for(authority_id, one, now)) for one in wanted)
        if added:
            details = {"count": added}
            audit.record(
                authority_id, act="process.taken_over", actor=actor, subject=("process", None), at=now, details=details
            )
    return added


def must_have_room(authority_id: UUID, more: int) -> None:
    """Refused when an authority would have too many processes. Inside the open work."""
    if models.Process.objects.filter(authority_id=authority_id).count() + more > MOST_PROCESSES:
        raise Refused("too_many_processes", "There is room for {most} processes.", field="name", most=MOST_PROCESSES)


def row_for(authority_id: UUID, process: Process, now: datetime) -> models.Process:
    """A new row for this process."""
    return models.Process(
        id=new_id(), authority_id=authority_id, service=process.service, changed=now, **values_of(process)
    )


def values_of(process: Process) -> dict[str, object]:
    """The columns an organiser fills."""
    steps = [{"name": one.name, "minutes": one.minutes, "breaks": list(one.breaks)} for one in process.steps]
    return {
        "name": process.name,
        "volume": process.volume,
        "demand": process.demand,
        "systems": process.systems,
        "law": process.law,
        "steps": steps,
    }


def _added(authority_id: UUID, process: Process, now: datetime) -> UUID:
    row = row_for(authority_id, process, now)
    if not insert_unless_taken(row):
        raise _name_taken()
    return row.id


def _changed(authority_id: UUID, process_id: UUID, seen: int, process: Process, now: datetime) -> UUID:
    row = first(models.Process, lock=True, authority_id=authority_id, id=process_id)
    if row is None:
        raise not_found()
    if row.version != seen:
        raise Refused(
            "changed_since",
            "Somebody changed this in the meantime. Open it again, so that nothing is lost.",
            field="name",
        )
    try:
        with transaction.atomic():
            values = {**values_of(process), "version": seen + 1, "changed": now}
            change(models.Process, values, authority_id=authority_id, id=process_id)
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis is None or diagnosis.constraint_name != ONE_NAME:
            raise
        raise _name_taken() from error
    return process_id


def _name_taken() -> Refused:
    return Refused("process_name", "There is already a process with this name.", field="name")
