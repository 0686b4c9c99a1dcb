"""Giving a case to a colleague or to another unit."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from stadttor.cases import services
from stadttor.cases.pages import labels
from stadttor.cases.pages.acts import to_case, version_in
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.language import speaking
from stadttor.ground.web.render import render
from stadttor.identity import queries as identity
from stadttor.identity.guards import require_role
from stadttor.identity.queries import MemberRow


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def assign(request: Any, case_id: UUID) -> HttpResponse:
    """Choose a colleague of one's own units; a lead chooses anybody, or a unit whose people share the work."""
    error = None
    if request.method == "POST":
        try:
            return to_case(case_id, _give(request, case_id))
        except Refused as refused:
            if refused.status == 404:
                raise
            error = refused
    case = services.look_at(staff=request.staff, case_id=case_id, now=now())
    with speaking(request.language):
        context = {
            "case": case,
            "colleagues": [
                {"value": str(one.account_id), "label": one.name}
                for one in clerks_of(request)
                if services.may_hand_to(request.staff, one)
            ],
            "units": [{"value": str(one.id), "label": one.name} for one in identity.units(request.authority.id)]
            if request.staff.may("lead")
            else [],
            "error": {"field": error.field or "assignee_id", "text": labels.said(error)} if error else None,
        }
    return render(request, "cases/assign.html", context, status=error.status if error else 200)


def clerks_of(request: Any) -> list[MemberRow]:
    """The colleagues who can have cases."""
    everybody = identity.members(request.authority.id)
    return [one for one in everybody if one.active and {"clerk", "lead"} & set(one.roles)]


def id_in(request: Any, name: str) -> UUID:
    """The id chosen in a form. Refused when nothing was chosen."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Refused("nothing_chosen", "Please choose an entry.", field=name) from None


def _give(request: Any, case_id: UUID) -> str:
    verb = {"staff": request.staff, "case_id": case_id, "version": version_in(request), "now": now()}
    if request.POST.get("to") == "unit":
        services.move(**verb, unit_id=id_in(request, "unit_id"))
        return "moved"
    if request.POST.get("to") == "person":
        services.assign(**verb, assignee_id=id_in(request, "assignee_id"))
        return "assigned"
    raise not_found()
