"""Imprint, privacy and accessibility of an authority's portal; privacy of one service."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.appointments.queries import has_appointments
from stadttor.catalog import queries as catalog
from stadttor.core.refused import not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.render import render
from stadttor.papers import queries as papers
from stadttor.portal.pages.listing import must_be_a_town
from stadttor.tenancy.queries import handled_by, profile


@require_safe
def imprint(request: Any) -> HttpResponse:
    """Who is responsible for these pages (§ 5 DDG)."""
    return _page(request, "portal/imprint.html")


@require_safe
def privacy(request: Any) -> HttpResponse:
    """What happens with what a person writes here (Art. 13 GDPR), and where that stands for each service."""
    authority = must_be_a_town(request)
    context = {
        "watching": papers.watching(authority.id),
        "services": catalog.offered(authority.id, request.language),
    }
    return _page(request, "portal/privacy.html", context)


@require_safe
def service_privacy(request: Any, slug: str) -> HttpResponse:
    """What happens with what a person writes for this service (Art. 13 GDPR), made from its package."""
    authority = must_be_a_town(request)
    form = catalog.adopted_form(authority.id, slug, include_test=getattr(request, "staff", None) is not None)
    found = papers.notice(form, request.language)
    context = {
        "slug": slug,
        "notice": found,
        "period": papers.period_text(found.period),
        "watching": papers.watching(authority.id),
        "processor": papers.processor(),
        "handled": handled_by(authority.id, slug, german_day(now())),
        "appointments": has_appointments(authority.id, slug),
    }
    return _page(request, "portal/service_privacy.html", context)


@require_safe
def accessibility(request: Any) -> HttpResponse:
    """How accessible these pages are, where to report a barrier, and who helps then (the Länder's laws, as § 12b BGG)."""
    authority = must_be_a_town(request)
    context = {
        "assessment": papers.assessment(authority.id),
        "watching": papers.watching(authority.id),
        "done": request.GET.get("done", "") == "reported",
    }
    return _page(request, "portal/accessibility.html", context)


def _page(request: Any, template: str, more: dict[str, Any] | None = None) -> HttpResponse:
    if request.authority is None:
        raise not_found()
    return render(request, template, {"profile": profile(request.authority.id), **(more or {})})
