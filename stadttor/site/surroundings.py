"""Where somebody is when a rule says no: the portal, the desk with its navigation, or a frame; and the ways out."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest

from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_

FRAMED = "cases:preview"


def surroundings(request: HttpRequest, status: int) -> dict[str, Any]:
    """`layout` and `ways` for error.html. Citizens get the portal's, with its start page as the way out."""
    if getattr(request, "staff", None) is None or not request.path_info.startswith("/desk"):
        return {}
    if _route(request) == FRAMED:
        return {"layout": "bare.html", "ways": []}
    return {"layout": "desk.html", "ways": list(_ways(request, status))}


def _route(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _ways(request: Any, status: int) -> Iterator[dict[str, str]]:
    """Back to the case, unless it is what was not found; then the desk's own start."""
    case_id = request.resolver_match.kwargs.get("case_id") if request.resolver_match else None
    if case_id and status != 404:
        yield {"label": N_("Back to the case"), "href": url("cases:case", case_id=case_id)}
    yield {"label": N_("To your desk"), "href": url("desk")}
