"""What an authority promised, and what was promised for it: its organiser's pages."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.rollout.cockpit.pages import asked_for
from stadttor.rollout.promises.forms import enter, look_at
from stadttor.rollout.promises.lists import ASKED, as_file, list_context
from stadttor.rollout.queries.promises import PromiseRow, Target, promise_of, promises_of


@require_safe
@require_role("organiser")
def listed(request: Any) -> HttpResponse:
    """All of this authority, the late ones first."""
    asked = asked_for(request, *ASKED)
    rows = promises_of(request.authority.id)
    context = list_context(rows, asked, request.path, _address, url("promises:own"))
    return render(request, "rollout/promises/list.html", {**context, "new": url("promises:new")})


@require_safe
@require_role("organiser")
def exported(request: Any, kind: str) -> HttpResponse:
    """The same as `kind` csv or xlsx."""
    return as_file(request.language, kind, promises_of(request.authority.id), asked_for(request, *ASKED))


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def new(request: Any) -> HttpResponse:
    """The authority promises."""
    here = request.authority
    return enter(
        request, name=here.name, target=Target(here.id), bodies={here.id: here.name},
        trail=[*_trail(), {"label": _("New promise")}], address=lambda made: url("promises:one", promise_id=made),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def one(request: Any, promise_id: UUID) -> HttpResponse:
    """One with its history, and the form to shift it."""
    row = promise_of(request.authority.id, promise_id)
    return look_at(request, row, may=True, trail=[*_trail(), {"label": row.title}])


def _address(row: PromiseRow) -> str:
    return url("promises:one", promise_id=row.id)


def _trail() -> list[dict[str, str]]:
    return [{"label": _("Promises"), "href": url("promises:own")}]
