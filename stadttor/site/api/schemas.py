"""What goes in and out, as the documentation shows it. Times are ISO 8601 in UTC, days are German calendar days."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

LanguageTag = Literal["de", "de-simple", "en", "uk", "tr", "ar"]


class Sent(Schema):
    """What callers send: nothing else is taken, so that a misspelt name is not lost."""

    model_config = ConfigDict(extra="forbid")


class ProblemDetail(Schema):
    code: str
    detail: str
    pointer: str = Field(description="Where in the request, as a JSON pointer in a fragment")
    path: str = Field("", description="The answer's path in the form, such as `person.vorname` or `hunde.0.name`")


class Problem(Schema):
    """A refusal (RFC 9457). `type` is stable; `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    errors: list[ProblemDetail] | None = None


class Links(Schema):
    """Addresses of this page of a list, the next and the previous one."""

    self: str
    next: str | None
    prev: str | None


class Area(Schema):
    """A place in the official register: `ags` eight digits, `ars` the regional key."""

    ags: str | None
    ars: str
    level: str
    kind: str
    name: str
    official_name: str
    label: str
    seat_postal_code: str | None
    dissolved: bool


class AuthorityOut(Schema):
    id: UUID
    slug: str
    name: str
    kind: str
    portal: str = Field(description="The address of its portal; its API lies below `/api/v1/` there")


class Candidate(Schema):
    """A place that may be meant, and who is responsible there. `offered` is none when no service was asked for."""

    area: Area
    formerly: Area | None
    authority: AuthorityOut | None
    offered: bool | None


class Responsible(Schema):
    """`exact`: one answer. `several`: ask which place is meant. `none`: nothing found. `notes` are codes."""

    status: Literal["exact", "several", "none"]
    notes: list[str]
    candidates: list[Candidate]


class Service(Schema):
    """A service this authority offers. `language` is the one the texts are really in."""

    slug: str
    title: str
    summary: str
    language: str
    leistung: str | None = Field(description="The LeiKa key")
    package: str
    channels: list[str]
    payment: str
    form_schema: str = Field(description="The address of the JSON Schema of its answers")


class Services(Schema):
    items: list[Service]
    total: int
    page: int
    links: Links


class ServiceDetail(Service):
    version: str
    law: list[str]
    trust: str
    due: str = Field(description="How long a decision takes at most, as an ISO 8601 duration")
    languages: list[str]
    declaration: str = Field(description="What the applicant declares by handing in")


class NewDraft(Sent):
    service: str = Field(max_length=100, pattern=r"^[a-z0-9-]+$")
    language: LanguageTag = "de"


class DraftOut(Schema):
    """A place for files. `token` opens it; keep it secret."""

    id: UUID
    token: str
    expires: datetime


class AttachmentOut(Schema):
    """A file that was checked and kept. In `quarantine` it waits for the virus scanner; hand in all the same."""

    id: UUID
    path: str
    name: str
    media_type: str
    size: int = Field(description="Bytes")
    sha256: str
    state: str


class NewApplication(Sent):
    """An application. `answers` have the form of the service's schema; files are ids of the draft's attachments."""

    answers: dict[str, Any]
    declared: Literal[True] = Field(description="The applicant has read and given the service's declaration")
    language: LanguageTag = Field("de", description="The language letters and mails are accompanied in")
    draft: UUID | None = Field(None, description="The draft with the files, if there are any")
    total_cents: int | None = Field(
        None, ge=0, description="The price the applicant saw; refused with 409 if it is another by now"
    )


class Fee(Schema):
    id: str
    cents: int
    text: str


class Receipt(Schema):
    """The durable receipt. `token` opens the status; the same call gives it again, nothing else does."""

    id: UUID
    number: str
    received: datetime
    token: str
    status: str = Field(description="The address of the status in this API")
    page: str = Field(description="The applicant's own page; whoever has this address may open it")
    fees: list[Fee]
    total_cents: int
    payment: str = Field(
        description="When the fee is paid: at_submission (on the page), after_decision, at_counter, none"
    )
    not_taken: list[str] = Field(description="Paths of answers left out because conditions of the form hide them")


class PaymentOut(Schema):
    cents: int
    state: str


class AskedOut(Schema):
    key: str
    kind: str
    text: str


class OpenQuestion(Schema):
    id: UUID
    asked_at: datetime
    until: date | None
    items: list[AskedOut]


class StepOut(Schema):
    at: datetime
    act: str


class Status(Schema):
    """Where an application stands. `outcome` is empty until the decision was sent."""

    number: str
    service: str
    title: str
    state: str = Field(description="received, in_review, waiting_for_citizen, decided, closed or withdrawn")
    received: datetime
    due: date | None
    outcome: str
    sent_at: datetime | None
    question: OpenQuestion | None
    steps: list[StepOut]
    payment: PaymentOut | None


class AdoptionOut(Schema):
    """A package this authority has adopted, whatever its state. `newest_version` is empty when it is up to date."""

    id: UUID
    slug: str
    title: str
    package: str
    version: str
    state: str = Field(description="test, live or withdrawn")
    since: datetime
    newest_version: str
    parameters: dict[str, Any]


class Adoptions(Schema):
    items: list[AdoptionOut]
    total: int
    page: int
    links: Links


class CaseRow(Schema):
    """A case in a list. `colour` is that of its deadline: late, soon, fine, paused or none.

    With `is_protected` (§ 51 BMG) `applicant` is empty, and only a colleague can open the case, at the desk.
    """

    id: UUID
    number: str
    title: str
    applicant: str
    state: str
    assignee_id: UUID | None
    assignee_name: str
    received: datetime
    due: date | None
    colour: str
    is_protected: bool


class CasesFound(Schema):
    """25 cases at most. `total` counts up to 1,000, `more` says that there are more; `after`: the list goes on behind it."""

    items: list[CaseRow]
    total: int
    more: bool
    after: UUID | None


class Cases(CasesFound):
    """Cases with the address of those that follow."""

    links: Links


class CaseSearch(Schema):
    """What to look for: `words` are beginnings of words (name, number, title), all of which a case has."""

    words: str = Field(max_length=200)
    state: str = Field("", max_length=40, description="A state, `any`, or empty for all open ones")
    service: str = Field("", max_length=100, description="A service's slug")
    deadline: Literal["", "late", "soon", "today"] = ""
    sort: Literal["due", "received", "applicant"] = "due"
    descending: bool = False
    after: UUID | None = None


class Answer(Schema):
    path: str
    label: str
    value: str
    doubt: str


class AnswerPage(Schema):
    id: str
    title: str
    rows: list[Answer]


class Block(Schema):
    """A text block of the package. `outcomes` are those it is for, empty for every one; `help` explains an outcome."""

    key: str
    text: str
    outcomes: list[str] = []
    help: str = ""


class Choices(Schema):
    """What a decision or a question may use."""

    outcomes: list[Block]
    reasons: list[Block]
    conditions: list[Block]
    evidences: list[Block]
    cautions: list[Block]
    fees: dict[str, int] = Field(
        description="Where the fee is paid after the decision: the cents that an outcome asks for by the service's fees"
    )


class QuestionOut(OpenQuestion):
    asked_by_name: str
    answered_at: datetime | None
    answers: list[dict[str, Any]]


class DecisionOut(Schema):
    id: UUID
    outcome: str
    reasons: list[dict[str, str]]
    conditions: list[dict[str, str]]
    decided_at: datetime
    decided_by_name: str
    confirmed_by_name: str
    send_at: datetime | None
    sent_at: datetime | None
    taken_back_at: datetime | None
    valid_from: date | None
    valid_until: date | None
    fee_cents: int | None = Field(
        description="What it asks for where that is paid after it; null where it asks for none"
    )
    fee_reason: str = Field(description="Why it is another fee than the service's; empty where it is that one")


class NoteOut(Schema):
    at: datetime
    author_name: str
    text: str


class EventOut(Schema):
    at: datetime
    act: str
    actor_kind: str
    actor_name: str
    details: dict[str, Any]


class CaseOut(Schema):
    """A case with its application. `version` goes back with every change; `answers` have the form's own shape."""

    id: UUID
    number: str
    version: int
    service: str
    title: str
    applicant: str
    state: str
    channel: str
    trust: str
    unit_id: UUID | None
    assignee_id: UUID | None
    assignee_name: str
    received: datetime
    due: date | None
    colour: str
    four_eyes: bool
    outcome: str
    decided_at: datetime | None
    closed_at: datetime | None
    language: str
    answers: dict[str, Any]
    pages: list[AnswerPage]
    choices: Choices
    questions: list[QuestionOut]
    decisions: list[DecisionOut]
    notes: list[NoteOut]
    history: list[EventOut]


class DocumentOut(Schema):
    id: UUID
    name: str
    label: str
    media_type: str
    size: int = Field(description="Bytes")
    source: str
    at: datetime | None
    content: str = Field(description="The address of its bytes")


class Documents(Schema):
    items: list[DocumentOut]


class Ask(Sent):
    """One thing to ask: `document` and `field` take the package's words, a `question` is in your own."""

    kind: Literal["question", "document", "field"]
    key: str = Field("", max_length=200, description="The evidence's key or the answer's path; empty for a question")
    text: str = Field("", max_length=4_000, description="The question in German")


class NewQuestion(Sent):
    version: int
    items: Annotated[list[Ask], Field(min_length=1, max_length=30)]


class QuestionAsked(Schema):
    question_id: UUID


class NewDecision(Sent):
    """A decision by keys of the package, and own words. A burdening one needs a reason (§ 39 Abs. 1 VwVfG).

    Reasons and conditions must be for this outcome (`outcomes` of the case's `choices`).
    """

    version: int
    outcome: str = Field(max_length=40)
    reasons: Annotated[list[str], Field(max_length=20)] = []
    free_reason: str = Field("", max_length=4_000)
    conditions: Annotated[list[str], Field(max_length=20)] = []
    free_condition: str = Field("", max_length=4_000)
    valid_from: date | None = Field(None, description="First day of the permit; left out, as applied for")
    cautions_seen: Annotated[
        list[str], Field(max_length=20, description="Keys of `choices.cautions` that a person has seen")
    ] = []
    caution_reason: str = Field(
        "", max_length=500, description="Why it is decided so nevertheless, where a caution asks"
    )
    valid_until: date | None = Field(None, description="Last day of the permit; left out, as applied for")
    tags: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=200)] | None = Field(
        None,
        description="Numbers of what is entered (dog tags), in the order of the application; left out, those it has",
    )
    fee_cents: int | None = Field(
        None,
        ge=0,
        le=999_999_999,
        description="What it asks for, for an outcome of `choices.fees`; left out, what stands there. Another fee needs `fee_reason`",
    )
    fee_reason: str = Field("", max_length=500, description="Why another fee is asked for; it stands with the decision")


class Decided(Schema):
    """It is sent after a minute, or waits for a second person where the package asks for one."""

    decision_id: UUID
