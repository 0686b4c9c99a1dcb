"""Jobs that carry a case's facts to the applicant and into the file. Each names its own key, so repeating adds nothing.

What is written is written while the case stays (`stays`); a job whose case was deleted meanwhile is done.
"""

from collections.abc import Mapping
from uuid import UUID

from stadttor.cases import services as cases
from stadttor.cases.queries import DecisionView, case_row, decision_of, question_of
from stadttor.core.languages import OFFICIAL
from stadttor.core.outcomes import is_decision
from stadttor.forms import queries as forms
from stadttor.ground import files
from stadttor.ground.clock import now
from stadttor.ground.files import FileRef
from stadttor.ground.jobs import job
from stadttor.ground.web import formats
from stadttor.ground.web.language import N_, _, speaking
from stadttor.notices.services import post_message
from stadttor.payments.queries import payment_of
from stadttor.payments.services.claiming import claim_for
from stadttor.records.queries import is_filed
from stadttor.records.services import file_document, open_file, put
from stadttor.site.decided_fees import asks_for_money
from stadttor.site.delivering import send_on_its_way, send_plainly
from stadttor.site.handing_over import hand_over_received
from stadttor.site.letters import decision_letters, permit_of, question_letter, summary_letter
from stadttor.site.matter import Matter, case_known, ends_with_application, mail, matter_of, note_once, said, title_in
from stadttor.site.opinions import opinion_address
from stadttor.site.permits import keep_permit
from stadttor.site.tags import keep_tags

BODIES = {
    "": N_("You find the letter under Documents."),
    "post": N_("The letter comes to you by post. Under Documents you find a copy."),
    "counter": N_("Please come to the town hall: there we give you the letter. Under Documents you find a copy."),
    "account": N_("The letter lies in your account. Please sign in and open it under Documents."),
}
"""What the message on the status page says, by the lawful way of the decision."""
SUMMARY = "summary"
"""The source key of the application as it was sent."""


@job("site.file_application")
@cases.ends_with_case
def file_application(*, authority_id: UUID, case_id: UUID) -> None:
    """File the application as it was sent as PDF, with its proofs, and send the receipt."""
    matter = matter_of(authority_id, case_id, as_sent=True)
    if matter is None:
        return
    moment = now()
    summary = None
    if not is_filed(authority_id, case_id, SUMMARY):
        summary = _put(matter, summary_letter(matter.found, matter.found.row.language, moment))
    proofs = _put_proofs(matter)
    with cases.stays(authority_id, case_id):
        open_file(authority_id=authority_id, case_id=case_id, number=matter.number, title=matter.title, now=moment)
        if summary:
            _file(matter, "application", _title("application"), "citizen", summary, SUMMARY)
        _file_copies(matter, "proof", proofs)
    mail(matter, "receipt", f"receipt:{case_id}", _open_fee(matter))
    # Anew: the virus scanner may have finished while the letter was set, and `_file_late` waited for the letter.
    if fresh := matter_of(authority_id, case_id, as_sent=True):
        _file_and_hand_over(fresh)


def _put_proofs(matter: Matter) -> dict[str, tuple[str, FileRef]]:
    """Copies for the file of the proofs that can be filed and are not yet, with their titles, by where they came from."""
    return {
        source: (row.name, _put(matter, files.read(matter.authority_id, row.blob_id), row.media_type))
        for key, row in _proofs(matter)
        if not is_filed(matter.authority_id, matter.case_id, source := f"attachment:{key}")
    }


def _proofs(matter: Matter) -> list[tuple[str, forms.AttachmentRow]]:
    """What the answers still name and no virus is in."""
    wanted = {
        one
        for page in matter.found.filled.pages
        for shown in matter.found.filled.shown(page)
        if shown.field.type == "file"
        for one in matter.found.filled.answer(shown.field, shown.index) or ()
    }
    return [one for one in matter.found.attachments.items() if one[0] in wanted and one[1].state == "clean"]


def _file_copies(matter: Matter, kind: str, copies: Mapping[str, tuple[str, FileRef]]) -> None:
    for source, (title, kept) in copies.items():
        _file(matter, kind, title, "citizen", kept, source)


