"""The places an authority serves, from the official register; more of the same Kreis may be added."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.core.ars import Ars, ags_of
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.tenancy.queries import LONGEST_QUERY, areas_index, areas_of, coverage_of, place_label
from stadttor.tenancy.services import leave_place, serve_place

MOST_SHOWN = 10
KREIS = 5


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def areas(request: Any) -> HttpResponse:
    """The list; what is typed finds more places; one is added or left."""
    error = None
    if request.method == "POST":
        try:
            change = leave_place if "leave" in request.POST else serve_place
            ars = request.POST.get("leave") or request.POST.get("serve", "")
            change(request.authority.id, ars, actor=request.staff.actor(), now=now())
            return HttpResponseRedirect(url("setup:areas") + "?done=saved", status=303)
        except Refused as refused:
            if refused.status != 409:
                raise
            error = {"text": _(refused.text, **refused.values)}
    typed = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    served, alone = areas_of(request.authority.id), set(coverage_of(request.authority.id))
    known, kreise = {one.code for one in served}, {prefix[:KREIS] for prefix in alone}
    found = [one for one in areas_index().find(typed).areas if one.level == "gemeinde" and not one.dissolved]
    context = {
        "error": error,
        "saved": request.GET.get("done") == "saved",
        "typed": typed,
        "served": [
            {"ars": one.ars, "label": place_label(one), "ags": ags_of(Ars(one.ars)), "alone": one.ars in alone}
            for one in served
        ],
        "may_leave": len(alone) > 1,
        "found": [
            {"ars": one.ars, "label": place_label(one), "near": one.ars[:KREIS] in kreise}
            for one in found
            if one.code not in known
        ][:MOST_SHOWN],
    }  # fmt: skip
    return render(request, "site/setup_areas.html", context, status=409 if error else 200)
