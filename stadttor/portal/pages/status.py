"""The status of an application: receipt, what happens now, open question, messages, documents, payment, withdrawal."""

import os
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadttor.cases import queries as cases
from stadttor.cases import services as case_services
from stadttor.cases.queries.permits import permit_of
from stadttor.cases.queries.status import CitizenStatus
from stadttor.cases.queries.tags import tags_of
from stadttor.catalog.queries import AdoptedForm, adopted_revision
from stadttor.catalog.rules.texts import Texts
from stadttor.citizens.browser import account_hint, citizen_here
from stadttor.citizens.queries import Citizen, account_is_there
from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import Refused, not_found
from stadttor.forms import queries as forms
from stadttor.forms.queries import SubmissionRow
from stadttor.forms.queries.retrieved import retrievals
from stadttor.forms.rules.amending import Again
from stadttor.forms.services.attaching import discard
from stadttor.ground.actor import CITIZEN
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.downloads import file_response, spooled_response
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.ground.work import work
from stadttor.identity.issuing.queries import can_offer, taken
from stadttor.insights.queries.inviting import place
from stadttor.notices.queries import DeliveryRow, MessageRow, in_account, messages_for
from stadttor.notices.services import mark_read, note_opened
from stadttor.payments.queries import LeftOver, PaymentRow, left_over, payment_of
from stadttor.payments.services import try_to_pay
from stadttor.portal import access, services
from stadttor.portal.addresses import absolute
from stadttor.portal.asked import Asking
from stadttor.portal.pages import feedback
from stadttor.portal.registers import log
from stadttor.portal.steps import steps_of, what_next
from stadttor.privacy.services import export_application
from stadttor.records import queries as records
from stadttor.tenancy.queries import handled_by

PUBLIC_KINDS = frozenset({"letter", "permit", "summary", "application"})


@require_safe
def status(request: Any, submission_id: UUID) -> HttpResponse:
    """Where the application stands, in plain words."""
    return _show(request, _open(request, submission_id), None)


@require_POST
def pay(request: Any, submission_id: UUID) -> HttpResponse:
    """Go to the payment service; it comes back to the status page."""
    row = _open(request, submission_id)
    found = cases.status_of(request.authority.id, row.id)
    if found is not None and found.got_nothing:
        raise Refused("fee_falls_away", N_("Your application has ended. You do not have to pay."), status=409)
    target = try_to_pay(
        authority_id=request.authority.id,
        subject_id=row.id,
        key=os.urandom(12).hex(),
        return_to=reverse("portal:status", args=[row.id]),
        now=now(),
    )
    return HttpResponseRedirect(target)


@require_POST
def answer(request: Any, submission_id: UUID, question_id: UUID) -> HttpResponse:
    """Answer what the town hall asked: fields of the form, texts and files. The same again is the same answer."""
    row = _open(request, submission_id)
    found = cases.status_of(request.authority.id, row.id)
    question = next((one for one in found.questions if one.id == question_id), None) if found else None
    if found is None or question is None:
        raise not_found()
    form = adopted_revision(request.authority.id, row.revision_id)
    asking = Asking(row, form, question.items, request.language, now(), by_herself=True)
    again = asking.again(dict(request.POST.lists()))
    if again.problems and question.is_open:
        return _show(request, row, None, again)
    kept: list[UUID] = []
    try:
        said = asking.read(question, again, request.POST, dict(request.FILES.lists()), kept)
        is_new = services.answer(
            row=row,
            form=form,
            case_id=found.ref.case_id,
            question_id=question_id,
            said=said,
            actor=CITIZEN,
            now=now(),
        )
    except Refused as error:
        discard(authority_id=request.authority.id, blob_ids=kept)
        return _show(request, row, error, again)
    if not is_new:
        discard(authority_id=request.authority.id, blob_ids=kept)
    return HttpResponseRedirect(reverse("portal:status", args=[row.id]) + "?answer=received")


@require_http_methods(["GET", "POST"])
def withdraw(request: Any, submission_id: UUID) -> HttpResponse:
    """Take the application back after asking once."""
    row = _open(request, submission_id)
    case_id = cases.case_of_submission(request.authority.id, row.id)
    if case_id is None:
        raise not_found()
    if request.method == "GET":
        effects = _ends_with_it(request.authority.id, case_id)
        return render(request, "portal/withdraw.html", {"row": row, "effects": effects})
    case_services.withdraw(authority_id=request.authority.id, case_id=case_id, actor=CITIZEN, now=now())
    return HttpResponseRedirect(reverse("portal:status", args=[row.id]))


def _ends_with_it(authority_id: UUID, case_id: UUID) -> list[str]:
    """What an earlier decision brought: it ends with the application."""
    permit, taken_at = permit_of(authority_id, case_id), taken(authority_id, case_id)
    ends = [_("Your permit ends with it, from today on.")] if permit and permit.may_end(german_day(now())) else []
    if taken_at and taken_at.counts(now()):
        ends.append(_("What you took into your wallet does not count there any more."))
    return ends


