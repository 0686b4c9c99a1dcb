"""A colleague enters an application for the person before her, on the telephone or in a letter: begun, sent, printed.

In between it is the form of the citizens (`portal/pages/filling.py`), with the same checks.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.cases.queries import CaseView, case_for, case_of_submission, withheld
from stadttor.cases.queries.permits import permit_of
from stadttor.cases.queries.tags import tags_of
from stadttor.catalog import queries as catalog
from stadttor.core.languages import LANGUAGES, OFFICIAL
from stadttor.core.refused import Refused, not_found
from stadttor.forms.queries import DraftRow, submission
from stadttor.forms.queries.entries import EntryRow, entered_draft, open_entries
from stadttor.forms.rules.formats import is_date
from stadttor.forms.services.entering import CHANNELS, IDENTITY_DOCUMENTS, CameIn, start_entry
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.downloads import file_response
from stadttor.ground.web.language import N_, _, language_name, speaking
from stadttor.ground.web.render import render
from stadttor.ground.work import work
from stadttor.identity.guards import require_role
from stadttor.portal import entered as words
from stadttor.portal.access import new_token
from stadttor.portal.again import ACTS, TAG_ACTS, prefilled, prefilled_by_tag
from stadttor.site.applications import submitted
from stadttor.site.counter import owed
from stadttor.site.letters import summary_to_sign

TO_PRINT = timedelta(hours=1)
"""How long whoever entered it prints the summary though the case is not open to her."""
OPEN, MASKED, SECRET = "", "masked", "secret"


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def entries(request: Any) -> HttpResponse:
    """Begin an application for somebody, or go on with one that was begun."""
    if request.method == "GET":
        return _page(request, None)
    try:
        draft_id, page_id = _start(request)
    except Refused as error:
        if error.field is None:
            raise
        return _page(request, error)
    return HttpResponseRedirect(reverse("portal:page", args=[draft_id, page_id]))


def _start(request: Any) -> tuple[UUID, str]:
    """Begin it; gives the draft and the first page of its form."""
    form, answers = _prefilled(request) if request.POST.get("permit") else (_chosen(request), {})
    language = request.POST.get("language", "")
    draft_id = start_entry(
        authority_id=request.authority.id,
        came_in=_came_in(request),
        actor=request.staff.actor(),
        token=new_token(),
        service=form.slug,
        adoption_id=form.adoption_id,
        revision_id=form.revision_id,
        language=language if language in LANGUAGES else OFFICIAL,
        now=now(),
        answers=answers,
    )
    return draft_id, form.form.pages[0].id


def _chosen(request: Any) -> catalog.AdoptedForm:
    asked = request.POST.get("service", "")
    if asked not in {one.slug for one in _services(request)}:
        raise Refused("service", N_("Please choose a service."), field="service")
    return catalog.adopted_form(request.authority.id, asked, include_test=True)


def _prefilled(request: Any) -> tuple[catalog.AdoptedForm, dict[str, Any]]:
    """The form with what a permit says already. Refused as not found for the permit of a case that is not hers to see."""
    case_id = _permit_id(request.POST.get("permit", ""))
    found = case_for(request.staff, case_id, now()) if case_id else None
    if found is None or found.ref.submission_id is None:
        raise not_found()
    row, act = submission(request.authority.id, found.ref.submission_id), request.POST.get("act", "")
    for tag in tags_of(request.authority.id, found.id):
        if request.POST.get("entry", "") == str(tag.entry):
            return prefilled_by_tag(request.authority.id, row, tag, act)
    permit = permit_of(request.authority.id, found.id)
    if permit is None:
        raise not_found()
    return prefilled(request.authority.id, row, permit, act)


def _permit_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _came_in(request: Any) -> CameIn:
    typed = _typed_day(request)
    iso = f"{typed['year']:>04}-{typed['month']:>02}-{typed['day']:>02}"
    if not is_date(iso):
        raise Refused("received_on", N_("Please enter a date, for example 24 12 2026."), field="received_on")
    return CameIn(
        request.POST.get("channel", ""),
        date.fromisoformat(iso),
        request.POST.get("identity_document", ""),
        request.language,
    )


def _typed_day(request: Any) -> dict[str, str]:
    return {part: request.POST.get(f"received_on.{part}", "").strip() for part in ("day", "month", "year")}


def _services(request: Any) -> list[catalog.ServiceSummary]:
    """Every service that is open here; what is being tried out as well."""
    return catalog.offered(request.authority.id, request.language, include_test=True)


def _page(request: Any, error: Refused | None) -> HttpResponse:
    moment, staff = now(), request.staff
    given = request.POST if request.method == "POST" else request.GET
    with speaking(request.language):
        services = {one.slug: one.title for one in _services(request)}
        today = german_day(moment).isoformat()
        context = {
            "services": _options(services),
            "channels": _options({one: _(words.CHANNELS[one]) for one in CHANNELS}),
            "documents": _options({one: _(words.IDENTITY_DOCUMENTS[one]) for one in ("", *IDENTITY_DOCUMENTS)}),
            "languages_of_person": _options({tag: language_name(tag) for tag in LANGUAGES}),
            "posted": request.POST if request.method == "POST" else {"language": OFFICIAL, "identity_document": ""},
            "received_on": _typed_day(request) if request.method == "POST" else today,
            "permit": str(_permit_id(given.get("permit", "")) or ""),
            "act": given.get("act", "") if given.get("act", "") in (*ACTS, *TAG_ACTS) else "",
            "entry": given.get("entry", "") if given.get("entry", "").isdecimal() else "",
            "open": [
                {"title": services.get(one.service, one.service), "edited": one.edited, "draft_id": one.draft_id}
                for one in open_entries(request.authority.id, staff.id, moment)
            ],
            "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
        }
    return render(request, "site/entries.html", context, status=422 if error else 200)


def _options(named: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": key, "label": label} for key, label in named.items()]


@require_safe
@require_role("clerk")
def go_on(request: Any, entry_id: UUID) -> HttpResponse:
    """An application that was begun: where it goes on; once it was sent, its number and what to do now."""
    draft, entry = _entered(request, entry_id)
    if draft.submission_id is None:
        form = catalog.adopted_revision(request.authority.id, draft.revision_id)
        return HttpResponseRedirect(reverse("portal:page", args=[entry_id, form.form.pages[0].id]))
    if request.language != entry.desk_language and "lang" not in request.GET:
        # The form may have been in the person's language; from here on it is the colleague's own desk again.
        query = urlencode({"lang": entry.desk_language})
        return HttpResponseRedirect(f"{url('entered', entry_id=entry_id)}?{query}")
    row = submission(request.authority.id, draft.submission_id)
    case, holds = _visible_case(request, row.id), _withheld(request, row.id)
    with speaking(request.language):
        context = {
            "row": row,
            "applicant": row.applicant if holds == OPEN else _("Protected person") if holds == MASKED else "",
            "may_print": _may_print(request, entry, draft.edited, holds),
            "entry": entry,
            "title": catalog.adopted_revision(request.authority.id, row.revision_id)
            .texts(request.language)
            .text("title"),
            "channel": words.channel_of(entry),
            "case_id": case.id if case else None,
            "owed": owed(case.ref) if case else None,
        }
    return render(request, "site/entered.html", context)


def _withheld(request: Any, submission_id: UUID) -> str:
    """What is kept from whoever entered it, as from any colleague: she did not have to work on the case."""
    with work(request.authority.id):
        case_id = case_of_submission(request.authority.id, submission_id)
        kept = withheld(request.staff, {case_id} if case_id else set(), now())
    return SECRET if case_id in kept.unknown else MASKED if case_id in kept.masked else OPEN


def _may_print(request: Any, entry: EntryRow, sent: datetime, holds: str) -> bool:
    """What she entered herself she prints for the signature while the person is still before her."""
    mine = entry.staff_id == request.staff.id and now() < sent + TO_PRINT
    return holds == OPEN or mine


def _visible_case(request: Any, submission_id: UUID) -> CaseView | None:
    """The case of it, once it is opened, if this colleague may see it."""
    with work(request.authority.id):
        case_id = case_of_submission(request.authority.id, submission_id)
        try:
            return case_for(request.staff, case_id, now()) if case_id else None
        except Refused:
            return None


@require_safe
@require_role("clerk")
def summary(request: Any, entry_id: UUID) -> HttpResponse:
    """What was entered, to be signed: in German, which is what counts, or with `?language=` in the person's."""
    draft, entry = _entered(request, entry_id)
    if draft.submission_id is None:
        raise not_found()
    row = submission(request.authority.id, draft.submission_id)
    if not _may_print(request, entry, draft.edited, _withheld(request, row.id)):
        raise not_found()
    language = draft.language if request.GET.get("language") == draft.language else OFFICIAL
    found = submitted(request.authority.id, draft.submission_id)
    data = summary_to_sign(found, language, now())
    return file_response(data, "application/pdf", f"{found.row.number}.pdf")


def _entered(request: Any, draft_id: UUID) -> tuple[DraftRow, EntryRow]:
    staff = request.staff
    return entered_draft(request.authority.id, draft_id, staff.id, sees_all=staff.may("lead"), now=now())
