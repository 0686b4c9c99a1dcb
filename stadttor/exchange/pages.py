"""Where hand-overs go, for organisers: every service that hands something over, and the place of each."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.core.refused import Refused, not_found
from stadttor.exchange import ports, services
from stadttor.exchange.queries import TargetRow, target_for
from stadttor.exchange.rules import API, FOLDER, LONGEST_PLACE, SFTP
from stadttor.exchange.wording import problem_text
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role

WAYS = {
    FOLDER: N_("Into a folder"),
    SFTP: N_("By SFTP"),
    API: N_("To an HTTP interface"),
}
SHEET = "sheet"
DONE = {
    "saved": N_("Saved."),
    "removed": N_("Saved. This service is handed over by copy sheet."),
    "look": N_("The connection is being tried. Please load this page again in a moment."),
}


@require_safe
@require_role("organiser")
def targets(request: Any) -> HttpResponse:
    """Every service with something to hand over, and where it goes."""
    with speaking(request.language):
        rows = [_listed(one, target_for(request.authority.id, one.slug)) for one in ports.offered(request.authority.id)]
    return render(request, "exchange/targets.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def target(request: Any, service: str) -> HttpResponse:
    """One of them: way, place, access; try the connection."""
    offered = next((one for one in ports.offered(request.authority.id) if one.slug == service), None)
    if offered is None or not offered.has_file:
        raise not_found()
    if request.method == "GET":
        return _shown(request, offered, None)
    try:
        done = _changed(request, service)
    except Refused as error:
        if error.field is None:
            raise
        return _shown(request, offered, error)
    return HttpResponseRedirect(url("exchange:target", service=service) + f"?done={done}")


def _changed(request: Any, service: str) -> str:
    who: dict[str, Any] = {"actor": request.staff.actor(), "now": now()}
    if request.POST.get("act") == "look":
        services.ask_to_look(authority_id=request.authority.id, service=service)
        return "look"
    given = _posted(request)
    if given["way"] == SHEET:
        if target_for(request.authority.id, service):
            services.remove_target(authority_id=request.authority.id, service=service, **who)
        return "removed"
    services.save_target(
        authority_id=request.authority.id,
        service=service,
        secret=request.POST.get("secret", "").strip(),
        active=True,
        **given,
        **who,
    )
    return "saved"


def _posted(request: Any) -> dict[str, Any]:
    """What was typed; of a host key the comment at its end is left out."""
    given = {name: request.POST.get(name, "").replace("\0", "").strip() for name in ("way", "place", "username")}
    key = " ".join(request.POST.get("host_key", "").split()[:2])
    return {name: value[: LONGEST_PLACE + 1] for name, value in given.items()} | {"host_key": key[:2_000]}


def _shown(request: Any, offered: ports.Offered, error: Refused | None) -> HttpResponse:
    found = target_for(request.authority.id, offered.slug)
    with speaking(request.language):
        context = {
            "offered": offered,
            "target": found,
            "values": _posted(request) if error else _values(found),
            "ways": [{"value": SHEET, "label": _("Nowhere: by copy sheet")}]
            + [{"value": one, "label": _(WAYS[one])} for one in ports.ways()],
            "has_servers": any(one != FOLDER for one in ports.ways()),
            "slug": request.authority.slug,
            "simulated": settings.STADTTOR_DEMO and found is not None and found.way == FOLDER,
            "looked": _looked(found),
            "done": _(DONE[done]) if (done := request.GET.get("done", "")) in DONE else "",
            "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
        }
    return render(request, "exchange/target.html", context, status=error.status if error else 200)


def _values(found: TargetRow | None) -> dict[str, str]:
    if found is None:
        return {"way": SHEET, "place": "", "username": "", "host_key": ""}
    return {"way": found.way, "place": found.place, "username": found.username, "host_key": found.host_key}


def _looked(found: TargetRow | None) -> dict[str, str] | None:
    """What came of trying the connection; none before it was tried."""
    if found is None or found.looked_at is None:
        return None
    if found.looked_problem:
        return {"kind": "danger", "text": problem_text(found.looked_problem)}
    return {"kind": "success", "text": _("We are let in.")}


def _listed(one: ports.Offered, found: TargetRow | None) -> dict[str, Any]:
    if not one.has_file:
        state = _("By copy sheet: this package has no file.")
    elif found is None:
        state = _("By copy sheet")
    else:
        state = f"{_(WAYS[found.way])}: {found.place}"
    href = url("exchange:target", service=one.slug) if one.has_file else ""
    return {"title": one.title, "preline": one.target, "text": state, "href": href}
