"""A proof from a register: what is asked of whom and why, her consent, what came, her decision; uploading stays open."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import Refused, not_found
from stadttor.forms.definition import Field
from stadttor.forms.ports import Register
from stadttor.forms.queries.retrieved import RetrievalRow, preview_bytes, retrievals, waiting
from stadttor.forms.rules.filled import Shown
from stadttor.forms.services import retrieving
from stadttor.ground.web.addresses import url
from stadttor.ground.web.blocks import Row
from stadttor.ground.web.downloads import file_response
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.portal.journey import Journey
from stadttor.portal.pages.filling import open_here, to_receipt
from stadttor.portal.registers import identity, is_shown, is_simulated, log, register_for, told
from stadttor.portal.ways import TRUST_NAMES

CAME = {
    "nothing": (
        N_("Nothing was added"),
        N_("The register has no such proof about you. Please upload the document."),
    ),
    "away": (
        N_("The register does not answer"),
        N_(
            "Nothing was added, and nothing is lost. Please go on by hand and upload the document, or try it again later."
        ),
    ),
    "unusable": (
        N_("Nothing was added"),
        N_("What the register sent could not be used. Please upload the document."),
    ),
}
"""What came of it where nothing came: said in a title and a text."""


@require_http_methods(["GET", "POST"])
def retrieve(request: Any, draft_id: UUID, proof: str) -> HttpResponse:
    """Her consent, and after it what came. `proof` is the path of the field."""
    journey = open_here(request, draft_id)
    if journey.draft.submission_id:
        return to_receipt(request, journey)
    field, register = _asked_for(journey, proof)
    if request.method == "GET":
        return _shown(request, journey, field, register)
    try:
        return _done(request, journey, field)
    except Refused as error:
        if error.status == 404:
            raise
        return _shown(request, journey, field, register, error)


@require_safe
def retrieved(request: Any, draft_id: UUID, proof: str) -> HttpResponse:
    """What came, to look at before she decides."""
    journey = open_here(request, draft_id)
    field, register = _asked_for(journey, proof)
    authority_id, moment = journey.form.authority_id, journey.now
    here = retrieving.must_be_here(authority_id, draft_id, register, journey.browser, moment)
    since = moment - retrieving.RECENT
    row, data = preview_bytes(authority_id, draft_id, field.path, here.assertion_id, since)
    return file_response(data, row.media_type, row.name)


def _asked_for(journey: Journey, proof: str) -> tuple[Field, Register]:
    field = journey.form.form.fields.get(proof)
    register = register_for(journey, field) if field else None
    if field is None or register is None or not is_shown(journey, field):
        raise not_found()
    return field, register


def _done(request: Any, journey: Journey, field: Field) -> HttpResponse:
    about: dict[str, Any] = {"authority_id": journey.form.authority_id, "now": journey.now}
    draft_id, came = journey.draft.id, ""
    match request.POST.get("choice"):
        case "fetch":
            retrieving.must_have_room(authority_id=journey.form.authority_id, draft=journey.draft, field=field)
            came = retrieving.retrieve(
                draft_id=draft_id,
                field=field,
                purpose=journey.form.texts(OFFICIAL).text("title"),
                authority=request.authority.name,
                consent=request.POST.get("consent") == "yes",
                browser=journey.browser,
                **about,
            )
        case "decline":
            retrieving.decline(draft_id=draft_id, field=field, **about)
        case "add":
            language, browser = journey.language_of_person, journey.browser
            retrieving.add(draft=journey.draft, field=field, language=language, browser=browser, **about)
        case "leave":
            retrieving.throw_away(draft_id=draft_id, path=field.path, **about)
        case _:
            raise not_found()
    here = url("portal:retrieve", draft_id=draft_id, proof=field.path)
    return HttpResponseRedirect(f"{here}?came={came}" if came else _back(journey, field), status=303)


def _shown(
    request: Any, journey: Journey, field: Field, register: Register, error: Refused | None = None
) -> HttpResponse:
    authority_id, draft_id = journey.form.authority_id, journey.draft.id
    asked = [one for one in retrievals(authority_id, draft_id) if one.path == field.path]
    here = identity(journey, register)
    since = journey.now - retrieving.RECENT
    found = waiting(authority_id, draft_id, field.path, here.assertion_id, since) if here else None
    context = {
        "journey": journey,
        "service_title": journey.texts.text("title"),
        "proof": journey.label(Shown(field, field.path, None)),
        "register": register,
        "simulated": is_simulated(),
        "state": "preview" if found else "ask" if here else "low",
        "level": _(TRUST_NAMES[register.level]),
        "told": told(here.person) if here else [],
        "log": log(asked),
        "came": [_(text) for text in CAME.get(request.GET.get("came", ""), ())] if not found else [],
        "says": _says(found),
        "file": url("portal:retrieved", draft_id=draft_id, proof=field.path) if found else "",
        "identify": url("portal:identify", draft_id=draft_id),
        "back": _back(journey, field),
        "error": error,
    }
    response = render(request, "portal/retrieve.html", context, status=error.status if error else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _says(found: RetrievalRow | None) -> list[Row]:
    return [Row(label, value) for label, value in found.says] if found else []


def _back(journey: Journey, field: Field) -> str:
    """To the place of the form where it is uploaded."""
    page = journey.form.form.page_of(field.path)
    return f"{url('portal:page', draft_id=journey.draft.id, page_id=page.id)}#f-{field.path.replace('.', '-')}"
