"""Change requests at an authority: what it asked, what others asked for the same packages, a new one."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.catalog.queries import adoptions
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.downloads import disposition
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.insights.queries.triage import comments_of
from stadttor.insights.rules.triage import TAGS
from stadttor.insights.services.triage import announce
from stadttor.studio.queries.requests import RequestRow, lines_of, publisher_of, request_for, requests_for
from stadttor.studio.requests.wording import (
    asked_for,
    choices,
    facts,
    history,
    is_asked,
    shown,
    standing_facts,
    state_word,
)
from stadttor.studio.rules import requests as rules
from stadttor.studio.rules.requests import STATES, URGENCIES, Wanted, must_be_wanted
from stadttor.studio.services.requesting import ask_for_change, checked_quotes, join_request, take_note, tidied
from stadttor.studio.services.telling import want_mails

MOST_COMMENTS = 50
FIELDS = ("title", "wrong", "place", "law", "urgency", "tag")
DONE = {
    "sent": N_("The request is sent. The publisher’s answer appears here."),
    "joined": N_("Your authority asks for it as well."),
    "noted": N_("Noted."),
    "told": N_("The answer is written."),
    "mails": N_("You get a mail when the publisher answers."),
    "quiet": N_("You get no mail about this request."),
}


def _ids(request: Any) -> list[UUID]:
    chosen = request.POST.getlist("comment") or request.GET.getlist("comment")
    try:
        return list(dict.fromkeys(map(UUID, chosen[:MOST_COMMENTS])))
    except ValueError as error:
        raise not_found() from error


def _titles(authority_id: UUID) -> dict[str, str]:
    """The services in use, by their package."""
    return {row.package: row.title for row in adoptions(authority_id)}


@require_safe
@require_role("organiser")
def listed(request: Any) -> HttpResponse:
    """Of the packages in use here: what was answered since comes first."""
    asked, today = asked_for(request, "package", "tag", "state"), german_day(now())
    titles = _titles(request.authority.id)
    found = [row for row in requests_for(request.authority.id) if is_asked(row, asked)]
    found.sort(key=lambda row: not row.is_news)
    labels = {"title": _("What shall change?"), "service": _("Service"), "state": _("State"), "ours": _("Asked by us")}
    context = {
        "columns": [{"key": key, "label": label} for key, label in labels.items()],
        "rows": [
            {
                "cells": {
                    "title": row.title,
                    "service": titles.get(row.package, row.package),
                    "state": state_word(row.standing, today),
                    "ours": (_("yes, new answer") if row.is_news else _("yes")) if row.has_asked else _("no"),
                },
                "href": url("requests:one", request_id=row.id),
                "marked": row.is_news,
            }
            for row in found
        ],
        "news": sum(row.is_news for row in found),
        "asked": asked,
        "packages": [
            {"value": "", "label": _("All")},
            *({"value": key, "label": title} for key, title in titles.items()),
        ],
        "tags": choices(TAGS),
        "states": choices(STATES),
    }
    return render(request, "studio/requests/own.html", context)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def new(request: Any) -> HttpResponse:
    """A request, from comments or without one; as a file where its publisher is elsewhere."""
    authority_id, ids, error = request.authority.id, _ids(request), None
    titles = _titles(authority_id)
    found = comments_of(authority_id, ids)
    if request.method == "POST":
        wanted = Wanted(*(request.POST.get(name, "") for name in FIELDS))
        try:
            if request.POST.get("act") == "file":
                return _as_file(request, wanted, ids)
            made = ask_for_change(
                authority_id=authority_id, key=_key(request), package=request.POST.get("package", ""), wanted=wanted,
                feedback_ids=ids, actor=request.staff.actor(), now=now(),
            )  # fmt: skip
            return HttpResponseRedirect(f"{url('requests:one', request_id=made)}?done=sent", status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    chosen = _package(request, found)
    context = {
        "key": request.POST.get("key") or str(new_id()),
        "comments": found,
        "unchecked": [row for row in found if not row.is_checked],
        "packages": [{"value": key, "label": title} for key, title in titles.items()],
        "elsewhere": [title for key, title in titles.items() if publisher_of(key) is None],
        "values": {**request.POST.dict(), "package": chosen},
        "similar": [
            {"title": row.title, "href": _joining(row, ids)}
            for row in requests_for(authority_id)
            if row.package == chosen and row.standing.state == "open"
        ][:10],
        "urgencies": choices(URGENCIES, every=False),
        "tags": choices(TAGS, every=False),
        "longest": {"title": rules.LONGEST_TITLE, "wrong": rules.LONGEST_WRONG, "place": rules.LONGEST_PLACE},
        "error": shown(error),
    }
    return render(request, "studio/requests/new.html", context, status=error.status if error else 200)


def _joining(row: RequestRow, ids: list[UUID]) -> str:
    along = "&".join(f"comment={one}" for one in ids)
    return url("requests:one", request_id=row.id) + (f"?{along}" if along else "")


def _package(request: Any, found: Any) -> str:
    """What was chosen, else that of the comments."""
    chosen = request.POST.get("package") or request.GET.get("package", "")
    if chosen or not found:
        return str(chosen)
    return next((row.package for row in adoptions(request.authority.id) if row.slug == found[0].service), "")


def _key(request: Any) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return new_id()


def _as_file(request: Any, wanted: Wanted, ids: list[UUID]) -> HttpResponse:
    """What would be sent, for a publisher in another installation. Nothing is sent, and no comment changes its state."""
    wanted = tidied(wanted)
    must_be_wanted(wanted, TAGS)
    used = next((row for row in adoptions(request.authority.id) if row.package == request.POST.get("package")), None)
    if used is None:
        raise Refused("request_package", "Please choose one of the listed values.", field="package")
    quotes = checked_quotes(request.authority.id, used.slug, ids)
    content = {"package": used.package, "version": used.version, "from": request.authority.name, **vars(wanted)}
    response = JsonResponse({**content, "comments": quotes}, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = disposition("attachment", f"change-request-{german_day(now())}.json")
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def one(request: Any, request_id: UUID) -> HttpResponse:
    """One with what the publisher said; join it, take note of it, pass its answer on to applicants."""
    authority_id, error = request.authority.id, None
    row = request_for(authority_id, request_id)
    if request.method == "POST":
        try:
            done = _act(request, row)
            return HttpResponseRedirect(f"{request.path}?done={done}", status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    today = german_day(now())
    context = {
        "row": row,
        "facts": facts(row, _titles(authority_id).get(row.package, row.package)),
        "standing": standing_facts(row.standing, today),
        "is_overdue": row.standing.is_overdue(today),
        "history": history(lines_of(authority_id, row.standing.into or row.id), today),
        "comments": request.GET.getlist("comment")[:MOST_COMMENTS],
        "values": request.POST,
        "done": _(DONE[request.GET["done"]]) if request.GET.get("done") in DONE else "",
        "error": shown(error),
    }
    return render(request, "studio/requests/one.html", context, status=error.status if error else 200)


def _act(request: Any, row: RequestRow) -> str:
    act, authority_id, actor = request.POST.get("act"), request.authority.id, request.staff.actor()
    if act == "join":
        join_request(authority_id=authority_id, request_id=row.id, feedback_ids=_ids(request), actor=actor, now=now())
        return "joined"
    if act == "note":
        seen = request.POST.get("seen", "")
        take_note(
            authority_id=authority_id, request_id=row.id, seen=int(seen) if seen.isdecimal() and len(seen) < 6 else -1, now=now()
        )  # fmt: skip
        return "noted"
    if act in ("mails", "quiet"):
        want_mails(authority_id=authority_id, request_id=row.id, wanted=act == "mails", actor=actor, now=now())
        return str(act)
    if act != "tell" or not (row.has_asked and row.standing.is_answered):
        raise not_found()
    announce(
        authority_id=authority_id, service=row.slug, said=request.POST.get("said", ""), done=request.POST.get("done", ""),
        is_public=request.POST.get("to") == "public", actor=actor, now=now(),
    )  # fmt: skip
    return "told"