@require_safe
def document(request: Any, submission_id: UUID, document_id: UUID) -> HttpResponse:
    """A letter, or the summary of the application, as PDF."""
    row = _open(request, submission_id)
    found = [one for one in documents_of(request.authority.id, row) if one.id == document_id]
    if not found:
        raise not_found()
    citizen = citizen_here(request)
    held = [one for one in _in_account(request, row) if document_id in one.documents]
    if not _is_hers(citizen, held):
        return HttpResponseRedirect(url("account:sign_in") + "?why=again")
    one, data = records.document_bytes(request.authority.id, document_id)
    # Only what she has got in her hands counts, and only the letter that counts: no translation, no permit.
    if (
        held
        and citizen
        and request.method == "GET"
        and one.kind == "letter"
        and one.source_key.endswith(f":{OFFICIAL}")
    ):
        _note_opened(held[0], citizen)
    return file_response(data, one.media_type, f"{one.title}.pdf")


@require_POST
def export(request: Any, submission_id: UUID) -> HttpResponseBase:
    """Everything that is stored about the application, as ZIP (Art. 15 and 20 GDPR)."""
    row = _open(request, submission_id)
    if not _is_hers(citizen_here(request), _in_account(request, row)):
        return HttpResponseRedirect(url("account:sign_in") + "?why=again")
    file = export_application(
        authority_id=request.authority.id, submission_id=row.id, language=request.language, now=now()
    )
    return spooled_response(file, "application/zip", f"{row.number}.zip")


def _in_account(request: Any, row: SubmissionRow) -> list[DeliveryRow]:
    """The decisions that only an account opens: with the account she deleted hers; then the link opens them as all else."""
    found = in_account(request.authority.id, row.id)
    return [one for one in found if account_is_there(request.authority.id, one.account_id)]


def _is_hers(citizen: Citizen | None, held: Sequence[DeliveryRow]) -> bool:
    """Whether she is signed in to the account these decisions were put into: a link alone, or an account that somebody made
    with the link, does not show who she is.
    """
    return not held or (citizen is not None and {one.account_id for one in held} == {citizen.account_id})


def _note_opened(one: DeliveryRow, citizen: Citizen) -> None:
    note_opened(
        authority_id=citizen.authority_id, decision_id=one.decision_id, account_id=citizen.account_id, now=now()
    )


def _open(request: Any, submission_id: UUID) -> SubmissionRow:
    if request.authority is None:
        raise not_found()
    row = forms.submission_for(request.authority.id, submission_id, access.token_of(request, submission_id))
    request.trial = row.is_test
    return row


def _place(error: Refused | None, found: CitizenStatus | None) -> str:
    """The HTML id of the control an explanation belongs to: a file, a text, else the question as a whole."""
    if error is None or error.field is None or found is None or found.open_question is None:
        return "question"
    kinds = {str(item["key"]): item["kind"] for item in found.open_question.items}
    if error.field in kinds:
        before = {"document": "file-", "field": ""}.get(kinds[error.field], "text-")
        return f"f-{before}{error.field}".replace(".", "-")
    return "f-" + error.field.replace(".", "-")


def documents_of(authority_id: UUID, row: SubmissionRow) -> list[records.DocumentRow]:
    """What the applicant may see of the file: the summary and what was sent to her."""
    case_id = cases.case_of_submission(authority_id, row.id)
    if case_id is None:
        return []
    return [one for one in records.documents(authority_id, case_id) if one.kind in PUBLIC_KINDS]


def described(one: records.DocumentRow, language: str) -> dict[str, Any]:
    """A document as the applicant reads it: what it is, and that the German letter alone counts."""
    title = _("Summary of your application")
    if one.kind == "letter":
        title = _letter_title(one.source_key, language)
    if one.kind == "permit":
        title = one.title
    return {"id": one.id, "title": title, "size": one.size}


def _letter_title(source_key: str, language: str) -> str:
    """`source_key` is `decision:<id>:<language>`, or `letter:…` where nothing was decided."""
    is_copy = source_key.rpartition(":")[2] not in ("de", "")
    if source_key.startswith("letter:"):
        return _("Translation of the letter") if is_copy else _("Letter (German)") if language != "de" else _("Letter")
    if is_copy:
        return _("Translation of the decision")
    return _("Decision (German)") if language != "de" else _("Decision")


def _fees(form: AdoptedForm, fees: Sequence[Mapping[str, Any]], texts: Texts) -> list[dict[str, Any]]:
    """The lines of the fee as the applicant reads them."""
    known = {item.id: texts.text(f"fees.{item.text}", item.text) for item in form.fees}
    return [{"label": known.get(fee["id"], fee["text"]), "cents": fee["cents"]} for fee in fees]


