"""A colleague writes down what the applicant answered by phone or on paper: the same fields as on the status page."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.cases.queries import CaseView
from stadttor.cases.queries.detail import QuestionView
from stadttor.cases.services import look_at
from stadttor.catalog.queries import adopted_revision
from stadttor.core.refused import Refused, not_found
from stadttor.forms import queries as forms
from stadttor.forms.rules.amending import Again
from stadttor.forms.services.attaching import discard
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_casework
from stadttor.portal import services as portal
from stadttor.portal.asked import Asking


@require_http_methods(["GET", "POST"])
@require_casework
def answer(request: Any, case_id: UUID) -> HttpResponse:
    """The open question with its fields; checked as in the form and kept as said by the applicant."""
    found = look_at(staff=request.staff, case_id=case_id, now=now())
    question = found.open_question
    if question is None or found.ref.submission_id is None:
        raise not_found()
    row = forms.submission(request.authority.id, found.ref.submission_id)
    form = adopted_revision(request.authority.id, row.revision_id)
    asking = Asking(row, form, question.items, request.language, now())
    if request.method == "GET":
        return _page(request, found, asking, None, None)
    again = asking.again(dict(request.POST.lists()))
    if again.problems:
        return _page(request, found, asking, again, None)
    try:
        _keep(request, found, question, asking, again)
    except Refused as error:
        if error.status == 404:
            raise
        return _page(request, found, asking, again, error)
    return HttpResponseRedirect(f"{url('cases:case', case_id=case_id)}#questions")


def _keep(request: Any, found: CaseView, question: QuestionView, asking: Asking, again: Again) -> None:
    kept: list[UUID] = []
    text = request.POST.get("version", "")
    is_new = False
    try:
        said = asking.read(question, again, request.POST, dict(request.FILES.lists()), kept)
        is_new = portal.answer(
            row=asking.row,
            form=asking.form,
            case_id=found.id,
            question_id=question.id,
            said=said,
            actor=request.staff.actor(),
            now=now(),
            version=int(text) if text.isdecimal() and len(text) < 10 else 0,
        )
    finally:
        if not is_new:
            discard(authority_id=request.authority.id, blob_ids=kept)


def _page(request: Any, found: CaseView, asking: Asking, again: Again | None, error: Refused | None) -> HttpResponse:
    with speaking(request.language):
        lines: list[Mapping[str, str]] = [{"id": "answer", "text": _(error.text, **error.values)}] if error else []
        lines += asking.told(again) if again else []
        context = {
            "case": found,
            "asked": asking.drawn(again, request.POST, error),
            "wrong": lines,
            "back": url("cases:case", case_id=found.id),
        }
    return render(request, "site/answer.html", context, status=error.status if error else 422 if lines else 200)
