"""What every verb begins and ends with: the locked row, the version somebody saw, the event and the audit entry."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from stadttor.cases.models import Case, Event
from stadttor.cases.queries.access import must_see, viewer_of
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import insert
from stadttor.identity.queries import Staff


def locked(authority_id: UUID, case_id: UUID) -> Case:
    """The case, locked until the end of the work. Refused as not found when there is none."""
    case = Case.objects.select_for_update().filter(authority_id=authority_id, id=case_id).first()
    if case is None:
        raise not_found()
    return case


def locked_for(staff: Staff, case_id: UUID, version: int, now: datetime) -> Case:
    """The locked case, if she may see it and nobody changed it since she looked at `version`."""
    case = must_see(viewer_of(staff, now), locked(staff.authority_id, case_id))
    must_be_unchanged(case, version)
    return case


def must_be_unchanged(case: Case, version: int) -> None:
    """Refused when somebody changed the case after the page was drawn."""
    if case.version != version:
        raise Refused(
            "changed_meanwhile",
            "Somebody has changed this case in the meantime. Nothing was saved. Please look at the case again.",
            status=409,
        )


def take_if_free(case: Case, staff: Staff) -> None:
    """Whoever works on a case that is nobody's has it from then on; another system is nobody's desk."""
    if case.assignee_id is None and staff.actor().kind == "staff":
        case.assignee_id, case.assignee_name = staff.id, staff.name


def changed(
    case: Case,
    *,
    act: str,
    actor: Actor,
    at: datetime,
    public: bool = False,
    details: Mapping[str, object] | None = None,
) -> None:
    """Save the case as its next version, with its line in the history and in the audit chain."""
    case.version += 1
    case.save(force_update=True)
    happened(case, act=act, actor=actor, at=at, public=public, details=details)


def happened(
    case: Case,
    *,
    act: str,
    actor: Actor,
    at: datetime,
    public: bool = False,
    details: Mapping[str, object] | None = None,
) -> None:
    """A line in the history and in the audit chain; `details` holds ids and codes only."""
    event = Event(
        authority_id=case.authority_id,
        case_id=case.id,
        at=at,
        act=act,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name if actor.kind != "citizen" else "",
        details=dict(details or {}),
        public=public,
    )
    insert(event)
    audit.record(case.authority_id, act=f"case.{act}", actor=actor, subject=("case", case.id), details=details, at=at)
