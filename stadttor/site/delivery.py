"""Jobs that carry a case's facts to the applicant and into the file. Each names its own key, so repeating adds nothing.

What is written is written while the case stays (`stays`); a job whose case was deleted meanwhile is done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.urls import reverse

from stadttor.cases import services as cases
from stadttor.cases.queries import DecisionView, case_of_submission, case_row, decision_of, is_noted, question_of
from stadttor.core.languages import OFFICIAL
from stadttor.core.outcomes import is_decision
from stadttor.forms import queries as forms
from stadttor.ground import files
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.jobs import job
from stadttor.ground.web import formats
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.work import work
from stadttor.notices.services import post_message, send_mail
from stadttor.payments.queries import payment_of
from stadttor.portal.addresses import portal_of
from stadttor.records.services import file_document, open_file
from stadttor.site.applications import Submitted, submitted
from stadttor.site.letters import decision_letters, permit_of, question_letter, summary_letter
from stadttor.tenancy.queries import authority_by_id


@dataclass(frozen=True)
class Matter:
    """A case with its application: everything a letter or mail about it needs."""

    authority_id: UUID
    case_id: UUID
    number: str
    title: str
    found: Submitted

    @property
    def submission_id(self) -> UUID:
        return self.found.row.id


def _matter(authority_id: UUID, case_id: UUID, *, as_sent: bool = False) -> Matter | None:
    """None for a case that no application of ours opened. The answers are those of now, or as they were sent."""
    with work(authority_id):
        case = case_row(authority_id, case_id)
        if case.submission_id is None:
            return None
        found = submitted(authority_id, case.submission_id, as_sent=as_sent)
    return Matter(authority_id, case_id, case.number, case.title, found)


def _ends_with_application(function: Callable[..., None]) -> Callable[..., None]:
    """The same for what knows a case by its application; both go at once."""

    @wraps(function)
    def run(authority_id: UUID, submission_id: UUID, *others: Any, **named: Any) -> None:
        with cases.quiet_without(
            lambda: forms.is_accepted(authority_id, submission_id), f"application {submission_id}"
        ):
            function(authority_id, submission_id, *others, **named)

    return run


@job("site.file_application")
@cases.ends_with_case
def file_application(*, authority_id: UUID, case_id: UUID) -> None:
    """File the application as it was sent as PDF, with its proofs, and send the receipt."""
    matter = _matter(authority_id, case_id, as_sent=True)
    if matter is None:
        return
    moment = now()
    pdf = summary_letter(matter.found, matter.found.row.language, moment)
    with cases.stays(authority_id, case_id):
        open_file(authority_id=authority_id, case_id=case_id, number=matter.number, title=matter.title, now=moment)
        _file(matter, "application", _title("application"), "citizen", pdf, "summary")
        _file_proofs(matter)
    _mail(matter, "receipt", f"receipt:{case_id}", _open_fee(matter))


def _file_proofs(matter: Matter) -> None:
    wanted = {
        one
        for page in matter.found.filled.pages
        for shown in matter.found.filled.shown(page)
        if shown.field.type == "file"
        for one in matter.found.filled.answer(shown.field, shown.index) or ()
    }
    for key, row in matter.found.attachments.items():
        if key in wanted and row.state == "clean":
            data = files.read(matter.authority_id, row.blob_id)
            file_document(
                authority_id=matter.authority_id,
                case_id=matter.case_id,
                kind="proof",
                title=row.name,
                origin="citizen",
                data=data,
                media_type=row.media_type,
                source_key=f"attachment:{key}",
                now=now(),
            )


@job("site.send_question")
@cases.ends_with_case
def send_question(*, authority_id: UUID, case_id: UUID, question_id: UUID) -> None:
    """Put the question into the mailbox, file it, and say by mail that it waits."""
    matter = _matter(authority_id, case_id)
    if matter is None:
        return
    question = question_of(authority_id, question_id)
    pdf = question_letter(matter.found, question, now())
    with cases.stays(authority_id, case_id):
        _file(matter, "question", _title("question"), "system", pdf, f"question:{question_id}")
    _mail(matter, "question", f"question:{question_id}")


@job("site.remind_of_question")
@cases.ends_with_case
def remind_of_question(*, authority_id: UUID, case_id: UUID, question_id: UUID) -> None:
    """Say by mail that the answer is still missing."""
    if matter := _matter(authority_id, case_id):
        _mail(matter, "question", f"reminder:{question_id}")


@job("site.file_answer")
@cases.ends_with_case
def file_answer(*, authority_id: UUID, case_id: UUID, question_id: UUID) -> None:
    """File what the applicant handed in with the answer."""
    matter = _matter(authority_id, case_id)
    if matter is None:
        return
    with cases.stays(authority_id, case_id):
        for answer in question_of(authority_id, question_id).answers:
            for given in answer.get("documents", []):
                data = files.read(authority_id, UUID(given["id"]))
                file_document(
                    authority_id=authority_id,
                    case_id=case_id,
                    kind="answer",
                    title=given["name"],
                    origin="citizen",
                    data=data,
                    media_type=given["media_type"],
                    source_key=f"answer:{given['id']}",
                    now=now(),
                )


@job("site.send_decision_letter")
@cases.ends_with_case
def send_decision_letter(*, authority_id: UUID, case_id: UUID, decision_id: UUID) -> None:
    """Write the letter, in German and as a convenience copy; the decision leaves with it; say so by mail.

    The letters are set outside any work. Filing and posting them and noting that the decision was sent is one work.
    """
    matter = _matter(authority_id, case_id)
    if matter is None:
        return
    decision = decision_of(authority_id, decision_id)
    is_new = decision.sent_at is None
    letters = decision_letters(matter.found, decision, now()) if is_new else {}
    permit = permit_of(matter.found, decision, now()) if is_new else None
    if cases.deliver_decision(
        authority_id=authority_id,
        case_id=case_id,
        decision_id=decision_id,
        deliver=lambda: _post_decision(matter, decision, letters, permit),
        now=now(),
    ):
        _mail(matter, "decision" if is_decision(decision.outcome) else "message", f"decision:{decision_id}")


def _post_decision(
    matter: Matter, decision: DecisionView, letters: Mapping[str, bytes], permit: tuple[str, bytes] | None
) -> UUID:
    """File letters and permit and put them into the mailbox, inside the open work; gives the German letter."""
    decided = is_decision(decision.outcome)
    called = "decision" if decided else "letter"
    filed = [
        _file(matter, "letter", _title(called, language), "system", pdf, f"{called}:{decision.id}:{language}")
        for language, pdf in letters.items()
    ]
    if permit:
        title, pdf = permit
        filed.append(_file(matter, "permit", title, "system", pdf, f"permit:{decision.id}"))
    post_message(
        authority_id=matter.authority_id,
        key=f"decision:{decision.id}",
        subject_id=matter.submission_id,
        language=matter.found.row.language,
        title=_said(matter, N_("Your application was decided") if decided else N_("We have written to you")),
        body=_said(matter, N_("You find the letter under Documents.")),
        documents=filed,
        now=now(),
    )
    return filed[0]


def note_payment(authority_id: UUID, submission_id: UUID, state: str) -> None:
    """Write into the case's history that the fee came in or went back, once."""
    _note_once(authority_id, submission_id, f"payment_{state}", {}, public=True)


