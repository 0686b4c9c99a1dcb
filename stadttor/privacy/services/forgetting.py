"""What somebody wrote outside any application goes when she asks (Art. 17 GDPR): nothing there must be kept."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.privacy.matching import Sought
from stadttor.privacy.ports import namings
from stadttor.privacy.queries.finding import find_person
from stadttor.privacy.services.holding import must_lead


def forget_texts(*, staff: Staff, sought: Sought, chosen: Iterable[UUID], now: datetime) -> int:
    """Delete the texts that were found of a person and chosen, for a lead; gives how many.

    Refused when nothing of it was found, and when an application, a draft or an appointment is among them: these have
    terms of their own. The audit chain keeps ids, counts and a keyed hash of what went.
    """
    must_lead(staff)
    wanted, by_kind = set(chosen), {one.kind: one for one in namings()}
    found = [one for one in find_person(staff.authority_id, sought) if one.id in wanted]
    if not found:
        raise Refused("nothing_chosen", "Please tick what you want to delete.", field="chosen")
    if any(one.kind not in by_kind for one in found):
        raise Refused(
            "has_its_own_page",
            "Only reports and comments are deleted here. An application is deleted on its own page, under retention.",
            field="chosen",
            status=409,
        )
    with work(staff.authority_id):
        for one in found:
            gone = by_kind[one.kind].erase(staff.authority_id, one.id)
            details = {"counts": dict(gone.counts), "digest": gone.digest(staff.authority_id)}
            audit.record(
                staff.authority_id, act="privacy.text_deleted", actor=staff.actor(), subject=(one.kind, one.id), at=now,
                details=details,
            )  # fmt: skip
    return len(found)
