"""The form, page by page. Every post saves first and judges afterwards, so that nothing typed is lost."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadttor.core.refused import Refused, not_found
from stadttor.forms import queries as forms
from stadttor.forms.browser import conditions_text
from stadttor.forms.definition import Page
from stadttor.forms.rules.file_names import shown_name
from stadttor.forms.rules.filled import Shown
from stadttor.forms.rules.problems import Problem
from stadttor.forms.rules.reading import read_page
from stadttor.forms.services import attaching, drafting
from stadttor.ground.clock import now
from stadttor.ground.web import cookies, formats
from stadttor.ground.web.addresses import url
from stadttor.ground.web.downloads import file_response
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.assertions import browser_cookie
from stadttor.identity.ports import PERSON
from stadttor.portal import access, free_text, services
from stadttor.portal.entered import came_in
from stadttor.portal.journey import Journey, file_fields, open_entry, open_journey, signed_in
from stadttor.portal.passing import keep_passed, passing, strict_lines
from stadttor.portal.prefill import asked_fields
from stadttor.portal.proofs import with_wallets
from stadttor.portal.registers import is_shown, with_registers
from stadttor.portal.told import Told, newly_asked, with_files
from stadttor.portal.typed_again import saying_why
from stadttor.portal.wallets import evidence_of
from stadttor.portal.ways import is_offered
from stadttor.portal.whose_rules import after_the_address


@require_http_methods(["GET", "POST"])
def page(request: Any, draft_id: UUID, page_id: str) -> HttpResponse:
    """One page of the form: shown, saved, judged."""
    journey = open_here(request, draft_id)
    if journey.draft.submission_id:
        return to_receipt(request, journey)
    here = journey.page(page_id)
    if here is None:
        return HttpResponseRedirect(reverse("portal:page", args=[draft_id, journey.steps[0].id]))
    if request.method == "GET":
        return _show(request, journey, here)
    return _answer(request, keep_passed(_save(request, journey, here), here, request.POST), here)


@require_POST
def autosave(request: Any, draft_id: UUID, page_id: str) -> HttpResponse:
    """Keep what is typed so far, without judging it; the browser calls this while typing.

    It says on which `revision` its page stands; one that comes too late, after the page itself was sent, changes nothing.
    """
    journey = open_here(request, draft_id)
    here = journey.page(page_id)
    if here is None or journey.draft.submission_id:
        raise not_found()
    if request.POST.get("revision", "") not in ("", str(journey.draft.revision)):
        return JsonResponse({"text": ""})
    try:
        saved = _keep_once(journey, here, _read(request, journey, here))
    except Refused:
        return JsonResponse({"text": ""})
    told = _("Saved at {time}", time=formats.clock(journey.now))
    return JsonResponse({"text": told, "revision": saved.draft.revision})


@require_safe
def file(request: Any, draft_id: UUID, attachment_id: UUID) -> HttpResponse:
    """A file the person added herself, to look at."""
    journey = open_here(request, draft_id)
    if str(attachment_id) not in journey.uploads:
        raise not_found()
    row, data = forms.attachment_bytes(request.authority.id, attachment_id)
    return file_response(data, row.media_type, row.name)


def open_here(request: Any, draft_id: UUID) -> Journey:
    """The draft, for whoever holds its secret or enters it; all its pages say it where the service is only tried out."""
    if request.authority is None:
        raise not_found()
    token = access.token_of(request, draft_id)
    if not token and request.staff and request.staff.may("clerk"):
        journey = open_entry(request.staff, draft_id, request.language, now())
        request.trial = services.is_tried_out(journey.form)
        return journey
    journey = open_journey(request.authority.id, draft_id, token, request.language, now())
    request.trial = services.is_tried_out(journey.form)
    return replace(journey, browser=cookies.kept(request, browser_cookie(draft_id)))


def to_receipt(request: Any, journey: Journey) -> HttpResponse:
    """The draft was sent: to the status page, which this browser may open too. The answer to sending, which brings that
    right, may have been lost on its way. A colleague has a page of her own."""
    draft = journey.draft
    if journey.entry:
        return HttpResponseRedirect(url("entered", entry_id=draft.id))
    response = HttpResponseRedirect(url("portal:status", submission_id=draft.submission_id))
    if draft.submission_id:
        access.keep_open(request, response, draft.submission_id, access.token_of(request, draft.id))
    return response


def _read(request: HttpRequest, journey: Journey, here: Page) -> dict[str, Any]:
    """The answers that were sent, with only those files that belong to this draft."""
    answers = read_page(here, dict(request.POST.lists()))
    for shown in file_fields(here, journey.filled):
        _own_files(answers, shown, journey)
    return answers


def _own_files(answers: dict[str, Any], shown: Shown, journey: Journey) -> None:
    element = _element(answers, shown)
    if element is not None and shown.field.id in element:
        element[shown.field.id] = [one for one in element[shown.field.id] if one in journey.uploads]


def _element(answers: dict[str, Any], shown: Shown) -> dict[str, Any] | None:
    """The answers of the field's group or of its element, none when it was not sent."""
    group = answers.get(shown.field.group)
    if shown.index is None:
        return group if isinstance(group, dict) else None
    return group[shown.index] if isinstance(group, list) and shown.index < len(group) else None


