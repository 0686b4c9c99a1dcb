"""The documents of a case: which there are, and the bytes of one for the viewer, under a policy of their own."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.cases import ports, queries
from stadttor.cases.pages import viewing
from stadttor.cases.ports import Content, Document
from stadttor.cases.queries import CaseView
from stadttor.core.refused import not_found
from stadttor.ground import files
from stadttor.ground.clock import now
from stadttor.ground.work import work
from stadttor.identity.guards import require_role

SHOWN = ("application/pdf", "image/png", "image/jpeg")
ANSWER = "answer"
# A document shows itself and does nothing else: no script, no form, no request to anywhere.
POLICY = (
    "default-src 'none'; img-src 'self' data:; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)


@require_safe
@require_role("clerk")
def document(request: Any, case_id: UUID, document_id: UUID) -> HttpResponse:
    """One document in the viewer, turned and enlarged as asked; `?download=1` saves it."""
    staff = request.staff
    case = queries.case_for(staff, case_id, now())
    with work(staff.authority_id):
        content = ports.applications().content(case.ref, request.language)
        found = _one_of(documents_of(case, content), document_id)
        data = _bytes(case, found)
    media_type = found.media_type if found.media_type in SHOWN else "application/octet-stream"
    data = viewing.enlarged(
        viewing.turned(data, media_type, _number(request, "turn")), media_type, _number(request, "zoom")
    )
    return file_response(data, media_type, found.name, download=request.GET.get("download") == "1")


def documents_of(case: CaseView, content: Content) -> list[Document]:
    """All documents of a case, inside the open work: handed in, given in answers, filed."""
    answered = [
        Document(
            UUID(given["id"]),
            given["name"],
            given["media_type"],
            given["size"],
            item["text"],
            ANSWER,
            question.answered_at,
        )
        for question in case.questions
        for item in question.items
        for given in question.answer_to(item["key"]).get("documents", ())
    ]
    filed = [document for port in ports.wired.documents for document in port.documents_of(case.ref)]
    return list({document.id: document for document in (*content.documents, *answered, *filed)}.values())


def file_response(data: bytes, media_type: str, name: str, *, download: bool = False) -> HttpResponse:
    """Bytes of a stranger as a response that runs nothing."""
    how = "inline" if media_type in SHOWN and not download else "attachment"
    response = HttpResponse(data, content_type=media_type)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Content-Disposition"] = f'{how}; filename="{_plain(name)}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _one_of(documents: list[Document], document_id: UUID) -> Document:
    for found in documents:
        if found.id == document_id:
            return found
    raise not_found()


def _bytes(case: CaseView, found: Document) -> bytes:
    if found.source == ANSWER:
        return files.read(case.ref.authority_id, found.id)
    for port in ports.wired.documents:
        if found.id in {one.id for one in port.documents_of(case.ref)}:
            return port.document(case.ref, found)
    return ports.applications().document(case.ref, found)


def _number(request: Any, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 5 else 0


def _plain(name: str) -> str:
    """A file name for a header: letters, digits and few signs, so that nothing can be written behind it."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._- ") else "_" for sign in name)[:100]
