"""“You said – we did”: an answer to one or several comments, and the answers there are."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import day as day_text
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.insights.queries.triage import answers as answers_of
from stadttor.insights.queries.triage import comments_of
from stadttor.insights.rules.triage import LONGEST_DONE, LONGEST_SAID
from stadttor.insights.services import triage as services
from stadttor.insights.triage.pages import titles_at

MOST_TOGETHER = 50
DONE = {
    "public": N_("The answer stands beside the service now."),
    "internal": N_("The answer is kept for the house. Nobody else reads it."),
    "withdrawn": N_("The answer no longer stands beside the service."),
}


def asked_ids(request: Any) -> list[UUID]:
    """The comments that were chosen, in the address or in the form. Raises Refused (404) for what is no id."""
    chosen = request.POST.getlist("comment") or request.GET.getlist("comment")
    try:
        return list(dict.fromkeys(map(UUID, chosen[:MOST_TOGETHER])))
    except ValueError as error:
        raise not_found() from error


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def answer(request: Any) -> HttpResponse:
    """One answer to the comments chosen, which are about one service."""
    ids, error = asked_ids(request), None
    if not ids:
        return HttpResponseRedirect(url("triage:comments"))
    found = comments_of(request.authority.id, ids)
    is_one_service = len({row.service for row in found}) == 1
    if request.method == "POST":
        try:
            is_public = request.POST.get("to") == "public"
            services.answer(
                authority_id=request.authority.id, feedback_ids=ids, said=request.POST.get("said", ""),
                done=request.POST.get("done", ""), is_quote=request.POST.get("quote") == "yes", is_public=is_public,
                actor=request.staff.actor(), now=now(),
            )  # fmt: skip
            done = "public" if is_public else "internal"
            return HttpResponseRedirect(f"{url('triage:answers')}?done={done}", status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    context = {
        "comments": found,
        "service": titles_at(request.authority.id).get(found[0].service, found[0].service),
        "is_one_service": is_one_service,
        "values": request.POST,
        "longest": {"said": LONGEST_SAID, "done": LONGEST_DONE},
        "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "insights/triage/answer.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def answers(request: Any) -> HttpResponse:
    """All of them; each is shown on the portal or taken from it here."""
    if request.method == "POST":
        act = request.POST.get("act")
        try:
            answer_id = UUID(request.POST.get("answer", ""))
        except ValueError as error:
            raise not_found() from error
        services.publish_answer(
            authority_id=request.authority.id, answer_id=answer_id, is_public=act == "publish",
            actor=request.staff.actor(), now=now(),
        )  # fmt: skip
        done = "public" if act == "publish" else "withdrawn"
        return HttpResponseRedirect(f"{request.path}?done={done}", status=303)
    titles = titles_at(request.authority.id)
    context = {
        "answers": [
            {"row": row, "service": titles.get(row.service, row.service), "day": day_text(row.at, "medium")}
            for row in answers_of(request.authority.id)
        ],
        "done": _(DONE[request.GET["done"]]) if request.GET.get("done") in DONE else "",
    }
    return render(request, "insights/triage/answers.html", context)
