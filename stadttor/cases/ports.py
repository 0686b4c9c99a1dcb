"""What cases need from others: the application behind a case, the package's vocabulary, the letter. Wired in `site`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol
from uuid import UUID

from stadttor.cases.rules import Choice, Permit, Validity, Vocabulary, last_day, must_say_why
from stadttor.cases.rules.permits import PermitFacts
from stadttor.cases.rules.tags import Tags, Thing
from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import Refused
from stadttor.ground.web.language import speaking
from stadttor.identity.queries import Staff

__all__ = [
    "AnswerGroup",
    "AnswerRow",
    "Applications",
    "CaseRef",
    "Caution",
    "Choice",
    "Content",
    "Document",
    "Documents",
    "LetterDraft",
    "Letters",
    "Marks",
    "Opening",
    "Origin",
    "Permit",
    "PermitFacts",
    "Tags",
    "Thing",
    "Validity",
    "Vocabulary",
    "Way",
    "Ways",
    "WaysOfDelivery",
    "Wiring",
    "applications",
    "cautions",
    "connect",
    "fee_of",
    "last_day",
    "letters",
    "marks",
    "must_say_why",
    "reaching",
    "wired",
]

Origin = Literal[
    "typed",
    "prefilled",
    "account",
    "simulated",
    "simulated_wallet",
    "wallet",
    "eid",
    "register",
    "scan",
    "api",
    "clerk",
]


@dataclass(frozen=True)
class Opening:
    """What a submission says for opening its case. `due`, `retention` are ISO durations.

    `land` is the calendar of holidays: BY, or BY+assumption where a municipality has holidays of its own.
    `is_test`: made while the service was tried out. `protects`: by her own statement she is a protected person.
    `secrecy` is tax (§ 30 AO) or empty.
    """

    number: str
    adoption_id: UUID
    adoption_revision: int
    service: str
    title: str
    applicant: str
    language: str
    received: datetime
    channel: str = "online"
    trust: str = "none"
    due: str = "P14D"
    retention: str = "P3Y"
    four_eyes: bool = False
    process_hash: str = ""
    land: str = ""
    is_test: bool = False
    protects: bool = False
    secrecy: str = ""


@dataclass(frozen=True)
class AnswerRow:
    """One answer as a clerk reads it. `doubt` says why it needs a look (empty: it does not), `trust` how sure it is,
    `former` what stood there before it was changed, as lines, newest first, `language` that of a free text that was not
    written on a German page.
    """

    path: str
    label: str
    value: str
    origin: Origin = "typed"
    trust: str = "none"
    doubt: str = ""
    former: tuple[str, ...] = ()
    where: str = ""
    language: str = ""


@dataclass(frozen=True)
class AnswerGroup:
    """A page or group of the form, in the order of the form."""

    id: str
    title: str
    rows: tuple[AnswerRow, ...]


@dataclass(frozen=True)
class Document:
    """A file of the case: `size` in bytes, `source` says where it lies (`submission`, `record`).

    `state` is clean, quarantine (waits for the virus scanner) or infected (deleted); only a clean one can be read.
    """

    id: UUID
    name: str
    media_type: str
    size: int
    label: str = ""
    source: str = "submission"
    at: datetime | None = None
    state: str = "clean"

    @property
    def is_readable(self) -> bool:
        return self.state == "clean"


@dataclass(frozen=True)
class Content:
    """The application behind a case, in form order."""

    groups: tuple[AnswerGroup, ...]
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True)
class CaseRef:
    """Which case is meant, for the ports and panels. `viewer` is the colleague who looks at it: what is said of other cases
    is said to her; none where it is kept or nobody looks.
    """

    authority_id: UUID
    case_id: UUID
    submission_id: UUID | None
    adoption_id: UUID
    adoption_revision: int
    number: str
    language: str
    viewer: Staff | None = field(default=None, compare=False)


@dataclass(frozen=True)
class LetterDraft:
    """A decision before it is made, as the letter will say it; `language` is German or that of the copy beside it."""

    case: CaseRef
    outcome: str
    reasons: tuple[Choice, ...]
    conditions: tuple[Choice, ...]
    clerk: str
    at: datetime
    validity: Validity | None = None
    language: str = OFFICIAL
    fee_cents: int | None = None
    tags: tuple[str, ...] = ()


class Applications(Protocol):
    """The submissions below and the package they were made with."""

    def opening(self, authority_id: UUID, submission_id: UUID) -> Opening:
        """Everything a case needs to be opened, inside the open work."""
        ...

    def content(self, case: CaseRef, language: str) -> Content:
        """The answers and uploaded files in a language for display, inside the open work."""
        ...

    def document(self, case: CaseRef, document: Document) -> bytes:
        """The bytes of one of the documents of `content`, inside the open work."""
        ...

    def vocabulary(self, case: CaseRef) -> Vocabulary:
        """Outcomes, reasons, conditions and evidences of the package, in German."""
        ...


class Letters(Protocol):
    """The letters of a package."""

    def letter_preview(self, draft: LetterDraft) -> bytes:
        """The PDF as it would arrive. Nothing is stored."""
        ...


class Documents(Protocol):
    """Further documents of a case: letters sent, answers to questions, what was filed."""

    def documents_of(self, case: CaseRef) -> Sequence[Document]:
        """All documents of the case beyond the submission's, oldest first, inside the open work."""
        ...

    def document(self, case: CaseRef, document: Document) -> bytes:
        """The bytes of one of them, inside the open work."""
        ...


