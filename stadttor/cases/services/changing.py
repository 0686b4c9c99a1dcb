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
from stadttor.ground.web.language import N_
from stadttor.identity.queries import Staff

# Who did what while somebody had the page of a case open; without her name for what nobody of the house did.
CHANGED = {
    "decided": N_("{name} has decided this case in the meantime. Nothing was saved. Please look at the case again."),
    "proposed": N_("{name} has proposed a decision in the meantime. Nothing was saved. Please look at the case again."),
    "taken": N_("{name} has taken this case in the meantime. Nothing was saved. Please look at the case again."),
    "asked_back": N_(
        "{name} has asked the applicant in the meantime. Nothing was saved. Please look at the case again."
    ),
    "closed": N_("{name} has closed this case in the meantime. Nothing was saved. Please look at the case again."),
    "taken_back": N_(
        "{name} has taken a decision back in the meantime. Nothing was saved. Please look at the case again."
    ),
    "answered": N_("The applicant has answered in the meantime. Nothing was saved. Please look at the case again."),
    "withdrawn": N_("The applicant has taken the application back in the meantime. Nothing was saved."),
    "": N_("Somebody has changed this case in the meantime. Nothing was saved. Please look at the case again."),
}


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
        last = Event.objects.filter(authority_id=case.authority_id, case_id=case.id).exclude(act="noted")
        event = last.order_by("-at", "-id").first()
        text = CHANGED.get(event.act if event else "", CHANGED[""])
        raise Refused("changed_meanwhile", text, status=409, name=event.actor_name if event else "")


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
