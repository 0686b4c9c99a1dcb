"""The documents of a case wherever they lie: with the submission, in answers, in the electronic file."""

from uuid import UUID

from stadttor.cases import ports
from stadttor.cases.ports import Content, Document
from stadttor.cases.queries.detail import CaseView
from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import not_found
from stadttor.ground import files
from stadttor.ground.work import work

ANSWER = "answer"


def documents_of(case: CaseView, content: Content | None = None) -> list[Document]:
    """All documents of a case, each once; `content` spares reading the application again."""
    with work(case.ref.authority_id):
        handed_in = (content or ports.applications().content(case.ref, OFFICIAL)).documents
        filed = [one for port in ports.wired.documents for one in port.documents_of(case.ref)]
    return list({one.id: one for one in (*handed_in, *_answered(case), *filed)}.values())


def document_bytes(case: CaseView, document_id: UUID) -> tuple[Document, bytes]:
    """One of them with its bytes. Refused as not found for any other."""
    found = next((one for one in documents_of(case) if one.id == document_id), None)
    if found is None:
        raise not_found()
    return found, _bytes(case, found)


def _bytes(case: CaseView, found: Document) -> bytes:
    if found.source == ANSWER:
        return files.read(case.ref.authority_id, found.id)
    for port in ports.wired.documents:
        if found.id in {one.id for one in port.documents_of(case.ref)}:
            return port.document(case.ref, found)
    return ports.applications().document(case.ref, found)


def _answered(case: CaseView) -> list[Document]:
    return [
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
