"""Inviting colleagues by e-mail, for organisers; taking an invitation up, for whoever has its link."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.render import render
from stadttor.identity import inviting, queries
from stadttor.identity.admin_pages import chosen_units, member_form, posted_values
from stadttor.identity.guards import prove_before_access, require_role
from stadttor.identity.rules import PASSWORD_MAX


@require_http_methods(["GET", "POST"])
@require_role("organiser")
@prove_before_access
def invite(request: Any) -> HttpResponse:
    """Ask a colleague to come: she gets a link by e-mail."""
    if request.method == "GET":
        return member_form(request, None, {}, invites=True)
    posted = request.POST
    try:
        inviting.invite(
            authority_id=request.authority.id,
            email=posted.get("email", ""),
            name=posted.get("name", ""),
            roles=posted.getlist("roles"),
            unit_ids=chosen_units(request),
            actor=request.staff.actor(),
            now=now(),
        )
    except Refused as error:
        return member_form(request, None, posted_values(request), error, invites=True)
    return _back("invited")


@require_POST
@require_role("organiser")
@prove_before_access
def send_again(request: Any, invitation_id: UUID) -> HttpResponse:
    """A new link, for three days."""
    inviting.send_again(
        authority_id=request.authority.id, invitation_id=invitation_id, actor=request.staff.actor(), now=now()
    )
    return _back("invited")


@require_POST
@require_role("organiser")
def withdraw(request: Any, invitation_id: UUID) -> HttpResponse:
    """Her link counts no more. Closes access, so nobody is asked for a proof."""
    inviting.withdraw(
        authority_id=request.authority.id, invitation_id=invitation_id, actor=request.staff.actor(), now=now()
    )
    return _back("withdrawn")


@require_http_methods(["GET", "POST"])
def invitation(request: Any, invitation: str) -> HttpResponse:
    """Whoever has the link chooses a password and signs in with it."""
    if request.authority is None:
        raise not_found()
    row = queries.invitation_by(request.authority.id, invitation, now())
    if request.method == "GET":
        return _page(request, row, None)
    password, again = (request.POST.get(name, "")[: 4 * PASSWORD_MAX] for name in ("password", "again"))
    try:
        inviting.accept(authority_id=request.authority.id, token=invitation, password=password, again=again, now=now())
    except Refused as error:
        if error.field is None:
            raise
        return _page(request, row, error)
    return HttpResponseRedirect(reverse("identity:sign_in"))


def _page(request: Any, row: queries.InvitationRow, error: Refused | None) -> HttpResponse:
    context = {"row": row, "has_account": inviting.has_account(row), "error": error}
    return render(request, "identity/invitation.html", context, status=error.status if error else 200)


def _back(done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('identity:members')}?done={done}")
