"""The documents of a case: the bytes of one for the viewer, turned and enlarged."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.cases import queries, services
from stadttor.cases.pages import viewing
from stadttor.ground.clock import now
from stadttor.ground.web.downloads import file_response
from stadttor.identity.guards import require_casework


@require_safe
@require_casework
def document(request: Any, case_id: UUID, document_id: UUID) -> HttpResponse:
    """One document in the viewer, turned and enlarged as asked; `?download=1` saves it."""
    staff, moment, saved = request.staff, now(), request.GET.get("download") == "1"
    found, data = queries.document_bytes(queries.case_for(staff, case_id, moment), document_id)
    services.note_document(staff=staff, case_id=case_id, document_id=document_id, saved=saved, now=moment)
    turn, zoom = _number(request, "turn"), _number(request, "zoom") or 100
    shown = viewing.seen(found.id, data, found.media_type, turn, zoom, moment)
    return file_response(shown, found.media_type, found.name, download=saved)


def _number(request: Any, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 5 else 0
