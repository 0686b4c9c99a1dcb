"""Imprint, privacy and accessibility of an authority's portal."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.core.refused import not_found
from stadttor.ground.web.render import render
from stadttor.tenancy.queries import profile


@require_safe
def imprint(request: Any) -> HttpResponse:
    """Who is responsible for these pages (§ 5 DDG)."""
    return _page(request, "portal/imprint.html")


@require_safe
def privacy(request: Any) -> HttpResponse:
    """What happens with what a person writes here (Art. 13 GDPR)."""
    return _page(request, "portal/privacy.html")


@require_safe
def accessibility(request: Any) -> HttpResponse:
    """How accessible these pages are, and how to report a barrier (§ 12b BGG and the Länder's laws)."""
    return _page(request, "portal/accessibility.html")


def _page(request: Any, template: str) -> HttpResponse:
    if request.authority is None:
        raise not_found()
    return render(request, template, {"profile": profile(request.authority.id)})
