"""What one can do with a draft besides filling it in: come back later, delete it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.citizens.browser import account_hint
from stadttor.core.languages import LANGUAGES
from stadttor.core.refused import Refused, not_found
from stadttor.forms import queries as forms
from stadttor.forms.definition import Page
from stadttor.forms.rules.formats import is_email, read_email
from stadttor.forms.rules.problems import ERROR_TEXTS, Unreadable
from stadttor.forms.services.drafting import delete_draft, keep_email, save_answers
from stadttor.ground.clock import now
from stadttor.ground.web.language import COOKIE, N_
from stadttor.ground.web.render import render
from stadttor.notices.queries import mails_for
from stadttor.notices.services import send_mail
from stadttor.portal import access
from stadttor.portal.addresses import absolute
from stadttor.portal.journey import Journey, applicant_email, open_journey
from stadttor.portal.pages.filling import open_here
from stadttor.portal.services import is_tried_out

MOST_MAILS = 5


@require_http_methods(["GET", "POST"])
def later(request: Any, draft_id: UUID) -> HttpResponse:
    """The secret link to this draft: shown, and sent by e-mail on request."""
    journey = open_here(request, draft_id)
    if journey.entry:
        return HttpResponseRedirect(reverse("entries"))
    token = access.token_of(request, draft_id)
    link = absolute(request, reverse("portal:resume", args=[token]))
    context = {
        "journey": journey,
        "link": link,
        "go_on": next_place(journey),
        "service_title": journey.texts.text("title"),
        "sent": request.GET.get("sent") == "yes" and journey.draft.email != "",
        "error": "",
        "account": account_hint(request, draft_id),
    }
    if request.method == "GET":
        return render(
            request, "portal/later.html", context | {"email": _known_email(journey)} | _mistyped(request, journey)
        )
    typed = request.POST.get("email", "")[:200].replace("\0", "")
    try:
        email = read_email(typed)
        if not is_email(email):
            raise Unreadable("email")
    except Unreadable:
        _keep_mistyped(journey, typed)
        # 303 to a page of its own address: the way back never sends again.
        return HttpResponseRedirect(reverse("portal:later", args=[draft_id]) + "?after=check#error-summary", status=303)
    if len(mails_for(request.authority.id, journey.draft.id)) >= MOST_MAILS:
        raise Refused(
            "too_many_mails", "The link was sent several times already. Please look into your mailbox.", status=429
        )
    _send(request, journey, email, link)
    return HttpResponseRedirect(reverse("portal:later", args=[draft_id]) + "?sent=yes")


def _keep_mistyped(journey: Journey, typed: str) -> None:
    draft = journey.draft
    save_answers(
        authority_id=journey.form.authority_id,
        draft_id=draft.id,
        revision=draft.revision,
        answers=draft.answers,
        language=journey.language,
        now=journey.now,
        notes={"email": typed},
    )


def _mistyped(request: Any, journey: Journey) -> dict[str, object]:
    """The address that was typed and is none, with what is wrong, after it was sent."""
    if request.GET.get("after") != "check" or "email" not in journey.draft.notes:
        return {}
    return {"email": journey.draft.notes["email"], "error": ERROR_TEXTS["email"], "sent": False}


def _known_email(journey: Journey) -> str:
    """The address she gave for this link before, else the one in her answers as far as it is one."""
    email = applicant_email(journey.filled)
    return journey.draft.email or (email if is_email(email) else "")


def _send(request: Any, journey: Journey, email: str, link: str) -> None:
    keep_email(authority_id=request.authority.id, draft_id=journey.draft.id, email=email)
    send_mail(
        authority_id=request.authority.id,
        key=f"resume:{journey.draft.id}:{journey.draft.revision}:{email}",
        to=email,
        kind="resume",
        subject_id=journey.draft.id,
        language=journey.language,
        values={
            "service": journey.texts.text("title"),
            "link": link,
            "authority": request.authority.name,
            **({"trial": "yes"} if is_tried_out(journey.form) else {}),
        },
        now=now(),
    )


def next_place(journey: Journey) -> str:
    """Where to go on: the first page that was never sent or misses something, else the summary."""
    for page in journey.steps:
        if not _was_sent(page, journey) or journey.wrong(page):
            return reverse("portal:page", args=[journey.draft.id, page.id])
    return reverse("portal:summary", args=[journey.draft.id])


def _was_sent(page: Page, journey: Journey) -> bool:
    """Whether a page was saved once: then each of its groups is there, an empty one too."""
    return all(group.id in journey.draft.answers for group in page.groups)


@require_safe
def resume(request: Any, token: str) -> HttpResponse:
    """A secret link: opens the draft, or the status of the application made of it, in this browser."""
    if request.authority is None:
        raise not_found()
    opens = forms.what_opens(request.authority.id, token, now())
    if opens is None:
        text = N_(
            "This link does not open anything any more. Perhaps the application was deleted, or 30 days have passed, or"
            " somebody has shown since who she is: then only links that were made afterwards open it."
        )
        raise Refused("link_dead", text, status=404)
    kind, thing_id = opens
    address, language = _opened(request, kind, thing_id, token)
    # On a device where nobody chose a language: no browser can ask for plain German, and few phones are set to Arabic.
    is_chosen = request.COOKIES.get(COOKIE) in LANGUAGES or request.language == language
    asked = "" if is_chosen else f"?{urlencode({'lang': language})}"
    response = HttpResponseRedirect(address + asked)
    access.keep_open(request, response, thing_id, token)
    return response


def _opened(request: Any, kind: str, thing_id: UUID, token: str) -> tuple[str, str]:
    """Where it goes on, and in which language it was begun."""
    if kind == "submission":
        row = forms.submission_for(request.authority.id, thing_id, token)
        return reverse("portal:status", args=[thing_id]), row.language
    journey = open_journey(request.authority.id, thing_id, token, request.language, now())
    return next_place(journey), journey.draft.language


@require_http_methods(["GET", "POST"])
def delete(request: Any, draft_id: UUID) -> HttpResponse:
    """Delete a draft after asking once."""
    journey = open_here(request, draft_id)
    if request.method == "GET":
        return render(request, "portal/delete.html", {"journey": journey, "service_title": journey.texts.text("title")})
    delete_draft(authority_id=request.authority.id, draft_id=draft_id, now=now(), actor=journey.actor)
    if journey.entry:
        return HttpResponseRedirect(reverse("entries"))
    response = HttpResponseRedirect(reverse("portal:service", args=[journey.form.slug]))
    access.forget(response, draft_id)
    return response
