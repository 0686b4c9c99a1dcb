"""Anybody reports a barrier on these pages, without an account and without JavaScript."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.core.din91379 import tidy, unprintable
from stadttor.core.refused import Refused
from stadttor.forms.rules.formats import read_email
from stadttor.forms.rules.problems import Unreadable
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.papers import services
from stadttor.papers.queries import LONGEST_OF_REPORT
from stadttor.portal.pages.listing import must_be_a_town
from stadttor.tenancy.queries import profile

NAMES = ("text", "place", "email")


@require_http_methods(["GET", "POST"])
def report(request: Any) -> HttpResponse:
    """The form, and what was sent; the statement on accessibility says thanks."""
    authority, error = must_be_a_town(request), None
    values = {name: _said(request.POST.get(name, "")) for name in NAMES}
    if request.method == "POST":
        try:
            services.report_barrier(
                authority_id=authority.id, key=_key(request.POST.get("key", "")), language=request.language, now=now(),
                text=values["text"], place=" ".join(values["place"].split()), email=_email(values["email"]),
            )  # fmt: skip
            return HttpResponseRedirect(url("portal:accessibility") + "?done=reported#main", status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = {"field": refused.field, "text": _(refused.text, **refused.values)}
    context = {
        "values": values,
        "error": error,
        "key": _key(request.POST.get("key", "")),
        "longest": LONGEST_OF_REPORT,
        "profile": profile(authority.id),
    }
    return render(request, "portal/barrier.html", context, status=422 if error else 200)


def _email(typed: str) -> str:
    try:
        return read_email(typed) if typed else ""
    except Unreadable:
        raise Refused("email", "Enter an e-mail address like this: name@example.org.", field="email") from None


def _said(typed: str) -> str:
    """What was typed, without what cannot be printed."""
    text = tidy(typed)
    refused = set(unprintable(text))
    return "".join(letter for letter in text if letter not in refused).strip()


def _key(given: str) -> UUID:
    """The form's own; one that is none of ours is replaced, so that nothing is lost."""
    try:
        return UUID(given)
    except ValueError:
        return uuid4()
