"""Deciding with building blocks, the letter as it will arrive, and the second person's page."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from stadttor.cases import ports, services
from stadttor.cases.pages import labels
from stadttor.cases.pages.acts import to_case, version_in
from stadttor.cases.ports import LetterDraft
from stadttor.cases.queries import CaseView
from stadttor.cases.rules import Vocabulary
from stadttor.cases.services.deciding import put_in_words
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.downloads import file_response
from stadttor.ground.web.language import speaking
from stadttor.ground.web.render import render
from stadttor.ground.work import work
from stadttor.identity.guards import require_role


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def decide(request: Any, case_id: UUID) -> HttpResponse:
    """Choose outcome, reasons and side conditions; the letter shows beside."""
    case, vocabulary = _case(request, case_id)
    if request.method == "GET":
        return _page(request, case, vocabulary, None)
    try:
        services.decide(
            staff=request.staff, case_id=case_id, version=version_in(request), now=now(), **_chosen(request)
        )
    except Refused as error:
        if error.status == 404:
            raise
        case, vocabulary = _case(request, case_id)
        return _page(request, case, vocabulary, error)
    return to_case(case_id, "decided")


@require_POST
@require_role("clerk")
def preview(request: Any, case_id: UUID) -> HttpResponse:
    """The letter as a PDF for the frame beside the form. Posted, because reasons belong into no address."""
    case, vocabulary = _case(request, case_id)
    if "decision" in request.POST:
        draft = _draft_of_decision(request, case)
    else:
        said = put_in_words(vocabulary, **_chosen(request))
        reasons = tuple(one.text for one in said.reasons)
        draft = _draft(request, case, said.outcome, reasons, tuple(one.text for one in said.conditions))
    return file_response(ports.letters().letter_preview(draft), "application/pdf", f"{case.number}.pdf")


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def confirm(request: Any, case_id: UUID) -> HttpResponse:
    """The second person reads the proposal and the letter, then agrees or sends it back."""
    case, _vocabulary = _case(request, case_id)
    if case.decision is None or not case.decision.pending:
        raise not_found()
    if request.method == "GET":
        return _confirm_page(request, case, None)
    verb = {"staff": request.staff, "case_id": case_id, "version": version_in(request), "now": now()}
    try:
        if request.POST.get("agree") == "yes":
            services.confirm_second(**verb)
            return to_case(case_id, "confirmed")
        services.send_back(**verb, reason=request.POST.get("reason", ""))
    except Refused as error:
        if error.status == 404:
            raise
        case, _vocabulary = _case(request, case_id)
        return _confirm_page(request, case, error)
    return to_case(case_id, "sent_back")


def _case(request: Any, case_id: UUID) -> tuple[CaseView, Vocabulary]:
    case = services.look_at(staff=request.staff, case_id=case_id, now=now())
    with work(request.staff.authority_id):
        return case, ports.applications().vocabulary(case.ref)


def _chosen(request: Any) -> dict[str, Any]:
    """The decision in the form, as the verb takes it."""
    posted = request.POST
    return {
        "outcome": posted.get("outcome", "")[:40],
        "reasons": posted.getlist("reasons"),
        "free_reason": posted.get("free_reason", ""),
        "conditions": posted.getlist("conditions"),
        "free_condition": posted.get("free_condition", ""),
    }


def _draft(
    request: Any, case: CaseView, outcome: str, reasons: tuple[str, ...], conditions: tuple[str, ...]
) -> LetterDraft:
    return LetterDraft(case.ref, outcome, reasons, conditions, request.staff.name, now())


def _draft_of_decision(request: Any, case: CaseView) -> LetterDraft:
    """The proposal that waits for the second person."""
    decision = case.decision
    if decision is None:
        raise not_found()
    reasons = tuple(one["text"] for one in decision.reasons)
    conditions = tuple(one["text"] for one in decision.conditions)
    return LetterDraft(case.ref, decision.outcome, reasons, conditions, decision.decided_by_name, decision.decided_at)


def _page(request: Any, case: CaseView, vocabulary: Vocabulary, error: Refused | None) -> HttpResponse:
    with speaking(request.language):
        context = {
            "case": case,
            "outcomes": [{"value": one.key, "label": labels.outcome(one.key)} for one in vocabulary.decidable()],
            "reasons": [{"value": one.key, "label": one.text} for one in vocabulary.reasons],
            "conditions": [{"value": one.key, "label": one.text} for one in vocabulary.conditions],
            "chosen": _chosen(request),
            "has_letters": ports.wired.letters is not None,
            "error": {"field": error.field or "outcome", "text": labels.said(error)} if error else None,
        }
    return render(request, "cases/decide.html", context, status=error.status if error else 200)


def _confirm_page(request: Any, case: CaseView, error: Refused | None) -> HttpResponse:
    decision = case.decision
    with speaking(request.language):
        context = {
            "case": case,
            "decision": decision,
            "outcome": labels.outcome(decision.outcome) if decision else "",
            "is_author": decision is not None and decision.decided_by == request.staff.id,
            "reason": request.POST.get("reason", ""),
            "has_letters": ports.wired.letters is not None,
            "error": {"field": error.field or "reason", "text": labels.said(error)} if error else None,
        }
    return render(request, "cases/confirm.html", context, status=error.status if error else 200)
