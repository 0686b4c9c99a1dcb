"""Common costs of a service as a steering body states them, and what each partner bears."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import money
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.rollout.cockpit.files import table_file
from stadttor.rollout.costs.lists import KEY_HELP, KEY_WORDS, cells, columns, facts, lines, ordered
from stadttor.rollout.queries.costs import CostRow, common_costs, common_costs_as
from stadttor.rollout.queries.promises import offered
from stadttor.rollout.queries.steering import SteeringRow, steering_at
from stadttor.rollout.rules.costs import LONGEST_SOURCE
from stadttor.rollout.services.costing import drop_common_costs, state_common_costs

MOST_SHOWN = 500
LONGEST_NUMBER = 10


@require_http_methods(["GET", "POST"])
@require_role("steering")
def listed(request: Any, package: str) -> HttpResponse:
    """The years that were stated, and the form for another."""
    body, error = steering_at(request.authority.id), None
    package_id, title = _package(package)
    if request.method == "POST":
        try:
            cost_id = _state(request, body, package_id)
            return HttpResponseRedirect(url("cockpit:cost", cost_id=cost_id), status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    context = {
        "title": title,
        "package": package,
        "may": body.acts,
        "columns": [
            {"key": "year", "label": _("Year")},
            {"key": "cents", "label": _("Costs of the year"), "numeric": True},
            {"key": "key", "label": _("Shared")},
            {"key": "partners", "label": _("Partners"), "numeric": True},
        ],
        "rows": [
            {"cells": _summary(row), "href": url("cockpit:cost", cost_id=row.id)}
            for row in common_costs(body, package_id)
        ],
        "keys": [{"value": key, "label": _(word)} for key, word in KEY_WORDS.items()],
        "meant": [{"label": _(word), "value": _(KEY_HELP[key])} for key, word in KEY_WORDS.items()],
        "values": request.POST if error else {"year": str(german_day(now()).year)},
        "longest": LONGEST_SOURCE,
        "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "rollout/costs/list.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "POST"])
@require_role("steering")
def one(request: Any, cost_id: UUID) -> HttpResponse:
    """One year on a sheet to print: each partner's share and the sum. Posting takes it back."""
    body = steering_at(request.authority.id)
    row = common_costs_as(body, cost_id)
    if request.method == "POST":
        drop_common_costs(body=body, cost_id=cost_id, actor=request.staff.actor(), now=now())
        return HttpResponseRedirect(url("cockpit:costs", package=row.package), status=303)
    shown = ordered(row)
    context = {
        "row": row,
        "may": body.acts,
        "facts": facts(row),
        "columns": columns(),
        "rows": [{"cells": cells(share)} for share in shown[:MOST_SHOWN]],
        "more": max(0, len(shown) - MOST_SHOWN),
        "left": money(row.left) if row.left else "",
        "sum": money(row.cents),
        "files": [
            {"kind": kind.upper(), "href": url(f"cockpit:cost_{kind}", cost_id=cost_id)} for kind in ("csv", "xlsx")
        ],
    }
    return render(request, "rollout/costs/year.html", context)


@require_safe
@require_role("steering")
def exported(request: Any, cost_id: UUID, kind: str) -> HttpResponse:
    """The same as `kind` csv or xlsx."""
    row = common_costs_as(steering_at(request.authority.id), cost_id)
    with speaking(request.language):
        head = [one["label"] for one in columns()]
        title = _("Common costs: {service}", service=row.title)
        return table_file(kind, f"costs-{row.year}", title, head, lines(row))


def _summary(row: CostRow) -> dict[str, str]:
    return {
        "year": str(row.year),
        "cents": money(row.cents),
        "key": _(KEY_WORDS[row.key]),
        "partners": str(len(row.shares)) if row.shared_at else _("is being reckoned"),
    }


def _state(request: Any, body: SteeringRow, package_id: UUID) -> UUID:
    euros = _whole(request, "euros")
    return state_common_costs(
        body=body, package_id=package_id, year=_whole(request, "year"), cents=None if euros is None else euros * 100,
        key=request.POST.get("key", ""), source=" ".join(request.POST.get("source", "").replace("\0", "").split()),
        actor=request.staff.actor(), now=now(),
    )  # fmt: skip


def _whole(request: Any, name: str) -> int | None:
    typed = request.POST.get(name, "").strip()
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER else None


def _package(name: str) -> tuple[UUID, str]:
    """Its id and title. Raises Refused (404) for a package that the catalogue has not."""
    found = offered().get(name)
    if found is None:
        raise not_found()
    return found
