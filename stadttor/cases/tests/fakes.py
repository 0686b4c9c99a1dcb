"""Applications, letters and documents as the tests have them: the ports' contract with what a test put in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from stadttor.cases.ports import AnswerGroup, AnswerRow, CaseRef, Content, Document, LetterDraft, Opening
from stadttor.cases.rules import Choice, Permit, Vocabulary
from stadttor.core.ids import new_id

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ADOPTION = UUID("0193a5e0-0000-7000-8000-000000000001")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
PERMIT = Vocabulary(
    outcomes=(
        Choice("granted", "Bewilligt", help="Die Person bekommt den Ausweis."),
        Choice("partly", "Teilweise bewilligt"),
        Choice("refused", "Abgelehnt"),
        Choice("withdrawn", "Zurückgezogen"),
    ),
    reasons=(
        Choice("keine_hauptwohnung", "Sie haben in der Zone keine Wohnung.", ("refused",)),
        Choice("nicht_halterin", "Das Fahrzeug ist nicht auf Sie zugelassen.", ("refused", "partly")),
        Choice("voraussetzungen", "Sie wohnen in der Zone.", ("granted", "partly")),
    ),
    conditions=(Choice("wechsel_melden", "Bitte melden Sie einen Wechsel des Fahrzeugs."),),
    evidences=(Choice("zulassungsbescheinigung", "Zulassungsbescheinigung Teil I"),),
    permit=Permit(("granted", "partly"), date(2026, 12, 1), 12),
)
SCAN = Document(new_id(), "zb1.png", "image/png", len(PNG), "Zulassungsbescheinigung Teil I")


@dataclass
class FakeApplications:
    """Every submission is Amira Yılmaz's for a resident's parking permit unless the test says otherwise."""

    openings: dict[UUID, Opening] = field(default_factory=dict)
    words: Vocabulary = PERMIT
    documents: tuple[Document, ...] = (SCAN,)

    def submitted(
        self,
        *,
        number: str = "",
        applicant: str = "Amira Yılmaz",
        service: str = "bewohnerparkausweis",
        title: str = "Bewohnerparkausweis",
        four_eyes: bool = False,
        due: str = "P14D",
        received: datetime = MONDAY,
        process_hash: str = "",
        protects: bool = False,
        secrecy: str = "",
    ) -> UUID:
        """A new submission; gives its id."""
        submission_id = new_id()
        self.openings[submission_id] = Opening(
            number=number or f"WUG-2026-{len(self.openings) + 1:04d}-92",
            adoption_id=ADOPTION,
            adoption_revision=1,
            service=service,
            title=title,
            applicant=applicant,
            language="tr",
            received=received,
            due=due,
            four_eyes=four_eyes,
            process_hash=process_hash,
            protects=protects,
            secrecy=secrecy,
            land="BY",
        )
        return submission_id

    def opening(self, authority_id: UUID, submission_id: UUID) -> Opening:
        return self.openings[submission_id]

    def content(self, case: CaseRef, language: str) -> Content:
        rows = (
            AnswerRow("person.name", "Name", "Amira Yılmaz", origin="eid", trust="hoch"),
            AnswerRow("person.zone", "Bewohnerparkgebiet", "B", doubt="Zur Adresse gehört Gebiet A."),
        )
        return Content((AnswerGroup("person", "Zu Ihrer Person", rows),), self.documents)

    def document(self, case: CaseRef, document: Document) -> bytes:
        return PNG

    def vocabulary(self, case: CaseRef) -> Vocabulary:
        return self.words


@dataclass
class FakeLetters:
    """Notes what was to be written."""

    drafts: list[LetterDraft] = field(default_factory=list)

    def letter_preview(self, draft: LetterDraft) -> bytes:
        self.drafts.append(draft)
        return b"%PDF-1.7 Bescheid"


LETTER = Document(UUID(int=7), "bescheid.pdf", "application/pdf", 17, "Bescheid", "record", MONDAY)


class FakeDocuments:
    """A letter filed in the record."""

    def documents_of(self, case: CaseRef) -> Sequence[Document]:
        return [LETTER]

    def document(self, case: CaseRef, document: Document) -> bytes:
        return b"%PDF-1.7 Bescheid"
