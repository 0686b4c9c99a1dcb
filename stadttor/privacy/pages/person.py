"""Information on a person (Art. 15 GDPR): find what is held about her, save it for her. Names stand in no address."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from stadttor.core.refused import Refused
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.downloads import spooled_response
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.privacy import services
from stadttor.privacy.matching import Sought
from stadttor.privacy.pages import wording
from stadttor.privacy.pages.days import day_in, parts_of
from stadttor.privacy.queries import Found

LONGEST = 200


@require_http_methods(["GET", "POST"])
@require_role("lead")
def person(request: Any) -> HttpResponse:
    """The form, and what was found."""
    return _page(request, None)


@require_POST
@require_role("lead")
def export(request: Any) -> HttpResponseBase:
    """What was ticked, as ZIP."""
    chosen = [UUID(one) for one in request.POST.getlist("chosen") if _is_id(one)]
    try:
        if not chosen:
            raise Refused("nothing_chosen", "Please tick what you want to save.", field="chosen")
        file = services.export_person(
            staff=request.staff, sought=_sought(request), chosen=chosen, language=request.language, now=now()
        )
    except Refused as error:
        return _page(request, error)
    return spooled_response(file, "application/zip", f"person-{german_day(now())}.zip")


@require_POST
@require_role("lead")
def forget(request: Any) -> HttpResponse:
    """Of what was ticked the reports and comments are deleted, at her request."""
    chosen = [UUID(one) for one in request.POST.getlist("chosen") if _is_id(one)]
    try:
        gone = services.forget_texts(staff=request.staff, sought=_sought(request), chosen=chosen, now=now())
    except Refused as error:
        return _page(request, error)
    return _page(request, None, gone)


def _page(request: Any, error: Refused | None, gone: int = 0) -> HttpResponse:
    found: list[Found] | None = None
    if request.method == "POST":
        try:
            found = services.search_person(staff=request.staff, sought=_sought(request), now=now())
        except Refused as refused:
            error = error or refused
    titles = wording.titles_of(request.authority.id) if found else {}
    with speaking(request.language):
        context = {
            "found": [wording.found(one, titles) for one in found] if found is not None else None,
            "forgettable": any(one.kind in wording.FORGETTABLE for one in found or ()),
            "gone": gone,
            "posted": request.POST,
            "born": parts_of(request, "born"),
            "error": {"field": error.field or "name", "text": _(error.text, **error.values)} if error else None,
        }
    return render(request, "privacy/person.html", context, status=error.status if error else 200)


def _sought(request: Any) -> Sought:
    name, email = (request.POST.get(one, "").strip()[:LONGEST] for one in ("name", "email"))
    return Sought(name, day_in(request, "born"), email)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
