"""The catalogue as other installations fetch it: public, the same for everybody, to be kept by whoever is in between."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from stadttor.catalog import queries
from stadttor.core.refused import not_found
from stadttor.ground.clock import now

FOR_MINUTES = "public, max-age=300"
FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def index(request: Any) -> HttpResponse:
    """The signed index."""
    _must_be_the_operators_host(request)
    number, content = queries.issued_index(now())
    return _kept(request, str(number), FOR_MINUTES, content.encode(), "application/json")


@require_safe
def archive(request: Any, package: str, version: str) -> HttpResponse:
    """One version, as its publisher signed it."""
    _must_be_the_operators_host(request)
    sha256, data = queries.shared_archive(package, version, now())
    return _kept(request, sha256, FOR_EVER, data, "application/zip")


def _must_be_the_operators_host(request: Any) -> None:
    """A catalogue is the installation's, not an authority's: at their hosts there is nothing. Raises Refused (404)."""
    if request.authority is not None:
        raise not_found()


def _kept(request: Any, tag: str, how_long: str, data: bytes, media_type: str) -> HttpResponse:
    """With what a cache needs (RFC 9110 §8.8.3, RFC 9111 §5.2.2)."""
    known = request.headers.get("If-None-Match") == f'"{tag}"'
    answer = HttpResponseNotModified() if known else HttpResponse(data, content_type=media_type)
    if not known:
        answer.headers["Content-Length"] = str(len(data))
    answer.headers["Cache-Control"] = how_long
    answer.headers["ETag"] = f'"{tag}"'
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
