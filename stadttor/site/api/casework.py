"""For other systems of the authority: what it has adopted, its cases and documents, ask back, decide."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router, Status

from stadttor.cases import ports, queries, services
from stadttor.cases.ports import Choice, Content, Vocabulary
from stadttor.cases.queries import CaseView, Filters
from stadttor.cases.services import Asked
from stadttor.catalog.queries import adoptions
from stadttor.core.refused import Refused
from stadttor.forms import queries as forms
from stadttor.ground.clock import now
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.site.api import schemas
from stadttor.site.api.access import Token, system_of, town_of
from stadttor.site.api.once import Key, call_of, once
from stadttor.site.api.paging import links_after, page_of
from stadttor.site.api.public import PageNumber

READ, WRITE, SERVICES = Token("cases:read"), Token("cases:write"), Token("services:read")
router = Router(tags=["Systems of the authority"])


@router.get("/adoptions", auth=SERVICES, response=schemas.Adoptions)
def adopted(request: HttpRequest, page: PageNumber = 1) -> dict[str, Any]:
    """The packages this authority has adopted, with versions and parameters. Scope `services:read`."""
    return page_of(request, adoptions(town_of(request).id), page)


@router.get("/cases", auth=READ, response=schemas.Cases)
def cases(
    request: HttpRequest,
    state: Annotated[str, Query(max_length=40, description="A state, `any`, or empty for all open ones")] = "",
    service: Annotated[str, Query(max_length=100, description="A service's slug")] = "",
    deadline: Literal["", "late", "soon", "today"] = "",
    sort: Literal["due", "received", "applicant"] = "due",
    descending: bool = False,
    after: Annotated[UUID | None, Query(description="The last case you have: the list goes on behind it")] = None,
) -> dict[str, Any]:
    """The cases of this authority, 25 at a time: follow `links.next` to the end. Scope `cases:read`.

    To look for a name or a number use `POST /api/v1/cases/search`: names do not belong into addresses.
    """
    if "q" in request.GET:
        text = "Names do not belong into addresses. Look for words by POST to /api/v1/cases/search."
        raise Refused("search_in_address", text, status=400, field="q")
    found = _listed(request, Filters("all", state, service, "", deadline, "", sort, descending), after)
    return found | {"links": links_after(request, found["after"])}


@router.post("/cases/search", auth=READ, response=schemas.CasesFound)
def search_cases(request: HttpRequest, body: schemas.CaseSearch) -> dict[str, Any]:
    """Look for cases by words; filters and order as in the list, 25 at a time. Changes nothing. Scope `cases:read`.

    To go on send the same search with `after` set to that of the answer, until it is null.
    """
    filters = Filters("all", body.state, body.service, "", body.deadline, body.words, body.sort, body.descending)
    return _listed(request, filters, body.after)


@router.get("/cases/{uuid:case_id}", auth=READ, response=schemas.CaseOut)
def case(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """A case: answers as JSON and in German words, questions, decisions, notes, history. Scope `cases:read`."""
    with work(town_of(request).id):
        found, content, vocabulary = _opened(request, case_id)
        choices = _choices(found, vocabulary)
        services.note_look(staff=system_of(request), case_id=case_id, now=now())
    own = {name: getattr(found, name) for name in schemas.CaseOut.model_fields if hasattr(found, name)}
    answers = _answers_now(found)
    return own | {
        "language": found.ref.language,
        "answers": answers,
        "pages": content.groups,
        "choices": choices,
    }


@router.get("/cases/{uuid:case_id}/documents", auth=READ, response=schemas.Documents)
def list_documents(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """The documents of a case: handed in, given in answers, filed. Scope `cases:read`."""
    staff, moment = system_of(request), now()
    with work(staff.authority_id):
        found = queries.case_for(staff, case_id, moment)
        services.note_look(staff=staff, case_id=case_id, now=moment)
    return {
        "items": [
            {
                "id": one.id,
                "name": one.name,
                "label": one.label,
                "media_type": one.media_type,
                "size": one.size,
                "source": one.source,
                "at": one.at,
                "content": request.build_absolute_uri(reverse("api:document", args=[case_id, one.id])),
            }
            for one in queries.documents_of(found)
        ]
    }


@router.get("/cases/{uuid:case_id}/documents/{uuid:document_id}", auth=READ, url_name="document")
def document(request: HttpRequest, case_id: UUID, document_id: UUID) -> HttpResponse:
    """The bytes of a document. Scope `cases:read`."""
    staff, moment = system_of(request), now()
    one, data = queries.document_bytes(queries.case_for(staff, case_id, moment), document_id)
    services.note_document(staff=staff, case_id=case_id, document_id=document_id, saved=True, now=moment)
    response = HttpResponse(data, content_type=one.media_type)
    response.headers["Content-Disposition"] = "attachment"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    return response


@router.post("/cases/{uuid:case_id}/questions", auth=WRITE, response={201: schemas.QuestionAsked})
def ask_back(request: HttpRequest, case_id: UUID, body: schemas.NewQuestion, key: Key) -> Status[Any]:
    """Ask the applicant for a document, a corrected answer, or a free question; the clock stands still.

    `version` is that of the case as you read it. Scope `cases:write`.
    """
    staff, moment = system_of(request), now()

    def ask() -> dict[str, str]:
        _found, content, vocabulary = _opened(request, case_id)
        items = _asked(body.items, content, vocabulary)
        asked = services.ask_back(staff=staff, case_id=case_id, version=body.version, items=items, now=moment)
        return {"question_id": str(asked)}

    return Status(201, once(call_of(request, key, body.model_dump(mode="json")), ask, moment).ids)


@router.post("/cases/{uuid:case_id}/decisions", auth=WRITE, response={201: schemas.Decided})
def decide(request: HttpRequest, case_id: UUID, body: schemas.NewDecision, key: Key) -> Status[Any]:
    """Decide a case with the package's building blocks (`choices` of the case). Scope `cases:write`.

    `version` is that of the case as you read it. With a fee that is paid after the decision (`choices.fees`) it makes the claim.
    """
    staff, moment = system_of(request), now()

    def decided() -> dict[str, str]:
        fee = _fee_of(staff, case_id, body)
        chosen = body.model_dump(exclude={"fee_cents"})
        return {"decision_id": str(services.decide(staff=staff, case_id=case_id, now=moment, fee=fee, **chosen))}

    return Status(201, once(call_of(request, key, body.model_dump(mode="json")), decided, moment).ids)


def _listed(request: HttpRequest, filters: Filters, after: UUID | None) -> dict[str, Any]:
    staff, moment = system_of(request), now()
    with work(staff.authority_id):
        found = queries.work_list(staff, filters, after=after, now=moment)
        services.note_list(staff=staff, cases=len(found.rows), now=moment)
    last = found.rows[-1].id if found.has_next else None
    return {"items": found.rows, "total": found.total, "more": found.more, "after": last}


def _opened(request: HttpRequest, case_id: UUID) -> tuple[CaseView, Content, Vocabulary]:
    """The case with its application in German, the official language."""
    system = system_of(request)
    found = queries.case_for(system, case_id, now())
    with work(system.authority_id):
        applications = ports.applications()
        return found, applications.content(found.ref, "de"), applications.vocabulary(found.ref)


def _answers_now(found: CaseView) -> dict[str, Any]:
    """The answers with everything that was said otherwise afterwards."""
    if found.ref.submission_id is None:
        return {}
    row = forms.submission(found.ref.authority_id, found.ref.submission_id)
    return forms.answers_now(found.ref.authority_id, row)


def _fee_of(staff: Staff, case_id: UUID, body: schemas.NewDecision) -> str:
    """As the page takes it. Refused where no fee is asked for: the page shows no field then, and what is sent is not lost."""
    if body.fee_cents is None:
        return ""
    found = queries.case_for(staff, case_id, now())
    if ports.fee_of(found.ref, body.outcome) is None:
        raise Refused("no_fee_asked", "A decision with this outcome asks for no fee here.", field="fee_cents")
    return f"{body.fee_cents // 100},{body.fee_cents % 100:02}"


def _choices(found: CaseView, vocabulary: Vocabulary) -> dict[str, Sequence[Choice] | dict[str, int]]:
    """Inside the open work."""
    fees = {one.key: ports.fee_of(found.ref, one.key) for one in vocabulary.decidable()}
    return {
        "fees": {outcome: cents for outcome, cents in fees.items() if cents is not None},
        "outcomes": vocabulary.decidable(),
        "reasons": vocabulary.reasons,
        "conditions": vocabulary.conditions,
        "evidences": vocabulary.evidences,
        "cautions": vocabulary.cautions,
    }


def _asked(items: Sequence[schemas.Ask], content: Content, vocabulary: Vocabulary) -> list[Asked]:
    """The items with the package's words for documents and fields. Refused for an unknown key."""
    words = {
        "document": {one.key: one.text for one in vocabulary.evidences},
        "field": {row.path: row.label for group in content.groups for row in group.rows},
    }
    asked = []
    for place, item in enumerate(items):
        if item.kind == "question":
            asked.append(Asked(item.key or f"question-{place + 1}", "question", item.text))
            continue
        if item.key not in words[item.kind]:
            raise Refused(
                "unknown_choice", "This text block does not exist in the package.", field=f"items.{place}.key"
            )
        asked.append(Asked(item.key, item.kind, item.text or words[item.kind][item.key]))
    return asked
