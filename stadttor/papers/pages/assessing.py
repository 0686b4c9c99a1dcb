"""The organiser enters how accessible the pages were found; it stands in the statement on accessibility."""

from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.core.din91379 import tidy, unprintable
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.papers import queries, services
from stadttor.papers.rules.assessment import LONGEST, STATUSES, Assessment

STATUS_WORDS = {
    "": N_("Not assessed yet"),
    "full": N_("They meet all requirements"),
    "partly": N_("They meet most requirements"),
    "not": N_("They do not meet the requirements"),
}
NOT_YET = "none"


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def assessment(request: Any) -> HttpResponse:
    """Shown as it is kept; what is wrong stays as it was typed."""
    error, kept = None, queries.assessment(request.authority.id)
    values: dict[str, Any] = {
        "status": kept.status or NOT_YET,
        "assessed": kept.assessed.isoformat() if kept.assessed else "",
        "gaps": kept.gaps,
    }
    if request.method == "POST":
        parts = {part: request.POST.get(f"assessed.{part}", "").strip() for part in ("day", "month", "year")}
        values = {
            "status": request.POST.get("status", ""),
            "assessed": parts,
            "gaps": text_in(request.POST.get("gaps", "")),
        }
        try:
            status = "" if values["status"] == NOT_YET else values["status"]
            found = Assessment(status, _day(parts), values["gaps"])
            services.assess(authority_id=request.authority.id, found=found, actor=request.staff.actor(), now=now())
            return HttpResponseRedirect(url("papers:overview") + "?done=saved", status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = {"field": refused.field, "text": _(refused.text, **refused.values)}
    context = {
        "values": values,
        "error": error,
        "statuses": [{"value": one or NOT_YET, "label": _(STATUS_WORDS[one])} for one in STATUSES],
        "longest": LONGEST,
    }
    return render(request, "papers/assessment.html", context, status=422 if error else 200)


def text_in(typed: str) -> str:
    """What was typed, without what cannot be printed."""
    text = tidy(typed)
    refused = set(unprintable(text))
    return "".join(letter for letter in text if letter not in refused).strip()


def _day(parts: dict[str, str]) -> date | None:
    if not any(parts.values()):
        return None
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (ValueError, OverflowError):
        raise Refused("date_missing", "Please enter a date, for example 24 12 2026.", field="assessed") from None
