"""Handing in an application as JSON, with files, and asking where it stands."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import File, Form, Header, Router, Status
from ninja.files import UploadedFile

from stadttor.cases.queries import status_of
from stadttor.cases.queries.status import CitizenStatus
from stadttor.catalog.queries import AdoptedForm, adopted_form, adopted_revision
from stadttor.core.refused import Refused, not_found
from stadttor.core.trust import Trust
from stadttor.forms import queries as forms
from stadttor.forms.definition import Field
from stadttor.forms.queries import DraftRow, SubmissionRow
from stadttor.forms.rules.filled import Filled
from stadttor.forms.services.attaching import attach, detach
from stadttor.forms.services.drafting import delete_draft
from stadttor.forms.services.submitting import Application
from stadttor.ground.clock import german_day, now
from stadttor.identity.assertions import assertion_of
from stadttor.payments.queries import payment_of
from stadttor.portal.journey import applicant_email, applicant_name
from stadttor.portal.services import accept, fee_rows, must_be_sure_enough, start
from stadttor.site.api import answers, schemas
from stadttor.site.api.access import TokenIfGiven, anybody, caller_of, town_of
from stadttor.site.api.once import Call, Ids, Key, call_of, known, once
from stadttor.site.api.problems import TOO_BIG, Invalid

Secret = Annotated[str, Header(alias="Application-Token", max_length=200, description="The draft's or receipt's token")]
MaybeSecret = Annotated[str, Header(alias="Application-Token", max_length=200, description="The draft's token")]
MOST_BYTES = 21_000_000
anybody_or_system = TokenIfGiven("applications:write")
router = Router(auth=anybody_or_system, tags=["Applications"])


# Files first


@router.post("/drafts", response={201: schemas.DraftOut})
def create_draft(request: HttpRequest, body: schemas.NewDraft, key: Key) -> Status[Any]:
    """A draft, only needed when files belong to the application. It vanishes after 30 days."""
    form = adopted_form(town_of(request).id, body.service)
    call = call_of(request, key, body.model_dump(mode="json"))
    token = call.secret("draft")
    done = once(
        call,
        lambda: {"draft_id": str(start(form=form, token=token, language=body.language, now=now()))},
        now(),
    )
    draft = forms.draft_for(form.authority_id, UUID(done.ids["draft_id"]), token, now())
    return Status(201, {"id": draft.id, "token": token, "expires": draft.expires})


@router.post("/drafts/{uuid:draft_id}/attachments", response={201: schemas.AttachmentOut})
def add_attachment(
    request: HttpRequest,
    draft_id: UUID,
    file: Annotated[UploadedFile, File(description="PDF, JPEG or PNG, as the question accepts")],
    path: Annotated[str, Form(max_length=150, description="The question: `group.field`, without number")],
    key: Key,
    token: Secret,
) -> Status[Any]:
    """A file for a question of the form: checked at once, by its bytes and for viruses. Use its id as the answer."""
    draft = forms.draft_for(town_of(request).id, draft_id, token, now())
    field = _file_field(adopted_revision(town_of(request).id, draft.revision_id), path)
    if (file.size or 0) > min(field.max_mb * 1_000_000, MOST_BYTES):
        raise TOO_BIG
    data = file.read()
    call = call_of(request, key, [path, file.name, hashlib.sha256(data).hexdigest()])
    done = known(call)
    added = UUID(done.ids["attachment_id"]) if done else _attach(draft, field, call, file.name or "", data)
    rows = [row for row in forms.attachments(call.authority_id, draft_id) if row.id == added]
    if not rows:
        raise not_found()
    return Status(201, rows[0])


@router.delete("/drafts/{uuid:draft_id}", response={204: None})
def remove_draft(request: HttpRequest, draft_id: UUID, key: Key, token: Secret) -> Status[None]:
    """Delete a draft with its files, at once and for good."""
    call = call_of(request, key, str(draft_id))
    if known(call) is None:
        draft = forms.draft_for(call.authority_id, draft_id, token, now())
        once(call, lambda: _deleted(draft, call), now())
    return Status(204, None)


def _deleted(draft: DraftRow, call: Call) -> Ids:
    delete_draft(authority_id=call.authority_id, draft_id=draft.id, now=now())
    return {"draft_id": str(draft.id)}


def _file_field(form: AdoptedForm, path: str) -> Field:
    field = form.form.fields.get(path)
    if field is None or field.type != "file":
        raise Refused("unknown_question", "This form has no question for files at {path}.", field="path", path=path)
    return field


def _attach(draft: DraftRow, field: Field, call: Call, name: str, data: bytes) -> UUID:
    """The file is examined outside any transaction; of two equal calls at the same moment one file stays."""
    added = attach(
        authority_id=call.authority_id,
        draft_id=draft.id,
        path=field.path,
        name=name[:300],
        data=data,
        accept=field.accept,
        max_mb=field.max_mb,
        now=now(),
    )
    done = once(call, lambda: {"attachment_id": str(added)}, now())
    kept = UUID(done.ids["attachment_id"])
    if kept != added:
        detach(authority_id=call.authority_id, draft_id=draft.id, attachment_id=added, now=now())
    return kept


# The application


@router.post("/services/{slug}/applications", response={201: schemas.Receipt})
def hand_in(
    request: HttpRequest, slug: str, body: schemas.NewApplication, key: Key, token: MaybeSecret = ""
) -> Status[Any]:
    """Hand in an application with answers of the form of the service's schema.

    Refused with every problem at once. A fee due at submission is paid on the applicant's own page.
    With a token of scope `applications:write` it stands in the history under the system's name.
    """
    call = call_of(request, key, [slug, body.model_dump(mode="json")])
    done = known(call) or once(call, lambda: _accepted(request, slug, body, call, token), now())
    secret = call.secret("receipt")
    row = forms.submission_for(call.authority_id, UUID(done.ids["submission_id"]), secret)
    return Status(201, _receipt(request, row, secret, body.answers))


def _accepted(request: HttpRequest, slug: str, body: schemas.NewApplication, call: Call, token: str) -> Ids:
    draft = forms.draft_for(call.authority_id, body.draft, token, now()) if body.draft else None
    form = _form(call, slug, draft).for_answers(body.answers)
    moment = now()
    filled = Filled(form.form, body.answers, form.parameters, german_day(moment))
    files = {str(row.id): row for row in forms.attachments(call.authority_id, draft.id if draft else None)}
    found = answers.problems_of(filled, files)
    if found:
        text = "Some answers are still missing or wrong. `errors` lists them all."
        raise Invalid("incomplete", text, answers.details(form, found, _language(request)))
    application = replace(
        _application(form, filled, body.language, caller_of(request).system is not None),
        trust=_trust_of(call.authority_id, draft),
    )
    if caller_of(request).system is None:
        must_be_sure_enough(form, application.trust)
    _refuse_another_price(body.total_cents, _total(application.fees))
    accepted = accept(
        form=form,
        application=application,
        key=f"draft:{draft.id}" if draft else f"api:{call.id}",
        token=call.secret("receipt"),
        randomness=os.urandom(16),
        now=moment,
        draft_id=draft.id if draft else None,
        actor=call.caller.actor(),
    )
    if accepted.again:
        raise _sent_already()
    return {"submission_id": str(accepted.submission_id)}


def _form(call: Call, slug: str, draft: DraftRow | None) -> AdoptedForm:
    """The service as offered now, or as it was when the draft began. Only systems hand in what is not online."""
    if draft is not None:
        if draft.service != slug:
            raise not_found()
        if draft.submission_id:
            raise _sent_already()
        return adopted_revision(call.authority_id, draft.revision_id)
    form = adopted_form(call.authority_id, slug)
    if "online" not in form.manifest.channels and call.caller.system is None:
        raise Refused("not_online", "This service cannot be applied for online.", status=409)
    return form


def _sent_already() -> Refused:
    return Refused("already_submitted", "This draft was handed in already, by another call.", status=409)


def _trust_of(authority_id: UUID, draft: DraftRow | None) -> Trust:
    """How surely it is known who filled in the draft: as a sign-in on its pages said it."""
    said = assertion_of(authority_id, draft.id if draft else None)
    return said.level if said else "none"


def _application(form: AdoptedForm, filled: Filled, language: str, by_system: bool) -> Application:
    return Application(
        service=form.slug,
        adoption_id=form.adoption_id,
        revision_id=form.revision_id,
        answers=filled.clean(),
        fees=fee_rows(form, filled),
        language=language,
        email=applicant_email(filled),
        applicant=applicant_name(filled),
        channel="api" if by_system else "online",
    )


def _refuse_another_price(seen: int | None, cents: int) -> None:
    if seen not in (None, cents):
        raise Refused(
            "price_changed",
            "This application costs {cents} cents by now. Show this to the applicant, then send it again.",
            status=409,
            cents=cents,
        )


def _total(fees: Sequence[Mapping[str, Any]]) -> int:
    """Cents; reductions end at nothing."""
    return max(0, sum(int(fee["cents"]) for fee in fees))


def _receipt(request: HttpRequest, row: SubmissionRow, secret: str, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "received": row.received,
        "token": secret,
        "status": request.build_absolute_uri(reverse("api:status", args=[row.number])),
        "page": request.build_absolute_uri(reverse("portal:resume", args=[secret])),
        "fees": row.fees,
        "total_cents": _total(row.fees),
        "payment": adopted_revision(town_of(request).id, row.revision_id).manifest.payment,
        "not_taken": answers.not_taken(given, row.answers),
    }


def _language(request: HttpRequest) -> str:
    language: str = request.language  # type: ignore[attr-defined]  # set by our middleware
    return language


# The status


@router.get("/applications/{number}", auth=anybody, response=schemas.Status, url_name="status")
def status(request: HttpRequest, response: HttpResponse, number: str, token: Secret) -> dict[str, Any]:
    """Where an application stands, for whoever has its number and token."""
    authority_id = town_of(request).id
    opened = forms.what_opens(authority_id, token, now())
    if opened is None or opened[0] != "submission":
        raise not_found()
    row = forms.submission_for(authority_id, opened[1], token)
    if row.number != number.strip().upper():
        raise not_found()
    payment = payment_of(authority_id, row.id)
    return _status(row, status_of(authority_id, row.id)) | {
        "title": adopted_revision(authority_id, row.revision_id).texts(_language(request)).text("title"),
        "payment": {"cents": payment.cents, "state": payment.state} if payment else None,
    }


def _status(row: SubmissionRow, found: CitizenStatus | None) -> dict[str, Any]:
    """A case is opened moments after the receipt; until then the application is received."""
    question = found.open_question if found else None
    return {
        "number": row.number,
        "service": row.service,
        "state": found.state if found else "received",
        "received": row.received,
        "due": found.due if found else None,
        "outcome": found.outcome if found else "",
        "sent_at": found.sent_at if found else None,
        "question": question,
        "steps": found.events if found else [],
    }
