"""Pages for organisers: which services a neighbour handles for this authority, and which this one for others."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.formats import day
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.render import render
from stadttor.identity import ports, queries, services
from stadttor.identity.guards import prove_before_access, require_role
from stadttor.identity.rules import does_casework
from stadttor.tenancy import services as tenancy
from stadttor.tenancy.queries import AgreementRow, agreement_of, agreements_of

STATES = {
    "offered": (N_("Offered"), "info", "mail"),
    "coming": (N_("Agreed, begins later"), "info", "calendar-today"),
    "running": (N_("Running"), "success", "check"),
    "ended": (N_("Ended"), "info", "info"),
}
DONE = {
    "offered": N_("The agreement is offered. It counts as soon as the other authority accepts it."),
    "accept": N_("The agreement is accepted. Name now who works on its cases."),
    "end": N_("Saved."),
    "name": N_("Your colleague can sign in there with her own password."),
    "dismiss": N_("Access is taken away."),
    "allow": N_("The other authority can name this person again."),
}
LONGEST_ADDRESS = 200


@require_safe
@require_role("organiser")
def neighbours(request: Any) -> HttpResponse:
    """The agreements of this authority in both roles."""
    rows = agreements_of(request.authority.id)
    with speaking(request.language):
        context = {
            "helped": _table((row for row in rows if row.authority_id == request.authority.id), helps=False),
            "helping": _table((row for row in rows if row.helper_id == request.authority.id), helps=True),
        }
    return render(request, "identity/neighbours.html", context)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
@prove_before_access
def new(request: Any) -> HttpResponse:
    """Ask another authority to handle a service."""
    offered, error = _offered(request.authority.id), None
    if request.method == "POST":
        try:
            made = _offer(request, offered)
            return HttpResponseRedirect(reverse("identity:neighbour", args=[made]) + "?done=offered")
        except Refused as refusal:
            error = refusal
    with speaking(request.language):
        context = {
            "services": [{"value": slug, "label": f"{title} ({unit.name})"} for slug, (title, unit) in offered.items()],
            "posted": request.POST,
            "starts": _parts(request, "starts"),
            "ends": _parts(request, "ends"),
            "error": _shown(error) if error else None,
        }
    return render(request, "identity/neighbour_new.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
@prove_before_access
def one(request: Any, agreement_id: UUID) -> HttpResponse:
    """An agreement: the helping side accepts it and names who works on its cases; either side ends it."""
    row, error = agreement_of(request.authority.id, agreement_id), None
    if request.method == "POST":
        try:
            act = _act(request, row)
            return HttpResponseRedirect(reverse("identity:neighbour", args=[row.id]) + f"?done={act}")
        except Refused as refusal:
            if refusal.field is None:
                raise
            error = refusal
    with speaking(request.language):
        context = _context(request, row) | {"error": _shown(error) if error else None}
    return render(request, "identity/neighbour.html", context, status=error.status if error else 200)


def _offered(authority_id: UUID) -> dict[str, tuple[str, queries.UnitRow]]:
    """By service: its title and the unit in charge. Only what goes to a unit can be handled by a neighbour."""
    in_charge = {slug: unit for unit in queries.units(authority_id) for slug in unit.services}
    return {slug: (title, in_charge[slug]) for slug, title in ports.services_of(authority_id) if slug in in_charge}


def _offer(request: Any, offered: dict[str, tuple[str, queries.UnitRow]]) -> UUID:
    service = request.POST.get("service", "")
    if service not in offered:
        raise Refused("nothing_chosen", "Please choose an entry.", field="service")
    title, unit = offered[service]
    return tenancy.offer_agreement(
        authority_id=request.authority.id,
        helper_slug=slug_in(request.POST.get("helper", "")),
        service=service,
        title=title,
        unit_id=unit.id,
        legal_basis=request.POST.get("legal_basis", "").replace("\0", ""),
        starts=_day(request, "starts"),
        ends=_day(request, "ends") if any(_parts(request, "ends").values()) else None,
        actor=request.staff.actor(),
        now=now(),
    )


def slug_in(typed: str) -> str:
    """The name of an authority in the address of its portal, however much of that was typed."""
    host = typed[:LONGEST_ADDRESS].strip().lower().replace("\0", "").removeprefix("https://").removeprefix("http://")
    return host.partition("/")[0].partition(".")[0]


def _act(request: Any, row: AgreementRow) -> str:
    """What was done, for the page afterwards. Refused as not found for an act that does not exist."""
    act: str = request.POST.get("act", "")
    given = {
        "authority_id": request.authority.id,
        "agreement_id": row.id,
        "actor": request.staff.actor(),
        "now": now(),
    }
    if act == "accept":
        tenancy.accept_agreement(**given)
    elif act == "end":
        offered = row.state(german_day(now())) == "offered"
        tenancy.end_agreement(**given, day=row.starts if offered else _day(request, "ends"))
    elif act == "name":
        services.name_helper(**given, account_id=_account(request))
    elif act == "dismiss":
        services.dismiss_helper(**given, account_id=_account(request))
    elif act == "allow":
        services.allow_helper(**given, account_id=_account(request))
    else:
        raise not_found()
    return act


def _context(request: Any, row: AgreementRow) -> dict[str, object]:
    helps = row.helper_id == request.authority.id
    named = queries.named_for(row.id)
    dismissed = queries.named_for(row.id, dismissed=True)
    taken = {account_id for account_id, _name in (*named, *dismissed)}
    mine = queries.members(request.authority.id) if helps else []
    units = {unit.id: unit.name for unit in queries.units(request.authority.id)} if not helps else {}
    return {
        "row": row,
        "state": row.state(german_day(now())),
        "badge": _badge(row),
        "helps": helps,
        "unit": units.get(row.unit_id, ""),
        "named": [{"id": account_id, "name": name} for account_id, name in named],
        "dismissed": [{"id": account_id, "name": name} for account_id, name in dismissed],
        "clerks": [
            {"value": str(one.account_id), "label": one.name}
            for one in mine
            if one.active and does_casework(one.roles) and one.account_id not in taken
        ],
        "ends": _parts(request, "ends"),
        "done": _(DONE[request.GET["done"]]) if request.GET.get("done") in DONE else "",
    }


def _table(rows: Iterable[AgreementRow], *, helps: bool) -> list[dict[str, object]]:
    return [
        {
            "href": reverse("identity:neighbour", args=[row.id]),
            "cells": {
                "title": row.title,
                "other": row.authority if helps else row.helper,
                "starts": day(row.starts, "short"),
                "ends": day(row.ends, "short") if row.ends else _("open-ended"),
                "state": _badge(row)["label"],
            },
        }
        for row in rows
    ]


def _badge(row: AgreementRow) -> dict[str, str]:
    label, kind, icon = STATES[row.state(german_day(now()))]
    return {"label": _(label), "kind": kind, "icon": icon}


def _account(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("account", ""))
    except ValueError:
        raise Refused("nothing_chosen", "Please choose an entry.", field="account") from None


def _parts(request: HttpRequest, name: str) -> dict[str, str]:
    return {part: request.POST.get(f"{name}.{part}", "") for part in ("day", "month", "year")}


def _day(request: HttpRequest, name: str) -> date:
    parts = _parts(request, name)
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (ValueError, OverflowError):
        raise Refused("date_missing", "Please enter a date, for example 24 12 2026.", field=name) from None


def _shown(error: Refused) -> dict[str, str]:
    return {"field": error.field or "helper", "text": _(error.text, **error.values)}
