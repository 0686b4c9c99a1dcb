"""What stands on file for a case: implements `stadttor.cases.ports.Documents` over records."""

from collections.abc import Sequence

from stadttor.cases.ports import CaseRef, Document
from stadttor.records import queries as records

# The applicant's own files are shown from the submission and the answers; their filed copies need not stand there twice.
SHOWN_ELSEWHERE = frozenset({"proof", "answer"})
CLERK = "clerk"
"""Where a colleague scanned it herself, it lies in the file and nowhere else."""


class RecordDocuments:
    """Letters, summaries and answers from the electronic file."""

    def documents_of(self, case: CaseRef) -> Sequence[Document]:
        return [
            Document(row.id, row.title, row.media_type, row.size, row.title, "record", row.created)
            for row in records.documents(case.authority_id, case.case_id)
            if row.kind not in SHOWN_ELSEWHERE or row.origin == CLERK
        ]

    def document(self, case: CaseRef, document: Document) -> bytes:
        return records.document_bytes(case.authority_id, document.id)[1]
