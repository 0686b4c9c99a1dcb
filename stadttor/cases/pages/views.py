"""Saved views of the work list: kept with their words in the clerk's own row, opened with the words sealed."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from stadttor.cases import queries, services
from stadttor.cases.pages import told
from stadttor.cases.pages.exporting import search_ended
from stadttor.cases.pages.work_list import asked_for, filters_of, query_of, to_list
from stadttor.identity.guards import require_casework


@require_POST
@require_casework
def save(request: Any) -> HttpResponse:
    """Keep the filters of the page under a name."""
    asked = asked_for(request, request.POST)
    if asked.has_ended:
        raise search_ended()
    query = query_of(asked)
    kept = {key: value for key, value in query.items() if key != "search"} | _words(asked.filters.text)
    services.save_filter(staff=request.staff, name=request.POST.get("view_name", ""), query=urlencode(kept))
    return told.redirect(reverse("cases:work_list"), "saved", query)


@require_safe
@require_casework
def open_view(request: Any, filter_id: UUID) -> HttpResponse:
    """From a saved view to its list."""
    kept = QueryDict(queries.saved_filter(request.staff, filter_id))
    return to_list(request, filters_of(kept, kept.get("q", "")))


@require_POST
@require_casework
def remove(request: Any, filter_id: UUID) -> HttpResponse:
    """Forget a saved view."""
    services.remove_filter(staff=request.staff, filter_id=filter_id)
    return told.redirect(reverse("cases:work_list"), "view_removed")


def _words(text: str) -> dict[str, str]:
    return {"q": text} if text else {}
