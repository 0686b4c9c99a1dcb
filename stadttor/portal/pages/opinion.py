"""How was it? For whoever was served at the counter, by phone or post, came to an appointment, or has a decision in her hands.

The address holds a code that many share and that leads to no case. A browser answers once for each code: that it did is in a
cookie of its own; each page shown brings a right to one mark (`insights.services.right_to_answer`), so two taps are one.
"""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.appointments.ports import services_of
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web import cookies
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_
from stadttor.ground.web.render import render
from stadttor.insights.queries.inviting import asked_by
from stadttor.insights.rules import as_meant
from stadttor.insights.services import right_to_answer
from stadttor.portal.pages import feedback

KEEP_S = 60 * 60 * 24 * 150
"""As long as a code counts, and longer."""
OVER = N_(
    "This address does not ask anything any more. Perhaps a letter is missing, or it is more than three months old."
)


@require_http_methods(["GET", "POST"])
def opinion(request: Any, code: str) -> HttpResponse:
    """Ask for a mark, then for a text, then say thanks."""
    if request.authority is None:
        raise not_found()
    authority_id = request.authority.id
    services = {one.slug: one for one in services_of(authority_id, request.language)}
    asked = asked_by(authority_id, code, services, german_day(now()))
    if asked is None:
        raise Refused("opinion_over", OVER, status=404)
    service, way = asked
    said = cookies.kept(request, cookie_name(code))
    if request.method == "POST":
        stands = feedback.taken(request, service=service, way=way, said=said or request.POST.get("right", "")[:200])
        answer = HttpResponseRedirect(url("portal:opinion", code=as_meant(code)), status=303)
        if stands:
            cookies.keep(answer, cookie_name(code), stands, seconds=KEEP_S)
        return answer
    context = {
        "service": services[service],
        "feedback": {
            **feedback.shown(request, said or feedback.UNSAID, service=service, way=way),
            "action": request.path,
            "right": ""
            if said
            else right_to_answer(authority_id=authority_id, service=service, way=way, ballot=uuid4()),
        },
    }
    response = render(request, "portal/opinion.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def cookie_name(code: str) -> str:
    """It names the month and the kind of service, nothing of the case."""
    return f"meinung-{as_meant(code)}"