def _paid_elsewhere(form: AdoptedForm, row: SubmissionRow) -> int:
    """Cents that are owed but not paid on this page."""
    if form.manifest.payment not in ("at_counter", "after_decision"):
        return 0
    return max(0, sum(int(fee["cents"]) for fee in row.fees))


def _left(found: CitizenStatus | None, form: AdoptedForm, payment: PaymentRow | None) -> LeftOver:
    """What becomes of a fee that was paid for nothing, as letter and desk say it too."""
    if found is None or payment is None or not found.got_nothing:
        return ""
    refused = found.state != "withdrawn"
    return left_over(
        payment.state, kept=payment.kept is not None, refused=refused, refunds_refusals=form.refunds_refusals
    )


def _show(request: Any, row: SubmissionRow, error: Refused | None, again: Again | None = None) -> HttpResponse:
    authority_id = request.authority.id
    with work(authority_id):
        found = cases.status_of(authority_id, row.id)
        payment, messages = payment_of(authority_id, row.id), messages_for(authority_id, row.id)
        documents = documents_of(authority_id, row) if found else []
    form = adopted_revision(authority_id, row.revision_id).for_answers(row.answers)
    texts = form.texts(request.language)
    got_nothing = found is not None and found.got_nothing
    items = found.open_question.items if found and found.open_question else ()
    asking = Asking(row, form, items, request.language, now(), by_herself=True) if items else None
    status_code = error.status if error else 422 if again and again.problems else 200
    context = {
        "row": row,
        "title": texts.text("title"),
        "handled": handled_by(authority_id, form.slug, german_day(now())),
        "next": what_next(found, form, texts),
        "status": found,
        "got_nothing": got_nothing,
        "asked": asking.drawn(again, request.POST, error) if asking else (),
        "answered": _answered(found, row, form, request.language) if found else (),
        "fees": _fees(form, payment.items if payment else row.fees, texts),
        "pay_elsewhere": _paid_elsewhere(form, row) if not got_nothing and not (found and found.outcome) else 0,
        "pays": form.manifest.payment,
        "steps": steps_of(found, row, texts, None if got_nothing and payment and payment.state == "open" else payment),
        "outcome": texts.text(f"outcomes.{found.outcome}") if found and found.outcome else "",
        "payment": payment,
        "left": _left(found, form, payment),
        "messages": messages,
        "documents": [described(one, row.language) for one in documents],
        **_permit(found, row, form),
        "link": absolute(request, reverse("portal:resume", args=[access.token_of(request, row.id)])),
        "error": error,
        "error_at": _place(error, found),
        "wrong": asking.told(again) if asking and again else (),
        "just_received": found is None or found.state == "received",
        "registers": log(retrievals(authority_id, row.draft_id)),
        "feedback": feedback.asked(request, row.id, row.service),
        "opinion": _opinion(authority_id, row, found),
        "account": account_hint(request, row.id),
    }
    response = render(request, "portal/status.html", context, status=status_code)
    if request.method != "HEAD":
        _mark_read(authority_id, row.id, messages)
    return response


def _opinion(authority_id: UUID, row: SubmissionRow, found: CitizenStatus | None) -> str:
    """Where she says how it was, once the decision reached her; nothing for a trial."""
    if row.is_test or found is None or not found.outcome or not found.sent_at:
        return ""
    return place(authority_id, row.service, row.channel, True, german_day(found.sent_at), today=german_day(now()))


def _answered(found: CitizenStatus, row: SubmissionRow, form: AdoptedForm, language: str) -> list[dict[str, Any]]:
    """The questions that are over, newest first, with what was answered or that it is asked no more."""
    return [
        {
            "at": one.answered_at or one.withdrawn_at,
            "is_withdrawn": one.answered_at is None,
            "rows": Asking(row, form, one.items, language, one.answered_at or row.received).answered(one),
        }
        for one in found.questions
        if not one.is_open
    ]


def _permit(found: CitizenStatus | None, row: SubmissionRow, form: AdoptedForm) -> dict[str, bool]:
    """Whether there is a permit, or a tag, and whether it, or another credential, can be taken into a wallet."""
    if found is None or not found.outcome:
        return {"has_permit": False, "has_tags": False, "may_take": False}
    authority_id, case_id = form.authority_id, found.ref.case_id
    has_permit = permit_of(authority_id, case_id) is not None
    may_be = has_permit or form.content.credential is not None
    may_take = may_be and can_offer(authority_id, case_id, row.service, now())
    return {"has_permit": has_permit, "has_tags": bool(tags_of(authority_id, case_id)), "may_take": may_take}


def _mark_read(authority_id: UUID, subject_id: UUID, shown: list[MessageRow]) -> None:
    """The page shows messages in full: who has seen it has read them. The first time counts."""
    unread = [one.id for one in shown if one.read_at is None]
    if unread:
        with work(authority_id):
            for message_id in unread:
                mark_read(authority_id=authority_id, subject_id=subject_id, message_id=message_id, now=now())
