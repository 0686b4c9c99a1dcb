"""Account services of the authority, for organisers: set up, agree, change keys, switch on."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import origin_of, url
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity import account_services
from stadttor.identity.account_services import Service
from stadttor.identity.certificates import about
from stadttor.identity.guards import prove_before_access, require_role

KINDS = {"bundid": N_("BundID"), "bayernid": N_("BayernID"), "simulated": N_("Simulated account (demo)")}
LARGEST_METADATA = 256 * 1024


@require_http_methods(["GET", "POST"])
@require_role("organiser")
@prove_before_access
def accounts(request: Any) -> HttpResponse:
    """All of them, and a form for one more: its metadata as a file."""
    if request.method == "GET":
        return _listed(request)
    try:
        provider_id = account_services.set_up(
            authority_id=request.authority.id,
            source=request.POST.get("source", ""),
            metadata=_uploaded(request),
            name=request.authority.name,
            online_service=request.POST.get("online_service", ""),
            actor=request.staff.actor(),
            now=now(),
        )
    except Refused as error:
        return _listed(request, error)
    return HttpResponseRedirect(url("identity:account", provider_id=provider_id))


@require_http_methods(["GET", "POST"])
@require_role("organiser")
@prove_before_access
def account(request: Any, provider_id: UUID) -> HttpResponse:
    """One of them: what was agreed, certificates and keys, on and off."""
    found = account_services.service(request.authority.id, provider_id)
    if request.method == "GET":
        return _shown(request, found)
    try:
        _changed(request, provider_id)
    except Refused as error:
        return _shown(request, found, error)
    gone = request.POST.get("act") == "remove"
    return HttpResponseRedirect(
        reverse("identity:accounts") if gone else url("identity:account", provider_id=provider_id)
    )


def _changed(request: Any, provider_id: UUID) -> None:
    given = {
        "authority_id": request.authority.id,
        "service_id": provider_id,
        "actor": request.staff.actor(),
        "now": now(),
    }
    match request.POST.get("act"):
        case "agree":
            account_services.agree(
                signed=request.POST.get("signed", ""),
                encrypted=request.POST.get("encrypted") == "yes",
                older_signatures=request.POST.get("older") == "yes",
                active=request.POST.get("active") == "yes",
                **given,
            )
        case "renew":
            account_services.renew(metadata=_uploaded(request), **given)
        case "add" | "swap" | "drop" as step:
            account_services.roll_key(step=step, name=request.authority.name, **given)
        case "remove":
            account_services.remove(**given)


def _uploaded(request: Any) -> bytes:
    """The metadata that were sent; one byte more than allowed is refused as none."""
    sent = request.FILES.get("metadata")
    return sent.read(LARGEST_METADATA + 1) if sent and sent.size <= LARGEST_METADATA else b""


def _listed(request: Any, error: Refused | None = None) -> HttpResponse:
    rows = [
        {
            "title": _(KINDS.get(one.them.source, one.them.source)),
            "preline": _("switched on") if one.active else _("switched off"),
            "text": one.them.entity_id,
            "href": url("identity:account", provider_id=one.id),
        }
        for one in account_services.services(request.authority.id)
    ]
    kinds = [{"value": kind, "label": _(label)} for kind, label in KINDS.items() if kind != "simulated"]
    context = {"accounts": rows, "kinds": kinds, "error": error}
    return render(request, "identity/accounts.html", context, status=error.status if error else 200)


def _shown(request: Any, found: Service, error: Refused | None = None) -> HttpResponse:
    moment = now()
    context = {
        "account": found,
        "title": _(KINDS.get(found.them.source, found.them.source)),
        "metadata_address": found.us(origin_of(request), request.authority.name).entity_id,
        "certificates": [about(pem.encode(), moment) for pem in found.them.certificates],
        "keys": [about(pair.certificate, moment) for pair in found.keys],
        "error": error,
    }
    return render(request, "identity/account.html", context, status=error.status if error else 200)
