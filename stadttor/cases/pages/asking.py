"""Asking back: tick what is missing, or write a question."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from stadttor.cases import ports, queries, services
from stadttor.cases.pages import labels
from stadttor.cases.pages import speaking as speaking_to
from stadttor.cases.pages.acts import to_case, version_in
from stadttor.cases.ports import Content
from stadttor.cases.queries import CaseView
from stadttor.cases.rules import Choice, Vocabulary, must
from stadttor.cases.services import Asked
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.language import speaking
from stadttor.ground.web.render import render
from stadttor.ground.work import work
from stadttor.identity.guards import require_casework

OWN, WHY = "question", "reason"


@require_http_methods(["GET", "POST"])
@require_casework
def ask(request: Any, case_id: UUID) -> HttpResponse:
    """Choose what the applicant is asked; sent with one press."""
    staff = request.staff
    case = services.look_at(staff=staff, case_id=case_id, now=now())
    with work(staff.authority_id):
        vocabulary = ports.applications().vocabulary(case.ref)
        content = ports.applications().content(case.ref, "de")
    if request.method == "GET":
        must("ask_back", case.state)
        return _page(request, case, vocabulary, content, None)
    items = _items(request, vocabulary.evidences, content)
    try:
        services.ask_back(staff=staff, case_id=case_id, version=version_in(request), items=items, now=now())
    except Refused as error:
        if error.status == 404:
            raise
        if error.code == "changed_meanwhile" and services.waits_for_answer(
            staff=staff, case_id=case_id, items=items, now=now()
        ):
            return to_case(case_id, "asked")
        return _page(request, queries.case_for(staff, case_id, now()), vocabulary, content, error)
    return to_case(case_id, "asked")


@require_http_methods(["GET", "POST"])
@require_casework
def stop(request: Any, case_id: UUID) -> HttpResponse:
    """Take the open question back after saying what happens; on to the decision, or back to the case."""
    staff = request.staff
    if request.method == "POST":
        services.stop_asking(staff=staff, case_id=case_id, version=version_in(request), now=now())
        if request.POST.get("then") == "decide":
            return HttpResponseRedirect(reverse("cases:decide", args=[case_id]))
        return to_case(case_id, "stopped_asking")
    return render(
        request, "cases/stop_asking.html", {"case": services.look_at(staff=staff, case_id=case_id, now=now())}
    )


def _items(request: Any, evidences: tuple[Choice, ...], content: Content) -> list[Asked]:
    wanted, again = set(request.POST.getlist("evidence")), set(request.POST.getlist("field"))
    items = [Asked(one.key, "document", one.text) for one in evidences if one.key in wanted]
    why = request.POST.get(WHY, "").strip()[:1000]
    items += [
        Asked(row.path, "field", row.label, why) for group in content.groups for row in group.rows if row.path in again
    ]
    own = request.POST.get(OWN, "").strip()
    return [*items, Asked(OWN, "question", own)] if own else items


def _page(
    request: Any, case: CaseView, vocabulary: Vocabulary, content: Content, error: Refused | None
) -> HttpResponse:
    with work(request.staff.authority_id), speaking(request.language):
        reaching = ports.reaching(case.ref)
    with speaking(request.language):
        context = {
            "case": case,
            "reaching": reaching,
            "speaks": speaking_to.of_asking(case, vocabulary),
            "evidences": speaking_to.options(vocabulary, case, "evidences", vocabulary.evidences),
            "groups": [
                {
                    "title": group.title,
                    "rows": [{"value": row.path, "label": row.label, "hint": row.value} for row in group.rows],
                    "open": any(row.path in request.POST.getlist("field") for row in group.rows),
                }
                for group in content.groups
                if group.rows
            ],
            "ticked_evidences": request.POST.getlist("evidence"),
            "ticked_fields": request.POST.getlist("field"),
            "question": request.POST.get(OWN, ""),
            "reason": request.POST.get(WHY, ""),
            "error": {"field": error.field or OWN, "text": labels.said(error)} if error else None,
        }
    return render(request, "cases/ask.html", context, status=error.status if error else 200)
