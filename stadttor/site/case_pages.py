"""Acts on the case page that belong to other modules: waive, pay back or ask anew a fee, download the file."""

from typing import IO, Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.cases.panels import back_to_case
from stadttor.cases.queries import CaseView, case_for
from stadttor.cases.services import look_at, note_file
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web import formats
from stadttor.ground.web.downloads import spooled_response
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_casework
from stadttor.payments.queries import PaymentRow, payment_of
from stadttor.records.bundle import bundle_pdf, bundle_zip
from stadttor.site.fees import change_fee, went_back_already
from stadttor.site.part_fees import too_much
from stadttor.site.sheets import file_sheets


@require_http_methods(["GET", "POST"])
@require_casework
def settle_fee(request: Any, case_id: UUID, act: str) -> HttpResponse:
    """Waive an open fee, pay back or keep a paid one, or ask anew for one, after saying what will happen and asking why."""
    found = look_at(staff=request.staff, case_id=case_id, now=now())
    payment = payment_of(request.authority.id, found.ref.submission_id) if found.ref.submission_id else None
    if payment is None:
        raise not_found()
    if request.method == "GET":
        return _fee_page(request, act, found, payment, None)
    matter = {"authority_id": request.authority.id, "case_id": case_id, "subject_id": payment.subject_id}
    typed = {"amount": request.POST.get("amount", ""), "seen": _left_in(request)}
    try:
        change_fee(act, **matter, staff=request.staff, reason=request.POST.get("reason", ""), **typed)
    except Refused as error:
        if error.field is None:
            raise
        if error.code == "refunded_meanwhile" and went_back_already(**matter, staff=request.staff, **typed):
            return back_to_case(case_id, f"fee_{act}")
        return _fee_page(request, act, found, payment, error)
    return back_to_case(case_id, f"fee_{act}")


def _left_in(request: Any) -> int:
    """Cents that could go back when the page was drawn; 0 for none, which fits no fee that can."""
    text = request.POST.get("left", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _fee_page(request: Any, act: str, found: CaseView, payment: PaymentRow, error: Refused | None) -> HttpResponse:
    """Asks before the act: why, and for a refund how much; what goes back at most is proposed."""
    proposed = too_much(found.ref, payment) or payment.left_cents
    with speaking(request.language):
        amount = request.POST.get("amount", formats.amount(proposed))
        context = {
            "case": found,
            "payment": payment,
            "act": act,
            "amount": amount,
            "reason": request.POST.get("reason", ""),
            "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
        }
    return render(request, "site/fee.html", context, status=error.status if error else 200)


@require_safe
@require_casework
def file_as_pdf(request: Any, case_id: UUID) -> StreamingHttpResponse:
    """The whole electronic file as one PDF."""
    found = case_for(request.staff, case_id, now())
    file_sheets(authority_id=request.authority.id, case_id=case_id)
    file = bundle_pdf(authority_id=request.authority.id, case_id=case_id, now=now())
    note_file(staff=request.staff, case_id=case_id, kind="pdf", now=now())
    return _download(file, "application/pdf", found, "pdf")


@require_safe
@require_casework
def file_as_zip(request: Any, case_id: UUID) -> StreamingHttpResponse:
    """The whole electronic file as ZIP with an index of hashes."""
    found = case_for(request.staff, case_id, now())
    file_sheets(authority_id=request.authority.id, case_id=case_id)
    file = bundle_zip(authority_id=request.authority.id, case_id=case_id)
    note_file(staff=request.staff, case_id=case_id, kind="zip", now=now())
    return _download(file, "application/zip", found, "zip")


def _download(file: IO[bytes], media_type: str, found: CaseView, ending: str) -> StreamingHttpResponse:
    return spooled_response(file, media_type, f"{found.number}.{ending}")
