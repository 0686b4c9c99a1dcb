"""What leaves the case as it is: notes, saved views of the list."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from stadttor.cases.models import Case, Note, SavedFilter
from stadttor.cases.queries.access import must_see, viewer_of
from stadttor.cases.rules import in_print
from stadttor.cases.services.changing import happened, locked
from stadttor.core.refused import Refused
from stadttor.ground.actor import Actor
from stadttor.ground.work import work
from stadttor.identity.queries import Staff

FILTER_NAME_MOST = 60
FILTERS_MOST = 30


def note(*, staff: Staff, case_id: UUID, text: str, now: datetime) -> None:
    """Add a note for colleagues. Needs no version: notes do not overwrite each other."""
    said = in_print(text, "text")
    if not said:
        raise Refused("note_empty", "Please write your note.", field="text")
    with work(staff.authority_id):
        case = must_see(viewer_of(staff, now), locked(staff.authority_id, case_id))
        keep_note(case, staff.actor(), said, now)
        happened(case, act="noted", actor=staff.actor(), at=now)


def typed_reason(text: str) -> str:
    """Why something is done, as it will be kept. Refused when nothing is said."""
    said = in_print(text, "reason")
    if not said:
        raise Refused("reason_missing", "Please say why.", field="reason")
    return said


def note_from_outside(
    *,
    authority_id: UUID,
    case_id: UUID,
    act: str,
    actor: Actor,
    details: Mapping[str, object],
    public: bool,
    now: datetime,
) -> None:
    """A line in the history about what another module did (letter delivered, appointment booked). Ids and codes."""
    with work(authority_id):
        happened(locked(authority_id, case_id), act=act, actor=actor, at=now, public=public, details=details)


def keep_note(case: Case, author: Actor, text: str, now: datetime) -> None:
    """The row of a note, inside the open work."""
    Note.objects.create(
        authority_id=case.authority_id,
        case_id=case.id,
        at=now,
        author_id=author.id,
        author_name=author.name,
        text=text,
    )


def save_filter(*, staff: Staff, name: str, query: str) -> None:
    """Keep a view of the work list under a name; the same name replaces."""
    name = name.strip()
    if not name or len(name) > FILTER_NAME_MOST:
        raise Refused(
            "filter_name", "Please give a name of at most {most} characters.", field="name", most=FILTER_NAME_MOST
        )
    with work(staff.authority_id):
        mine = SavedFilter.objects.filter(authority_id=staff.authority_id, staff_id=staff.id)
        if mine.exclude(name=name).count() >= FILTERS_MOST:
            raise Refused("filters_many", "You have {most} saved views. Please remove one first.", most=FILTERS_MOST)
        SavedFilter.objects.update_or_create(
            authority_id=staff.authority_id, staff_id=staff.id, name=name, defaults={"query": query[:1000]}
        )


def remove_filter(*, staff: Staff, filter_id: UUID) -> None:
    """Remove one of her saved views; removing twice is removing."""
    with work(staff.authority_id):
        SavedFilter.objects.filter(authority_id=staff.authority_id, staff_id=staff.id, id=filter_id).delete()
