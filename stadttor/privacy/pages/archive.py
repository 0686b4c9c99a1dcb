"""What is offered to the archive, what was paid for an application that is gone, and the proofs of what was deleted."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.downloads import spooled_response
from stadttor.ground.web.formats import day
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import prove_before_access, require_role
from stadttor.payments.queries import strays
from stadttor.privacy import queries, services
from stadttor.privacy.pages import wording
from stadttor.privacy.rules import Answer, Settling


@require_safe
@require_role("organiser")
def archive(request: Any) -> HttpResponse:
    """Offers first, then money that nobody can be asked about, then the newest proofs."""
    titles = wording.titles_of(request.authority.id)
    with speaking(request.language):
        context = {
            "offers": [wording.offer_row(one, titles) for one in queries.offers(request.staff, now())],
            "unseen": _unseen(request),
            "strays": [wording.stray(one) for one in strays(request.authority.id)],
            "deletions": [wording.deletion_row(one, titles) for one in queries.deletions(request.authority.id)[:100]],
        }
        return render(request, "privacy/archive.html", context)


def _unseen(request: Any) -> dict[str, Any] | None:
    """How many, and by when; under tax secrecy not even which service."""
    found = queries.unseen_offers(request.staff, now())
    return {"count": found.count, "answer_by": day(found.answer_by)} if found else None


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def offer(request: Any, retention_id: UUID) -> HttpResponse:
    """One case: save it for the archive, note what the archive says."""
    if request.method == "POST":
        _answer(request, retention_id)
        return HttpResponseRedirect(reverse("privacy:archive"))
    return _offer_page(request, retention_id, None)


@require_POST
@require_role("organiser")
@prove_before_access
def open_offer(request: Any, retention_id: UUID) -> HttpResponse:
    """Say why the file of a protected person is opened, then save it within an hour (§ 51 BMG)."""
    try:
        services.open_offer(
            staff=request.staff, retention_id=retention_id, reason=request.POST.get("reason", ""), now=now()
        )
    except Refused as error:
        if error.field != "reason":
            raise
        return _offer_page(request, retention_id, error)
    return HttpResponseRedirect(reverse("privacy:offer", args=[retention_id]))


def _offer_page(request: Any, retention_id: UUID, error: Refused | None) -> HttpResponse:
    row = queries.offer(request.staff, retention_id, now())
    with speaking(request.language):
        context = {
            "row": row,
            "title": wording.titles_of(request.authority.id).get(row.service, row.service),
            "reason": request.POST.get("reason", ""),
            "error": _(error.text, **error.values) if error else "",
        }
    return render(request, "privacy/offer.html", context, status=error.status if error else 200)


@require_POST
@require_role("organiser")
def offer_as_zip(request: Any, retention_id: UUID) -> HttpResponseBase:
    """The case with everything, as ZIP."""
    file = services.export_for_archive(staff=request.staff, retention_id=retention_id, now=now())
    return spooled_response(file, "application/zip", f"{retention_id}.zip")


@require_POST
@require_role("organiser")
def stray(request: Any, payment_id: UUID) -> HttpResponse:
    """A payment without an application: `how` is refund or keep."""
    how = request.POST.get("how", "")
    if how not in ("refund", "keep"):
        raise not_found()
    services.settle_stray(staff=request.staff, payment_id=payment_id, how=cast(Settling, how), now=now())
    return HttpResponseRedirect(reverse("privacy:archive"))


def _answer(request: Any, retention_id: UUID) -> None:
    answer = request.POST.get("answer", "")
    if answer == "handed_over":
        services.hand_over(staff=request.staff, retention_id=retention_id, now=now())
    elif answer in ("accepted", "refused"):
        services.answer_offer(staff=request.staff, retention_id=retention_id, answer=cast(Answer, answer), now=now())
    else:
        raise not_found()