class BeforeDecision(Protocol):
    """A condition of another module for deciding (a fee that must be paid)."""

    def __call__(self, case: CaseRef, outcome: str) -> None:
        """Refused when this outcome is not possible yet; inside the open work."""
        ...


class BeforeClosing(Protocol):
    """What another module wants done before the work on a case ends (a fee that must go back)."""

    def __call__(self, case: CaseRef) -> None:
        """Refused while it is not done; inside the open work."""
        ...


@dataclass(frozen=True)
class Caution:
    """What a clerk should know before deciding: texts in the reader's language, `href` to where it can be settled.

    `kind` is how it looks: a warning, or info where nothing is wrong.
    """

    title: str
    text: str
    href: str = ""
    link: str = ""
    kind: str = "warning"


class Cautions(Protocol):
    """What another module warns of before a decision (a fee that is still open)."""

    def __call__(self, case: CaseRef) -> Sequence[Caution]:
        """Nothing where all is well; says its texts in the current language."""
        ...


class Marks(Protocol):
    """What another module says of the cases in a list at a glance (whether the fee was paid)."""

    def __call__(self, authority_id: UUID, submission_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, str]]:
        """A badge {label, kind, icon} by submission in the current language, in one statement, inside the open work."""
        ...


@dataclass(frozen=True)
class Way:
    """A lawful way for a decision; `label` and `help` in the reader's language."""

    key: str
    label: str
    help: str = ""


@dataclass(frozen=True)
class Ways:
    """The lawful ways for a decision on this case: `proposed` is the rule's, `because` says why, in the reader's language."""

    ways: tuple[Way, ...]
    proposed: str
    because: str = ""


@dataclass(frozen=True)
class Known:
    """The earliest `day` on which a decision that leaves now counts as made known; `because` says why, in the reader's language."""

    day: date
    because: str


class WaysOfDelivery(Protocol):
    """By which ways a decision becomes known (Bekanntgabe)."""

    def ways(self, case: CaseRef) -> Ways:
        """What is lawful for this case now, inside the open work; says its texts in the current language."""
        ...

    def known_from(self, case: CaseRef, channel: str, day: date) -> Known | None:
        """When what leaves on this day by this way may be taken as known at the earliest; None where the law knows no such way.

        Inside the open work; says its text in the current language.
        """
        ...


@dataclass(frozen=True)
class Hint:
    """Something beside the cases that somebody at the desk should do, in the reader's language, and where."""

    title: str
    text: str
    href: str
    link: str


