"""Taking a permit or certificate into a wallet: the way into it on this device, a code for another one, and the number that it
asks for.
"""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.cases.queries import case_of_submission
from stadttor.catalog.queries import adopted_revision
from stadttor.core.refused import not_found
from stadttor.forms import queries as forms
from stadttor.forms.queries import SubmissionRow
from stadttor.ground.clock import now
from stadttor.ground.web import qr
from stadttor.ground.web.addresses import portal_of, url
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.issuing.queries import Taken, can_offer, free_from, open_offer, over, taken
from stadttor.identity.issuing.services import Offered
from stadttor.portal import access, services
from stadttor.portal.wallets import is_simulated


@require_http_methods(["GET", "POST"])
def take(request: Any, submission_id: UUID) -> HttpResponse:
    """Offers it to one wallet; whoever looks at the page again sees the same offer while it counts."""
    row, case_id = _open(request, submission_id)
    if request.method == "POST":
        if free_from(request.authority.id, case_id, now()) is None:
            services.offer_credential(authority_id=request.authority.id, row=row, case_id=case_id, now=now())
        return HttpResponseRedirect(url("portal:take", submission_id=row.id), status=303)
    return _page(request, row, case_id)


def _open(request: Any, submission_id: UUID) -> tuple[SubmissionRow, UUID]:
    """For whoever holds the secret of the application. Refused as not found otherwise, and where there is nothing to take."""
    if request.authority is None:
        raise not_found()
    row = forms.submission_for(request.authority.id, submission_id, access.token_of(request, submission_id))
    request.trial = row.is_test
    case_id = case_of_submission(request.authority.id, row.id)
    if case_id is None or not can_offer(request.authority.id, case_id, row.service, now()):
        raise not_found()
    return row, case_id


def _page(request: Any, row: SubmissionRow, case_id: UUID) -> HttpResponse:
    waiting = open_offer(request.authority.id, case_id, row.service, now())
    form = adopted_revision(request.authority.id, row.revision_id)
    ended = "" if waiting else over(request.authority.id, case_id, row.service, now())
    context = {
        "row": row,
        "title": form.texts(request.language).text("title"),
        "has_permit": form.content.permit is not None,
        "offer": waiting,
        "over": ended,
        "taken": _counting(taken(request.authority.id, case_id)),
        "free": free_from(request.authority.id, case_id, now()),
        "looked": request.GET.get("received") == "yes",
        "simulated": is_simulated(),
        **(_ways(request, waiting) if waiting else {}),
    }
    response = render(request, "portal/taking.html", context)
    # The link in it is worth the permit, together with the number.
    response.headers["Cache-Control"] = "no-store"
    return response


def _ways(request: Any, waiting: Offered) -> dict[str, object]:
    link = services.offer_link(portal_of(request.authority.slug), waiting)
    return {"link": link, "code": qr.picture(link, _("QR code that opens your wallet"))}


def _counting(found: Taken | None) -> Taken | None:
    return found if found and found.counts(now()) else None
