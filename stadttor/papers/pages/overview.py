"""The organiser's page of papers: which there are, and what is missing in them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.papers import queries
from stadttor.papers.queries import Assessment
from stadttor.tenancy.queries import crest_faults, profile

YEAR = 365


@require_safe
@require_role("organiser")
def overview(request: Any) -> HttpResponse:
    """What papers there are, and what is missing in them with the way to enter it."""
    context = {
        "missing": missing(request.authority.id),
        "bodies": _bodies(request.authority.id),
        "waiting": queries.count_barriers(request.authority.id)[1],
        "done": request.GET.get("done", "") == "saved",
    }
    return render(request, "papers/overview.html", context)


def missing(authority_id: UUID) -> list[dict[str, str]]:
    """What nobody entered: what it is, and where that is done; an empty `href` is the operator's."""
    watching, shown = queries.watching(authority_id), profile(authority_id)
    asked = [
        (shown.officer, _("The data protection officer"), url("setup:law")),
        (_is_fresh(queries.assessment(authority_id)), _("The self-assessment of accessibility"), url("papers:assessment")),
        (shown.lines, _("The address of the authority"), url("setup:contact")),
        (shown.imprint, _("Legal form and representation in the imprint"), url("setup:law")),
        (watching.supervision, _("The places served, and with them the Land and its supervisory authority"), url("setup:areas")),
        (queries.processor(), _("The data centre that processes for you: the operator of Stadttor can enter it"), ""),
    ]  # fmt: skip
    crests = [
        {
            "what": _("A crest that letters can carry: the stored one is broken, letters go out without it")
            + (f" ({name})" if name else ""),
            "href": url("setup:members") if name else "",
        }
        for name in crest_faults(authority_id)
    ]
    return [*({"what": what, "href": href} for given, what, href in asked if not given), *crests]


def _bodies(authority_id: UUID) -> list[dict[str, Any]]:
    """Who watches over the authority, each with whether somebody compared the row with what the body says of itself."""
    watching = queries.watching(authority_id)
    named = ((_("Data protection"), watching.supervision), (_("Accessibility"), watching.enforcement))
    return [{"what": what, "body": body} for what, body in named if body]


def _is_fresh(found: Assessment) -> bool:
    """A statement is looked at again once a year (§ 4 Abs. 4 BITVNRW; other Länder alike)."""
    return found.assessed is not None and found.assessed + timedelta(days=YEAR) >= german_day(now())