Reaching = Callable[[CaseRef], str]
"""How what is no decision (a question, a letter) reaches the applicant, in the current language. Inside the open work."""
FeeOfDecision = Callable[[CaseRef, str], int | None]
"""Cents that a decision with this outcome asks for by the service's fees; None where it asks for none. Inside the open work."""
Hints = Callable[[UUID, datetime], Sequence[Hint]]
"""What one module has left undone at an authority, for whoever may open cases; in the current language."""


@dataclass
class Wiring:
    """The ports in use; `site/wiring.py` sets them once at the start."""

    applications: Applications | None = None
    letters: Letters | None = None
    documents: list[Documents] = field(default_factory=list)
    before_decision: list[BeforeDecision] = field(default_factory=list)
    before_closing: list[BeforeClosing] = field(default_factory=list)
    cautions: list[Cautions] = field(default_factory=list)
    marks: list[Marks] = field(default_factory=list)
    delivery: WaysOfDelivery | None = None
    hints: list[Hints] = field(default_factory=list)
    fee: FeeOfDecision | None = None
    reaching: Reaching | None = None


wired = Wiring()


def connect(
    *,
    applications: Applications,
    letters: Letters | None = None,
    documents: Sequence[Documents] = (),
    before_decision: Sequence[BeforeDecision] = (),
    before_closing: Sequence[BeforeClosing] = (),
    cautions: Sequence[Cautions] = (),
    marks: Sequence[Marks] = (),
    delivery: WaysOfDelivery | None = None,
    hints: Sequence[Hints] = (),
    fee: FeeOfDecision | None = None,
    reaching: Reaching | None = None,
) -> None:
    """Use these from now on."""
    wired.applications, wired.letters, wired.documents = applications, letters, list(documents)
    wired.before_decision, wired.before_closing = list(before_decision), list(before_closing)
    wired.cautions, wired.marks, wired.delivery = list(cautions), list(marks), delivery
    wired.hints, wired.fee, wired.reaching = list(hints), fee, reaching


def cautions(case: CaseRef, language: str) -> list[Caution]:
    """What all modules warn of before a decision on this case."""
    with speaking(language):
        return [caution for warns in wired.cautions for caution in warns(case)]


def marks(authority_id: UUID, submission_ids: Sequence[UUID]) -> dict[UUID, list[Mapping[str, str]]]:
    """The badges of all modules for the cases of these submissions."""
    found: dict[UUID, list[Mapping[str, str]]] = {}
    for says in wired.marks if submission_ids else ():
        for submission_id, badge in says(authority_id, submission_ids).items():
            found.setdefault(submission_id, []).append(badge)
    return found


def hints(authority_id: UUID, at: datetime) -> list[Hint]:
    """What all modules say above the work list, in the current language."""
    return [hint for says in wired.hints for hint in says(authority_id, at)]


def ways_of(case: CaseRef) -> Ways | None:
    """The lawful ways for a decision on this case; none where nothing is delivered."""
    return wired.delivery.ways(case) if wired.delivery else None


def known_from(case: CaseRef, channel: str, day: date) -> Known | None:
    """When a decision on this case that leaves so on this day counts as known at the earliest; none where nobody says."""
    return wired.delivery.known_from(case, channel, day) if wired.delivery else None


def fee_of(case: CaseRef, outcome: str) -> int | None:
    """Cents that a decision with this outcome asks for; None where it asks for none."""
    return wired.fee(case, outcome) if wired.fee else None


def reaching(case: CaseRef) -> str:
    """How what is no decision reaches the applicant, in the current language; empty where nobody says."""
    return wired.reaching(case) if wired.reaching else ""


def applications() -> Applications:
    """The applications' port; a missing one is a fault of the installation."""
    if wired.applications is None:
        raise RuntimeError("stadttor.cases.ports: applications are not connected")
    return wired.applications


def letters() -> Letters:
    """The letters' port. Refused while letters are not available."""
    if wired.letters is None:
        raise Refused("no_letters", "The preview of the letter is not available at the moment.", status=503)
    return wired.letters