def _save(request: Any, journey: Journey, here: Page) -> Journey:
    """Save what was sent, with files and elements added and removed, and what the next page has to say about it; gives
    the journey as it is now. What cannot be read is saved too: nothing typed is lost, whichever way she goes."""
    answers = _read(request, journey, here)
    _change_elements(request, answers, here)
    removed = _remove_file(journey, answers, here, request.POST.get("remove", ""))
    told = replace(_add_files(request, journey, answers, here), removed=removed)
    # A browser with our script has shown the questions already that an answer brings up.
    if "live" not in request.POST:
        told = replace(told, asked=newly_asked(journey.filled, journey.with_answers(answers).filled, here))
    return _keep(request, journey, here, answers, told.stored(here))


def _keep(request: Any, journey: Journey, here: Page, reading: dict[str, Any], notes: dict[str, Any]) -> Journey:
    """Save this page. Was something saved since it was read (mostly the browser's own autosave), it is put on top of that."""
    try:
        return _keep_once(journey, here, reading, notes)
    except Refused as refused:
        if refused.code != "edited_elsewhere":
            raise
    return _keep_once(open_here(request, journey.draft.id), here, reading, notes)


def _keep_once(journey: Journey, here: Page, reading: dict[str, Any], notes: dict[str, Any] | None = None) -> Journey:
    """Save answers of a page, and `notes` unless those that are there stay."""
    answers = {**journey.draft.answers, **reading}
    revision, kept = journey.draft.revision, journey.draft.notes
    told = kept if notes is None else notes
    written = (
        journey.draft.written_in
        if journey.entry
        else free_text.written_in(here, journey.draft.answers, reading, journey.draft.written_in, journey.language)
    )
    if answers != journey.draft.answers or told != kept:
        revision = drafting.save_answers(
            authority_id=journey.form.authority_id,
            draft_id=journey.draft.id,
            revision=revision,
            answers=answers,
            language=journey.language_of_person,
            now=journey.now,
            notes=notes,
            written_in=written,
        )
    draft = replace(
        journey.draft, answers=answers, revision=revision, edited=journey.now, notes=told, written_in=written
    )
    return replace(journey, draft=draft)


def _change_elements(request: HttpRequest, answers: dict[str, Any], here: Page) -> None:
    """The buttons that add one more dog, or take one away."""
    repeated = {group.id for group in here.groups if group.repeat}
    added = request.POST.get("add_item", "")
    if added in repeated:
        answers[added].append({})
    group_id, _dot, index = request.POST.get("remove_item", "").partition(".")
    if (
        group_id in repeated
        and index.isascii()
        and index.isdigit()
        and len(index) < 5
        and int(index) < len(answers[group_id])
    ):
        del answers[group_id][int(index)]


def _remove_file(journey: Journey, answers: dict[str, Any], here: Page, attachment_id: str) -> tuple[str, ...]:
    """Take a file away; gives its name, none for one that is not there."""
    if not attachment_id or attachment_id not in journey.uploads:
        return ()
    for shown in file_fields(here, journey.filled):
        element = _element(answers, shown)
        if element and attachment_id in element.get(shown.field.id, []):
            element[shown.field.id] = [one for one in element[shown.field.id] if one != attachment_id]
    attaching.detach(
        authority_id=journey.form.authority_id,
        draft_id=journey.draft.id,
        attachment_id=UUID(attachment_id),
        now=now(),
        actor=journey.actor,
    )
    return (journey.uploads[attachment_id].name,)


