"""`/desk/`: where a colleague starts, by her roles."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from stadttor.core.refused import not_found
from stadttor.ground.web.addresses import url
from stadttor.identity.queries import CASEWORK
from stadttor.site.setup.needed import is_to_be_set_up


@require_safe
def desk(request: Any) -> HttpResponse:
    """Where she begins: the set-up of a new town, the work list, the services, the plates, the post room, the cockpit, the
    studio; else the sign-in page.
    """
    if request.authority is None:
        raise not_found()
    if request.staff is None:
        return HttpResponseRedirect(reverse("identity:sign_in"))
    if is_to_be_set_up(request.authority, request.staff):
        return HttpResponseRedirect(url("setup:overview"))
    if request.staff.may(CASEWORK):
        return HttpResponseRedirect(reverse("cases:work_list"))
    if request.staff.may("warden") and not request.staff.may("organiser"):
        return HttpResponseRedirect(reverse("cases:check"))
    if request.staff.may("steering"):
        return HttpResponseRedirect(reverse("cockpit:overview"))
    if request.staff.may("publisher"):
        return HttpResponseRedirect(reverse("studio:copies"))
    if request.staff.may("post") and not request.staff.may("organiser"):
        return HttpResponseRedirect(reverse("post_room"))
    return HttpResponseRedirect(reverse("catalog:catalogue"))
