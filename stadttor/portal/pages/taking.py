"""Taking a permit into a wallet: the way into it on this device, a code for another one, and the number that it asks for."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.cases.queries.permits import PermitView
from stadttor.catalog.queries import adopted_revision
from stadttor.core.refused import not_found
from stadttor.forms.queries import SubmissionRow
from stadttor.ground.clock import now
from stadttor.ground.web import qr
from stadttor.ground.web.addresses import origin_of, url
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.issuing.queries import Taken, can_offer, open_offer, taken
from stadttor.identity.issuing.services import Offered
from stadttor.portal import services
from stadttor.portal.pages.permit import open_permit


@require_http_methods(["GET", "POST"])
def take(request: Any, submission_id: UUID) -> HttpResponse:
    """Offers it to one wallet; whoever looks at the page again sees the same offer while it counts."""
    row, permit = open_permit(request, submission_id)
    if not can_offer(request.authority.id, permit.case_id, permit.service, now()):
        raise not_found()
    if request.method == "POST":
        services.offer_permit(authority_id=request.authority.id, row=row, permit=permit, now=now())
        return HttpResponseRedirect(url("portal:take", submission_id=row.id), status=303)
    return _page(request, row, permit)


def _page(request: Any, row: SubmissionRow, permit: PermitView) -> HttpResponse:
    waiting = open_offer(request.authority.id, permit.case_id, permit.service, now())
    form = adopted_revision(request.authority.id, row.revision_id)
    context = {
        "row": row,
        "title": form.texts(request.language).text("title"),
        "offer": waiting,
        "taken": _counting(taken(request.authority.id, permit.case_id)),
        "looked": request.GET.get("received") == "yes",
        **(_ways(request, waiting) if waiting else {}),
    }
    response = render(request, "portal/taking.html", context)
    # The link in it is worth the permit, together with the number.
    response.headers["Cache-Control"] = "no-store"
    return response


def _ways(request: Any, waiting: Offered) -> dict[str, object]:
    link = services.offer_link(origin_of(request), waiting)
    return {"link": link, "code": qr.picture(link, _("QR code that opens your wallet"))}


def _counting(found: Taken | None) -> Taken | None:
    return found if found and found.counts(now()) else None
