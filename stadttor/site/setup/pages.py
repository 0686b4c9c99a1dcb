"""The page of the steps: what is done, what comes next; it can be put aside."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.site.setup.steps import Town, standings
from stadttor.tenancy.queries import members
from stadttor.tenancy.services import describe

STATES = {"done": N_("done"), "open": N_("open"), "optional": N_("if you like")}
KINDS = {"done": "success", "open": "warning", "optional": "info"}


@require_safe
@require_role("organiser")
def overview(request: Any) -> HttpResponse:
    """Every step with its state, the next one first to be seen."""
    town = Town(request.authority.id, german_day(now()))
    found = standings(town)
    open_ones = [one for one in found if one.state == "open"]
    rows = [
        {
            "key": one.step.key,
            "number": one.number,
            "title": _(one.step.title),
            "text": _(one.step.text),
            "minutes": one.step.minutes,
            "href": url(one.step.route),
            "state": {"label": _(STATES[one.state]), "kind": KINDS[one.state]},
            "is_next": bool(open_ones) and one is open_ones[0],
        }
        for one in found
    ]
    context = {
        "steps": rows,
        "done": sum(one.state == "done" for one in found),
        "of": sum(one.state != "optional" for one in found),
        "optional": sum(one.state == "optional" for one in found),
        "minutes": sum(one.step.minutes for one in open_ones),
        "next": next((row for row in rows if row["is_next"]), None),
        "aside": town.profile.setup_aside,
        "has_letterheads": has_letterheads(request.authority),
        "saved": request.GET.get("done", "") == "saved",
    }
    return render(request, "site/setup.html", context)


@require_POST
@require_role("organiser")
def put_aside(request: Any) -> HttpResponse:
    """Nobody is reminded of the set-up any more, or again; the page itself stays."""
    aside = request.POST.get("aside") == "yes"
    describe(request.authority.id, actor=request.staff.actor(), now=now(), setup_aside=aside)
    return HttpResponseRedirect(url("setup:overview"), status=303)


def has_letterheads(authority: Any) -> bool:
    """Whether anything is decided in the name of a member here: a Kreis decides in its own."""
    return authority.kind == "verband" and bool(members(authority.id))


def back_to_steps() -> HttpResponse:
    """After a step was saved: the steps, which say so and name the next one."""
    return HttpResponseRedirect(url("setup:overview") + "?done=saved", status=303)
