"""With what the authority asks wallets, for organisers: its certificates and registrations, and whose credentials are believed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity import ports, wallet_access
from stadttor.identity.certificates import about
from stadttor.identity.guards import host_of, prove_before_access, require_role

LARGEST = 64 * 1024


@require_http_methods(["GET", "POST"])
@require_role("organiser")
@prove_before_access
def access(request: Any) -> HttpResponse:
    """What there is and when it ends; a form for each part of it. Before everything is deleted it asks once."""
    if request.method == "GET":
        asks = request.GET.get("ask") == "remove"
        return render(request, "identity/wallet_remove.html", {}) if asks else _shown(request)
    try:
        _changed(request)
    except Refused as error:
        return _shown(request, error)
    return HttpResponseRedirect(reverse("identity:wallet_access") + "?saved=1")


def _changed(request: Any) -> None:
    who: dict[str, Any] = {"authority_id": request.authority.id, "actor": request.staff.actor(), "now": now()}
    known = {slug for slug, _title in ports.services_of(request.authority.id)}
    service = request.POST.get("service", "").replace("*", wallet_access.EVERY_SERVICE)
    match request.POST.get("act"):
        case "access":
            key, chain = _file(request, "key"), _file(request, "chain")
            wallet_access.renew(
                key=key, chain=chain, prefix=request.POST.get("prefix", ""), host=host_of(request), **who
            )
        case "register":
            _must_be_of({service}, known | {wallet_access.EVERY_SERVICE})
            wallet_access.register(service=service, registration=_file(request, "registration").strip(), **who)
        case "unregister":
            kept = wallet_access.access_of(request.authority.id)
            # Also of a service that is gone.
            _must_be_of({service}, set(kept.registrations) if kept else set())
            wallet_access.register(service=service, registration="", **who)
        case "across":
            across = request.POST.getlist("across")
            _must_be_of(set(across), known)
            wallet_access.ask_across(services=across, **who)
        case "remove" if request.POST.get("confirm") == "yes":
            wallet_access.remove(**who)
        case _:
            raise not_found()


def _must_be_of(sent: set[str], offered: set[str]) -> None:
    if not sent <= offered:
        raise not_found()


def _file(request: HttpRequest, name: str) -> str:
    """A text that was sent; none for what is too large or no text."""
    sent = request.FILES.get(name)
    if sent is None or not sent.size or sent.size > LARGEST:
        return ""
    data: bytes = sent.read()
    return data.decode("ascii", "replace")


def _shown(request: Any, error: Refused | None = None) -> HttpResponse:
    moment, speaker = now(), ports.wallets()
    kept = wallet_access.access_of(request.authority.id) if speaker else None
    services = ports.services_of(request.authority.id)
    context = {
        "possible": speaker is not None,
        "simulated": speaker is not None and speaker.simulated,
        "access": about(kept.asker.chain.encode(), moment) if kept else None,
        "prefix": kept.asker.prefix if kept else "x509_hash",
        "registrations": _registrations(request, services) if kept else [],
        "services": [{"value": slug, "label": title} for slug, title in services],
        "across": sorted(kept.across) if kept else [],
        "believed": _believed(speaker, moment) if speaker else [],
        "error": error,
        "saved": request.GET.get("saved") == "1",
    }
    return render(request, "identity/wallet_access.html", context, status=error.status if error else 200)


def _registrations(request: Any, services: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """By service: when it ends, and by our words what it covers."""
    titles = {wallet_access.EVERY_SERVICE: _("all services"), **dict(services)}
    return [
        {"service": one.service, "title": titles.get(one.service, one.service), "ends": one.ends, "late": one.late,
         "covers": ", ".join(one.covers)}
        for one in wallet_access.registered(request.authority.id, now())
    ]  # fmt: skip


def _believed(speaker: ports.Wallets, moment: Any) -> list[dict[str, Any]]:
    return [
        {"type": type_, "roots": [about(pem.encode(), moment) for pem in roots]}
        for type_, roots in sorted(speaker.believed().items())
    ]
