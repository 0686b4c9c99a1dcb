"""Acts on the case page that belong to other modules: waive, pay back or ask anew a fee, download the file."""

from typing import IO, Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.cases.queries import CaseView, case_for
from stadttor.cases.services import look_at, note_file
from stadttor.core.refused import not_found
from stadttor.ground.clock import now
from stadttor.ground.web.downloads import spooled_response
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.payments.queries import payment_of
from stadttor.records.bundle import bundle_pdf, bundle_zip
from stadttor.site.fees import change_fee


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def settle_fee(request: Any, case_id: UUID, act: str) -> HttpResponse:
    """Waive an open fee, pay back a paid one or ask anew for a waived one, after saying what will happen."""
    found = look_at(staff=request.staff, case_id=case_id, now=now())
    payment = payment_of(request.authority.id, found.ref.submission_id) if found.ref.submission_id else None
    if payment is None:
        raise not_found()
    if request.method == "GET":
        return render(request, "site/fee.html", {"case": found, "payment": payment, "act": act})
    change_fee(
        act, authority_id=request.authority.id, case_id=case_id, subject_id=payment.subject_id, staff=request.staff
    )
    return HttpResponseRedirect(reverse("cases:case", args=[case_id]))


@require_safe
@require_role("clerk")
def file_as_pdf(request: Any, case_id: UUID) -> StreamingHttpResponse:
    """The whole electronic file as one PDF."""
    found = case_for(request.staff, case_id, now())
    file = bundle_pdf(authority_id=request.authority.id, case_id=case_id, now=now())
    note_file(staff=request.staff, case_id=case_id, kind="pdf", now=now())
    return _download(file, "application/pdf", found, "pdf")


@require_safe
@require_role("clerk")
def file_as_zip(request: Any, case_id: UUID) -> StreamingHttpResponse:
    """The whole electronic file as ZIP with an index of hashes."""
    found = case_for(request.staff, case_id, now())
    file = bundle_zip(authority_id=request.authority.id, case_id=case_id)
    note_file(staff=request.staff, case_id=case_id, kind="zip", now=now())
    return _download(file, "application/zip", found, "zip")


def _download(file: IO[bytes], media_type: str, found: CaseView, ending: str) -> StreamingHttpResponse:
    return spooled_response(file, media_type, f"{found.number}.{ending}")