@job("site.send_question")
@cases.ends_with_case
def send_question(*, authority_id: UUID, case_id: UUID, question_id: UUID) -> None:
    """Put the question into the mailbox, file it, and say by mail that it waits; nothing of it where nobody needs to answer."""
    matter = matter_of(authority_id, case_id)
    if matter is None or not _is_needed(matter, question_id):
        return
    letter = None
    if not is_filed(authority_id, case_id, f"question:{question_id}"):
        letter = _put(matter, question_letter(matter.found, question_of(authority_id, question_id), now()))
    with cases.stays(authority_id, case_id):
        # Anew: she may have taken the application back while the letter was set.
        if not _is_needed(matter, question_id):
            return
        if letter:
            filed = _file(matter, "question", _title("question"), "system", letter, f"question:{question_id}")
            send_plainly(matter, question_id, [filed], now())
        mail(matter, "question", f"question:{question_id}")


@job("site.remind_of_question")
@cases.ends_with_case
def remind_of_question(*, authority_id: UUID, case_id: UUID, question_id: UUID) -> None:
    """Say by mail that the answer is still missing, if it is."""
    if matter := matter_of(authority_id, case_id):
        with cases.stays(authority_id, case_id):
            if _is_needed(matter, question_id) and question_of(authority_id, question_id).is_open:
                mail(matter, "question", f"reminder:{question_id}")


def _is_needed(matter: Matter, question_id: UUID) -> bool:
    """Whether the town hall asked for the answer to the end: not when it took the question back, or she her application.

    A withdrawal ends open questions without an answer, which they keep when the case is opened again.
    """
    asked = question_of(matter.authority_id, question_id)
    if asked.withdrawn_at or (asked.answered_at and not asked.answers):
        return False
    return case_row(matter.authority_id, matter.case_id).state != "withdrawn"


@job("site.file_answer")
@cases.ends_with_case
def file_answer(*, authority_id: UUID, case_id: UUID, question_id: UUID) -> None:
    """File what the applicant handed in with the answer."""
    matter = matter_of(authority_id, case_id)
    if matter is None:
        return
    answers = question_of(authority_id, question_id).answers
    given = {f"answer:{one['id']}": one for answer in answers for one in answer.get("documents", [])}
    copies = {
        source: (one["name"], _put(matter, files.read(authority_id, UUID(one["id"])), one["media_type"]))
        for source, one in given.items()
        if not is_filed(authority_id, case_id, source)
    }
    with cases.stays(authority_id, case_id):
        _file_copies(matter, "answer", copies)


@job("site.send_decision_letter")
@cases.ends_with_case
def send_decision_letter(*, authority_id: UUID, case_id: UUID, decision_id: UUID) -> None:
    """Write the letter, in German and as a convenience copy; the decision leaves with it; say so by mail.

    The letters are set and their bytes kept outside any work. Filing and posting them and noting that the decision was
    sent is one work.
    """
    matter = matter_of(authority_id, case_id)
    if matter is None:
        return
    decision = decision_of(authority_id, decision_id)
    is_new = decision.sent_at is None
    letters = _put_letters(matter, decision) if is_new else {}
    permit = _put_permit(matter, decision) if is_new else None
    if cases.deliver_decision(
        authority_id=authority_id,
        case_id=case_id,
        decision_id=decision_id,
        deliver=lambda: _post_decision(matter, decision, letters, permit),
        now=now(),
    ):
        kind, asked = ("decision", _opinion(matter, decision)) if is_decision(decision.outcome) else ("message", {})
        mail(matter, kind, f"decision:{decision_id}", asked)


def _opinion(matter: Matter, decision: DecisionView) -> dict[str, str]:
    """Where she says how it was; tried again in another month it is still the code of the letter."""
    at = decision.sent_at or now()
    address = opinion_address(matter.found, matter.found.row.language, at, is_decided=True)
    return {"opinion": address} if address else {}


