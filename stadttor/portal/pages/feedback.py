"""One tap after the receipt: how was it? The answer counts for the service and the month, nothing of the application is kept.

The browser that sent an application holds the right to one answer, in a cookie and nowhere else: so one application is
one answer at most, and none leads back to it. The cookie also says how far she is: asked, answered (and whether she was
pleased, which is kept with her text alone), done. Everybody else is asked by a code: see opinion.py.
"""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from stadttor.core.refused import Refused, not_found
from stadttor.forms.queries import submission_for
from stadttor.ground.clock import german_day, now
from stadttor.ground.web import cookies
from stadttor.ground.web.language import N_, _
from stadttor.insights.queries.inviting import asks
from stadttor.insights.rules import LONGEST_COMMENT, SATISFIED, WORDS, is_score
from stadttor.insights.services import add_comment, give_score, is_right, right_to_answer
from stadttor.portal import access

ENDED, ANSWERED, PLEASED, UNSAID = "done", ".said", ".pleased", "-"
WAY = "online_sent"
NOT_KEPT = N_("Your text was not kept: you can send one text only, right after your answer. Nothing of it was stored.")


def hand_out(response: HttpResponse, authority_id: UUID, submission_id: UUID, service: str) -> None:
    """Let this browser answer once, after it sent an application, where the authority asks."""
    if asks(authority_id, service):
        _keep(
            response,
            submission_id,
            right_to_answer(authority_id=authority_id, service=service, way=WAY, ballot=uuid4()),
        )


@require_POST
def give(request: Any, submission_id: UUID) -> HttpResponse:
    """Keep a mark, or the comment to it, from the browser that sent the application; it is kept without the application."""
    if request.authority is None:
        raise not_found()
    row = submission_for(request.authority.id, submission_id, access.token_of(request, submission_id))
    stands = taken(request, service=row.service, way=WAY, said=_said(request, submission_id))
    response = HttpResponseRedirect(reverse("portal:status", args=[submission_id]) + "#feedback")
    if stands:
        _keep(response, submission_id, stands)
    return response


def taken(request: Any, *, service: str, way: str, said: str) -> str:
    """Count the mark of a form, or keep its text; gives what the browser holds from now on, empty where nothing was taken.

    `said` is what it holds so far: a right, and how far she is. Raises Refused for a text that is not kept.
    """
    right = _right_in(said)
    mine = {
        "authority_id": request.authority.id, "right": right, "service": service, "way": way, "today": german_day(now())
    }  # fmt: skip
    score = request.POST.get("score", "")
    if "comment" in request.POST:
        text = request.POST["comment"][:LONGEST_COMMENT]
        if add_comment(**mine, text=text, is_pleased=said.endswith(PLEASED)):
            return ENDED
        if text.strip():
            raise Refused("text_not_kept", NOT_KEPT, status=409)
    if is_score(score) and give_score(**mine, score=int(score)):
        return right + (PLEASED if int(score) in SATISFIED else ANSWERED)
    return ""


def asked(request: Any, submission_id: UUID, service: str) -> dict[str, Any]:
    """What the status page shows; nothing (`state` is empty) to a browser that only has the link: another one was asked
    already."""
    return {
        **shown(request, _said(request, submission_id), service=service, way=WAY),
        "action": reverse("portal:feedback", args=[submission_id]), "right": ""
    }  # fmt: skip


def shown(request: Any, said: str, *, service: str, way: str) -> dict[str, Any]:
    """The question, the thanks with room for a comment, or the thanks alone. With a right that does not count (any more) she is
    neither asked nor given room for a text that would not be kept."""
    mine = {"authority_id": request.authority.id, "right": _right_in(said), "service": service, "way": way}
    return {
        "state": _state(said, counts=said == UNSAID or is_right(**mine)),
        "choices": [{"value": score, "label": _(word)} for score, word in WORDS.items()],
        "longest": LONGEST_COMMENT,
    }


def _state(said: str, *, counts: bool) -> str:
    has_answered = said.endswith((ENDED, ANSWERED, PLEASED))
    if not counts:
        return "ended" if has_answered else ""
    return "answered" if has_answered else "asked"


def _right_in(said: str) -> str:
    return said.removesuffix(ANSWERED).removesuffix(PLEASED)


def _said(request: HttpRequest, submission_id: UUID) -> str:
    return cookies.kept(request, cookie_name(submission_id))


def _keep(response: HttpResponse, submission_id: UUID, said: str) -> None:
    cookies.keep(response, cookie_name(submission_id), said, seconds=access.KEEP_S)


def cookie_name(submission_id: UUID) -> str:
    return f"meinung-{submission_id.hex[-12:]}"
