"""One tap after the receipt: how was it? The answer keeps the service and the day, nothing of the application.

What was answered is remembered by the browser alone, in a cookie: the random id of the answer until
the comment is given, so that a comment joins its mark and nobody is asked twice.
"""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from stadttor.core.refused import not_found
from stadttor.forms.queries import submission_for
from stadttor.ground.clock import german_day, now
from stadttor.ground.web import cookies
from stadttor.ground.web.language import _
from stadttor.insights.queries import LONGEST_COMMENT, WORDS, is_score
from stadttor.insights.services import add_comment, give_score
from stadttor.portal import access

ENDED = "done"


@require_POST
def give(request: Any, submission_id: UUID) -> HttpResponse:
    """Keep a mark, or the comment to it. Whoever holds the application's secret may answer; it is kept without it."""
    if request.authority is None:
        raise not_found()
    row = submission_for(request.authority.id, submission_id, access.token_of(request, submission_id))
    today = german_day(now())
    answered = _uuid(cookies.kept(request, cookie_name(submission_id)))
    response = HttpResponseRedirect(reverse("portal:status", args=[submission_id]) + "#feedback")
    if answered and "comment" in request.POST:
        text = request.POST["comment"][:LONGEST_COMMENT]
        add_comment(authority_id=request.authority.id, ballot=answered, text=text, today=today)
        cookies.keep(response, cookie_name(submission_id), ENDED, seconds=access.KEEP_S)
    elif is_score(request.POST.get("score", "")):
        ballot = answered or _uuid(request.POST.get("ballot", "")) or uuid4()
        score = int(request.POST["score"])
        give_score(authority_id=request.authority.id, ballot=ballot, service=row.service, score=score, today=today)
        cookies.keep(response, cookie_name(submission_id), str(ballot), seconds=access.KEEP_S)
    return response


def asked(request: HttpRequest, submission_id: UUID) -> dict[str, Any]:
    """What the status page shows: the question, the thanks with room for a comment, or the thanks alone."""
    said = cookies.kept(request, cookie_name(submission_id))
    return {
        "state": "ended" if said == ENDED else "answered" if _uuid(said) else "asked",
        "choices": [{"value": score, "label": _(word)} for score, word in WORDS.items()],
        "ballot": uuid4(),
        "longest": LONGEST_COMMENT,
    }


def cookie_name(submission_id: UUID) -> str:
    return f"meinung-{submission_id.hex[-12:]}"


def _uuid(text: str) -> UUID | None:
    """A random id (version 4); anything else might be one of ours with a time in it."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if found.version == 4 else None
