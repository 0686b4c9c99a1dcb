"""When a page of a case asks whoever posts to prove who she is, whatever the authority's own rule."""

from typing import Any
from uuid import UUID

from stadttor.cases import ports, queries
from stadttor.ground.clock import now
from stadttor.ground.work import work


def package_asks(request: Any, *, case_id: UUID, **others: object) -> bool:
    """Whether the service wants a fresh proof of whoever decides. `others` are the further values of the address."""
    case = queries.case_for(request.staff, case_id, now())
    with work(request.staff.authority_id):
        return ports.applications().vocabulary(case.ref).fresh_proof