def _add_files(request: HttpRequest, journey: Journey, answers: dict[str, Any], here: Page) -> Told:
    """Keep the files that were sent; what is refused becomes a problem of its field, with the name of the file."""
    kept: list[str] = []
    problems: list[Problem] = []
    for shown in file_fields(here, journey.filled):
        for sent in request.FILES.getlist(shown.path):
            element = _element(answers, shown)
            if element is None:
                continue
            known = element.get(shown.field.id) or []
            try:
                if len(known) >= shown.field.max_files:
                    text = N_("You can add {n} files here at most.")
                    raise Refused("too_many_files", text, field=shown.path, n=shown.field.max_files)
                added = _attach(journey, shown, sent)
            except Refused as error:
                values = {"file": shown_name(sent.name or ""), **error.values}
                problems.append(Problem(shown.path, error.code, error.text, values))
                continue
            kept.append(shown_name(sent.name or ""))
            element[shown.field.id] = [*known, str(added)]
    return Told(added=tuple(kept), refused=tuple(problems))


def _attach(journey: Journey, shown: Shown, sent: Any) -> UUID:
    if sent.size > shown.field.max_mb * 1_000_000:
        text = N_("This file is larger than {mb} MB. Please make a smaller photo or scan.")
        raise Refused("file_big", text, field=shown.path, mb=shown.field.max_mb)
    return attaching.attach(
        authority_id=journey.form.authority_id,
        draft_id=journey.draft.id,
        path=shown.path,
        name=sent.name,
        data=sent.read(),
        accept=shown.field.accept,
        max_mb=shown.field.max_mb,
        now=journey.now,
        actor=journey.actor,
    )


def _answer(request: Any, journey: Journey, here: Page) -> HttpResponse:
    """Where to after saving: stay for small changes, stay with explanations, or go on."""
    told = Told.of(journey.draft.notes, here)
    if address := _proof_of(request, journey, here):
        return (
            _explained(request, journey, here, "files") if told.refused else HttpResponseRedirect(address, status=303)
        )
    if {"add_item", "remove_item", "remove", "upload"} & set(request.POST):
        if told.refused:
            return _explained(request, journey, here, "files")
        return HttpResponseRedirect(_back_to_its_place(request, journey, here, told))
    if request.POST.get("go") == "back":
        before = journey.before(here)
        target = reverse("portal:page", args=[journey.draft.id, (before or here).id])
        return HttpResponseRedirect(target)
    if request.POST.get("go") == "later" and journey.entry:
        return HttpResponseRedirect(reverse("entries"))
    if request.POST.get("go") == "later":
        return HttpResponseRedirect(reverse("portal:later", args=[journey.draft.id]))
    if told.refused or journey.wrong(here):
        return _explained(request, journey, here, "check")
    return HttpResponseRedirect(_next(request, journey, here))


def _proof_of(request: HttpRequest, journey: Journey, here: Page) -> str:
    """Where a proof of this page is fetched or shown, if she pressed that button; everything typed is saved by now."""
    fetched, shown = request.POST.get("fetch", ""), request.POST.get("from_wallet", "")
    for one in here.fields:
        if one.path == fetched and one.register and is_shown(journey, one):
            return url("portal:retrieve", draft_id=journey.draft.id, proof=fetched)
        if one.path == shown and one.wallet and is_shown(journey, one):
            return url("portal:show_proof", draft_id=journey.draft.id, proof=shown)
    return ""


def _explained(request: HttpRequest, journey: Journey, here: Page, after: str) -> HttpResponse:
    """To the page that explains what is wrong: 303, so that nothing is sent again on the way back."""
    address = reverse("portal:page", args=[journey.draft.id, here.id])
    change = "&change=yes" if request.POST.get("change") == "yes" else ""
    told = Told.of(journey.draft.notes, here)
    wrong, _asked = told.apart(journey.not_passed(with_files(journey.filled, here, told.refused)))
    return HttpResponseRedirect(f"{address}?after={after}{change}#{'error-summary' if wrong else 'asked'}", status=303)


