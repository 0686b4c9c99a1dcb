"""Which parts of the product an authority uses: switched on one by one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.appointments.queries import has_coming
from stadttor.core.refused import Refused
from stadttor.ground.actor import Actor
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.blocks import Field
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.site.parts import PARTS
from stadttor.tenancy.queries import profile_now
from stadttor.tenancy.services import describe

WORDS = {
    "appointments": (N_("Appointments"), N_("Citizens choose a time, clerks see their day.")),
    "inventory": (N_("Stock of processes"), N_("What you do by which steps, what comes first, and the road map.")),
    "figures": (N_("Key figures"), N_("Counted from your cases, for organisers, and open data.")),
    "feedback": (N_("Feedback of applicants"), N_("What applicants say after sending.")),
    "wallets": (
        N_("Permits and certificates for wallets"),
        N_("Citizens take them into the wallet of their phone. What they have already stays valid."),
    ),
}
STILL_BOOKED = N_("There are appointments to come. Cancel or keep them first, then switch appointments off.")


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def parts(request: Any) -> HttpResponse:
    """One tick for each part that is used."""
    error = ""
    chosen = [part for part in PARTS if part not in profile_now(request.authority.id).parts_off]
    if request.method == "POST":
        chosen = request.POST.getlist("parts")
        try:
            use_parts(authority_id=request.authority.id, used=chosen, actor=request.staff.actor(), now=now())
            return HttpResponseRedirect(url("setup:overview") + "?done=saved", status=303)
        except Refused as refused:
            error = _(refused.text)
    options = [{"value": part, "label": _(WORDS[part][0]), "hint": _(WORDS[part][1])} for part in PARTS]
    field = Field(
        "multiselect", "parts", _("Parts that you use"), value=chosen, options=options, required=False, error=error
    )
    context = {
        "title": _("Parts that you use"),
        "text": _(
            "What you switch off is in no menu and on no page. Nothing is deleted: switched on again, all is as it was."
        ),
        "fields": [field],
        "error": {"field": "parts", "text": error} if error else None,
    }
    return render(request, "site/setup_form.html", context, status=409 if error else 200)


def use_parts(*, authority_id: UUID, used: Sequence[str], actor: Actor, now: datetime) -> None:
    """Switch on what is named, and everything else off. Refused for appointments while some are to come: their links would
    lead nowhere.
    """
    off = [part for part in PARTS if part not in used]
    if "appointments" in off and has_coming(authority_id, now):
        raise Refused("still_booked", STILL_BOOKED, status=409, field="parts")
    describe(authority_id, actor=actor, now=now, parts_off=off)
