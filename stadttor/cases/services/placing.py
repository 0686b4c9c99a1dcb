"""Cases that nobody may see go to those who may: under a secrecy no lead could hand them on."""

from datetime import datetime
from uuid import UUID

from stadttor.cases.models import Case
from stadttor.cases.services.changing import changed, locked
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import work
from stadttor.identity.queries import unit_for_service

MOST = 500


def find_units(*, authority_id: UUID, now: datetime) -> int:
    """Cases under tax secrecy that came while no unit was in charge go to the unit that is now; gives how many."""
    placed = 0
    with work(authority_id):
        waiting = Case.objects.filter(authority_id=authority_id, unit_id=None, active=True).exclude(secrecy="")
        for case_id, service in list(waiting.order_by("due", "id").values_list("id", "service")[:MOST]):
            unit_id = unit_for_service(authority_id, service)
            if unit_id is None:
                continue
            case = locked(authority_id, case_id)
            case.unit_id = unit_id
            changed(case, act="moved", actor=SYSTEM, at=now, details={"unit_id": str(unit_id)})
            placed += 1
    return placed
