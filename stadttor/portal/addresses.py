"""Absolute addresses for mails and links to keep: of the request's own host, or of an authority's."""

from django.conf import settings
from django.http import HttpRequest


def absolute(request: HttpRequest, path: str) -> str:
    """The full address of a path on the host of this request."""
    return request.build_absolute_uri(path)


def portal_of(slug: str) -> str:
    """The address of an authority's portal, without a path: `https://weissenburg.example.org`."""
    scheme = "https" if settings.STADTTOR_HTTPS else "http"
    port = "" if settings.STADTTOR_PORT in ("80", "443") else f":{settings.STADTTOR_PORT}"
    return f"{scheme}://{slug}.{settings.STADTTOR_DOMAIN}{port}"
