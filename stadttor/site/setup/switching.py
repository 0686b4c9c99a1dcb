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
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.blocks import Field
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.site.parts import IN_IT, PARTS
from stadttor.site.setup.steps import Town
from stadttor.tenancy.queries import profile_now
from stadttor.tenancy.services import describe

WORDS = {
    "appointments": (N_("Appointments"), N_("Citizens choose a time, clerks see their day.")),
    "inventory": (N_("Stock of processes"), N_("What you do by which steps, what comes first, and the road map.")),
    "figures": (N_("Key figures"), N_("Counted from your cases, for organisers, and open data.")),
    "feedback": (N_("Feedback of applicants"), N_("What applicants say after sending.")),
    "finance": (N_("Books and daily closing"), N_("Fees at the counter, accounts, what came in each day.")),
    "post_room": (
        N_("Post room"),
        N_(
            "Letters are printed together and posted. Without it decisions go to the account or are handed over at the counter."
        ),
    ),
    "hand_overs": (
        N_("Hand-overs"),
        N_("What was decided goes on into your other programmes. Without it you enter it there yourselves."),
    ),
    "wallets": (
        N_("Permits and certificates for wallets"),
        N_("Citizens take them into the wallet of their phone. What they have already stays valid."),
    ),
}
STILL_BOOKED = N_("There are appointments to come. Cancel or keep them first, then switch appointments off.")
IN_THE_WAY = {
    "finance": N_("Fees are open, or a day of the books is not closed. Please finish both, then switch the books off."),
    "post_room": N_("Letters wait for the post. Please print and post them, then switch the post room off."),
    "hand_overs": N_("Something was not taken over yet. Please finish the open hand-overs, then switch them off."),
}
ASKS_FOR_MONEY = N_("“{service}” asks for money, so the books are needed. Withdraw the service first.")


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
            error = _(refused.text, **refused.values)
    options = [{"value": part, "label": _(WORDS[part][0]), "hint": _(WORDS[part][1])} for part in PARTS]
    field = Field("multiselect", "parts", _("Parts that you use"), value=chosen, options=options, error=error)
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
    """Switch on what is named, and everything else off.

    Refused for appointments while some are to come (their links would lead nowhere), for what holds something that is not
    done, and for the books while a service asks for money.
    """
    off = [part for part in PARTS if part not in used]
    before = profile_now(authority_id).parts_off
    for part in (one for one in off if one in IN_IT and one not in before):
        if IN_IT[part](authority_id):
            raise Refused("part_in_use", IN_THE_WAY[part], status=409, field="parts")
    costly = Town(authority_id, german_day(now)).asks_for_money if "finance" in set(off) - before else []
    if costly:
        raise Refused("asks_for_money", ASKS_FOR_MONEY, status=409, field="parts", service=costly[0].title)
    if "appointments" in off and has_coming(authority_id, now):
        raise Refused("still_booked", STILL_BOOKED, status=409, field="parts")
    describe(authority_id, actor=actor, now=now, parts_off=off)