@_ends_with_application
def tell_of_refund(authority_id: UUID, submission_id: UUID, refund_id: UUID) -> None:
    """Say by mail how much goes back in all."""
    matter, payment = (
        _matter(authority_id, _case_of(authority_id, submission_id)),
        payment_of(authority_id, submission_id),
    )
    if matter and payment and payment.refunded_cents:
        _mail(matter, "refunded", f"refunded:{refund_id}", _amount(matter, payment.refunded_cents))


@_ends_with_application
def send_receipt_of_payment(authority_id: UUID, submission_id: UUID) -> None:
    """The receipt of a fee by mail: amount, day and number, once for each time it was paid."""
    matter, payment = (
        _matter(authority_id, _case_of(authority_id, submission_id)),
        payment_of(authority_id, submission_id),
    )
    if matter is None or payment is None or payment.settled is None or payment.state != "paid":
        return
    with speaking(matter.found.row.language):
        day = formats.day(german_day(payment.settled))
    key = f"paid:{payment.id}:{payment.settled.isoformat()}"
    _mail(matter, "paid", key, {**_amount(matter, payment.cents), "day": day})


def _amount(matter: Matter, cents: int) -> dict[str, str]:
    with speaking(matter.found.row.language):
        return {"amount": formats.money(cents)}


@job("site.tell_of_withdrawal")
@cases.ends_with_case
def tell_of_withdrawal(*, authority_id: UUID, case_id: UUID, withdrawal_key: str) -> None:
    """Say by mail that the application was taken back, and when."""
    if matter := _matter(authority_id, case_id):
        with speaking(matter.found.row.language):
            day = formats.day(german_day(now()))
        _mail(matter, "withdrawn", f"withdrawn:{withdrawal_key}", {"day": day})


