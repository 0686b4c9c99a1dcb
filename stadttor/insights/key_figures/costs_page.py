"""What a service costs the authority, as its organiser states it."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.catalog.queries import adoptions
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.insights.key_figures.typed import euros_text, typed_euros
from stadttor.insights.queries.figures import costs_of
from stadttor.insights.services.costing import LONGEST_SOURCE, state_costs

FIELDS = ("licence", "operation", "hourly")


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def costs(request: Any, service: str) -> HttpResponse:
    """Shown and saved."""
    authority_id, error = request.authority.id, None
    title = next((row.title for row in adoptions(authority_id) if row.slug == service), "")
    if not title:
        raise not_found()
    if request.method == "POST":
        try:
            licence, operation, hourly = (typed_euros(request, name) for name in FIELDS)
            state_costs(
                authority_id=authority_id, service=service, licence_cents=licence, operation_cents=operation,
                hourly_cents=hourly, source=" ".join(request.POST.get("source", "").replace("\0", "").split()),
                actor=request.staff.actor(), now=now(),
            )  # fmt: skip
            return HttpResponseRedirect(url("figures:service", service=service), status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    kept = costs_of(authority_id, service)
    shown = {
        "licence": euros_text(kept.licence_cents if kept else None),
        "operation": euros_text(kept.operation_cents if kept else None),
        "hourly": euros_text(kept.hourly_cents if kept else None),
        "source": kept.source if kept else "",
    }
    context = {
        "title": title,
        "service": service,
        "values": request.POST if error else shown,
        "longest": LONGEST_SOURCE,
        "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "insights/costs.html", context, status=error.status if error else 200)
