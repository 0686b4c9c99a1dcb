"""Errors as people and machines see them: a page in the reader's language, problem+json (RFC 9457) under /api/."""

import logging
import secrets
import sys
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db.utils import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.urls import Resolver404, is_valid_path
from django.utils.encoding import escape_uri_path, iri_to_uri
from django.utils.http import escape_leading_slashes

from stadttor.core.refused import Refused, not_found
from stadttor.ground.web.language import N_
from stadttor.ground.web.render import render
from stadttor.site.surroundings import surroundings

log = logging.getLogger("stadttor.errors")
# Requests that are no well-formed requests: too big, too many fields, broken off, made up.
NOT_OURS = (BadRequest, PermissionDenied, SuspiciousOperation, MultiPartParserError, UnreadablePostError)
AWAY = (OperationalError, InterfaceError)


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """The explanation of a rule that said no. Who may not is logged: one line is a slip, many are somebody trying."""
    if error.status in (401, 403, 429):
        _log_attempt(request, error.code)
    if _is_api(request):
        return problem(error)
    context = {"text": error.text, "values": error.values, "code": error.code, "status": error.status}
    return render(request, "error.html", context | surroundings(request, error.status), status=error.status)


def _log_attempt(request: HttpRequest, code: str) -> None:
    """Who by id, where by the name of the route: paths hold secrets."""
    route = request.resolver_match.view_name if request.resolver_match else "-"
    staff = getattr(request, "staff", None)
    authority = getattr(request, "authority", None)
    log.warning(
        "refused %s at %s, staff %s, authority %s", code, route, staff and staff.id, authority and authority.slug
    )


def problem(error: Refused) -> JsonResponse:
    """problem+json: `type` is the stable code, `detail` the English text."""
    body: dict[str, Any] = {
        "type": f"urn:stadttor:problem:{error.code}",
        "title": error.code.replace("_", " "),
        "status": error.status,
        "detail": error.text.format(**error.values) if error.text else error.code,
    }
    if error.field:
        body["field"] = error.field
    return JsonResponse(body, status=error.status, content_type="application/problem+json")


def broken(request: HttpRequest, error: BaseException) -> HttpResponse:
    """A bug: logged under a reference number that the person can read to somebody. Says nothing else.

    What the error says is not logged (`stadttor.site.logs`): it may quote what a person wrote.
    """
    if isinstance(error, DataError) and "NUL" in str(error):
        return bad_request(request)
    reference = secrets.token_hex(4).upper()
    log.error("reference %s %s", reference, type(error).__name__, exc_info=error)
    if isinstance(error, AWAY):
        return refused(request, _away(reference))
    from stadttor.site.breaking import count_broken  # not with the start of the web process: mostly nothing breaks

    count_broken(request)
    if _is_api(request):
        return problem(Refused("internal", "Internal error, reference {reference}.", status=500, reference=reference))
    context = {"reference": reference, "status": 500, "code": "broken"}
    return render(request, "error.html", context | surroundings(request, 500), status=500)


def _away(reference: str) -> Refused:
    """The database does not answer, or has no room: nothing of this request was kept, all of before is."""
    text = N_(
        "We cannot save or show anything at the moment. What you have just sent was not kept. Please go back and send it"
        " again in some minutes. What was saved before is safe. Reference: {reference}"
    )
    return Refused("away", text, status=503, reference=reference)


def unknown_authority(request: HttpRequest) -> HttpResponse:
    """A host name of no authority."""
    return refused(request, Refused("unknown_authority", "No town or village uses this address yet.", status=404))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that no page has: the same answer as for somebody else's object; typed with a `/` too few or too many,
    it leads to its page."""
    if isinstance(exception, Resolver404) and request.method in ("GET", "HEAD"):
        meant = _slash_mended(request.path_info)
        if is_valid_path(meant):
            return HttpResponsePermanentRedirect(_typed(request, meant))
    return refused(request, not_found())


def _slash_mended(path: str) -> str:
    return path[:-1] if path.endswith("/") else f"{path}/"


def _typed(request: HttpRequest, path: str) -> str:
    """Within this host, whatever was typed: what begins with two slashes would name another one."""
    prefix = request.path.removesuffix(request.path_info)
    asked = request.META.get("QUERY_STRING", "")
    return escape_leading_slashes(escape_uri_path(prefix + path)) + (f"?{iri_to_uri(asked)}" if asked else "")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that is no well-formed request (too big, too many fields)."""
    return refused(request, Refused("bad_request", "We could not read this request. It may be too large.", status=400))


def server_error(request: HttpRequest) -> HttpResponse:
    """What escaped the views: raised by middleware, for example while the database is away."""
    return broken(request, sys.exc_info()[1] or RuntimeError("outside the middleware"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that does not come from our own page, or one left open over a restart of the browser."""
    return refused(
        request,
        Refused(
            "csrf",
            "Your form was open for too long. Please go back, reload the page and send it again. What you saved is kept.",
            status=403,
        ),
    )


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")
