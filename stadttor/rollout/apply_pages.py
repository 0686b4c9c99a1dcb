"""The organiser's word that a service does not apply at her authority, with the reason, and that it does after all."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.catalog.queries import ReleaseRow, newest_releases, package_content, release, state_at
from stadttor.catalog.rules.texts import OFFICIAL
from stadttor.core.german_sort import sort_key
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import day as day_text
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.rollout import queries
from stadttor.rollout.services.competence import LONGEST_REASON, does_apply, does_not_apply

STATES = {"": N_("Not adopted"), "test": N_("In test"), "live": N_("Open"), "withdrawn": N_("Withdrawn")}


@require_safe
@require_role("organiser")
def services(request: Any) -> HttpResponse:
    """Every service of the catalogue: what it is here, and why it is nothing."""
    here = request.authority.id
    rows: list[dict[str, Any]] = []
    for row in newest_releases():
        apart = queries.not_applicable_at(row.package_id).get(here)
        cells = {
            "title": _title(row),
            "state": _("Does not apply") if apart else _(STATES[state_at(here, row.package_id)]),
            "reason": apart.reason if apart else "–",
        }
        rows.append({"cells": cells, "href": url("rollout:service", package=row.package)})
    labels = {"title": _("Service"), "state": _("State"), "reason": _("Reason")}
    context = {
        "columns": [{"key": key, "label": label} for key, label in labels.items()],
        "rows": sorted(rows, key=lambda one: sort_key(one["cells"]["title"])),
    }
    return render(request, "rollout/services.html", context)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def service(request: Any, package: str) -> HttpResponse:
    """One of them: say that it does not apply, with the reason, or that it does after all."""
    row, here, error = release(package), request.authority.id, None
    if request.method == "POST":
        said = {"package_id": row.package_id, "authority_id": here, "actor": request.staff.actor(), "now": now()}
        try:
            if request.POST.get("choice") == "applies":
                does_apply(**said)
            else:
                does_not_apply(**said, reason=request.POST.get("reason", ""))
            return HttpResponseRedirect(url("rollout:services"))
        except Refused as refused:
            error = refused
    apart = queries.not_applicable_at(row.package_id).get(here)
    context = {
        "title": _title(row),
        "apart": apart,
        "since": day_text(apart.since, "medium") if apart else "",
        "is_open": state_at(here, row.package_id) == "live",
        "reason": request.POST.get("reason", apart.reason if apart else ""),
        "longest": LONGEST_REASON,
        "error": {"field": "reason", "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "rollout/service.html", context, status=error.status if error else 200)


def _title(row: ReleaseRow) -> str:
    return package_content(row.id).texts_in(OFFICIAL).text("title")
