"""The form, page by page. Every post saves first and judges afterwards, so that nothing typed is lost."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadttor.core.refused import Refused, not_found
from stadttor.forms import queries as forms
from stadttor.forms.browser import conditions_text
from stadttor.forms.definition import Page
from stadttor.forms.queries import DraftRow
from stadttor.forms.rules.filled import Shown
from stadttor.forms.rules.problems import Problem
from stadttor.forms.rules.reading import read_page
from stadttor.forms.services import attaching, drafting
from stadttor.ground.clock import now
from stadttor.ground.web import formats
from stadttor.ground.web.addresses import url
from stadttor.ground.web.downloads import file_response
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.portal import access
from stadttor.portal.journey import Journey, file_fields, open_journey


@require_http_methods(["GET", "POST"])
def page(request: Any, draft_id: UUID, page_id: str) -> HttpResponse:
    """One page of the form: shown, saved, judged."""
    journey = open_here(request, draft_id)
    if journey.draft.submission_id:
        return to_receipt(request, journey.draft)
    here = journey.page(page_id)
    if here is None:
        return HttpResponseRedirect(reverse("portal:page", args=[draft_id, journey.steps[0].id]))
    if request.method == "GET":
        return _show(request, journey, here, ())
    saved, problems = _save(request, journey, here)
    return _answer(request, saved, here, problems)


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
        saved = _keep_once(journey, _read(request, journey, here))
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
    if request.authority is None:
        raise not_found()
    token = access.token_of(request, draft_id)
    return open_journey(request.authority.id, draft_id, token, request.language, now())


def to_receipt(request: Any, draft: DraftRow) -> HttpResponse:
    """The draft was sent: to the status page, which this browser may open too. The answer to sending, which brings that
    right, may have been lost on its way."""
    response = HttpResponseRedirect(url("portal:status", submission_id=draft.submission_id))
    if draft.submission_id:
        access.remember(response, draft.submission_id, access.token_of(request, draft.id))
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


def _save(request: Any, journey: Journey, here: Page) -> tuple[Journey, list[Problem]]:
    """Save what was sent, with files and elements added and removed; gives the journey as it is now and what is
    wrong with new files. What cannot be read is saved too: nothing typed is lost, whichever way she goes."""
    answers = _read(request, journey, here)
    _change_elements(request, answers, here)
    if removed := request.POST.get("remove"):
        _remove_file(journey, answers, here, removed)
    problems = _add_files(request, journey, answers, here)
    return _keep(request, journey, answers), problems


def _keep(request: Any, journey: Journey, reading: dict[str, Any]) -> Journey:
    """Save this page. Was something saved since it was read (mostly the browser's own autosave), it is put on top of that."""
    try:
        return _keep_once(journey, reading)
    except Refused as refused:
        if refused.code != "edited_elsewhere":
            raise
    return _keep_once(open_here(request, journey.draft.id), reading)


def _keep_once(journey: Journey, reading: dict[str, Any]) -> Journey:
    answers = {**journey.draft.answers, **reading}
    revision = journey.draft.revision
    if answers != journey.draft.answers:
        revision = drafting.save_answers(
            authority_id=journey.form.authority_id,
            draft_id=journey.draft.id,
            revision=revision,
            answers=answers,
            language=journey.language,
            now=journey.now,
        )
    draft = replace(journey.draft, answers=answers, revision=revision, edited=journey.now)
    return Journey(draft, journey.form, journey.language, journey.now)


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


def _remove_file(journey: Journey, answers: dict[str, Any], here: Page, attachment_id: str) -> None:
    if attachment_id not in journey.uploads:
        return
    for shown in file_fields(here, journey.filled):
        element = _element(answers, shown)
        if element and attachment_id in element.get(shown.field.id, []):
            element[shown.field.id] = [one for one in element[shown.field.id] if one != attachment_id]
    attaching.detach(
        authority_id=journey.form.authority_id, draft_id=journey.draft.id, attachment_id=UUID(attachment_id), now=now()
    )


def _add_files(request: HttpRequest, journey: Journey, answers: dict[str, Any], here: Page) -> list[Problem]:
    """Keep the files that were sent; what is refused becomes a problem of its field."""
    problems = []
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
                problems.append(Problem(shown.path, error.code, error.text, error.values))
                continue
            element[shown.field.id] = [*known, str(added)]
    return problems


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
    )


def _answer(request: Any, journey: Journey, here: Page, problems: list[Problem]) -> HttpResponse:
    """Where to after saving: stay for small changes, stay with explanations, or go on."""
    stay = {"add_item", "remove_item", "remove", "upload"} & set(request.POST)
    if stay and not problems:
        return HttpResponseRedirect(_back_to_its_place(request, journey, here))
    if request.POST.get("go") == "back":
        before = journey.before(here)
        target = reverse("portal:page", args=[journey.draft.id, (before or here).id])
        return HttpResponseRedirect(target)
    if request.POST.get("go") == "later":
        return HttpResponseRedirect(reverse("portal:later", args=[journey.draft.id]))
    if not stay:
        wrong = {problem.path: problem for problem in (*journey.filled.validate_page(here.id), *problems)}
        problems = journey.filled.in_order(here, wrong)
    if problems:
        return _show(request, journey, here, problems)
    return HttpResponseRedirect(_next(request, journey, here))


def _back_to_its_place(request: HttpRequest, journey: Journey, here: Page) -> str:
    """This page again, where she was: at the file or the element that she added or took away."""
    address = reverse("portal:page", args=[journey.draft.id, here.id])
    query = "?change=yes" if request.POST.get("change") == "yes" else ""
    group_id = request.POST.get("add_item") or request.POST.get("remove_item", "").partition(".")[0]
    if group_id in {group.id for group in here.groups}:
        return f"{address}{query}#f-{group_id}"
    removed = request.POST.get("remove")
    paths = (shown.path for shown in file_fields(here, journey.filled))
    place = next((path for path in paths if path in request.FILES or removed in request.POST.getlist(path)), "")
    return f"{address}{query}#f-{place.replace('.', '-')}" if place else f"{address}{query}"


def _next(request: HttpRequest, journey: Journey, here: Page) -> str:
    after = journey.after(here)
    if request.POST.get("change") == "yes" or after is None:
        return url("portal:summary", draft_id=journey.draft.id)
    return url("portal:page", draft_id=journey.draft.id, page_id=after.id)


def _show(request: HttpRequest, journey: Journey, here: Page, problems: Sequence[Problem]) -> HttpResponse:
    steps = journey.steps
    place = next(n for n, one in enumerate(steps, 1) if one.id == here.id)
    context = {
        "journey": journey,
        "page": here,
        "title": journey.texts.text(f"pages.{here.id}.title"),
        "intro": journey.texts.text(f"pages.{here.id}.intro"),
        "service_title": journey.texts.text("title"),
        "groups": journey.groups(here, problems),
        "errors": [line for problem in problems for line in journey.told(problem)],
        "step": place,
        "steps": len(steps) + 1,
        "about": journey.may_grow,
        "first": place == 1,
        "conditions": conditions_text(journey.filled, here),
        "change": request.GET.get("change") or (request.method == "POST" and request.POST.get("change")) or "",
        "has_files": any(one.type == "file" for one in here.fields),
        "saved_at": formats.clock(journey.draft.edited) if journey.draft.revision else "",
    }
    return render(request, "portal/page.html", context, status=422 if problems else 200)
