"""How long a case is kept: hold it, let it go, delete it on request."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from stadttor.cases.queries import CaseView
from stadttor.cases.services import look_at
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.privacy import services
from stadttor.privacy.pages import wording
from stadttor.privacy.pages.days import day_in, parts_of, parts_on, spelled
from stadttor.privacy.queries import end_of
from stadttor.privacy.rules import Ground

HOLDING = {"hold": services.hold, "change": services.change_hold}


@require_http_methods(["GET", "POST"])
@require_role("lead")
def keeping(request: Any, case_id: UUID) -> HttpResponse:
    """The page of a lead; `act` is hold, change, lift or delete."""
    found = look_at(staff=request.staff, case_id=case_id, now=now())
    if request.method == "GET":
        return _page(request, found, None)
    try:
        return _done(request, found)
    except Refused as error:
        return _page(request, found, error)


def _done(request: Any, found: CaseView) -> HttpResponse:
    act, staff = request.POST.get("act", ""), request.staff
    if act in HOLDING:
        HOLDING[act](
            staff=staff,
            case_id=found.id,
            reason=request.POST.get("reason", ""),
            until=day_in(request, "until"),
            now=now(),
        )
    elif act == "lift":
        services.lift(staff=staff, case_id=found.id, now=now())
    elif act == "delete":
        services.delete_on_request(staff=staff, case_id=found.id, ground=_ground(request, found), now=now())
        return HttpResponseRedirect(reverse("cases:work_list"))
    else:
        raise not_found()
    return HttpResponseRedirect(reverse("privacy:keeping", args=[found.id]))


def _ground(request: Any, found: CaseView) -> Ground:
    ground = request.POST.get("ground", "")
    if ground not in wording.GROUNDS:
        raise Refused("ground_missing", "Please choose why the case may be deleted.", field="ground")
    if request.POST.get("word", "").strip() != found.number:
        raise Refused("number_wrong", "Please type the number of the case as it stands on this page.", field="word")
    return cast(Ground, ground)


def _page(request: Any, found: CaseView, error: Refused | None) -> HttpResponse:
    end = end_of(request.authority.id, found.id)
    typed = request.POST.get("act") in HOLDING
    with speaking(request.language):
        context = {
            "case": found,
            "end": end,
            "posted": request.POST,
            "reason": request.POST.get("reason", "") if typed else end.hold_reason,
            "until": parts_of(request, "until") if typed else parts_on(end.hold_until),
            "former": [wording.former_hold(one) for one in end.hold_former],
            "grounds": [{"value": key, "label": _(text)} for key, text in wording.GROUNDS.items()],
            "error": {"field": error.field, "text": _(error.text, **spelled(error))} if error else None,
        }
    return render(request, "privacy/keeping.html", context, status=error.status if error else 200)