def _put_letters(matter: Matter, decision: DecisionView) -> dict[str, FileRef]:
    form, asks = matter.found.form, asks_for_money(matter.found, decision.outcome, decision.fee_cents)
    # What is assessed has its number since it was decided; where nothing is owed there is none.
    if form.content.assessment is None and asks and not matter.found.row.is_test:
        claim_for(authority_id=matter.authority_id, decision_id=decision.id, now=now())
    letters = decision_letters(matter.found, decision, now())
    return {language: _put(matter, pdf) for language, pdf in letters.items()}


def _put_permit(matter: Matter, decision: DecisionView) -> tuple[str, FileRef] | None:
    permit = permit_of(matter.found, decision, now())
    return (permit[0], _put(matter, permit[1])) if permit else None


def _post_decision(
    matter: Matter, decision: DecisionView, letters: Mapping[str, FileRef], permit: tuple[str, FileRef] | None
) -> UUID:
    """File letters and permit and put them into the mailbox, inside the open work; gives the German letter."""
    decided = is_decision(decision.outcome)
    called = "decision" if decided else "letter"
    filed = [
        _file(matter, "letter", _title(called, language), "system", pdf, f"{called}:{decision.id}:{language}")
        for language, pdf in letters.items()
    ]
    if permit:
        title, kept = permit
        filed.append(_file(matter, "permit", title, "system", kept, f"permit:{decision.id}"))
    keep_permit(matter, decision)
    keep_tags(matter, decision)
    moment = now()
    begun = (matter, decision, filed, moment)
    channel = send_on_its_way(*begun) if decided else send_plainly(matter, decision.id, filed, moment)
    post_message(
        authority_id=matter.authority_id,
        key=f"decision:{decision.id}",
        subject_id=matter.submission_id,
        language=matter.found.row.language,
        title=said(matter, N_("Your application was decided") if decided else N_("We have written to you")),
        body=said(matter, BODIES[channel]),
        documents=filed,
        now=moment,
    )
    return filed[0]


def file_late_proofs(authority_id: UUID, draft_id: UUID) -> None:
    """File what could not be filed with the application; nothing to do for a draft."""
    if submission_id := forms.submission_of_draft(authority_id, draft_id):
        _file_late(authority_id, submission_id)


@ends_with_application
def _file_late(authority_id: UUID, submission_id: UUID) -> None:
    if matter := matter_of(authority_id, case_known(authority_id, submission_id)):
        _file_and_hand_over(matter)


def _file_and_hand_over(matter: Matter) -> None:
    """Whoever comes last, the proofs or the application as it was sent, hands over."""
    if proofs := _put_proofs(matter):
        with cases.stays(matter.authority_id, matter.case_id):
            _file_copies(matter, "proof", proofs)
    if is_filed(matter.authority_id, matter.case_id, SUMMARY):
        hand_over_received(matter)


def note_infected_proof(authority_id: UUID, draft_id: UUID, attachment_id: UUID) -> None:
    """Write into the case's history that a proof held a virus, once; nothing to do for a draft."""
    submission_id = forms.submission_of_draft(authority_id, draft_id)
    if submission_id is None:
        return
    details = {"attachment_id": str(attachment_id)}
    note_once(authority_id, submission_id, "proof_infected", details, public=False)
    _file_late(authority_id, submission_id)


def _put(matter: Matter, data: bytes, media_type: str = "application/pdf") -> FileRef:
    return put(authority_id=matter.authority_id, data=data, media_type=media_type)


def _file(matter: Matter, kind: str, title: str, origin: str, kept: FileRef, source_key: str) -> UUID:
    return file_document(
        authority_id=matter.authority_id,
        case_id=matter.case_id,
        kind=kind,
        title=title,
        origin=origin,
        kept=kept,
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
        return title_in(_(TITLES[kind]), language)


def _open_fee(matter: Matter) -> dict[str, str]:
    """What the receipt says of money: the amount in the applicant's notation, and how it is paid."""
    row, payment = matter.found.row, matter.found.form.manifest.payment
    cents = sum(int(fee["cents"]) for fee in matter.found.fees)
    paid = payment_of(matter.authority_id, row.id)
    if cents <= 0 or (payment == "at_submission" and (paid is None or paid.state != "open")):
        return {}
    with speaking(row.language):
        return {"fee": formats.money(cents), "payment": payment}
