"""Pages of signing in and out."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.render import render
from stadttor.identity import services
from stadttor.identity.devices import device_of
from stadttor.identity.guards import require_member, sign_in_context
from stadttor.identity.kept_form import KeptForm, read_kept
from stadttor.identity.queries import STAFF_COOKIE, staff_of
from stadttor.identity.rules import PASSWORD_MAX, SESSION_LASTS


@require_http_methods(["GET", "POST"])
def sign_in(request: Any) -> HttpResponse:
    """E-mail address and password; on success back to where the person wanted to go."""
    if request.authority is None:
        raise not_found()
    target = safe(request, request.GET.get("next") or request.POST.get("next") or "")
    if request.method == "GET":
        return render(request, "identity/sign_in.html", sign_in_context(request, target))
    kept = read_kept(request)
    email, password = request.POST.get("email", ""), request.POST.get("password", "")
    try:
        token = services.sign_in(
            authority_id=request.authority.id,
            email=email[:200],
            password=password[: 4 * PASSWORD_MAX],
            address=request.META.get("REMOTE_ADDR", ""),
            device=device_of(request.headers.get("User-Agent", "")),
            now=now(),
        )
    except Refused as error:
        context = sign_in_context(request, target, email, error, kept)
        return render(request, "identity/sign_in.html", context, status=error.status)
    # The session that was open in this browser ends: whoever copied its token has nothing.
    services.sign_out(authority_id=request.authority.id, token=cookies.kept(request, STAFF_COOKIE), now=now())
    response = sent_again(request, token, kept) if kept else HttpResponseRedirect(target)
    cookies.keep(response, STAFF_COOKIE, token, seconds=int(SESSION_LASTS.total_seconds()))
    return response


def sent_again(request: Any, token: str, kept: KeptForm) -> HttpResponse:
    """As the page after signing in will see her."""
    request.staff = staff_of(token, request.authority.id, now())
    return render(request, "identity/send_again.html", {"form": kept})


@require_POST
def sign_out(request: Any) -> HttpResponse:
    """End the session in this browser."""
    if request.authority is None:
        raise not_found()
    services.sign_out(authority_id=request.authority.id, token=cookies.kept(request, STAFF_COOKIE), now=now())
    response = HttpResponseRedirect(reverse("identity:sign_in"))
    cookies.drop(response, STAFF_COOKIE)
    # Pages of cases stay in no cache of a browser that somebody else may use next (W3C Clear Site Data §3.1).
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_http_methods(["GET", "POST"])
@require_member
def own_password(request: Any) -> HttpResponse:
    """A colleague chooses her own password."""
    if request.method == "GET":
        return render(request, "identity/own_password.html", {"done": request.GET.get("done") == "1", "error": None})
    old, new, again = (request.POST.get(name, "")[: 4 * PASSWORD_MAX] for name in ("old", "new", "again"))
    try:
        services.change_own_password(
            authority_id=request.authority.id,
            account_id=request.staff.id,
            token=cookies.kept(request, STAFF_COOKIE),
            old=old,
            new=new,
            again=again,
            now=now(),
        )
    except Refused as error:
        return render(request, "identity/own_password.html", {"done": False, "error": error}, status=error.status)
    return HttpResponseRedirect(reverse("identity:own_password") + "?done=1")


def safe(request: Any, target: str) -> str:
    """Only addresses of this very host: a link must not send a colleague elsewhere after signing in."""
    allowed = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if allowed and target.startswith("/") else reverse("desk")
