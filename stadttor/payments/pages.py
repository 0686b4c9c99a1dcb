"""The simulator's page. Paying starts and ends on the application's status page."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.core.refused import not_found
from stadttor.ground.clock import now
from stadttor.ground.web.render import render
from stadttor.payments import services
from stadttor.payments.ports import provider
from stadttor.payments.simulator import Simulator, choose, order_for


@require_http_methods(["GET", "POST"])
def simulator(request: Any, key: str) -> HttpResponse:
    """Choose what a payment service would report. Says that no money moves."""
    if request.authority is None or not isinstance(provider(), Simulator):
        raise not_found()
    order = order_for(request.authority.id, key)
    if request.method == "GET":
        return render(request, "payments/simulator.html", {"order": order})
    order = choose(authority_id=request.authority.id, key=key, paid=request.POST.get("choice") == "pay")
    services.settle(authority_id=request.authority.id, key=key, now=now())
    ended = "" if order.state == "paid" else "?payment=cancelled"
    return HttpResponseRedirect(order.return_to + ended)