def _back_to_its_place(request: HttpRequest, journey: Journey, here: Page, told: Told) -> str:
    """This page again, where she was: at the file or the element that she added or took away."""
    address = reverse("portal:page", args=[journey.draft.id, here.id])
    given = {"after": "files"} if told.added or told.removed else {}
    if request.POST.get("change") == "yes":
        given["change"] = "yes"
    query = f"?{urlencode(given)}" if given else ""
    if element := _element_at(request, journey, here):
        return f"{address}{query}#{element}"
    removed = request.POST.get("remove")
    paths = (shown.path for shown in file_fields(here, journey.filled))
    place = next((path for path in paths if path in request.FILES or removed in request.POST.getlist(path)), "")
    return f"{address}{query}#f-{place.replace('.', '-')}" if place else f"{address}{query}"


def _element_at(request: HttpRequest, journey: Journey, here: Page) -> str:
    """The HTML id of the element that was added, or of the one that stands where one was taken away; of the group when
    none is left."""
    group_id, _dot, index = (request.POST.get("remove_item") or request.POST.get("add_item", "")).partition(".")
    group = next((one for one in here.groups if one.repeat and one.id == group_id), None)
    if group is None:
        return ""
    last = len(journey.filled.indexes(group)) - 1
    place = min(int(index), last) if index.isdecimal() and len(index) < 5 else last
    return f"f-{group_id}-{place}" if place >= 0 else f"f-{group_id}"


def _next(request: HttpRequest, journey: Journey, here: Page) -> str:
    after = journey.after(here)
    if request.POST.get("change") == "yes" or after is None:
        return url("portal:summary", draft_id=journey.draft.id)
    return url("portal:page", draft_id=journey.draft.id, page_id=after.id)


def _show(request: HttpRequest, journey: Journey, here: Page) -> HttpResponse:
    """The page; `?after=check` explains its answers, `?after=files` the files that were sent last."""
    if _takes_claims(journey, here):
        journey = signed_in(journey)
    steps = journey.steps
    place = next(n for n, one in enumerate(steps, 1) if one.id == here.id)
    after = request.GET.get("after", "")
    told = Told.of(journey.draft.notes, here) if after else Told()
    problems = with_files(journey.filled, here, told.refused) if after == "check" else list(told.refused)
    problems = journey.not_passed(problems)
    wrong, asked = told.apart(problems)
    context = {
        "journey": journey,
        "page": here,
        "title": journey.texts.text(f"pages.{here.id}.title"),
        "intro": journey.texts.text(f"pages.{here.id}.intro"),
        "service_title": journey.texts.text("title"),
        "groups": saying_why(journey, with_wallets(journey, with_registers(journey, journey.groups(here, wrong)))),
        "errors": journey.explaining.lines(wrong) if wrong else [],
        "asked": journey.explaining.questions(asked),
        "told": told,
        "step": place,
        "steps": journey.most_steps + 1,
        "about": journey.may_grow,
        "first": place == 1,
        "conditions": conditions_text(journey.filled, here, is_entry=journey.entry is not None),
        "change": request.GET.get("change") or "",
        "offer": _offers_sign_in(journey, here),
        "whose": after_the_address(journey, here),
        "has_files": any(one.type == "file" for one in here.fields),
        "came_in": came_in(journey.entry),
        "passing": passing(journey, here, problems),
        "strict": strict_lines(journey, problems),
        "saved_at": formats.clock(journey.draft.edited) if journey.draft.revision else "",
    }
    return render(request, "portal/page.html", context)


def _takes_claims(journey: Journey, here: Page) -> bool:
    """Whether something of a sign-in can stand on this page."""
    return any(one in here.fields for one, _claim in asked_fields(journey.form.form))


def _takes_now(journey: Journey, here: Page) -> bool:
    """The same of what she can show now: a permit of the town only while the form asks for its number."""
    claims = {claim for one, claim in asked_fields(journey.form.form) if one in here.fields}
    if claims & {*PERSON, "address"}:
        return True
    return bool(claims) and any(claims & one.paths.keys() for one in evidence_of(journey) if one.beside)


def _offers_sign_in(journey: Journey, here: Page) -> str:
    """The address where she can show who she is and type less, on a page that takes something of it; empty elsewhere."""
    if not _takes_now(journey, here) or journey.entry or journey.assertion is not None or not is_offered(journey):
        return ""
    return url("portal:identify", draft_id=journey.draft.id)