@job("site.tell_of_reopening")
@cases.ends_with_case
def tell_of_reopening(*, authority_id: UUID, case_id: UUID, reopening_key: str) -> None:
    """Say in the mailbox and by mail that somebody works on the application again."""
    matter = _matter(authority_id, case_id)
    if matter is None:
        return
    with cases.stays(authority_id, case_id):
        post_message(
            authority_id=authority_id,
            key=f"reopened:{reopening_key}",
            subject_id=matter.submission_id,
            language=matter.found.row.language,
            title=_said(matter, N_("We are working on your application again")),
            body=_said(matter, N_("An earlier decision stays in force until you get a new one.")),
            now=now(),
        )
    _mail(matter, "reopened", f"reopened:{reopening_key}")


def tell_of_payment(authority_id: UUID, case_id: UUID, key: str) -> None:
    """Say by mail that something is to be paid; the status page says what."""
    if matter := _matter(authority_id, case_id):
        _mail(matter, "payment", key)


@_ends_with_application
def _note_once(authority_id: UUID, submission_id: UUID, act: str, details: dict[str, str], *, public: bool) -> None:
    """A line in the case's history, unless it stands there already."""
    case_id = _case_of(authority_id, submission_id)
    with work(authority_id):
        if is_noted(authority_id, case_id, act, details):
            return
        cases.note_from_outside(
            authority_id=authority_id,
            case_id=case_id,
            act=act,
            actor=SYSTEM,
            details=details,
            public=public,
            now=now(),
        )


def file_late_proofs(authority_id: UUID, draft_id: UUID) -> None:
    """File what could not be filed with the application; nothing to do for a draft."""
    if submission_id := forms.submission_of_draft(authority_id, draft_id):
        _file_late(authority_id, submission_id)


@_ends_with_application
def _file_late(authority_id: UUID, submission_id: UUID) -> None:
    matter = _matter(authority_id, _case_of(authority_id, submission_id))
    if matter:
        with cases.stays(authority_id, matter.case_id):
            _file_proofs(matter)


def note_infected_proof(authority_id: UUID, draft_id: UUID, attachment_id: UUID) -> None:
    """Write into the case's history that a proof held a virus, once; nothing to do for a draft."""
    submission_id = forms.submission_of_draft(authority_id, draft_id)
    if submission_id is None:
        return
    details = {"attachment_id": str(attachment_id)}
    _note_once(authority_id, submission_id, "proof_infected", details, public=False)


class CaseNotYet(RuntimeError):
    """The case is about to be opened by another job; the queue tries this one again."""


def _case_of(authority_id: UUID, submission_id: UUID) -> UUID:
    case_id = case_of_submission(authority_id, submission_id)
    if case_id is None:
        raise CaseNotYet
    return case_id


def _file(matter: Matter, kind: str, title: str, origin: str, data: bytes, source_key: str) -> UUID:
    return file_document(
        authority_id=matter.authority_id,
        case_id=matter.case_id,
        kind=kind,
        title=title,
        origin=origin,
        data=data,
        media_type="application/pdf",
        source_key=source_key,
        now=now(),
    )


TITLES = {
    "application": N_("Application"),
    "question": N_("Question to the applicant"),
    "decision": N_("Decision letter"),
    "letter": N_("Letter"),
}


def _title(kind: str, language: str = OFFICIAL) -> str:
    """How a document is called on file, in German; a convenience copy names its language."""
    with speaking(OFFICIAL):
        title = _(TITLES[kind])
        return title if language == OFFICIAL else _("{title}, translation ({language})", title=title, language=language)


def _said(matter: Matter, text: str) -> str:
    with speaking(matter.found.row.language):
        return _(text)


def _open_fee(matter: Matter) -> dict[str, str]:
    """What the receipt says of money: the amount in the applicant's notation, and how it is paid."""
    row, payment = matter.found.row, matter.found.form.manifest.payment
    cents = sum(int(fee["cents"]) for fee in matter.found.fees)
    paid = payment_of(matter.authority_id, row.id)
    if cents <= 0 or (payment == "at_submission" and (paid is None or paid.state != "open")):
        return {}
    with speaking(row.language):
        return {"fee": formats.money(cents), "payment": payment}


def _mail(matter: Matter, kind: str, key: str, more: Mapping[str, str] = MappingProxyType({})) -> None:
    """Only a hint with the secret link; nothing of the answers. Without an address the status page has to do."""
    row, authority = matter.found.row, authority_by_id(matter.authority_id)
    if not matter.found.email or authority is None:
        return
    with cases.stays(matter.authority_id, matter.case_id):
        path = reverse("portal:resume", args=[forms.link_token(matter.authority_id, row.id)])
        send_mail(
            authority_id=matter.authority_id,
            key=key,
            to=matter.found.email,
            kind=kind,
            subject_id=row.id,
            language=row.language,
            values={
                "service": matter.found.form.texts(row.language).text("title"),
                "number": matter.number,
                "link": portal_of(authority.slug) + path,
                "authority": authority.name,
                **more,
            },
            now=now(),
        )
