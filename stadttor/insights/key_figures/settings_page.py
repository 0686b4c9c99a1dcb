"""What an organiser says of the key figures: whether minutes of work are counted, and what is reckoned against."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.catalog.queries import adoptions
from stadttor.core.refused import Refused
from stadttor.ground.authorities import STEERING
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.insights.key_figures.typed import euros_text, typed_euros, typed_number
from stadttor.insights.queries.figures import settings_of
from stadttor.insights.services.settling import settle


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def settings(request: Any) -> HttpResponse:
    """Shown and saved."""
    error, titles = None, {row.slug: row.title for row in adoptions(request.authority.id)}
    # A body that steers opens figures over authorities, and only where it may act: its cockpit asks.
    opens_here = request.authority.kind != STEERING
    if request.method == "POST":
        try:
            settle(
                authority_id=request.authority.id, handling=request.POST.get("handling") == "on",
                visit=(typed_number(request, "visit_least"), typed_number(request, "visit_most")),
                hourly_cents=typed_euros(request, "hourly"), open_licence=_licence(request, opens_here),
                not_asked=titles.keys() & set(request.POST.getlist("not_asked")),
                actor=request.staff.actor(), now=now(),
            )  # fmt: skip
            return HttpResponseRedirect(url("figures:overview"), status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    kept = settings_of(request.authority.id)
    shown: dict[str, Any] = {
        "handling": "on" if kept.handling else "off",
        "visit_least": _text(kept.visit_least),
        "visit_most": _text(kept.visit_most),
        "hourly": euros_text(kept.hourly_cents),
        "open_licence": kept.open_licence,
    }
    context = {
        "address": request.build_absolute_uri(url("open_data:figures")) if kept.open_licence and opens_here else "",
        "opens_here": opens_here,
        "values": request.POST if error else shown,
        "services": [{"value": slug, "label": title} for slug, title in titles.items()],
        "not_asked": request.POST.getlist("not_asked") if error else kept.not_asked,
        "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "insights/settings.html", context, status=error.status if error else 200)


def _licence(request: Any, opens_here: bool) -> str:
    if not opens_here:
        return settings_of(request.authority.id).open_licence
    return str(request.POST.get("open_licence", ""))[:20]


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
