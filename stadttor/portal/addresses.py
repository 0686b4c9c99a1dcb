"""Absolute addresses for mails and links to keep: of the request's own host, or of an authority's."""

from django.http import HttpRequest

from stadttor.ground.web.addresses import portal_of

__all__ = ["absolute", "portal_of"]


def absolute(request: HttpRequest, path: str) -> str:
    """The full address of a path on the host of this request."""
    return request.build_absolute_uri(path)
