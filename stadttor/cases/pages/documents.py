"""The documents of a case: the bytes of one for the viewer, turned and enlarged."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.cases import queries
from stadttor.cases.pages import viewing
from stadttor.ground.clock import now
from stadttor.ground.web.downloads import file_response
from stadttor.identity.guards import require_role


@require_safe
@require_role("clerk")
def document(request: Any, case_id: UUID, document_id: UUID) -> HttpResponse:
    """One document in the viewer, turned and enlarged as asked; `?download=1` saves it."""
    case = queries.case_for(request.staff, case_id, now())
    found, data = queries.document_bytes(case, document_id)
    turned = viewing.turned(data, found.media_type, _number(request, "turn"))
    data = viewing.enlarged(turned, found.media_type, _number(request, "zoom"))
    return file_response(data, found.media_type, found.name, download=request.GET.get("download") == "1")


def _number(request: Any, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 5 else 0
